/**
 * Keeps V8's young generation in bounds, and small while little happens. Under load it doubles up to 128 MiB; of the CPU that the collector
 * saves by that, most is saved at a quarter of it. And a process that falls quiet collects no more, so it never gives back what it took: after a
 * burst of a thousand pods, a third of what it weighs. A limit can only be given on Node's command line, which is the user's; but the
 * factor by which it grows is read each time that it might grow, so growing is switched off once it is large enough. And some
 * seconds after the last collection a small one is asked for, which finds little alive, and V8 shrinks it to a MiB. From there it would
 * take a busy process long to double its way up again, while what is short-lived grows old: so its first step is a large one.
 */
import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock, Timer } from '../../shared/clock.ts'

/** Bytes, of both halves together. */
const ENOUGH = 32 * 2 ** 20
/** What a process may keep that does nothing, and what one that works has at once. */
const SMALL = 8 * 2 ** 20
/** V8 judges how much is allocated by the last five seconds. */
const QUIET_MS = 6_000

const size = (): number => getHeapSpaceStatistics().find((s) => s.space_name === 'new_space')?.space_size ?? 0
/** The observer may hear of a step only after the next one: none goes beyond what is enough. */
const factorFor = (bytes: number): number => (bytes >= ENOUGH ? 1 : bytes >= SMALL ? 2 : Math.floor(ENOUGH / Math.max(bytes, 2 * 2 ** 20)))

/** V8's own collector of the young generation. The flag shows it to contexts that are made while it is set: to one, that is left at once. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void
  setFlagsFromString('--no-expose-gc')
  return () => gc({ type: 'minor' })
}

/** Once a process. Looks after each collection; a timer runs only while there is something to give back. */
export function limitYoungGeneration(clock: Clock): void {
  let factor = 0
  let collected = 0
  let timer: Timer | undefined
  let collect: (() => void) | undefined
  const giveBack = (): void => {
    timer = undefined
    const left = collected + QUIET_MS - clock.now()
    if (left > 0) timer = clock.after(left, giveBack)
    else (collect ??= collector())()
  }
  const observer = new PerformanceObserver(() => {
    collected = clock.now()
    const bytes = size()
    const wanted = factorFor(bytes)
    // V8 shrinks it by itself, too, while little is allocated: it must be able to grow again then.
    if (wanted !== factor) setFlagsFromString(`--semi-space-growth-factor=${wanted}`)
    factor = wanted
    if (bytes > SMALL) timer ??= clock.after(QUIET_MS, giveBack)
  })
  observer.observe({ entryTypes: ['gc'] })
}
