/** What stands in the dock below the pages; it stays while pages come and go. */
import { remembered } from '../lib/prefs.ts'
import { Value } from '../lib/value.ts'

/** The log of one pod. */
export interface DockTab {
  namespace: string
  name: string
}
export interface DockState {
  tabs: readonly DockTab[]
  /** The tab on view, by its key. */
  chosen: string
}
export const keyOfTab = (t: DockTab): string => `${t.namespace}/${t.name}`
/** Each open log is a subscription, so the oldest tab makes room. */
export const MOST_TABS = 8

export function opened(state: DockState, tab: DockTab): DockState {
  const chosen = keyOfTab(tab)
  return { chosen, tabs: state.tabs.some((t) => keyOfTab(t) === chosen) ? state.tabs : [...state.tabs, tab].slice(-MOST_TABS) }
}
/** Without that tab; its right neighbour, else its left one, comes on view. */
export function closed(state: DockState, key: string): DockState {
  const at = state.tabs.findIndex((t) => keyOfTab(t) === key)
  const tabs = state.tabs.filter((t) => keyOfTab(t) !== key)
  const next = tabs[Math.min(at, tabs.length - 1)]
  return { tabs, chosen: state.chosen === key ? (next ? keyOfTab(next) : '') : state.chosen }
}

export const dock = new Value<DockState>({ tabs: [], chosen: '' })
/** Pixels. */
export const dockHeight = remembered('dock', 240, (x): x is number => typeof x === 'number' && Number.isFinite(x))
export const openInDock = (tab: DockTab): void => dock.set(opened(dock.get(), tab))
