/** What surrounds the page: bounds, tray, menu, notification, IPC checks, theme, quitting. Run on a hollow cluster, which starts no containers. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { ServerMessage } from '../../shared/ipc.ts'
import { execFile } from 'node:child_process'
import { type Desktop, isDouble, launch } from './desktop.ts'
import { root } from '../integration/app.ts'
import { BUSYBOX } from '../integration/busybox.ts'

interface Double {
  Notification: { all: { options: { title: string; body: string }; emit(name: string): void }[] }
  Tray: { all: { toolTip: string; menu: { items: { id: string; label: string }[] } }[] }
  calls: { api: string; args: unknown[] }[]
}
const hollow = ['--runtime', 'hollow', '--nodes', '1']

test.describe('a window', () => {
  test.describe.configure({ mode: 'serial' })
  let desktop: Desktop
  test.beforeAll(async () => { desktop = await launch({ args: hollow }) })
  test.afterAll(async () => {
    await desktop.dispose().catch((e: Error) => { if (!/closed/i.test(e.message)) throw e })
    expect(existsSync(desktop.home)).toBe(false)
  })

  test('IPC answers calls, refuses what it does not know, and subscriptions stream', async () => {
    await expect(desktop.page.getByRole('heading', { name: 'Overview' })).toBeVisible()
    const answers = await desktop.page.evaluate(async () => {
      const bridge = (window as unknown as { pilothouse: { send(m: unknown): void; onMessage(l: (m: ServerMessage) => void): () => void } }).pilothouse
      const ask = (m: { id: number }) => new Promise<ServerMessage>((resolve) => {
        const off = bridge.onMessage((a) => { if (a.id === m.id) { off(); resolve(a) } })
        bridge.send(m)
      })
      return {
        version: await ask({ verb: 'call', id: 900001, name: 'api', request: { method: 'GET', path: '/version' } } as never),
        escape: await ask({ verb: 'call', id: 900002, name: 'api', request: { method: 'GET', path: 'https://example.invalid/' } } as never),
        unknown: await ask({ verb: 'call', id: 900003, name: 'shell.run', request: {} } as never),
        state: await ask({ verb: 'subscribe', id: 900004, name: 'cluster.state', request: {} } as never),
        node: typeof (globalThis as { require?: unknown }).require,
      }
    })
    expect(answers.version).toMatchObject({ type: 'result', value: { status: 200, body: { major: '1' } } })
    expect(answers.escape).toMatchObject({ type: 'error', status: { reason: 'BadRequest' } })
    expect(answers.unknown).toMatchObject({ type: 'error', status: { message: 'unknown call "shell.run"' } })
    expect(answers.state).toMatchObject({ type: 'message', value: { phase: 'ready', runtime: 'hollow' } })
    expect(answers.node).toBe('undefined')
    await expect(desktop.page.getByText('Simulated: no containers run').first()).toBeVisible()
  })

  test('remembers its bounds, shows its state in the tray, and quits from the menu', async () => {
    await expect(desktop.page.getByRole('heading', { name: 'Overview' })).toBeVisible()
    expect(await desktop.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('copy-kubeconfig')?.label)).toBe('Copy Path of kubeconfig')
    if (isDouble) {
      await expect.poll(() => desktop.app.evaluate((e) => (e as unknown as { __double: Double }).__double.Tray.all[0]?.toolTip)).toBe('Pilothouse: Cluster is ready')
    }
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 30, y: 40, width: 1111, height: 777 }))
    await desktop.close()
    expect(JSON.parse(readFileSync(join(desktop.home, 'window.json'), 'utf8'))).toEqual({ x: 30, y: 40, width: 1111, height: 777 })
    const again = await launch({ home: desktop.home, args: hollow })
    expect(await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toEqual({ x: 30, y: 40, width: 1111, height: 777 })
    await again.close()
  })
})

// What follows reads what the double recorded; with the real Electron there is nothing to read it from.
const onDouble = isDouble ? test : () => {}

onDouble('a crash-looping pod is told by a native notification, whose click opens the pod', async () => {
  const desktop = await launch()
  try {
    await expect(desktop.page.getByRole('heading', { name: 'Overview' })).toBeVisible()
    await desktop.page.evaluate((image) => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'crasher' }, spec: { containers: [{ name: 'c', image, command: ['false'] }] } }
      ;(window as unknown as { pilothouse: { send(m: unknown): void } }).pilothouse.send({ verb: 'call', id: 900001, name: 'api', request: { method: 'POST', path: '/api/v1/namespaces/default/pods', body: pod } })
    }, BUSYBOX)
    const told = () => desktop.app.evaluate((e) => (e as unknown as { __double: Double }).__double.Notification.all.map((n) => n.options))
    await expect.poll(told, { timeout: 180_000 }).toHaveLength(1)
    expect((await told())[0]).toMatchObject({ title: 'A pod keeps crashing', body: expect.stringMatching(/^Container c of pod default\/crasher has been restarted \d+ times\.$/) as unknown as string })
    await desktop.app.evaluate((e) => (e as unknown as { __double: Double }).__double.Notification.all[0]?.emit('click'))
    await expect.poll(() => desktop.page.url()).toContain('#/pods/default/crasher')
  } finally {
    await desktop.dispose()
  }
})

onDouble('a second instance leaves the first one alone and ends at once', async () => {
  // As the first one has it.
  const home = mkdtempSync(join(tmpdir(), 'second-'))
  writeFileSync(join(home, 'cluster-id'), '0a1b2c3d\n')
  const code = await new Promise((resolve) => {
    execFile(join(root, 'test', 'e2e', 'double', 'electron'), [root, '--home', home], { env: { ...process.env, ELECTRON_DOUBLE_NODE: process.execPath, ELECTRON_DOUBLE_SECOND_INSTANCE: '1' }, timeout: 60_000 }, (e) => resolve(e ? e.code : 0))
  })
  expect(code).toBe(0)
  expect(readdirSync(home)).toEqual(['cluster-id'])
  rmSync(home, { recursive: true })
})
