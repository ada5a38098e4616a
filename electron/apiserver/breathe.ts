/** Long work that leaves the event loop to others: documents are built piece by piece, with a breath wherever a turn's time is used up. */

/** Of one turn, in ms: half a frame. */
const SLICE_MS = 8

/** Awaited between pieces; undefined: go on at once. */
export type Breathe = () => Promise<void> | undefined

export function createBreathe(now: () => number = () => performance.now()): Breathe {
  let since = now()
  return () => {
    if (now() - since < SLICE_MS) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        since = now()
        resolve()
      })
    })
  }
}
