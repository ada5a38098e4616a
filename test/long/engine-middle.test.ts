/** The container engine ends in the middle of what somebody waits for: a pull, a build, a command, a log, a forwarded port. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Node, Pod } from '../../shared/api/types.ts'
import { createImages } from '../../electron/cluster/images.ts'
import { createDockerRuntime } from '../../electron/kubelet/runtime/docker/index.ts'
import { App, eventually, resetHome, root } from '../integration/app.ts'
import { BUSYBOX, ensureBusybox } from '../integration/busybox.ts'
import { startLimitedDoor, startRegistry, type Registry } from '../integration/registry.ts'
import { clusterId, leftOn, seenOn } from './engine-view.ts'
import { PrivateEngine } from './private-engine.ts'

const KUBECTL = join(root, '.cache', 'kubectl', '35', 'kubectl', 'kubectl')
/** Whoever waits is told within this. */
const SOON_MS = 60_000

const engine = new PrivateEngine({ live: true })
let app: App
let registry: Registry
const children: ChildProcess[] = []

const nodeIs = (status: 'True' | 'False') => eventually(`Ready is ${status}`, () => app.json<Node>('35', ['get', 'node', 'pilothouse']), (n) => n.status?.conditions?.find((c) => c.type === 'Ready')?.status === status, SOON_MS)
const pod = (name: string, image: string, command: string[]): Promise<string> =>
  app.ok('35', ['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image, command }] } }) })
const runs = (name: string) => eventually(`${name} runs`, () => app.json<Pod>('35', ['get', 'pod', name]), (p) => p.status?.containerStatuses?.[0]?.state?.running !== undefined, 120_000)

interface Following { readonly child: ChildProcess; said(): string; readonly ended: Promise<number | null> }
/** kubectl that goes on until something ends it. */
function follow(...args: string[]): Following {
  const child = spawn(KUBECTL, args, { env: { PATH: process.env['PATH'], KUBECONFIG: app.ready.kubeconfig, HOME: app.home }, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { text += chunk.toString() })
  return { child, said: () => text, ended: new Promise((resolve) => { child.once('exit', (code) => resolve(code)) }) }
}
const within = <T>(what: string, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  return Promise.race([promise, new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`${what}: not within ${SOON_MS / 1000} s`)), SOON_MS) })]).finally(() => clearTimeout(timer))
}
async function away(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  await engine.stop(signal)
  await nodeIs('False')
}
async function back(): Promise<void> {
  await engine.start()
  await nodeIs('True')
}

beforeAll(async () => {
  await engine.start()
  await ensureBusybox(engine.docker)
  registry = await startRegistry(false)
  app = await App.start({ env: engine.env })
  await pod('web', BUSYBOX, ['sh', '-c', 'trap "exit 0" TERM; n=0; while :; do n=$((n+1)); echo line $n; sleep 0.2; done'])
  await runs('web')
})
async function finish(): Promise<void> {
  for (const child of children) child.kill('SIGKILL')
  if (!app) return
  await app.stop()
  const id = clusterId(app.home)
  await resetHome(app.home, engine.env)
  expect(await leftOn(engine.docker, id)).toEqual([])
  rmSync(join(app.home, '..'), { recursive: true, force: true })
}
afterAll(async () => {
  try {
    await finish()
  } finally {
    await registry?.stop()
    await engine.dispose()
  }
})

describe.each(['SIGTERM', 'SIGKILL'] as const)('ended by %s in the middle of', (signal) => {
  it('a pull: the pod waits, and runs once the engine is back, with one container', async () => {
    const name = `pulled-${signal.toLowerCase()}`
    const image = await registry.push(engine.docker, BUSYBOX, `own/${name}:1`)
    const door = await startLimitedDoor(registry.host, 1 << 20, { silent: true })
    try {
      await pod(name, image.replace(registry.host, door.host), ['sleep', '3600'])
      await eventually('half of it has come', async () => door.cut(), (n) => n > 0)
      await away(signal)
      expect((await app.json<Pod>('35', ['get', 'pod', name])).status?.phase).toBe('Pending')
      door.heal()
      await back()
      await runs(name)
      expect((await seenOn(engine.docker, clusterId(app.home))).filter((c) => c.pod === name).map((c) => c.kind).sort()).toEqual(['container', 'sandbox'])
    } finally {
      await door.stop()
    }
  })

  it('a command, a log that is followed, and a forwarded port: each is told, and goes anew when it is back', async () => {
    const exec = follow('exec', 'web', '--', 'sh', '-c', 'echo begun; sleep 3600')
    const logs = follow('logs', '-f', 'web', '--tail=1')
    const forward = follow('port-forward', 'pod/web', ':80')
    await eventually('all three are under way', async () => [exec, logs, forward].map((f) => f.said()), ([a = '', b = '', c = '']) => a.includes('begun') && b.includes('line') && c.includes('Forwarding from'))
    await away(signal)
    expect(await within('the command ends', exec.ended)).not.toBe(0)
    await within('the log ends', logs.ended)
    // Asked while it is away: an answer, at once.
    const refused = await app.kubectl('35', ['exec', 'web', '--', 'true'], { timeout: SOON_MS })
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/engine/i) })
    await back()
    expect(forward.child.exitCode).toBeNull()
    expect(await app.ok('35', ['exec', 'web', '--', 'echo', 'again'])).toBe('again\n')
    const anew = follow('logs', '-f', 'web', '--tail=1')
    const seen = Number(/line (\d+)/.exec(logs.said())?.[1])
    await eventually('the log goes on', async () => Number([...anew.said().matchAll(/line (\d+)/g)].at(-1)?.[1]), (n) => n > seen)
    expect((await runs('web')).status?.containerStatuses?.[0]?.restartCount).toBe(0)
  })

  it('a build: it is told why', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'build-'))
    const runtime = createDockerRuntime({ clusterId: 'it-middle', socketPath: engine.socket })
    try {
      writeFileSync(join(folder, 'Dockerfile'), `FROM ${BUSYBOX}\nRUN echo "it begins"; sleep 3600\n`)
      const images = createImages({ runtime: () => runtime, nodes: () => ['n'], pods: () => [], folders: {}, secret: async () => { throw new Error('none is asked for') } })
      let begun = (): void => undefined
      const beginning = new Promise<void>((resolve) => { begun = resolve })
      const build = images.build({ folder, tag: 'it-middle:1' }, (m) => { if (m.lines.includes('it begins')) begun() }, new AbortController().signal).then(() => 'done', (e: Error) => e.message)
      await within('the build begins', beginning)
      await away(signal)
      expect(await within('the build ends', build)).toMatch(/build image "it-middle:1"|engine/)
    } finally {
      await back()
      await runtime.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
