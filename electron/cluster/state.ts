/** The state of the whole as the dashboard and the tray show it: one value, replaced on each change, pushed to whoever listens. */
import type { ClusterState } from '../../shared/ipc.ts'

export type StateListener = (state: ClusterState) => void

export class StateHolder {
  #state: ClusterState
  #listeners = new Set<StateListener>()
  #looking = 0
  /** Called when a person begins to look. */
  onLook: (() => void) | undefined
  constructor(initial: ClusterState) {
    this.#state = initial
  }
  get value(): ClusterState {
    return this.#state
  }
  update(change: Partial<ClusterState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener(this.#state)
  }
  /** Runs one named step of the start and records how long it took; a failure marks the step and goes on to the caller. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now()
    const mark = (state: 'running' | 'done' | 'failed', milliseconds?: number): void => {
      const others = this.#state.steps.filter((s) => s.name !== name)
      const at = this.#state.steps.findIndex((s) => s.name === name)
      const step = { name, state, ...(milliseconds === undefined ? {} : { milliseconds }) }
      const steps = at < 0 ? [...others, step] : this.#state.steps.map((s) => (s.name === name ? step : s))
      this.update({ steps, message: name })
    }
    mark('running')
    try {
      const result = await work()
      mark('done', Math.round(performance.now() - began))
      return result
    } catch (e) {
      mark('failed', Math.round(performance.now() - began))
      throw e
    }
  }
  /** Calls back at once with what is, then on each change. */
  subscribe(listener: StateListener): () => void {
    this.#listeners.add(listener)
    listener(this.#state)
    return () => this.#listeners.delete(listener)
  }
  /** As subscribe, for a window: while one is open a person may look, and what tells no changes is looked at. */
  look(listener: StateListener): () => void {
    const unsubscribe = this.subscribe(listener)
    let open = true
    if (++this.#looking === 1) this.onLook?.()
    return () => {
      if (open) this.#looking--
      open = false
      unsubscribe()
    }
  }
  get isLookedAt(): boolean {
    return this.#looking > 0
  }
}
