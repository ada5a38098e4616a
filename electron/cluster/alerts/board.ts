/** All findings together: grouped into alerts, silenced where somebody said so, told once. It looks when something changes, or when a finding's time has come. */
import type { Alert, AlertObject, AlertSilence, AlertState } from '../../../shared/alerts.ts'
import { isSilencedBy } from '../../../shared/alerts.ts'
import type { Clock, Timer } from '../../../shared/clock.ts'
import type { Finding, Judgement } from './rules.ts'

/** Changes that come together are told together. */
const SETTLE_MS = 200
/** Of what ended and came again within this, nobody is told again. */
const CALM_MS = 10 * 60_000
const MOST_TOLD = 500
/** Who makes a thousand pods that do not start wants to know it once, not a thousand times; all are on the page. */
const BURST = 5
const BURST_MS = 60_000
/** The page shows no more. */
const MOST_ALERTS = 500

export interface BoardOptions {
  readonly clock: Clock
  readonly silences: () => readonly AlertSilence[]
  /** Ids that were told before, as they were kept; and who keeps them. */
  readonly told: readonly string[]
  readonly keep: (told: readonly string[]) => void
  /** Once for each alert that nobody silenced. */
  readonly notify: (alert: Alert) => void
}
export interface Board {
  /** What is judged of an object now; nothing when it has gone. */
  judge(key: string, look: ((now: number) => Judgement) | undefined): void
  /** Silences have changed. */
  refresh(): void
  readonly state: AlertState
  /** At once, and after each change. */
  subscribe(listener: (state: AlertState) => void): () => void
  stop(): void
}
interface Entry {
  readonly look: (now: number) => Judgement
  readonly judgement: Judgement
}

const name = (o: AlertObject): string => `${o.kind}/${o.namespace}/${o.name}`
const groupOf = (f: Finding): string => `${f.rule}/${name(f.owner)}${f.container ? `/${f.container}` : ''}`
const RANK = { failed: 0, warning: 1 } as const
const compare = (a: Alert, b: Alert): number => Number(a.silenced) - Number(b.silenced) || RANK[a.level] - RANK[b.level] || a.since - b.since || (a.id < b.id ? -1 : 1)

/** Pure. */
export function alertsOf(findings: Iterable<Finding>, silences: readonly AlertSilence[]): Alert[] {
  const groups = new Map<string, { first: Finding; pods: Set<string>; count: number; failed: boolean }>()
  for (const f of findings) {
    const id = groupOf(f)
    const group = groups.get(id)
    if (!group) groups.set(id, { first: f, pods: new Set([name(f.object)]), count: f.count, failed: f.level === 'failed' })
    else {
      group.pods.add(name(f.object))
      if (f.since < group.first.since || (f.since === group.first.since && f.object.name < group.first.object.name)) group.first = f
      group.count = Math.max(group.count, f.count)
      group.failed ||= f.level === 'failed'
    }
  }
  return [...groups].map(([id, { first, pods, count, failed }]): Alert => {
    const { rule, object, owner, container, since, detail } = first
    return { id, rule, level: failed ? 'failed' : 'warning', object, owner, pods: pods.size, container, since, detail, count, silenced: silences.some((s) => isSilencedBy(s, first)) }
  }).sort(compare)
}

export function createBoard({ clock, silences, told: before, keep, notify }: BoardOptions): Board {
  /** Only of objects that are in trouble, or will have to be looked at again. */
  const entries = new Map<string, Entry>()
  const listeners = new Set<(state: AlertState) => void>()
  /** When each alert that was told was there last. */
  const told = new Map(before.map((id) => [id, clock.now()]))
  let state: AlertState = { alerts: [], silences: silences() }
  let settling: Timer | undefined
  let waking: Timer | undefined
  let burst: number[] = []
  let wakeAt = Number.POSITIVE_INFINITY

  function publish(): void {
    settling = undefined
    const now = clock.now()
    const all = silences()
    const alerts = alertsOf([...entries.values()].flatMap((e) => e.judgement.findings), all).slice(0, MOST_ALERTS)
    const size = told.size
    let fresh = 0
    const before = new Set(state.alerts.filter((a) => !a.silenced).map((a) => a.id))
    // Over for a while, also when it has come again just now.
    for (const [id, last] of told) if (now - last > CALM_MS && !before.has(id)) told.delete(id)
    for (const alert of alerts) {
      if (alert.silenced) continue
      if (!told.has(alert.id)) {
        fresh++
        burst = burst.filter((at) => now - at < BURST_MS)
        if (burst.length < BURST) {
          burst.push(now)
          notify(alert)
        }
      }
      // The one that was told last is forgotten last.
      told.delete(alert.id)
      told.set(alert.id, now)
    }
    while (told.size > MOST_TOLD) told.delete(told.keys().next().value as string)
    if (fresh || told.size !== size) keep([...told.keys()])
    if (JSON.stringify(state) === JSON.stringify({ alerts, silences: all })) return
    state = { alerts, silences: all }
    for (const listener of listeners) listener(state)
  }
  const settle = (): void => { settling ??= clock.after(SETTLE_MS, publish) }
  function wake(): void {
    waking = undefined
    wakeAt = Number.POSITIVE_INFINITY
    const now = clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const [key, { look, judgement }] of entries) {
      if (judgement.again !== undefined && judgement.again <= now) judge(key, look)
      next = Math.min(next, entries.get(key)?.judgement.again ?? next)
    }
    if (next < Number.POSITIVE_INFINITY) wakeBy(next)
  }
  function wakeBy(at: number): void {
    if (at >= wakeAt) return
    waking?.cancel()
    wakeAt = at
    // A step beyond, so that what is due is due then; far ones in steps, since timers are not made for weeks.
    waking = clock.after(Math.min(at - clock.now() + 1, 86_400_000), wake)
  }
  function judge(key: string, look: ((now: number) => Judgement) | undefined): void {
    const judgement = look?.(clock.now())
    const old = entries.get(key)
    if (look && judgement && (judgement.findings.length || judgement.again !== undefined)) {
      entries.set(key, { look, judgement })
      if (judgement.again !== undefined) wakeBy(judgement.again)
    } else entries.delete(key)
    if (judgement?.findings.length || old?.judgement.findings.length) settle()
  }
  return {
    judge,
    refresh: settle,
    get state() {
      return state
    },
    subscribe(listener) {
      listeners.add(listener)
      listener(state)
      return () => void listeners.delete(listener)
    },
    stop() {
      settling?.cancel()
      waking?.cancel()
      listeners.clear()
    },
  }
}
