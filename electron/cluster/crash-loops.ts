/** Watches pods for containers in CrashLoopBackOff, so that the user hears of it once. */
import type { Pod } from '../../shared/api/types.ts'
import type { Informer } from '../client/types.ts'

export interface CrashLoop {
  namespace: string
  pod: string
  container: string
  restarts: number
}

/** The containers of a pod that wait in CrashLoopBackOff. */
export const crashLoopsOf = (pod: Pod): CrashLoop[] =>
  (pod.status?.containerStatuses ?? [])
    .filter((s) => s.state?.waiting?.reason === 'CrashLoopBackOff')
    .map((s) => ({ namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, container: s.name, restarts: s.restartCount }))

/** Calls back when a container enters a crash loop, and again only after it has become ready in between. */
export function watchCrashLoops(pods: Informer<Pod>, callback: (crash: CrashLoop) => void): () => void {
  const told = new Set<string>()
  const key = (pod: Pod, container: string): string => `${pod.metadata.uid}/${container}`
  const look = (pod: Pod): void => {
    for (const s of pod.status?.containerStatuses ?? []) if (s.ready) told.delete(key(pod, s.name))
    for (const crash of crashLoopsOf(pod)) {
      if (told.has(key(pod, crash.container))) continue
      told.add(key(pod, crash.container))
      callback(crash)
    }
  }
  return pods.addHandlers({
    onAdd: look,
    onUpdate: look,
    onDelete: (pod) => { for (const c of pod.spec.containers) told.delete(key(pod, c.name)) },
  })
}
