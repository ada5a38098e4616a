/** File > Save Snapshot and Restore Snapshot, with what a user answers in the system's dialogs. On a hollow cluster. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { ServerMessage } from '../../shared/ipc.ts'
import { type Desktop, isDouble, launch } from './desktop.ts'

interface Message { type: string; message: string; detail: string; buttons?: string[] }
interface Double { answers: unknown[]; calls: { api: string; args: unknown[] }[] }

/** Asks as the page does. */
const ask = (desktop: Desktop, message: object): Promise<ServerMessage> => desktop.page.evaluate((m) => new Promise<ServerMessage>((resolve) => {
  const bridge = (window as unknown as { pilothouse: { send(m: unknown): void; onMessage(l: (m: ServerMessage) => void): () => void } }).pilothouse
  const id = Math.floor(900_000 + Math.random() * 1e9)
  const off = bridge.onMessage((a) => { if (a.id === id) { off(); resolve(a) } })
  bridge.send({ ...m, id })
}), message)
const maps = '/api/v1/namespaces/default/configmaps'
const api = async (desktop: Desktop, method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await ask(desktop, { verb: 'call', name: 'api', request: { method, path, ...(body ? { body } : {}) } })
  return (answer as { value: { status: number; body: Record<string, unknown> } }).value
}
const doorOf = async (desktop: Desktop): Promise<string> => ((await ask(desktop, { verb: 'subscribe', name: 'cluster.state', request: {} })) as unknown as { value: { apiServer: string } }).value.apiServer
const names = async (desktop: Desktop): Promise<string[]> => ((await api(desktop, 'GET', maps)).body['items'] as { metadata: { name: string } }[]).map((o) => o.metadata.name)
/** Chooses the entry of the menu, answers its dialogs, and resolves with what it says at the end. */
async function choose(desktop: Desktop, id: string, answers: unknown[], end: RegExp): Promise<Message> {
  const from = await desktop.app.evaluate((e, [item, given]) => {
    const { answers: queue, calls } = (e as unknown as { __double: Double }).__double
    queue.push(...(given as unknown[]))
    e.Menu.getApplicationMenu()?.getMenuItemById(item as string)?.click()
    return calls.length
  }, [id, answers] as const)
  const messages = (): Promise<Message[]> => desktop.app.evaluate((e, at) => (e as unknown as { __double: Double }).__double.calls.slice(at).filter((c) => c.api === 'dialog.showMessageBox').map((c) => c.args[0] as Message), from - 1)
  await expect.poll(async () => (await messages()).at(-1)?.message, { timeout: 60_000 }).toMatch(end)
  // Only then may the next one be chosen.
  await expect.poll(() => desktop.app.evaluate((e, item) => e.Menu.getApplicationMenu()?.getMenuItemById(item)?.enabled, id)).toBe(true)
  return (await messages()).at(-1) as Message
}

// The dialogs are the double's: with the real Electron nobody would answer them.
const onDouble = isDouble ? test : () => {}

onDouble('a snapshot is saved and restored from the menu, and the cluster goes on in the same window', async () => {
  const desktop = await launch({ args: ['--runtime', 'hollow', '--nodes', '1'] })
  try {
    await expect(desktop.page.getByRole('heading', { name: 'Overview' })).toBeVisible()
    await expect.poll(() => names(desktop)).toContain('kube-root-ca.crt')
    const make = (name: string) => api(desktop, 'POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
    await make('before')
    const door = await doorOf(desktop)
    const file = join(desktop.home, '..', 'mine.snapshot')
    expect(await choose(desktop, 'save-snapshot', [{ canceled: false, filePath: file }], /saved/)).toMatchObject({ type: 'info', message: 'The snapshot is saved', detail: expect.stringMatching(/^\d+ objects at revision \d+\n.*mine\.snapshot$/) as unknown })
    expect(statSync(file).mode & 0o777).toBe(0o600)

    await make('after')
    await api(desktop, 'DELETE', `${maps}/before`)
    const asked = await choose(desktop, 'restore-snapshot', [{ canceled: false, filePaths: [file] }, { response: 1 }], /Put this snapshot/)
    expect(asked).toMatchObject({ type: 'warning', buttons: ['Restore', 'Cancel'], detail: expect.stringMatching(/\d+ changes since then are lost/) as unknown })
    expect(await names(desktop)).toEqual(['after', 'kube-root-ca.crt'])

    const torn = join(desktop.home, '..', 'torn.snapshot')
    writeFileSync(torn, '{"_id":"0')
    expect(await choose(desktop, 'restore-snapshot', [{ canceled: false, filePaths: [torn] }], /not restored/)).toMatchObject({ type: 'error', detail: `${torn} is cut off: it has no end.` })
    expect(readdirSync(desktop.home).filter((name) => name.startsWith('etcd'))).toEqual(['etcd'])

    const told = await choose(desktop, 'restore-snapshot', [{ canceled: false, filePaths: [file] }, { response: 0 }], /is restored/)
    await expect(desktop.page.getByRole('heading', { name: 'Overview' })).toBeVisible()
    expect(await names(desktop)).toEqual(['before', 'kube-root-ca.crt'])
    const kept = told.detail.slice(told.detail.indexOf(desktop.home))
    expect(existsSync(kept), kept).toBe(true)
    expect(await doorOf(desktop)).toBe(door)
    // The parts that were started again do their work, and the page sees it.
    await api(desktop, 'POST', '/apis/apps/v1/namespaces/default/deployments', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } })
    await desktop.page.evaluate(() => { location.hash = '#/deployments' })
    await expect(desktop.page.getByText('1/1').first()).toBeVisible()
  } finally {
    await desktop.dispose()
  }
})
