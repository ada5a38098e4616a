/** `npm start`, without npm: what it prints, what it starts, and how it ends. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resetHome, root, type Ready } from './app.ts'

const folder = mkdtempSync(join(tmpdir(), 'pilothouse-test-'))
const home = join(folder, 'home')
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

/** Ends by itself, or by SIGTERM as soon as it is ready. */
function start(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; text: string; ready: Ready | undefined }> {
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), ...args], { env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  let ready: Ready | undefined
  const hear = (chunk: Buffer): void => {
    text += chunk.toString()
    const line = /^READY (.*)\n/m.exec(text)
    if (!line || ready) return
    ready = JSON.parse(line[1] ?? '') as Ready
    child.kill('SIGTERM')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text, ready })))
}
const own = ['--home', home, '--port', '0', '--dashboard-port', '0']

describe('where there is no display', () => {
  it('starts without a window and says why; READY tells where everything is; SIGTERM ends it well', async () => {
    const { code, text, ready } = await start(['--runtime', 'hollow', ...own])
    expect(text).toContain('Starting without a window (there is no display).')
    expect(ready).toMatchObject({ apiServer: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/), kubeconfig: join(home, 'kubeconfig'), dashboard: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/), nodes: ['hollow-1', 'hollow-2', 'hollow-3'], startupMs: expect.any(Number) })
    expect(text).toContain(`Dashboard:  ${ready?.dashboard}`)
    expect(text.match(/^READY /gm)).toHaveLength(1)
    expect(code).toBe(0)
  })
  it('and no engine, says what to do and how to look around without one, and starts all the same', async () => {
    const { code, text, ready } = await start(['--headless', ...own], { DOCKER_HOST: 'unix:///nonexistent/docker.sock' })
    expect(text).toMatch(/No Docker engine answers: the cluster starts, but its node is not ready\. .+\. Or look around without one: npm start -- --runtime hollow\n/)
    expect(text).toContain('Starting without a window (asked for).')
    expect([code, ready?.nodes]).toEqual([0, ['pilothouse']])
  })
})

it('--reset removes the cluster and exits; again, there is nothing to remove', async () => {
  expect(await start(['--reset', '--home', home])).toMatchObject({ code: 0, text: expect.stringMatching(/^Removed:\n/m) as string, ready: undefined })
  expect((await resetHome(home)).stdout).toMatch(/holds no cluster|Nothing to remove/)
})

it('--install-engine does nothing where an engine answers', async () => {
  const { code, text } = await start(['--install-engine'])
  expect([code, text]).toEqual([0, expect.stringMatching(/^A Docker engine \(.+\) answers already; nothing to do\.\n$/)])
})

it.each([[['--nonsense'], 2, /Unknown option '--nonsense'[^]*--install-engine/], [['--help'], 0, /^npm start -- \[options\]/], [['--headless', '--port', 'x'], 2, /--port takes a whole number/]])('%j: a sentence, and a code', async (args, expected, said) => {
  const { code, text } = await start([...args, '--home', home])
  expect(text).toMatch(said)
  expect(code).toBe(expected)
})
