import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { internalError } from '../../../shared/errors.ts'
import { startWorld, type World } from '../testing.ts'
import type { Attributes, ContainerSession } from '../types.ts'

const WS = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'v5.channel.k8s.io' }
const NODE = '/api/v1/nodes/n/proxy'
let world: World
let uid = ''
const asked: unknown[] = []
const judged: Attributes[] = []
const killed = new EventEmitter()
const session = (out: string, err: string, code: number): ContainerSession => ({ stdout: Readable.from([Buffer.from(out)]), stderr: Readable.from([Buffer.from(err)]), exit: Promise.resolve(code), resize: async () => undefined, kill: () => undefined })
/** Says what its input is until that ends. */
function echo(): ContainerSession {
  const through = new PassThrough()
  return { stdin: through, stdout: through, stderr: Readable.from([]), exit: once(through, 'end').then(() => 3), resize: async () => undefined, kill: () => through.destroy() }
}

beforeAll(async () => {
  world = await startWorld({ authorizer: { authorize: (a) => { judged.push(a); return { allowed: true, reason: '' } } } })
  for (const name of ['n', 'other']) await world.ask('POST', '/api/v1/nodes', { metadata: { name } })
  const made = await world.ask('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'web' }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'x' }] } })
  uid = String((made.body as unknown as { metadata: { uid: string } }).metadata.uid)
  world.server.setKubeletDoor({
    containerLogs: async () => new PassThrough(),
    async exec(node, of, options) {
      asked.push([node, of, options])
      if (options.container !== 'c') throw internalError(new Error(`unable to upgrade connection: container not found (${JSON.stringify(options.container)})`))
      switch (options.command[0]) {
        case 'false': return async () => session('out', 'why\n', 7)
        case 'none': return async () => { throw new Error('no such program') }
        case 'forever': return async () => {
          const stdout = new PassThrough()
          return { ...session('', '', 0), stdout, exit: once(killed, 'kill').then(() => 137), kill: () => { stdout.end(); killed.emit('kill') } }
        }
        case 'cat': return async () => echo()
        default: return async () => session('out\n', 'err\n', 0)
      }
    },
    async attach(node, of, options) {
      asked.push([node, of, options])
      return async () => echo()
    },
    async portForward(node, of, port) {
      asked.push([node, of, port])
      return new PassThrough()
    },
  })
})
afterAll(() => world.close())

const handle = (method: string, path: string, headers: Record<string, string> = {}, signal = new AbortController().signal) => {
  const [plain = '', query = ''] = path.split('?')
  return world.server.handle({ method: method as 'GET', path: `${NODE}/${plain}`, query: new URLSearchParams(query), headers, user: { name: 'u', groups: [] }, signal })
}
async function text(method: string, path: string, headers: Record<string, string> = {}): Promise<[number, string]> {
  const { status, body } = await handle(method, path, headers)
  return [status, body.type === 'stream' ? Buffer.concat((await body.stream.toArray()) as Buffer[]).toString() : body.type === 'object' ? JSON.stringify(body.value) : body.type]
}

describe('/run', () => {
  it.each([
    ['run/default/web/c?cmd=ls%20-l', 200, 'out\nerr\n'], ['run/default/web/UID/c?cmd=ls', 200, 'out\nerr\n'],
    ['run/default/web/c?cmd=false%20x', 500, "command 'false x' exited with 7: why\n"], ['run/default/web/x?cmd=ls', 500, 'container not found ("x")'],
    ['run/default/none/c?cmd=ls', 404, 'pod does not exist'], ['run/default/web/other/c?cmd=ls', 500, 'container not found ("c")'],
  ])('%s: %d', async (path, status, said) => expect(await text('POST', path.replace('UID', uid))).toEqual([status, said]))
  it('gives the command as it is written, word by word', async () => {
    await text('POST', 'run/default/web/c?cmd=sh%20-c%20echo')
    expect(asked.pop()).toEqual(['n', { namespace: 'default', name: 'web', uid }, { container: 'c', command: ['sh', '-c', 'echo'], stdin: false, stdout: true, stderr: true, tty: false }])
  })
  it('a command that does not start is told', async () => expect((await text('POST', 'run/default/web/c?cmd=none'))[1]).toContain('no such program'))
  it('ends what nobody waits for any more', async () => {
    const gone = new AbortController()
    const killing = once(killed, 'kill')
    const answer = handle('POST', 'run/default/web/c?cmd=forever', {}, gone.signal)
    gone.abort()
    await killing
    expect((await answer).status).toBe(500)
  })
})

describe('/exec, /attach, /portForward', () => {
  it.each([
    ['exec/default/web/c?command=ls&command=-l&output=1&error=1', { container: 'c', command: ['ls', '-l'], stdin: false, stdout: true, stderr: true, tty: false }],
    ['exec/default/web/UID/c?command=sh&input=1&output=1&error=1&tty=1', { container: 'c', command: ['sh'], stdin: true, stdout: true, stderr: false, tty: true }],
    ['attach/default/web/c?output=1', { container: 'c', stdin: false, stdout: true, stderr: false, tty: false }],
  ])('%s is upgraded', async (path, options) => {
    expect(await handle('GET', path.replace('UID', uid), WS)).toMatchObject({ status: 101, body: { type: 'upgrade' } })
    expect(asked.pop()).toEqual(['n', { namespace: 'default', name: 'web', uid }, options])
    expect(await handle('POST', path.replace('UID', uid), { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' })).toMatchObject({ status: 101 })
  })
  it.each([
    ['GET', 'exec/default/web/c?command=ls', 400, 'you must specify at least 1 of stdin, stdout, stderr'],
    // The words of pods/exec are not these.
    ['GET', 'exec/default/web/c?command=ls&stdout=true', 400, 'you must specify at least 1 of stdin, stdout, stderr'],
    ['GET', 'exec/default/none/c?command=ls&output=1', 404, 'pod does not exist'], ['GET', 'exec/default/web/x?command=ls&output=1', 500, 'container not found ("x")'],
    ['GET', 'portForward/default/none', 404, 'pod does not exist'], ['GET', 'portForward/default/web/other', 404, 'pod not found'],
    ['POST', 'checkpoint/default/none/c', 404, 'pod does not exist'], ['POST', 'checkpoint/default/web/x', 404, 'container x does not exist'],
    ['POST', 'checkpoint/default/web/c', 500, 'checkpointing of default/web/c failed (the container runtime does not make checkpoints)'],
  ])('%s %s: %d', async (method, path, status, said) => expect(await text(method, path, WS)).toEqual([status, said]))
  it.each([
    ['GET', 'run/default/web/c?cmd=ls', 405], ['PUT', 'exec/default/web/c', 405], ['DELETE', 'portForward/default/web', 405], ['GET', 'exec/default/web', 404], ['POST', 'run', 404], ['POST', 'run/default/web//c', 404], ['GET', 'exec/default/web/c?command=ls&output=1', 400],
    ['GET', 'portForward/default/web', 400], ['GET', 'toString/default/web/c', 404],
  ])('%s %s: %d', async (method, path, status) => expect((await text(method, path, path.startsWith('portForward') ? { ...WS, 'sec-websocket-protocol': 'v4.channel.k8s.io' } : {}))[0]).toBe(status))
  it('is of the node that the pod is on', async () => expect((await world.ask('POST', '/api/v1/nodes/other/proxy/run/default/web/c?cmd=ls')).raw.status).toBe(404))

  it('a process speaks over the channels of a WebSocket', async () => {
    const { body } = await handle('GET', 'exec/default/web/c?command=cat&input=1&output=1', WS)
    if (body.type !== 'upgrade') throw new Error('no upgrade')
    const { handler } = body
    const front = createServer().listen(0, '127.0.0.1')
    await once(front, 'listening')
    front.on('upgrade', (message, socket, head) => handler({ method: 'GET', path: '/', query: new URLSearchParams(), headers: message.headers as Record<string, string>, user: { name: 'u', groups: [] }, signal: new AbortController().signal }, socket, head))
    const client = new WebSocket('ws://pod', ['v5.channel.k8s.io'], { createConnection: () => connect((front.address() as AddressInfo).port, '127.0.0.1') })
    const heard = new Map<number, string>()
    client.on('message', (data: Buffer) => heard.set(data[0] ?? -1, (heard.get(data[0] ?? -1) ?? '') + data.subarray(1).toString()))
    client.on('open', () => {
      client.send(Buffer.from('\0hello'))
      client.send(Buffer.from([255, 0]))
    })
    await once(client, 'close')
    expect(heard.get(1)).toBe('hello')
    expect(JSON.parse(heard.get(3) ?? '')).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ message: '3' }] } })
    front.close()
  })
})

it.each([['GET', 'exec/default/web/c?command=ls&output=1', 'get'], ['POST', 'run/default/web/c?cmd=ls', 'create'], ['GET', 'metrics', 'get']])('%s %s takes %s of nodes/proxy, as upstream, whatever is behind it', async (method, path, verb) => {
  judged.length = 0
  await handle(method, path, method === 'GET' ? WS : {})
  expect(judged.map((a) => [a.verb, a.resource, a.subresource, a.name])).toEqual([[verb, 'nodes', 'proxy', 'n']])
})
