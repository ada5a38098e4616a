/** For the tests of workloads: objects by path, waiting on what they become, and the steps that every kind's life has. */
import { expect } from 'vitest'
import type { KubeList, KubeObject, WatchEvent } from '../../../shared/api/meta.ts'
import { Pods, pathOf, type ResourceType } from '../../../shared/api/resources.ts'
import type { Pod } from '../../../shared/api/types.ts'
import { api, BUSYBOX, eventually } from '../cluster.ts'

const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'
/** An image that answers HTTP, and one that is nowhere. */
export const WEB = 'pilothouse.dev/hello:1'
export const NOWHERE = 'pilothouse.dev/no-such-image:1'

/** The collection of a kind in a namespace, typed. */
export function of<T extends KubeObject>(type: ResourceType<T>, ns: string) {
  const at = (name?: string, sub?: string): string => pathOf(type, type.namespaced ? ns : undefined, name, sub)
  return {
    at,
    create: (name: string, body: object = {}, metadata: object = {}) => api().send<T>('POST', at(), { apiVersion: type.group ? `${type.group}/${type.version}` : type.version, kind: type.kind, metadata: { name, ...metadata }, ...body }),
    get: (name: string, sub?: string) => api().get<T>(at(name, sub)),
    list: async (selector = ''): Promise<T[]> => (await api().get<KubeList<T>>(`${at()}${selector ? `?labelSelector=${encodeURIComponent(selector)}` : ''}`)).items,
    patch: (name: string, change: object, sub?: string) => api().send<T>('PATCH', at(name, sub), change, MERGE),
    strategic: (name: string, change: object, sub?: string) => api().send<T>('PATCH', at(name, sub), change, STRATEGIC),
    replace: (object: T, sub?: string) => api().send<T>('PUT', at(object.metadata.name, sub), object),
    remove: (name: string, options: object = {}) => api().send('DELETE', at(name), { apiVersion: 'v1', kind: 'DeleteOptions', ...options }),
    removeAll: (selector: string) => api().send('DELETE', `${at()}?labelSelector=${encodeURIComponent(selector)}`),
    until: (name: string, what: string, wanted: (o: T) => boolean, timeout?: number) => eventually(`${type.kind} ${name}: ${what}`, () => api().get<T>(at(name)), wanted, timeout),
    gone: (name: string, timeout?: number) => eventually(`${type.kind} ${name} is gone`, () => api().get<T>(at(name)).then(() => false, (e: Error) => { if (!/: 404 /.test(e.message)) throw e; return true }), Boolean, timeout),
  }
}
export type Collection<T extends KubeObject> = ReturnType<typeof of<T>>

export const pods = (ns: string): Collection<Pod> => of(Pods, ns)
export const isReady = (p: Pod): boolean => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
export const living = (list: readonly Pod[]): Pod[] => list.filter((p) => !p.metadata.deletionTimestamp)
export const untilPods = (ns: string, what: string, wanted: (pods: Pod[]) => boolean, selector = '', timeout?: number): Promise<Pod[]> => eventually(what, () => pods(ns).list(selector), wanted, timeout)

/** A template whose pods run a shell script, or serve pages where none is given. */
export const template = (labels: Record<string, string>, script?: string, more: { spec?: object; container?: object; metadata?: object } = {}): object => ({
  metadata: { labels, ...more.metadata },
  spec: { terminationGracePeriodSeconds: 0, ...more.spec, containers: [{ name: 'c', ...(script === undefined ? { image: WEB } : { image: BUSYBOX, command: ['sh', '-c', script] }), ...more.container }] },
})
export const SLEEP = 'while :; do sleep 1; done'
/** What a pod of WEB answers, once it does: it has no probe, and is ready before it listens. */
export const answer = (pod: Pod | undefined): Promise<string> =>
  eventually(`pod ${pod?.metadata.name} answers`, () => fetch(`http://${pod?.status?.podIP}/`).then(async (r) => `${r.status} ${await r.text()}`, (e: Error) => e.message), (said) => said.startsWith('200 '))

/** Everything that happens to a collection, until it is closed. */
export async function follow<T extends KubeObject>(c: Collection<T>, selector = ''): Promise<{ events: WatchEvent<T>[]; saw(what: string, match: (e: WatchEvent<T>) => boolean): Promise<void>; close(): void }> {
  const events: WatchEvent<T>[] = []
  const watch = await api().watch<T>(`${c.at()}?watch=true${selector ? `&labelSelector=${encodeURIComponent(selector)}` : ''}`, (e) => events.push(e))
  return { events, close: () => watch.close(), async saw(what, match) { await eventually(`watch: ${what}`, async () => events.some(match), Boolean) } }
}

interface WithConditions { metadata: { name: string }; status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] } }
const condition = (o: KubeObject, type: string) => (o as unknown as WithConditions).status?.conditions?.find((c) => c.type === type)

/** /status is read, replaced and patched; who watches sees it; nothing else of the object changes. */
export async function statusLife<T extends KubeObject>(c: Collection<T>, name: string): Promise<void> {
  const seen = await follow(c)
  expect((await c.get(name, 'status')).metadata.name).toBe(name)
  const put = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from a test' }
  await eventually('the status is replaced', async () => {
    const now = (await c.get(name, 'status')) as unknown as WithConditions
    return c.replace({ ...now, status: { ...now.status, conditions: [...(now.status?.conditions ?? []), put] } } as unknown as T, 'status').then(() => true, (e: Error) => { if (!/: 409 /.test(e.message)) throw e; return false })
  }, Boolean)
  await seen.saw('the condition that was put', (e) => condition(e.object as T, 'StatusUpdate')?.status === 'True')
  await c.patch(name, { status: { conditions: [{ type: 'StatusPatched', status: 'True' }] } }, 'status')
  await seen.saw('the condition that was patched', (e) => condition(e.object as T, 'StatusPatched')?.status === 'True')
  seen.close()
}

/** /scale is read, replaced and patched, and the object follows. */
export async function scaleLife<T extends KubeObject & { spec: { replicas?: number } }>(c: Collection<T>, name: string): Promise<void> {
  interface Scale { apiVersion: string; kind: string; metadata: object; spec: { replicas: number } }
  const scale = await api().get<Scale>(c.at(name, 'scale'))
  expect(scale).toMatchObject({ apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 1 } })
  // The controller may have written the object in between.
  const two = await eventually('the scale is replaced', async () => {
    const now = await api().get<Scale>(c.at(name, 'scale'))
    return api().send<Scale>('PUT', c.at(name, 'scale'), { ...now, spec: { replicas: 2 } }).then((s) => s.spec.replicas, (e: Error) => { if (!/: 409 /.test(e.message)) throw e; return 0 })
  }, (n) => n > 0)
  expect(two).toBe(2)
  expect((await c.get(name)).spec.replicas).toBe(2)
  await c.patch(name, { spec: { replicas: 4 } }, 'scale')
  expect((await c.get(name)).spec.replicas).toBe(4)
}
