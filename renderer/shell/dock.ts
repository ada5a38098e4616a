/** What stands in the dock below the pages; it stays while pages come and go. */
import { remembered } from '../lib/prefs.ts'
import { Value } from '../lib/value.ts'

/** Lines of some pods, merged. */
export interface LogTab {
  kind: 'log'
  key: string
  title: string
  /** A query that says whose lines. */
  scope: string
  /** They are of one pod. */
  single: boolean
}
/** A terminal in a container of a pod; `attach`: to the container's own process. */
export interface TerminalTab {
  kind: 'terminal'
  key: string
  title: string
  namespace: string
  pod: string
  container: string
  containers: readonly string[]
  attach: boolean
}
export type DockTab = LogTab | TerminalTab
export interface DockState {
  tabs: readonly DockTab[]
  /** The tab on view, by its key. */
  chosen: string
}
/** Each is a subscription, so the oldest log makes room; a terminal is never ended for another. */
export const MOST_TABS = 12

export function opened(state: DockState, tab: DockTab): DockState {
  if (state.tabs.some((t) => t.key === tab.key)) return { tabs: state.tabs.map((t) => (t.key === tab.key && t.kind === 'log' ? tab : t)), chosen: tab.key }
  const tabs = [...state.tabs, tab]
  const oldest = tabs.length > MOST_TABS ? tabs.findIndex((t) => t.kind === 'log' && t.key !== tab.key) : -1
  return { chosen: tab.key, tabs: tabs.filter((_, i) => i !== oldest) }
}
/** Without that tab; its right neighbour, else its left one, comes on view. */
export function closed(state: DockState, key: string): DockState {
  const at = state.tabs.findIndex((t) => t.key === key)
  const tabs = state.tabs.filter((t) => t.key !== key)
  const next = tabs[Math.min(at, tabs.length - 1)]
  return { tabs, chosen: state.chosen === key ? (next?.key ?? '') : state.chosen }
}

export const dock = new Value<DockState>({ tabs: [], chosen: '' })
/** Pixels. */
export const dockHeight = remembered('dock', 280, (x): x is number => typeof x === 'number' && Number.isFinite(x))

export const openLogs = (title: string, namespace: string, scope: string, single: boolean): void => dock.set(opened(dock.get(), { kind: 'log', key: `log ${title} ${namespace}`, title, scope, single }))
let terminals = 0
/** Each is a session of its own, also of the same container. */
export const openTerminal = (t: Omit<TerminalTab, 'kind' | 'key' | 'title'>): void => dock.set(opened(dock.get(), { ...t, kind: 'terminal', key: `terminal ${++terminals}`, title: t.pod }))
