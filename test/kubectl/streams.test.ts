/** Commands, terminals and files in containers, with real kubectl of two releases against the built app on a real engine. */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root, type Client, type Release } from '../integration/app.ts'
import { EVERYTHING, shared } from './stories.ts'

/** Those that speak WebSocket. */
const SPEAKING: readonly Release[] = EVERYTHING ? ['32', '34', '35'] : ['35']
let app: Client
let folder: string
const container = (name: string, command: string[]) => ({ name, image: 'busybox:local', imagePullPolicy: 'Never', command })
// kubectl cp needs a tar, for which an image of an earlier day may have no link.
const FOREVER = ['sh', '-c', 'busybox ln -sf busybox /bin/tar; trap "exit 0" TERM; while :; do sleep 1; done']
const pod = (name: string, containers: object[], annotations = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations }, spec: { terminationGracePeriodSeconds: 1, containers } })

beforeAll(async () => {
  app = shared('engine')
  folder = mkdtempSync(join(tmpdir(), 'copies-'))
  const pods = [
    pod('one', [container('main', FOREVER)]),
    pod('two', [container('first', FOREVER), container('second', FOREVER)], { 'kubectl.kubernetes.io/default-container': 'second' }),
    pod('talker', SPEAKING.map((release) => container(`for-${release}`, ['sh', '-c', 'until ls /tmp/go-* >/dev/null 2>&1; do sleep 0.1; done; while :; do echo said; sleep 1; done']))),
    pod('absent', [{ ...container('main', FOREVER), image: 'absent:local' }]),
  ]
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods }) })
  await app.ok('35', ['wait', '--for=condition=Ready', 'pod/one', 'pod/two', 'pod/talker', '--timeout=60s'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** kubectl takes a terminal only from a terminal. */
const inTerminal = (release: Release, command: string): Promise<{ code: unknown; output: string }> => new Promise((resolve) => {
  const binary = join(root, '.cache', 'kubectl', release, 'kubectl', 'kubectl')
  const child = execFile('script', ['-qec', command.replace('KUBECTL', binary), '/dev/null'], { timeout: 60_000, env: { PATH: process.env['PATH'], SHELL: '/bin/sh', TERM: 'xterm', KUBECONFIG: app.ready.kubeconfig, HOME: folder } },
    (error, stdout) => resolve({ code: error ? error.code : 0, output: stdout }))
  child.stdin?.on('error', () => undefined) // It may have ended.
})

describe.each(SPEAKING)('kubectl 1.%s', (release) => {
  const k = (args: string[], input?: string) => app.kubectl(release, args, { timeout: 60_000, ...(input === undefined ? {} : { input }) })

  it('exec gives both outputs and the exit code', async () => {
    expect(await k(['exec', 'one', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'])).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 7\n' })
    expect(await k(['exec', 'one', '--', 'true'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })
  it('exec -i carries a megabyte to a command and back whole, and its end', async () => {
    const input = randomBytes(512 * 1024).toString('hex')
    const { code, stdout } = await k(['exec', '-i', 'one', '--', 'cat'], input)
    const sum = (text: string): string => createHash('sha256').update(text).digest('hex')
    expect([code, stdout.length, sum(stdout)]).toEqual([0, input.length, sum(input)])
  })
  it('exec -i ends with a command that does not read its input', async () => {
    expect(await k(['exec', '-i', 'one', '--', 'sh', '-c', 'exec 0<&-; exit 3'], 'x'.repeat(1 << 20))).toMatchObject({ code: 3 })
  })
  it('exec takes the annotated container, or the one named', async () => {
    await k(['exec', 'two', '--', 'touch', '/tmp/second'])
    expect(await k(['exec', 'two', '-c', 'second', '--', 'ls', '/tmp/second'])).toMatchObject({ code: 0 })
    expect(await k(['exec', 'two', '-c', 'first', '--', 'ls', '/tmp/second'])).toMatchObject({ code: 1 })
  })
  it('exec -it has a terminal, which has one output', async () => {
    const inside = 'test -t 0 && test -t 1 && echo terminal >&2; for i in $(busybox seq 300); do test "$(busybox stty size 2>/dev/null)" = "30 100" && echo sized && exit 5; sleep 0.1; done'
    const r = await inTerminal(release, `stty cols 100 rows 30; KUBECTL exec -it one -- sh -c '${inside}'`)
    expect(r).toEqual({ code: 5, output: 'terminal\r\nsized\r\ncommand terminated with exit code 5\r\n' })
  })
  it('exec says what is wrong', async () => {
    expect((await k(['exec', 'nobody', '--', 'true'])).stderr).toMatch(/pods "nobody" not found/)
    expect((await k(['exec', 'one', '-c', 'none', '--', 'true'])).stderr).toMatch(/container none is not valid for pod one|container not found/)
    expect((await k(['exec', 'absent', '--', 'true'])).stderr).toMatch(/unable to upgrade connection: container not found \("main"\)/)
    const missing = await k(['exec', 'one', '--', '/no/such/program'])
    expect([missing.code === 0, missing.stderr + missing.stdout]).toEqual([false, expect.stringMatching(/no such file/)])
  })
  it('run -i --rm gives a pod its input and the end of it, shows its output, and takes its exit code', async () => {
    const name = `ran-${release}`
    const r = await k(['run', '-i', '--rm', '--quiet', name, '--image=busybox:local', '--image-pull-policy=Never', '--restart=Never', '--', 'sh', '-c', 'cat; exit 4'], 'to be said\n')
    expect([r.code, r.stdout]).toEqual([4, 'to be said\n'])
    expect((await k(['get', 'pod', name])).stderr).toMatch(/not found/)
  })
  it('run takes a container for what it is that ends at once: it is shown what it said, unless that was said when it ran and nobody listened yet', async () => {
    const name = `brief-${release}`
    const r = await k(['run', '-i', '--rm', '--quiet', name, '--image=busybox:local', '--image-pull-policy=Never', '--restart=Never', '--', 'echo', 'said'])
    expect([r.code, ['said\n', ''].includes(r.stdout) || r.stdout]).toEqual([0, true])
    expect((await k(['get', 'pod', name])).stderr).toMatch(/not found/)
  })
  it('attach shows what a container says from now on', async () => {
    const file = `/tmp/go-${release}`
    const attached = app.start(release, ['attach', 'talker', '-c', `for-${release}`])
    await k(['exec', 'talker', '-c', `for-${release}`, '--', 'touch', file])
    await attached.says((text) => text.includes('\n'))
    attached.stop()
    expect((await attached.ended).stdout).toMatch(/^(said\n)+$/)
  })
  it('debug --target joins a container, --copy-to changes a copy, node/ sees the machine', async () => {
    const name = `odd-${release}`
    await k(['create', '-f', '-'], JSON.stringify(pod(name, [container('main', FOREVER)])))
    expect(await k(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s'])).toMatchObject({ code: 0 })
    // They speak when they are spoken to, since what is said before anybody listens is not heard; and are heard when there is no more to say to them.
    const joined = await k(['debug', '-i', name, '--quiet', '--image=busybox:local', '--image-pull-policy=Never', '--target=main', '-c', 'dbg', '--profile=general', '--', 'sh', '-c', 'read go; sleep 1; ps | grep -c "[t]rap .exit 0. TERM"'], 'go\n')
    expect([joined.code, joined.stdout.trim()]).toEqual([0, expect.stringMatching(/^[1-9]/)])
    const copy = `copy-${release}`
    expect(await k(['debug', name, '--quiet', '--image=busybox:local', '--copy-to', copy, '--set-image=main=busybox:local', '--share-processes', '-c', 'dbg', '--profile=general', '--attach=false', '--', 'sleep', '3600'])).toMatchObject({ code: 0 })
    expect(await k(['wait', '--for=condition=Ready', `pod/${copy}`, '--timeout=60s'])).toMatchObject({ code: 0 })
    expect((await k(['exec', copy, '-c', 'dbg', '--', 'ps'])).stdout).toContain('exit 0')
    const node = await k(['debug', 'node/pilothouse', '-i', '--quiet', '--image=busybox:local', '--profile=general', '--', 'sh', '-c', 'read go; readlink /proc/1/exe; ls -d /host/etc; hostname'], 'go\n')
    expect([node.code, node.stdout]).toEqual([0, expect.stringMatching(/\/host\/etc\n/)])
    expect(node.stdout).toContain(hostname())
    await k(['delete', 'pod', '--wait=false', name, copy, ...(await app.ok(release, ['get', 'pods', '-o', 'name'])).split('\n').filter((n) => n.includes('node-debugger')).map((n) => n.replace('pod/', ''))])
  })
  it('cp takes files there and back', async () => {
    const bytes = randomBytes(300_000)
    const [up, down] = [join(folder, `up-${release}`), join(folder, `down-${release}`)]
    writeFileSync(up, bytes)
    expect(await k(['cp', up, 'one:/tmp/copied'])).toMatchObject({ code: 0 })
    expect(await k(['cp', 'one:/tmp/copied', down])).toMatchObject({ code: 0 })
    expect(readFileSync(down).equals(bytes)).toBe(true)
  })
})

it('kubectl 1.28, which speaks no WebSocket, speaks SPDY', async () => {
  expect((await app.kubectl('28', ['exec', 'one', '--', 'echo', 'by SPDY'])).stdout).toBe('by SPDY\n')
  expect(await app.kubectl('28', ['exec', 'one', '--', 'sh', '-c', 'echo err >&2; exit 7'])).toMatchObject({ code: 7, stdout: '', stderr: expect.stringContaining('err\n') })
  const input = randomBytes(256 * 1024).toString('hex')
  expect((await app.kubectl('28', ['exec', '-i', 'one', '--', 'cat'], { input })).stdout === input).toBe(true)
})

it('a hollow node says that it runs nothing', async () => {
  const hollow = shared('hollow')
  await hollow.ok('35', ['run', 'shell', '--image=i'])
  await hollow.ok('35', ['wait', '--for=condition=Ready', 'pod/shell', '--timeout=60s'])
  expect(await hollow.kubectl('35', ['exec', 'shell', '--', 'true'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/this is a hollow node: it runs no process/) })
  expect(await hollow.kubectl('35', ['attach', 'shell'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/this is a hollow node: it runs no process/) })
})
