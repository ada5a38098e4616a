/** What the specs of the dashboard share: where things are on a page, and what it must not say. */
import { expect, test, type Page } from '@playwright/test'
import type { ApiCall, Bridge } from '../../shared/ipc.ts'
import { type Desktop, launch } from './desktop.ts'

/** A request to the API, over the page's own bridge. */
export const api = <T = unknown>(page: Page, request: ApiCall) => page.evaluate((call) => new Promise<{ status: number; body: T }>((resolve, reject) => {
  const bridge = (window as unknown as { pilothouse: Bridge }).pilothouse
  const id = 1_000_000 + Math.floor(Math.random() * 1_000_000)
  const off = bridge.onMessage((m) => {
    if (m.id !== id) return
    off()
    if (m.type === 'result') resolve(m.value as { status: number; body: T })
    else reject(new Error(JSON.stringify(m)))
  })
  bridge.send({ verb: 'call', id, name: 'api', request: call })
}), request)

/** Everything the page's policy forbade, and every error on its console. */
export async function watchFaults(page: Page): Promise<string[]> {
  const faults: string[] = []
  page.on('pageerror', (e) => faults.push(e.message))
  // A network that comes or goes on this machine (an engine's bridge) ends what is on its way; the page asks again, and is watched doing so.
  page.on('console', (m) => { if (m.type() === 'error' && !m.text().includes('net::ERR_NETWORK_CHANGED')) faults.push(m.text()) })
  await page.evaluate(() => document.addEventListener('securitypolicyviolation', (e) => { console.error(`policy: ${e.violatedDirective} forbids ${e.blockedURI}`) }))
  return faults
}
/** Waits until the app shows an empty cluster, in a window of the usual size; answers the page's faults from then on. */
export async function whenEmpty(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: 1280, height: 720 })
  await expect(page.getByText('Your cluster is ready and empty')).toBeVisible()
  return watchFaults(page)
}
/** Goes to a page, and comes back when it stands there and no longer the one before; what it shows may still be on its way. */
export const to = async (page: Page, path: string): Promise<void> => {
  await page.evaluate(async (hash) => {
    const before = location.href
    const gone = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }))
    location.hash = hash
    if (location.href === before) return
    await gone
    // The page listens too, and draws before the next frame but one.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }, path)
}
/** Keys that must follow each other within a moment: all are on their way at once, however long the page takes for the first. */
export const press = async (page: Page, ...keys: string[]): Promise<void> => {
  await Promise.all(keys.map((key) => page.keyboard.press(key)))
}
/** Rows that have just changed fade for a second, and keep the mark, which nobody sees then: colours are judged at rest. */
export const atRest = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => [...document.querySelectorAll('.changed')].every((mark) => getComputedStyle(mark).opacity === '0'), undefined, { timeout: 60_000 })
}
export const row = (page: Page, name: string | RegExp) => page.getByRole('row', { name })
export const detail = (page: Page) => page.getByRole('complementary', { name: 'Details' })

/**
 * The window that the tests of a file (or a group) share, one after another, handed to them when it is open: an empty cluster of two hollow
 * nodes, or what `start` launches. A fault on the page fails the test in which it shows.
 */
export function sharedWindow(take: (page: Page) => void, start: () => Promise<Desktop> = () => launch({ args: ['--runtime', 'hollow', '--nodes', '2'] })): void {
  let desktop: Desktop | undefined
  let faults: string[] = []
  test.describe.configure({ mode: 'serial' })
  test.beforeAll(async () => {
    desktop = await start()
    faults = await whenEmpty(desktop.page)
    take(desktop.page)
  })
  test.afterEach(() => { expect(faults).toEqual([]) })
  test.afterAll(async () => { await desktop?.dispose() })
}
