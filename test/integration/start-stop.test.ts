/** Start-up without an engine, two processes on one folder, bad options, and reset. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { describe, expect, it } from 'vitest'
import type { Node } from '../../shared/api/types.ts'
import { App, eventually, resetHome, root } from './app.ts'
import { BUSYBOX } from './busybox.ts'

const docker = new Docker()
const headless = (args: string[]) =>
  new Promise<{ code: number; text: string }>((resolve) => {
    execFile(process.execPath, [join(root, 'out', 'main', 'headless.js'), ...args], { timeout: 60_000 }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }))
  })

describe('without an engine', () => {
  it('starts all the same; the node is NotReady with the reason, and the terminal says what to do', async () => {
    const app = await App.start({ env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } })
    try {
      const node = await eventually('not ready', () => app.json<Node>('35', ['get', 'node', app.ready.nodes[0] ?? '']), (n) => n.status?.conditions?.some((c) => c.type === 'Ready' && c.status !== 'True') ?? false)
      expect(node.status?.conditions?.find((c) => c.type === 'Ready')?.message).toMatch(/engine/i)
      expect(app.output.join('\n')).toMatch(/engine/i)
      await app.ok('35', ['create', 'deployment', 'web', '--image=pilothouse.dev/hello:1'])
      const pods = await eventually('pending', () => app.ok('35', ['get', 'pods']), (t) => t.includes('web-'))
      expect(pods).toMatch(/Pending/)
    } finally {
      await app.dispose()
    }
  })
})

describe('one folder', () => {
  it('has one process: the second one refuses with a clear message', async () => {
    const app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] })
    try {
      const second = await headless(['--home', app.home, '--port', '0'])
      expect(second.code).toBe(1)
      expect(second.text).toMatch(/Another Pilothouse is using .*choose another folder with --home/)
      expect((await resetHome(app.home)).stderr).toMatch(/Another Pilothouse is using/)
      expect(await app.ok('35', ['get', 'nodes', '-o', 'name'])).toMatch(/^node\//)
    } finally {
      await app.dispose()
    }
  })
  it('keeps secrets for its owner alone', async () => {
    const app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] })
    try {
      expect(statSync(app.ready.kubeconfig).mode & 0o777).toBe(0o600)
      for (const file of readdirSync(join(app.home, 'pki'))) expect(statSync(join(app.home, 'pki', file)).mode & 0o777, file).toBe(0o600)
      for (const folder of ['.', 'pki', 'etcd']) expect(statSync(join(app.home, folder)).mode & 0o777, folder).toBe(0o700)
    } finally {
      await app.dispose()
    }
  })
})

describe('a damaged file of the store', () => {
  it('is set aside and reported in the terminal and in the logs; what was sound in it is kept', async () => {
    let app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] })
    try {
      for (const name of ['before', 'struck', 'after']) await app.ok('35', ['create', 'configmap', name])
      await app.stop()
      const folder = join(app.home, 'etcd')
      const told = (line: string): string => Buffer.from(/"o":"(.*)"/.exec(line)?.[1] ?? '', 'base64').toString()
      const linesOf = (f: string): string[] => readFileSync(join(folder, f), 'utf8').split('\n')
      const file = readdirSync(folder).find((f) => linesOf(f).some((l) => told(l).includes('/struck"'))) ?? ''
      const lines = linesOf(file)
      const at = lines.findIndex((l) => told(l).includes('/struck"'))
      lines[at] = (lines[at] ?? '').replace(/"o":"(.{40}).{4}/, '"o":"$1////')
      writeFileSync(join(folder, file), lines.join('\n'))
      app = await App.start({ home: app.home, args: ['--runtime', 'hollow', '--nodes', '1'] })
      expect(app.output.join('\n')).toMatch(/Damaged files were set aside; what could be read of the rest was kept/)
      expect((await app.ok('35', ['get', 'configmaps', '-o', 'name'])).trim().split('\n')).toEqual(['configmap/after', 'configmap/before', 'configmap/kube-root-ca.crt'])
      const aside = readdirSync(folder).filter((f) => f.startsWith(file) && f !== file)
      expect(aside).toHaveLength(1)
      expect(readFileSync(join(folder, aside[0] ?? ''), 'utf8')).toBe(lines.join('\n'))
    } finally {
      await app.dispose()
    }
  })
})

describe('options', () => {
  it.each([
    [['--port', 'x'], /--port takes a whole number/],
    [['--runtime', 'podman'], /--runtime is docker or hollow/],
    [['--nonsense'], /--nonsense/],
  ])('%j is refused with a sentence', async (args, why) => {
    const r = await headless(args)
    expect(r.code).toBe(2)
    expect(r.text).toMatch(why)
  })
})

describe('reset', () => {
  it('removes what is this cluster\'s, and nothing else', async () => {
    const stranger = await docker.createContainer({ Image: BUSYBOX, Cmd: ['sleep', '60'], name: `stranger-${process.pid}` })
    const app = await App.start()
    try {
      await app.ok('35', ['run', 'p', `--image=${BUSYBOX}`, '--command', '--', 'sleep', '3600'])
      await app.ok('35', ['wait', '--for=condition=Ready', 'pod/p', '--timeout=60s'])
      await app.stop()
      const cluster = readFileSync(join(app.home, 'cluster-id'), 'utf8').trim()
      const ours = await docker.listContainers({ all: true, filters: { label: [`dev.pilothouse.cluster=${cluster}`, 'io.kubernetes.pod.name=p'] } })
      expect(ours.length).toBe(2)
      writeFileSync(join(app.home, 'mine.txt'), 'x')
      const r = await resetHome(app.home)
      expect(r.stdout).toMatch(/container k8s_/)
      const left = await docker.listContainers({ all: true })
      expect(left.some((c) => ours.some((o) => o.Id === c.Id))).toBe(false)
      expect(left.some((c) => c.Id === stranger.id)).toBe(true)
      expect(readdirSync(app.home)).toEqual(['mine.txt'])
      expect((await docker.listImages()).some((i) => i.RepoTags?.includes(BUSYBOX))).toBe(true)
    } finally {
      await stranger.remove({ force: true })
      await app.stop()
      rmSync(join(app.home, '..'), { recursive: true, force: true })
    }
  })
  it('takes the folders along that were made for it, and leaves those that were there', async () => {
    const mine = mkdtempSync(join(tmpdir(), 'mine-'))
    for (const [home, left] of [[join(mine, 'new', 'home'), []], [mine, []]] as const) {
      const app = await App.start({ home, args: ['--runtime', 'hollow'] })
      await app.stop()
      expect(await resetHome(home)).toMatchObject({ code: 0, stderr: '' })
      expect(readdirSync(mine)).toEqual(left)
    }
    rmSync(mine, { recursive: true })
  })
  it('of a folder without a cluster touches nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'not-ours-'))
    writeFileSync(join(folder, 'thesis.doc'), 'x')
    expect((await resetHome(folder)).stdout).toMatch(/holds no cluster/)
    expect(existsSync(join(folder, 'thesis.doc'))).toBe(true)
    rmSync(folder, { recursive: true })
  })
})
