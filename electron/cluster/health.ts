/**
 * How each box of the picture is, for the dashboard: looked at when something happens that may have changed it, at most once a second.
 * Much of what boxes say changes without telling (lines that are followed, a round that was measured): while a window is open they are
 * looked at every few seconds.
 */
import type { Clock, Timer } from '../../shared/clock.ts'
import type { ComponentHealth } from '../../shared/ipc.ts'
import type { Component } from '../client/component.ts'
import type { StateHolder } from './state.ts'

const LEAST_INTERVAL = 1000
const WHILE_LOOKED_AT = 3000

export interface HealthSource {
  components(): readonly Component[]
  /** Components of the API server's side, which are no Component of the client's. */
  others(): readonly ComponentHealth[]
  /** Calls back when the health of any may have changed. */
  onChange(callback: () => void): () => void
}

const same = (a: readonly ComponentHealth[], b: readonly ComponentHealth[]): boolean =>
  a.length === b.length && a.every((x, i) => x.name === b[i]?.name && x.healthy === b[i]?.healthy && x.message === b[i]?.message)

/** Pushes into `state` whenever the picture differs; answers what stops it. */
export function collectHealth(state: StateHolder, source: HealthSource, clock: Clock): () => void {
  let timer: Timer | undefined
  let due = Infinity
  /** At the latest then. */
  const lookIn = (ms: number): void => {
    if (clock.now() + ms >= due) return
    timer?.cancel()
    due = clock.now() + ms
    timer = clock.after(ms, look)
  }
  const look = (): void => {
    timer = undefined
    due = Infinity
    const now = [...source.others(), ...source.components().map((c) => ({ name: c.name, ...c.health() }))]
    if (!same(now, state.value.components)) state.update({ components: now })
    if (state.isLookedAt) lookIn(WHILE_LOOKED_AT)
  }
  const stop = source.onChange(() => lookIn(LEAST_INTERVAL))
  state.onLook = () => lookIn(LEAST_INTERVAL)
  look()
  return () => {
    timer?.cancel()
    state.onLook = undefined
    stop()
  }
}
