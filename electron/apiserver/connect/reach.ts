/**
 * Connections from the server into the cluster: to a port of a pod through its kubelet, and to a Service by one of its
 * endpoints. The server stands outside the pod network; the kubelet's door works on every engine.
 */
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { EndpointSlice, Pod, Service } from '../../../shared/api/types.ts'
import { badRequest, notFound, serviceUnavailable } from '../../../shared/errors.ts'
import { keyOf, prefixOf, type Env } from '../registry/env.ts'
import type { KubeletDoor } from '../types.ts'

const PODS = { group: '', resource: 'pods', scope: 'Namespaced' } as const
const SERVICES = { group: '', resource: 'services', scope: 'Namespaced' } as const
const SLICES = { group: 'discovery.k8s.io', resource: 'endpointslices' } as const
const SERVICE_NAME = 'kubernetes.io/service-name'
const DIAL_MS = 10_000

export interface Reach {
  /** Rejects with StatusError. */
  pod(namespace: string, name: string, port: number): Promise<Duplex>
  /** @param port its number or its name; '' is the only one */
  service(namespace: string, name: string, port: string | number): Promise<Duplex>
}

/** A connection to an endpoint that is no pod. Rejects in the words of the network. */
export type DialEndpoint = (to: { readonly host: string; readonly port: number; readonly timeoutMs: number }) => Promise<Duplex>

export interface ServiceTarget {
  readonly address: string
  readonly port: number
  /** The pod behind the address, where one is. */
  readonly pod: { readonly namespace: string; readonly name: string } | undefined
}

type ServicePort = NonNullable<Service['spec']['ports']>[number]

const named = (service: Service): string => JSON.stringify(service.metadata.name)

function portOf(service: Service, port: string | number): ServicePort {
  const ports = service.spec.ports ?? []
  const found = port === '' && ports.length === 1 ? ports[0] : ports.find((p) => p.name === String(port) || String(p.port) === String(port))
  if (!found) throw serviceUnavailable(`no service port ${JSON.stringify(String(port))} found for service ${named(service)}`)
  return found
}

/** One endpoint that is ready, taken at random. Throws ServiceUnavailable. */
export function targetOf(service: Service, slices: readonly EndpointSlice[], port: string | number): ServiceTarget {
  const wanted = portOf(service, port)
  const targets = slices.flatMap((slice): ServiceTarget[] => {
    const found = slice.ports?.find((p) => (p.name ?? '') === (wanted.name ?? ''))
    if (!found?.port) return []
    return (slice.endpoints ?? []).filter((e) => e.conditions?.ready !== false).flatMap((e) => {
      const pod = e.targetRef?.kind === 'Pod' && e.targetRef.name ? { namespace: e.targetRef.namespace ?? slice.metadata.namespace ?? '', name: e.targetRef.name } : undefined
      return e.addresses.slice(0, 1).map((address) => ({ address, port: found.port as number, pod }))
    })
  })
  const target = targets[Math.floor(Math.random() * targets.length)]
  if (!target) throw serviceUnavailable(`no endpoints available for service ${named(service)}`)
  return target
}

const SAID: Readonly<Record<string, string>> = { ECONNREFUSED: 'connect: connection refused', EHOSTUNREACH: 'connect: no route to host', ENETUNREACH: 'connect: network is unreachable', ETIMEDOUT: 'i/o timeout' }

/** That nobody answers at an address, as Go says it; any other failure as it is. */
function refusal(error: unknown, host: string, port: number): unknown {
  const text = error instanceof Error ? error.message : String(error)
  const code = Object.keys(SAID).find((c) => text.includes(c))
  return code || text.includes('i/o timeout') ? serviceUnavailable(`dial tcp ${host}:${port}: ${SAID[code ?? ''] ?? 'i/o timeout'}`) : error
}

const dialHere: DialEndpoint = ({ host, port, timeoutMs }) => new Promise((resolve, reject) => {
  const socket = connect({ host, port })
  const timer = setTimeout(() => socket.destroy(new Error('i/o timeout')), timeoutMs)
  const fail = (error: Error): void => {
    clearTimeout(timer)
    reject(error)
  }
  socket.once('error', fail)
  socket.once('connect', () => {
    clearTimeout(timer)
    socket.off('error', fail)
    resolve(socket)
  })
})

/** @param dialEndpoint where addresses of the cluster are not this machine's to reach */
export function createReach(env: Pick<Env, 'store'>, door: () => KubeletDoor | undefined, dialEndpoint: DialEndpoint = dialHere): Reach {
  const dial = async (to: DialEndpoint, host: string, port: number): Promise<Duplex> => {
    try {
      return await to({ host, port, timeoutMs: DIAL_MS })
    } catch (error) {
      throw refusal(error, host, port)
    }
  }
  const reach: Reach = {
    async pod(namespace, name, port) {
      const pod = env.store.get(keyOf(PODS, namespace, name))?.value as Pod | undefined
      if (!pod) throw notFound(PODS, name)
      if (!pod.spec.nodeName) throw badRequest(`pod ${name} does not have a host assigned`)
      const kubelets = door()
      if (!kubelets?.portForward) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
      try {
        return await kubelets.portForward(pod.spec.nodeName, { namespace, name, uid: pod.metadata.uid ?? '' }, port)
      } catch (error) {
        throw refusal(error, pod.status?.podIP ?? name, port)
      }
    },
    async service(namespace, name, port) {
      const service = env.store.get(keyOf(SERVICES, namespace, name))?.value as Service | undefined
      if (!service) throw notFound(SERVICES, name)
      if (service.spec.type === 'ExternalName') return dial(dialHere, service.spec.externalName ?? '', typeof port === 'number' ? port : portOf(service, port).port)
      const slices = env.store.range(prefixOf(SLICES, namespace)).kvs.map((kv) => kv.value as EndpointSlice).filter((s) => s.metadata.labels?.[SERVICE_NAME] === name)
      const target = targetOf(service, slices, port)
      return target.pod ? reach.pod(target.pod.namespace, target.pod.name, target.port) : dial(dialEndpoint, target.address, target.port)
    },
  }
  return reach
}
