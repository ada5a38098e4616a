/** Servers, clients and what one hears from the other, for the tests of this folder. */
import type { Endpoints, Node, Pod, Service } from '../../../shared/api/types.ts'
import { AGNHOST, api, create, eventually, get, namespace, replace } from '../cluster.ts'

export const HTTP = 8080
export const UDP = 8081

/** A pod that answers with its name, by HTTP and by UDP. `extra`: of its spec. */
export const server = (namespace: string, name: string, labels: Record<string, string> = {}, extra: object = {}, ports: readonly object[] = [{ containerPort: HTTP }, { containerPort: UDP, protocol: 'UDP' }]): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels },
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: AGNHOST, args: ['netexec', `--http-port=${HTTP}`, `--udp-port=${UDP}`], ports, readinessProbe: { httpGet: { path: '/healthz', port: HTTP }, periodSeconds: 1 } }], ...extra },
})
export const service = (namespace: string, name: string, spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports: [{ port: 80, targetPort: HTTP }], ...spec } })

export const podReady = (namespace: string, name: string): Promise<Pod> =>
  eventually(`pod ${name} is ready`, () => api().get<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`), (p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false)
/** Creates servers and waits until they are ready; their addresses by name. */
export async function servers(namespace: string, labels: Record<string, string>, ...names: string[]): Promise<Map<string, string>> {
  await create(...names.map((name) => server(namespace, name, labels)))
  return new Map(await Promise.all(names.map(async (name) => [name, (await podReady(namespace, name)).status?.podIP ?? ''] as const)))
}
let asker: Promise<string> | undefined
/** The address of a pod that asks others. No test changes it: it is there for all that this process runs, and goes with the cluster. */
export const client = (): Promise<string> => (asker ??= namespace({}, () => undefined).then(async (ns) => (await servers(ns, {}, 'client')).get('client') ?? ''))
export const serviceOf = (namespace: string, name: string): Promise<Service> => api().get<Service>(`/api/v1/namespaces/${namespace}/services/${name}`)
export const replaceService = (namespace: string, name: string, change: (s: Service) => Service): Promise<Service> => replace(`/api/v1/namespaces/${namespace}/services/${name}`, change)

/** An address where the nodes are reached from pods. */
export async function nodeAddress(): Promise<string> {
  const { items } = await get<{ items: Node[] }>('nodes')
  return items[0]?.status?.addresses?.find((a) => a.type === 'InternalIP')?.address ?? ''
}

/** What a client pod prints for a command. */
export async function shell(client: string, command: string): Promise<string> {
  try {
    const answer = await fetch(`http://${client}:${HTTP}/shell?cmd=${encodeURIComponent(command)}`, { signal: AbortSignal.timeout(60_000) })
    return ((await answer.json()) as { output?: string }).output?.trim() ?? ''
  } catch (e) {
    return `failed: ${(e as Error).message}`
  }
}
/** The name of the pod that a client pod meets at an address, each time on a connection of its own. */
export const meets = (client: string, host: string, port: number, path = 'hostname'): Promise<string> => shell(client, `printf 'GET /${path} HTTP/1.0\\r\\n\\r\\n' | nc -w 10 ${host} ${port} 2>/dev/null | tail -n 1`)
/** By UDP. */
export async function meetsByUdp(client: string, host: string, port: number): Promise<string> {
  try {
    const answer = await fetch(`http://${client}:${HTTP}/dial?host=${host}&port=${port}&protocol=udp&request=hostname&tries=1`, { signal: AbortSignal.timeout(60_000) })
    return ((await answer.json()) as { responses: string[] }).responses[0] ?? ''
  } catch (e) {
    return `failed: ${(e as Error).message}`
  }
}
/** Waits until a client has met each of these, and nobody else since the last of them was missing. */
export const meetsEach = (what: string, meet: () => Promise<string>, names: readonly string[]): Promise<Set<string>> => {
  const met = new Set<string>()
  return eventually(what, async () => { const name = await meet(); return names.includes(name) ? met.add(name) : met }, (m) => m.size === names.length)
}

/** Pod name to its ports, as Endpoints have them. */
export const endpointsAre = (namespace: string, name: string, wanted: Record<string, readonly number[]>): Promise<Endpoints | undefined> =>
  eventually(`the endpoints of ${name} are ${JSON.stringify(wanted)}`, async () => (await api().get<{ items: Endpoints[] }>(`/api/v1/namespaces/${namespace}/endpoints?fieldSelector=metadata.name%3D${name}`)).items[0], (e) => {
    if (!e) return false
    const found: Record<string, number[]> = {}
    for (const { addresses = [], ports = [] } of e.subsets ?? []) for (const a of addresses) (found[a.targetRef?.name ?? a.ip] ??= []).push(...ports.map((p) => p.port))
    const sorted = (r: Record<string, readonly number[]>): string => JSON.stringify(Object.entries(r).map(([k, v]) => [k, [...v].sort((x, y) => x - y)]).sort())
    return sorted(found) === sorted(wanted)
  })
/** The same of the slices. */
export const slicesAre = (namespace: string, name: string, wanted: Record<string, readonly number[]>): Promise<unknown> =>
  eventually(`the slices of ${name} are ${JSON.stringify(wanted)}`, () => api().get<{ items: { endpoints?: { targetRef?: { name?: string }; conditions?: { ready?: boolean } }[]; ports?: { port?: number }[] }[] }>(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name%3D${name}`), ({ items }) => {
    const found: Record<string, number[]> = {}
    for (const s of items) for (const e of s.endpoints ?? []) if (e.conditions?.ready) (found[e.targetRef?.name ?? ''] ??= []).push(...(s.ports ?? []).flatMap((p) => p.port ?? []))
    const sorted = (r: Record<string, readonly number[]>): string => JSON.stringify(Object.entries(r).map(([k, v]) => [k, [...v].sort((x, y) => x - y)]).sort())
    return sorted(found) === sorted(wanted)
  })
