/**
 * Parts of the page that are loaded when they are wanted. A browser gives up what is on its way whenever a network interface of the
 * machine comes or goes, and each pod that starts or ends makes or takes one: so a part that could not be loaded is asked for again.
 */

const FIRST_PAUSE_MS = 150
const TRIES = 6

/** Resolves with the module; rejects with the last reason after some five seconds. */
export async function load<T>(part: () => Promise<T>, pause: (ms: number) => Promise<unknown> = (ms) => new Promise((resolve) => { setTimeout(resolve, ms) })): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await part()
    } catch (error) {
      if (tried >= TRIES) throw error
      await pause(FIRST_PAUSE_MS * 2 ** (tried - 1))
    }
  }
}
