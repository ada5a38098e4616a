/** Each of the channel protocols as it goes over the wire, against real containers: clients that are not kubectl speak the older ones. */
import { once } from 'node:events'
import { KubeConfig } from '@kubernetes/client-node'
import { beforeAll, describe, expect, it } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import type { Client } from '../integration/app.ts'
import { shared } from './stories.ts'

const NS = 'protocols'
const PATIENCE = { timeout: 60_000, interval: 50 }
let app: Client
let tls: ClientOptions
const container = (name: string, script: string, more: object = {}) => ({ name, image: 'busybox:local', imagePullPolicy: 'Never', command: ['sh', '-c', script], ...more })
const pod = (name: string, containers: object[]) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NS }, spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers } })
const STAY = 'trap "exit 0" TERM; while :; do sleep 1; done'
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io', 'channel.k8s.io', 'base64.channel.k8s.io'] as const
const named = (protocol: string): string => protocol.replaceAll('.', '-')

beforeAll(async () => {
  app = shared('engine')
  await app.ok('35', ['create', 'namespace', NS])
  const config = new KubeConfig()
  config.loadFromFile(app.ready.kubeconfig)
  tls = {}
  await config.applyToHTTPSOptions(tls)
  const heard = container('c', 'read line; echo "heard $line"; echo err >&2; exit 3', { stdin: true, stdinOnce: true })
  const pods = [
    pod('one', [container('main', `echo out; echo err >&2; mkdir -p /www; echo hello > /www/index.html; busybox httpd -p 8080 -h /www; busybox httpd -p 8081 -h /www; ${STAY}`, { readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } })]),
    pod('doomed', [container('main', 'trap "exit 0" TERM; while :; do echo here; sleep 1; done')]), ...PROTOCOLS.map((p) => pod(named(p), [heard])),
  ]
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods }) })
  await app.ok('35', ['wait', '-n', NS, '--for=condition=Ready', 'pod', '--all', '--timeout=90s'])
})

/** A connection, and what came on each of its channels. @param path below the pods, or the whole of it */
async function connect(path: string, protocol?: string): Promise<{ ws: WebSocket; got: Record<number, string>; closed: Promise<number>; send(channel: number, data: string | Buffer): void }> {
  const ws = new WebSocket(`${app.ready.apiServer.replace('https', 'wss')}${path.startsWith('/') ? path : `/api/v1/namespaces/${NS}/pods/${path}`}`, protocol ? [protocol] : [], tls)
  const base64 = protocol?.includes('base64') === true
  const got: Record<number, string> = {}
  ws.on('message', (data: Buffer, binary: boolean) => {
    expect(binary).toBe(!base64)
    const [channel, text] = base64 ? [Number(data.toString()[0]), Buffer.from(data.toString().slice(1), 'base64').toString('latin1')] : [data[0]!, data.subarray(1).toString('latin1')]
    got[channel] = (got[channel] ?? '') + text
  })
  const closed = once(ws, 'close').then(([code]) => code as number)
  await once(ws, 'open')
  expect(ws.protocol).toBe(protocol ?? '')
  return { ws, got, closed, send: (channel, data) => ws.send(base64 ? `${channel}${Buffer.from(data).toString('base64')}` : Buffer.concat([Uint8Array.of(channel), Buffer.from(data)])) }
}
const command = (...words: string[]): string => words.map((w) => `command=${encodeURIComponent(w)}`).join('&')
/** The last word on an exit code: a Status since the fourth version, before it a sentence. */
const lastWord = (protocol: string, text: string | undefined): unknown => (/^v[45]/.test(protocol) ? (JSON.parse(text ?? '') as { details?: { causes: { message: string }[] } }).details?.causes[0]?.message : text?.endsWith('exit status 3') && '3')

describe.each(PROTOCOLS)('%s', (protocol) => {
  it('exec: the input, both outputs, the exit code', async () => {
    const { got, send, closed } = await connect(`one/exec?stdin=true&stdout=true&stderr=true&${command('sh', '-c', 'read line; echo "heard $line"; echo err >&2; exit 3')}`, protocol)
    send(0, 'you\n')
    expect([await closed, got[1], got[2], lastWord(protocol, got[3])]).toEqual([1000, 'heard you\n', 'err\n', '3'])
  })
  it('exec: success, and a terminal whose size changes', async () => {
    const sized = 'for i in $(busybox seq 300); do test "$(busybox stty size 2>/dev/null)" = "31 101" && echo sized && exit 0; sleep 0.1; done'
    const { got, send, closed } = await connect(`one/exec?stdin=true&stdout=true&tty=true&${command('sh', '-c', sized)}`, protocol)
    send(4, JSON.stringify({ Width: 101, Height: 31 }))
    expect([await closed, got[1]]).toEqual([1000, 'sized\r\n'])
    expect(got[3]).toBe(/^v[45]/.test(protocol) ? '{"metadata":{},"status":"Success"}' : undefined)
  })
  it("attach: a container's own input and outputs", async () => {
    const { got, send } = await connect(`${named(protocol)}/attach?stdin=true&stdout=true&stderr=true`, protocol)
    send(0, 'you\n')
    await expect.poll(() => [got[1], got[2]], PATIENCE).toEqual(['heard you\n', 'err\n'])
  })
})

it('v5: one channel is closed, and the other ones go on', async () => {
  const { got, send, closed } = await connect(`one/exec?stdin=true&stdout=true&${command('sh', '-c', 'cat; echo end')}`, 'v5.channel.k8s.io')
  send(0, 'all')
  send(255, Buffer.of(0))
  expect([await closed, got[1]]).toEqual([1000, 'allend\n'])
})
it('none named: the oldest', async () => {
  const { got, closed } = await connect(`one/exec?stdout=true&${command('echo', 'hello')}`)
  expect([await closed, got[1], got[3]]).toEqual([1000, 'hello\n', undefined])
})

it.each(['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'])('port-forward by channels, %s: two ports side by side', async (protocol) => {
  const { got, send } = await connect('one/portforward?ports=8080&ports=8081', protocol)
  for (const channel of [0, 2]) send(channel, 'GET / HTTP/1.0\r\n\r\n')
  const number = (port: number): string => Buffer.of(port & 255, port >> 8).toString('latin1')
  await expect.poll(() => [got[0], got[2]].map((text) => /^HTTP\/1\.\d 200 OK\r\n[^]*\r\n\r\nhello\n$/.test(text?.slice(2) ?? '')), PATIENCE).toEqual([true, true])
  expect([0, 1, 2, 3].map((channel) => got[channel]?.slice(0, 2))).toEqual([number(8080), number(8080), number(8081), number(8081)])
})

describe('a log', () => {
  it.each<[protocol: string | undefined, text: boolean]>([['binary.k8s.io', false], ['base64.binary.k8s.io', true], [undefined, false]])('over a WebSocket, %s', async (protocol, text) => {
    const ws = new WebSocket(`${app.ready.apiServer.replace('https', 'wss')}/api/v1/namespaces/${NS}/pods/one/log?stream=Stdout`, protocol ? [protocol] : [], tls)
    let all = ''
    ws.on('message', (data: Buffer, binary: boolean) => {
      expect(binary).toBe(!text)
      all += text ? Buffer.from(data.toString(), 'base64').toString() : data.toString()
    })
    expect([(await once(ws, 'close'))[0], all]).toEqual([1000, 'out\n'])
  })
  it.each([['Stdout', 'out\n'], ['Stderr', 'err\n']])('of one stream: %s', async (stream, said) => {
    expect(await app.ok('35', ['get', '--raw', `/api/v1/namespaces/${NS}/pods/one/log?stream=${stream}`])).toBe(said)
  })
})

it('whose pod is deleted: exec, attach, a log that is followed and a forwarded port all end', async () => {
  const exec = app.start('35', ['exec', '-n', NS, 'doomed', '--', 'sh', '-c', 'echo begun; sleep 600'])
  const spdy = app.start('28', ['exec', '-n', NS, 'doomed', '--', 'sh', '-c', 'echo begun; sleep 600'])
  const attach = app.start('35', ['attach', '-n', NS, 'doomed'])
  const log = app.start('35', ['logs', '-n', NS, '-f', 'doomed'])
  await Promise.all([...[exec, spdy].map((k) => k.says((text) => text === 'begun\n')), ...[attach, log].map((k) => k.says((text) => text.includes('here\n')))])
  const forwarded = await connect('doomed/portforward?ports=9', 'v4.channel.k8s.io')
  await app.ok('35', ['delete', 'pod', '-n', NS, 'doomed'])
  expect(await exec.ended).toEqual({ code: 137, stdout: 'begun\n', stderr: 'command terminated with exit code 137\n' })
  expect(await spdy.ended).toMatchObject({ code: 137 })
  expect(await attach.ended).toMatchObject({ code: 0 })
  expect(await log.ended).toMatchObject({ code: 0 })
  expect(await forwarded.closed).toBe(1000)
})

describe('the kubelet behind nodes/proxy', () => {
  let proxy: string
  beforeAll(async () => { proxy = `/api/v1/nodes/${(await app.ok('35', ['get', 'pod', 'one', '-n', NS, '-o', 'jsonpath={.spec.nodeName}'])).trim()}/proxy` })
  const run = (cmd: string, pod = 'one') => app.kubectl('35', ['create', '--raw', `${proxy}/run/${NS}/${pod}/main?cmd=${encodeURIComponent(cmd)}`, '-f', '-'], { input: '{}' })

  it('/run: a command, its output, its end', async () => {
    expect(await run('ls /www')).toMatchObject({ code: 0, stdout: 'index.html\n' })
    expect(await run('true')).toMatchObject({ code: 0, stdout: '' })
    expect((await run('ls /none')).stderr).toMatch(/command 'ls \/none' exited with 1: .*No such file or directory/)
    expect((await run('ls', 'none')).stderr).toContain('NotFound')
  })
  it('/exec and /attach: with the input, both outputs, and the exit code', async () => {
    const { got, send, closed } = await connect(`${proxy}/exec/${NS}/one/main?input=1&output=1&error=1&${command('sh', '-c', 'read line; echo "heard $line"; echo err >&2; exit 3')}`, 'v4.channel.k8s.io')
    send(0, 'you\n')
    expect([await closed, got[1], got[2], lastWord('v4.channel.k8s.io', got[3])]).toEqual([1000, 'heard you\n', 'err\n', '3'])
    await connect(`${proxy}/attach/${NS}/one/main?output=1`, 'v4.channel.k8s.io').then(({ ws }) => ws.terminate())
  })
  it('/portForward: a port of the pod', async () => {
    const { ws, got, send } = await connect(`${proxy}/portForward/${NS}/one?port=8080`, 'v4.channel.k8s.io')
    send(0, 'GET / HTTP/1.0\r\n\r\n')
    await expect.poll(() => got[0], PATIENCE).toContain('hello')
    ws.terminate()
  })
  it('/metrics/probes: how the probes of its pods went', async () => {
    const labels = `container="main",namespace="${NS}",pod="one"`
    expect(await app.ok('35', ['get', '--raw', `${proxy}/metrics/probes`])).toMatch(new RegExp(`^prober_probe_total\\{${labels},pod_uid="[0-9a-f-]{36}",probe_type="Readiness",result="successful"\\} [1-9]\\d*$`, 'm'))
  })
})
