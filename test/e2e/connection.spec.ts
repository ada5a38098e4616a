/** The dashboard in a browser, on a hollow cluster whose connection is cut and whose API fails: what is known stays, says so, and mends itself. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, expect, test, type Browser, type Locator, type Page, type WebSocketRoute } from '@playwright/test'
import type { ClientMessage, ServerMessage } from '../../shared/ipc.ts'
import { App, root } from '../integration/app.ts'
import { detail, row, to } from './page.ts'

test.describe.configure({ mode: 'serial' })
let app: App
let browser: Browser
let page: Page
/** Between the page and its cluster: what passes, and what does not. */
const wire = { cut: false, failing: false, logs: 'well' as 'well' | 'silent' | 'failing', sockets: new Set<WebSocketRoute>(), watches: new Map<number, WebSocketRoute>() }
const FAULT = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'ServiceUnavailable', message: 'etcdserver: no leader', code: 503 } as const

const ofPods = (m: ClientMessage): boolean => ((m.verb === 'call' && m.name === 'api') || (m.verb === 'subscribe' && m.name === 'api.watch')) && (m.request as { path: string }).path.startsWith('/api/v1/pods?')
const ofLogs = (m: ClientMessage): boolean => (m.verb === 'call' || m.verb === 'subscribe') && m.name.startsWith('logs.')
function lead(socket: WebSocketRoute): void {
  if (wire.cut) return void socket.close()
  const tell = (message: ServerMessage): void => socket.send(JSON.stringify(message))
  const server = socket.connectToServer()
  wire.sockets.add(socket)
  server.onMessage((text) => socket.send(text))
  socket.onMessage((text) => {
    const message = JSON.parse(String(text)) as ClientMessage
    if (ofLogs(message) && wire.logs !== 'well') return wire.logs === 'silent' ? undefined : tell({ type: message.verb === 'call' ? 'error' : 'end', id: message.id, status: FAULT })
    if (!ofPods(message)) return server.send(text)
    if (wire.failing) return tell(message.verb === 'call' ? { type: 'result', id: message.id, value: { status: 503, body: FAULT } } : { type: 'end', id: message.id, status: FAULT })
    if (message.verb === 'subscribe') wire.watches.set(message.id, socket)
    server.send(text)
  })
}
/** Ends the connection, and refuses new ones. */
function cut(): void {
  wire.cut = true
  for (const socket of wire.sockets) void socket.close()
  wire.sockets.clear()
}
/** The API refuses lists and watches of pods, and ends those that are open. */
function fail(): void {
  wire.failing = true
  for (const [id, socket] of wire.watches) if (wire.sockets.has(socket)) socket.send(JSON.stringify({ type: 'end', id, status: FAULT } satisfies ServerMessage))
  wire.watches.clear()
}

test.beforeAll(async () => {
  const installed = process.env['ELECTRON_DOUBLE_CHROMIUM'] ?? '/usr/bin/chromium'
  ;[app, browser] = await Promise.all([App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] }), chromium.launch({ ...(existsSync(installed) ? { executablePath: installed } : {}), args: ['--no-sandbox'] })])
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  // Its parts come by way of this process: Chromium gives up what is on its way whenever a pod of this machine makes a network interface. A kept connection may have ended just then: that is tried again.
  await page.route('**/assets/*', async (route) => route.fulfill({ response: await route.fetch({ maxRetries: 5 }) }))
  await page.routeWebSocket(/\/ipc$/, lead)
  await page.goto(app.ready.dashboard)
  await app.ok('35', ['create', 'deployment', 'web', '--image=pilothouse.dev/hello:1', '--replicas=2'])
  await to(page, '/pods')
  await expect(row(page, /^web-.*Running/)).toHaveCount(2)
})
test.afterAll(async () => {
  await browser?.close()
  await app?.dispose()
})
const pods = () => row(page, /^web-/)
const scale = (to: number): Promise<string> => app.ok('35', ['scale', 'deployment', 'web', `--replicas=${to}`])
const notice = () => page.getByRole('alert').filter({ hasText: 'Connection lost' })
const stale = () => page.getByRole('alert').filter({ hasText: 'This may be out of date: etcdserver: no leader' })
/** Asks again, if that is still to be done: the page does so by itself now and then. */
const retry = (at: Locator): Promise<void> => at.getByRole('button', { name: 'Retry' }).evaluateAll((buttons) => { for (const b of buttons) (b as HTMLElement).click() })
/** How much of what is there is seen, with all that it stands in. */
const opacity = (): Promise<number> => page.getByRole('grid').evaluate((e) => { let seen = 1; for (let at: Element | null = e; at; at = at.parentElement) seen *= Number(getComputedStyle(at).opacity); return seen })

test('a connection that is lost leaves the rows, greyed and with since when; when it is back they are current', async () => {
  await pods().first().click()
  await expect(detail(page).getByRole('tabpanel')).toBeVisible()
  cut()
  await expect(notice()).toContainText(/Connection lost \d+s ago/)
  await expect(pods()).toHaveCount(2)
  await expect(detail(page).getByRole('tabpanel')).toBeVisible()
  await expect.poll(opacity).toBeCloseTo(0.6)
  await expect(page.getByRole('alert')).toHaveText([/^Connection lost/])
  await scale(3)
  wire.cut = false
  await expect(notice()).toHaveCount(0)
  await expect(pods()).toHaveCount(3)
  await expect.poll(opacity).toBe(1)
})

test('an API that fails leaves the rows, dimmed and with why; asked again when it is well, they are current', async () => {
  fail()
  await expect(stale()).toBeVisible()
  await expect(pods()).toHaveCount(3)
  await expect.poll(opacity).toBeCloseTo(0.6)
  await scale(1)
  wire.failing = false
  await retry(stale())
  await expect(stale()).toHaveCount(0)
  await expect(pods()).toHaveCount(1)
  await expect.poll(opacity).toBe(1)
})

test('what was never known is not called gone: a detail says that the API fails, and shows the object when it is well', async () => {
  const name = (await pods().first().getByRole('gridcell').first().textContent()) ?? ''
  fail()
  await to(page, `/pods/default/${name}`)
  await page.reload()
  const fault = page.getByRole('alert').filter({ hasText: 'etcdserver: no leader' })
  await expect(fault).toHaveCount(1)
  await expect(page.getByText(/does not exist/)).toHaveCount(0)
  wire.failing = false
  await retry(fault)
  await expect(detail(page).getByRole('heading', { name })).toBeVisible()
  await expect(fault).toHaveCount(0)
})

test('the log page: its shape while lines are on their way, why they cannot be had, and what is known while the connection is lost', async () => {
  const lines = page.getByRole('log', { name: 'Log lines' }).locator('.line')
  const shot = (name: string): Promise<Buffer> => page.screenshot({ path: join(root, 'test-results', `logs-${name}.png`), animations: 'disabled' })
  const fault = page.locator('main').getByRole('alert').filter({ hasText: 'etcdserver: no leader' }).filter({ hasNotText: 'out of date' })
  wire.logs = 'silent'
  await to(page, '/logs/stream:event+Scheduled')
  await page.reload()
  await expect(page.locator('main').getByRole('status', { name: 'Loading' })).toBeVisible()
  await shot('loading')
  wire.logs = 'failing'
  await page.reload()
  await expect(fault).toBeVisible()
  await shot('error')
  wire.logs = 'well'
  await retry(fault)
  await expect(lines.first()).toContainText('Scheduled')
  const before = await lines.count()
  cut()
  await expect(notice()).toBeVisible()
  await expect(lines).toHaveCount(before)
  await shot('stale')
  await scale(3)
  wire.cut = false
  await expect(notice()).toHaveCount(0)
  // What was said meanwhile is there, each line once.
  await expect(lines).toHaveCount(before + 2)
  const ids = await lines.evaluateAll((all) => all.map((l) => (l as HTMLElement).dataset['id']))
  expect(new Set(ids).size).toBe(before + 2)
})

test('a part that does not come is brought by a fresh page, where the old one was; one that never comes is said', async () => {
  let failures = 1
  // As when a network interface comes or goes: the browser gives up what is on its way, and keeps that it failed.
  await page.route(/\/assets\/start-.*\.js$/, (route) => (failures-- > 0 ? route.abort('connectionaborted') : route.continue()))
  await to(page, '/events')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Events' })).toBeVisible()
  failures = Infinity
  await page.reload()
  await expect(page.getByText('The dashboard could not be loaded.')).toBeVisible()
})
