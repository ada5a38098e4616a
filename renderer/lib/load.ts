/**
 * Parts of the page that are loaded when they are wanted. A browser gives up what is on its way whenever a network interface of the
 * machine comes or goes, and each pod that starts or ends makes or takes one. What did not come it keeps as failed for as long as the
 * document lives, whoever imports it: so the page is loaded again, where it was, if it can be: where nobody answers, what is on view is
 * better than nothing. That also brings the parts of a newer build.
 */

const FIRST_PAUSE_MS = 150
const TRIES = 5
/** Reloads before this are of another trouble. */
const RECENT_MS = 60_000
const KEPT = 'reloaded'

/** What is needed of a browser's window; times in milliseconds. */
export interface Reloads {
  now(): number
  /** Of this tab, over reloads. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
  pause(ms: number): Promise<unknown>
  /** Whether the page could be had now. */
  answers(): Promise<boolean>
  reload(): void
}
const ofThisTab = (): Reloads => ({ now: () => Date.now(), storage: sessionStorage, pause: (ms) => new Promise((resolve) => { setTimeout(resolve, ms) }), answers: () => fetch(location.href, { cache: 'no-store' }).then((r) => r.ok, () => false), reload: () => location.reload() })

const recent = (text: string | null, now: number): number[] => (text ?? '').split(' ').map(Number).filter((time) => time > now - RECENT_MS)

/** Resolves with the module. When it does not come the page is loaded again, and this never settles; rejects when that has not helped either, or nobody answers. */
export async function load<T>(part: () => Promise<T>, reloads: Reloads = ofThisTab()): Promise<T> {
  try {
    return await part()
  } catch (error) {
    const times = recent(reloads.storage.getItem(KEPT), reloads.now())
    for (let tried = times.length; tried < TRIES; tried++) {
      await reloads.pause(FIRST_PAUSE_MS * 2 ** tried)
      if (!(await reloads.answers())) continue
      reloads.storage.setItem(KEPT, [...times, reloads.now()].join(' '))
      reloads.reload()
      return new Promise(() => undefined)
    }
    throw error
  }
}
