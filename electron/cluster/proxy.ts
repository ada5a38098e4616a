/** Builds kube-proxy with what it needs of the machine and of the engine. Rules of NetworkPolicies are kept in place with those of Services. */
import type { Pod } from '../../shared/api/types.ts'
import type { Informer } from '../client/types.ts'
import { createEventRecorder, createInformerFactory } from '../client/index.ts'
import { gatewayOf } from '../kubelet/runtime/capabilities.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import { createKubeProxy, emptyRules, type KubeProxy } from '../kube-proxy/index.ts'
import { followPolicies, type PolicyGuard } from '../network/index.ts'
import type { BuildContext } from './context.ts'
import type { ControlPlane } from './control-plane.ts'
import { networkHost } from './network-host.ts'

const USER = 'system:kube-proxy'
export const POLICIES = 'system:network-policy'
/** Who plays the cloud's part for balancers. */
const CONTROLLERS = 'system:kube-controller-manager'

/** @param pods watched by the scheduler already. @param guard holds pods back until their policies are in place */
export function buildProxy({ data, clock, network, teardown }: BuildContext, plane: ControlPlane, runtime: ContainerRuntime, pods: Informer<Pod>, guard: PolicyGuard): KubeProxy {
  const informers = createInformerFactory(plane.clients.clientFor(USER), clock)
  teardown.add(`informers of ${USER}`, () => informers.stop())
  const controllers = plane.clients.clientFor(CONTROLLERS)
  const events = createEventRecorder(controllers, { component: 'service-controller', clock })
  teardown.add('events of service-controller', () => events.stop())
  const policyInformers = createInformerFactory(plane.clients.clientFor(POLICIES), clock)
  teardown.add(`informers of ${POLICIES}`, () => policyInformers.stop())
  const host = networkHost(runtime)
  // Followed only where they can be enforced.
  const policies = 'why' in host ? undefined : followPolicies(policyInformers, pods)
  const proxy = createKubeProxy({
    ...(policies ? { sources: [{ rules: (names) => ({ ...emptyRules(), mangle: new Map(policies.chains(names)) }), onChange: policies.onChange, synced: (signal) => { policyInformers.start(); return policies.synced(signal) } }] } : {}),
    balancer: { client: controllers, events },
    informers, clock, network, clusterId: data.clusterId, host, dial: gatewayOf(runtime)?.dial,
    onEngine({ started, available }) {
      const subscription = runtime.subscribe((event) => {
        if (event.type === 'available') available()
        else if (event.type === 'sandbox' && event.action === 'started') started()
      })
      return () => subscription.close()
    },
  })
  guard.enforce(policies ? { source: policies, settle: () => proxy.settle(), problem: () => proxy.unenforced } : { why: proxy.unenforced ?? '' })
  return proxy
}
