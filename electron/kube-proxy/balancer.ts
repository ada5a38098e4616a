/**
 * The balancer in front of Services of type LoadBalancer, which a cloud would bring: this machine's localhost. A Service whose ports are
 * free there is answered at 127.0.0.1; one whose ports somebody has stays pending, with an event that says who.
 */
import { Services } from '../../shared/api/resources.ts'
import type { Service } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Client, EventRecorder, InformerFactory } from '../client/types.ts'
import type { LocalPort, LocalPorts } from './local-ports.ts'
import type { Endpoint } from './model.ts'

const LOCALHOST = '127.0.0.1'
/** Nothing tells when a program gives a port back. */
const RETRY_MS = 15_000

export interface BalancerOptions {
  readonly client: Client
  readonly informers: InformerFactory
  readonly clock: Clock
  readonly events: EventRecorder
  readonly ports: LocalPorts
  /** Whether UDP is led by rules; a listener passes on TCP only. */
  readonly udp: () => boolean
  endpointsOf(service: string, port: LocalPort): readonly Endpoint[]
}
export interface Balancer {
  start(): void
  stop(): Promise<void>
}

/** One without a class of its own: those are somebody else's. */
export const isOurs = ({ spec, metadata }: Service): boolean => spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && !metadata.deletionTimestamp

type Ingress = NonNullable<NonNullable<NonNullable<Service['status']>['loadBalancer']>['ingress']>[number]
const ours = (i: Ingress): boolean => i.ip === LOCALHOST
const ingressOf = (ports: readonly LocalPort[]): Ingress =>
  ({ ip: LOCALHOST, hostname: 'localhost', ipMode: 'Proxy', ports: ports.map(({ protocol, port }) => ({ port, protocol: protocol.toUpperCase() })) })

const same = (a: readonly Ingress[], b: readonly Ingress[]): boolean =>
  JSON.stringify(a.map((i) => [i.ip, i.hostname, i.ports?.map((p) => [p.port, p.protocol])])) === JSON.stringify(b.map((i) => [i.ip, i.hostname, i.ports?.map((p) => [p.port, p.protocol])]))

export function createBalancer({ client, informers, clock, events, ports, udp, endpointsOf }: BalancerOptions): Balancer {
  const services = informers.informer(Services)
  /** Why each waits, so that it is said once. */
  const waiting = new Map<string, string>()

  const say = async (service: Service, wanted: readonly Ingress[]): Promise<void> => {
    const current = service.status?.loadBalancer?.ingress ?? []
    if (same(current, wanted) || (!wanted.length && !current.some(ours))) return
    try {
      await client.patch(Services, service.metadata.name, service.metadata.namespace, 'merge', { status: { loadBalancer: { ingress: wanted.length ? wanted : null } } }, { subresource: 'status' })
      if (wanted.length) events.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  const hold = async (key: string, wanted: readonly LocalPort[]): Promise<string | undefined> => {
    await ports.release(key, wanted)
    for (const port of wanted) {
      const why = port.protocol === 'udp' && !udp() ? 'UDP cannot be answered on localhost without root' : await ports.hold(key, port, () => endpointsOf(key, port))
      if (why) return why
    }
    return undefined
  }
  const reconciler = createReconciler({
    name: 'service-controller', concurrency: 1, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const service = services.get(name, namespace)
      if (!service || !isOurs(service)) {
        waiting.delete(key)
        await ports.release(key)
        if (service && !service.metadata.deletionTimestamp && service.spec.type !== 'LoadBalancer') await say(service, [])
        return
      }
      const wanted = (service.spec.ports ?? []).map((p): LocalPort => ({ protocol: (p.protocol ?? 'TCP').toLowerCase() as LocalPort['protocol'], port: p.port }))
      const why = await hold(key, wanted)
      if (!why) {
        waiting.delete(key)
        return say(service, [ingressOf(wanted)])
      }
      await ports.release(key)
      if (waiting.get(key) !== why) events.event(service, 'Warning', 'SyncLoadBalancerFailed', `Error syncing load balancer: failed to ensure load balancer: ${why}`)
      waiting.set(key, why)
      reconciler.queue.addAfter(key, RETRY_MS)
      return say(service, [])
    },
  })
  const touch = (service: Service): void => {
    const key = keyOf(service)
    if (isOurs(service) || ports.owners().has(key) || service.status?.loadBalancer?.ingress?.some(ours)) reconciler.queue.add(key)
  }
  services.addHandlers({
    onAdd: touch, onUpdate: touch, onDelete: (service) => {
      reconciler.queue.add(keyOf(service))
      // Its ports may be what others wait for.
      for (const key of waiting.keys()) reconciler.queue.addAfter(key, 100)
    },
  })
  return { start: () => reconciler.start(), stop: () => reconciler.stop() }
}
