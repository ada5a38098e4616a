/**
 * Long work on one request, in stretches. A ConfigMap of forty thousand keys is read, compared, checked and written down for hundreds of
 * milliseconds in all; nobody else shall wait for more than one step of it. Between two steps the work asks whether it is tired, and
 * small requests never are. What was read before a rest may have changed after it: writes compare the revision, and begin anew.
 */

/** How long one request may hold the event loop before others have their turn, in ms: half a frame. */
const STRETCH_MS = 8

export class Stretch {
  #since = performance.now()
  #large: boolean
  /** @param large what it is about is; a small request never rests, however slow the machine is: what it does together stays together */
  constructor(large: boolean) {
    this.#large = large
  }
  /** It has held the loop for long enough. */
  get tired(): boolean {
    return this.#large && performance.now() - this.#since >= STRETCH_MS
  }
  /** It turns out that what it is about is large. */
  grow(): void {
    this.#large = true
  }
  /** Resolves when whoever waited has had a turn. */
  rest(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        this.begin()
        resolve()
      })
    })
  }
  /** Another stretch: it has waited for something else meanwhile. */
  begin(): void {
    this.#since = performance.now()
  }
}

/** Work that may rest where it yields. */
export type Steps<T> = Generator<void, T, void>

/** All of it in this turn of the event loop. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** In this turn while it is short, which it nearly always is; a Promise only where it has rested. Throws, or rejects, as the steps do. */
export function inStretches<T>(steps: Steps<T>, stretch: Stretch | undefined): T | Promise<T> {
  if (!stretch) return atOnce(steps)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (stretch.tired) return rested(steps, stretch)
  }
}

async function rested<T>(steps: Steps<T>, stretch: Stretch): Promise<T> {
  for (;;) {
    if (stretch.tired) await stretch.rest()
    const step = steps.next()
    if (step.done) return step.value
  }
}
