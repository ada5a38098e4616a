/** Builds kube-proxy with what it needs of the machine and of the engine. */
import { createEventRecorder, createInformerFactory } from '../client/index.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import { createKubeProxy, type KubeProxy } from '../kube-proxy/index.ts'
import type { BuildContext } from './context.ts'
import type { ControlPlane } from './control-plane.ts'
import { networkHost } from './network-host.ts'

const USER = 'system:kube-proxy'
/** Who plays the cloud's part for balancers. */
const CONTROLLERS = 'system:kube-controller-manager'

export function buildProxy({ data, clock, network, teardown }: BuildContext, plane: ControlPlane, runtime: ContainerRuntime): KubeProxy {
  const informers = createInformerFactory(plane.clients.clientFor(USER), clock)
  teardown.add(`informers of ${USER}`, () => informers.stop())
  const controllers = plane.clients.clientFor(CONTROLLERS)
  const events = createEventRecorder(controllers, { component: 'service-controller', clock })
  teardown.add('events of service-controller', () => events.stop())
  return createKubeProxy({
    balancer: { client: controllers, events },
    informers, clock, network, clusterId: data.clusterId, host: networkHost(runtime),
    onEngine({ started, available }) {
      const subscription = runtime.subscribe((event) => {
        if (event.type === 'available') available()
        else if (event.type === 'sandbox' && event.action === 'started') started()
      })
      return () => subscription.close()
    },
  })
}
