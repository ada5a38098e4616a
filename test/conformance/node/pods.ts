/** For the tests of pods: make one, wait for what becomes of it, read what it said. */
import type { Container, Pod, PodSpec } from '../../../shared/api/types.ts'
import { api, BUSYBOX, eventually, ok, printed } from '../cluster.ts'

/** One that ends when it is told to. */
export const SLEEP = 'trap "exit 0" TERM; while :; do sleep 0.1; done'
export const box = (command: string, more: Partial<Container> = {}): Container => ({ name: 'c', image: BUSYBOX, command: ['sh', '-c', command], ...more })

export const path = (ns: string, name = ''): string => `/api/v1/namespaces/${ns}/pods${name && `/${name}`}`
export const podOf = (ns: string, name: string): Promise<Pod> => api().get<Pod>(path(ns, name))
export const first = (p: Pod): NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number] | undefined => p.status?.containerStatuses?.[0]
export const condition = (p: Pod, type: string): string | undefined => p.status?.conditions?.find((c) => c.type === type)?.status
export const isReady = (p: Pod): boolean => condition(p, 'Ready') === 'True'
export const isRunning = (p: Pod): boolean => p.status?.phase === 'Running'
export const isOver = (p: Pod): boolean => p.status?.phase === 'Succeeded' || p.status?.phase === 'Failed'

export const start = (ns: string, name: string, spec: PodSpec, metadata: object = {}): Promise<Pod> =>
  api().send<Pod>('POST', path(ns), { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { terminationGracePeriodSeconds: 2, ...spec } })
export const until = (ns: string, name: string, what: string, check: (p: Pod) => boolean, timeout?: number): Promise<Pod> => eventually(`${name} ${what}`, () => podOf(ns, name), check, timeout)
export const logs = (ns: string, name: string, ...more: string[]): Promise<string> => ok(['logs', '-n', ns, name, ...more])

export async function running(ns: string, name: string, spec: PodSpec, metadata: object = {}): Promise<Pod> {
  await start(ns, name, spec, metadata)
  return until(ns, name, 'runs and is ready', (p) => {
    if (isOver(p)) throw new Error(`${name} is over before it was ready: ${JSON.stringify(p.status)}`)
    return isReady(p)
  })
}
/** What a pod printed that ended well. */
export async function output(ns: string, name: string, spec: PodSpec, metadata: object = {}): Promise<string> {
  await start(ns, name, { restartPolicy: 'Never', ...spec }, metadata)
  const pod = await until(ns, name, 'ends', isOver)
  const text = (await Promise.all([...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map((c) => printed(ns, name, c.name)))).join('')
  if (pod.status?.phase !== 'Succeeded') throw new Error(`${name} failed: ${text} ${JSON.stringify(pod.status)}`)
  return text
}
export const gone = (ns: string, name: string): Promise<unknown> =>
  eventually(`${name} is gone`, () => api().get<{ items: Pod[] }>(`${path(ns)}?fieldSelector=metadata.name%3D${name}`), (l) => l.items.length === 0)
export const remove = (ns: string, name: string, options: object = {}): Promise<unknown> => api().send('DELETE', path(ns, name), options)
export const patch = async (ns: string, what: string, change: object, ...more: string[]): Promise<void> => void (await ok(['patch', '-n', ns, ...what.split(' '), '--type', 'strategic', '-p', JSON.stringify(change), ...more]))

/** The reasons and sentences of the events about a pod. */
export const events = async (ns: string, name: string): Promise<{ reason: string; message: string }[]> =>
  (await api().get<{ items: { reason: string; message: string }[] }>(`/api/v1/namespaces/${ns}/events?fieldSelector=involvedObject.name%3D${name}`)).items
