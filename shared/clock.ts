/** Time comes in as an argument, so that tests can turn it. Times are milliseconds since 1970. */
export interface Timer {
  cancel(): void
}
export interface Clock {
  now(): number
  /** Calls back once, after `ms`. The timer does not keep the process alive. */
  after(ms: number, callback: () => void): Timer
}

export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    // setTimeout overflows at 2^31 ms and would fire at once.
    const t = setTimeout(callback, Math.min(Math.max(0, ms), 0x7fffffff))
    ;(t as { unref?: () => void }).unref?.()
    return { cancel: () => clearTimeout(t) }
  },
}

/** A clock that stands still until `advance` is called; due timers then run in order. */
export class FakeClock implements Clock {
  #now: number
  #timers: { at: number; seq: number; callback: () => void }[] = []
  #seq = 0
  constructor(start = Date.parse('2026-01-01T00:00:00Z')) {
    this.#now = start
  }
  now(): number {
    return this.#now
  }
  after(ms: number, callback: () => void): Timer {
    const timer = { at: this.#now + Math.max(0, ms), seq: this.#seq++, callback }
    this.#timers.push(timer)
    return { cancel: () => { this.#timers = this.#timers.filter((t) => t !== timer) } }
  }
  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.length
  }
  /** Moves time and runs what becomes due, letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at || a.seq - b.seq)[0]
      if (!next) break
      this.#timers = this.#timers.filter((t) => t !== next)
      this.#now = next.at
      next.callback()
      await settle()
    }
    this.#now = end
    await settle()
  }
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

/** Remembers its last answer: most times are asked for many times over while they are now. */
function lastKept(write: (ms: number) => string): (ms: number) => string {
  let at = Number.NaN
  let text = ''
  return (ms) => {
    if (ms !== at) {
      text = write(ms)
      at = ms
    }
    return text
  }
}
/** `2026-01-01T00:00:00Z`: metav1.Time has whole seconds. */
export const rfc3339 = lastKept((ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`)
/** As rfc3339, but for the thousandths: they change all the time, and the rest once a second. */
const second = lastKept((s) => new Date(s * 1000).toISOString().slice(0, 20))
/** `2026-01-01T00:00:00.000000Z`: metav1.MicroTime. */
export const rfc3339Micro = lastKept((ms) => `${second(Math.floor(ms / 1000))}${String(Math.floor(ms - Math.floor(ms / 1000) * 1000)).padStart(3, '0')}000Z`)
