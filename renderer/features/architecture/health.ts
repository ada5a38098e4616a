/** The reports of the cluster's components, made fit for a picture. */
import type { Event } from '../../../shared/api/types.ts'
import type { ComponentHealth } from '../../../shared/ipc.ts'
import type { Level } from '../../theme/theme.ts'
import { lastSeen } from '../events/model.ts'

export interface Health {
  level: Level
  message: string
}
/** The worst of all components of that name; undefined when none has reported. */
export function healthOf(components: readonly ComponentHealth[], name: string): Health | undefined {
  const mine = components.filter((c) => c.name === name)
  const bad = mine.find((c) => !c.healthy)
  return bad ? { level: 'failed', message: bad.message } : mine[0] && { level: 'ok', message: mine[0].message }
}

/** One line a name: a hundred kubelets are one line, unhealthy when one of them is. */
export function grouped(components: readonly ComponentHealth[]): (ComponentHealth & { count: number })[] {
  const lines = new Map<string, ComponentHealth & { count: number }>()
  for (const c of components) {
    const line = lines.get(c.name)
    if (!line) lines.set(c.name, { ...c, count: 1 })
    else lines.set(c.name, { ...(line.healthy && !c.healthy ? c : line), count: line.count + 1 })
  }
  return [...lines.values()]
}

export type Actor = 'scheduler' | 'controllers' | `kubelet ${string}`
/** Who wrote the event, by its source, or in newer events its reporter. */
export function actorOf(e: Event): Actor | undefined {
  const from = e.source?.component ?? e.reportingComponent ?? ''
  if (from.endsWith('scheduler')) return 'scheduler'
  if (from.endsWith('-controller') || from === 'kube-controller-manager') return 'controllers'
  return from === 'kubelet' ? `kubelet ${e.source?.host ?? e.reportingInstance ?? ''}` : undefined
}

/** The newest event of each actor: the last thing it did. */
export function lastActions(events: readonly Event[]): ReadonlyMap<Actor, Event> {
  const newest = new Map<Actor, Event>()
  for (const e of events) {
    const actor = actorOf(e)
    if (!actor) continue
    const known = newest.get(actor)
    if (!known || lastSeen(known) < lastSeen(e)) newest.set(actor, e)
  }
  return newest
}
