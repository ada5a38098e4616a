import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { internalError } from '../../../shared/errors.ts'
import { startWorld, type World } from '../testing.ts'
import type { ContainerSession } from '../types.ts'

const PODS = '/api/v1/namespaces/default/pods'
const pod = (name: string, containers: string[], annotations = {}, init: string[] = []) => ({ metadata: { name, annotations }, spec: { initContainers: init.map((c) => ({ name: c, image: 'x' })), containers: containers.map((c) => ({ name: c, image: 'x' })) } })
const WS = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'v5.channel.k8s.io' }
const SPDY = { connection: 'Upgrade', upgrade: 'SPDY/3.1' }

let world: World
const asked: unknown[] = []
beforeAll(async () => {
  // bob may read, which is not enough to run commands.
  world = await startWorld({ authorizer: { authorize: (a) => ({ allowed: a.user.name !== 'bob' || a.verb === 'get', reason: '' }) } })
  for (const p of [pod('one', ['a']), pod('two', ['a', 'b']), pod('annotated', ['a', 'b'], { 'kubectl.kubernetes.io/default-container': 'b' }, ['i']), pod('stopped', ['a']), pod('free', ['a'])]) {
    const { name } = p.metadata
    await world.ask('POST', PODS, p)
    if (name !== 'free') await world.ask('POST', `${PODS}/${name}/binding`, { target: { kind: 'Node', name: 'n1' } })
  }
  world.server.setKubeletDoor({
    containerLogs: async () => new PassThrough(),
    async exec(node, of, options) {
      if (of.name === 'stopped') throw internalError(new Error(`unable to upgrade connection: container not found ("a")`))
      asked.push([node, of.name, options])
      return async (): Promise<ContainerSession> => { throw new Error('not started here') }
    },
    async attach(node, of, options) {
      asked.push([node, of.name, options])
      return async (): Promise<ContainerSession> => { throw new Error('not started here') }
    },
  })
})
afterAll(() => world.close())

describe('pods/exec and pods/attach', () => {
  it.each([
    ['one/exec?command=ls&command=-l&stdout=true&stdin=1&stderr=true', 'one', { container: 'a', command: ['ls', '-l'], stdin: true, stdout: true, stderr: true, tty: false }],
    ['one/exec?command=sh&stdout=true&stderr=true&tty=true', 'one', { container: 'a', command: ['sh'], stdin: false, stdout: true, stderr: false, tty: true }],
    ['two/exec?command=ls&stdout=true&container=b', 'two', { container: 'b', command: ['ls'], stdin: false, stdout: true, stderr: false, tty: false }],
    ['one/attach?stdin=true&stdout=true', 'one', { container: 'a', stdin: true, stdout: true, stderr: false, tty: false }],
  ])('%s is upgraded', async (path, name, options) => {
    expect((await world.ask('GET', `${PODS}/${path}`, undefined, WS)).raw).toMatchObject({ status: 101, body: { type: 'upgrade' } })
    expect(asked.pop()).toEqual(['n1', name, options])
  })

  it.each([
    ['GET', 'none/exec?command=ls&stdout=true', WS, 404, 'pods "none" not found'],
    ['GET', 'free/exec?command=ls&stdout=true', WS, 400, 'pod free does not have a host assigned'],
    ['GET', 'two/exec?command=ls&stdout=true', WS, 400, 'a container name must be specified for pod two, choose one of: [a b]'],
    // The annotation is for clients: kubectl names the container that it means.
    ['GET', 'annotated/exec?command=ls&stdout=true', WS, 400, 'a container name must be specified for pod annotated, choose one of: [i a b]'],
    ['GET', 'one/exec?command=ls&stdout=true&container=x', WS, 400, 'container x is not valid for pod one'],
    ['GET', 'one/exec?command=ls', WS, 400, 'you must specify at least 1 of stdin, stdout, stderr'],
    ['GET', 'one/attach', WS, 400, 'you must specify at least 1 of stdin, stdout, stderr'],
    ['GET', 'one/exec?stdout=true', WS, 400, 'you must specify a command for the container'],
    ['GET', 'stopped/exec?command=ls&stdout=true', WS, 500, 'Internal error occurred: unable to upgrade connection: container not found ("a")'],
    // What is wrong with the pod comes before what is wrong with the client.
    ['POST', 'stopped/exec?command=ls&stdout=true', SPDY, 500, 'Internal error occurred: unable to upgrade connection: container not found ("a")'],
    ['POST', 'one/exec?command=ls&stdout=true', SPDY, 400, 'unable to upgrade: X-Stream-Protocol-Version is required'],
    ['POST', 'one/exec?command=ls&stdout=true', { ...SPDY, 'x-stream-protocol-version': 'v9.channel.k8s.io' }, 403, expect.stringContaining('unable to negotiate protocol: client supports "v9.channel.k8s.io", server accepts v4.channel.k8s.io, v3.channel.k8s.io, v2.channel.k8s.io, channel.k8s.io')],
    ['GET', 'one/exec?command=ls&stdout=true', {}, 400, 'Upgrade request required'],
    ['GET', 'one/exec?command=ls&stdout=true', { ...WS, 'sec-websocket-protocol': 'v9.channel.k8s.io' }, 400, expect.stringMatching(/none of the subprotocols .* "v9.channel.k8s.io"; supported are v5.channel.k8s.io, v4/)],
    ['PUT', 'one/exec?command=ls&stdout=true', WS, 405, 'the server does not allow this method on the requested resource'],
  ] as const)('%s %s is refused', async (method, path, headers, code, message) => {
    expect((await world.ask(method, `${PODS}/${path}`, undefined, headers)).body).toMatchObject({ kind: 'Status', code, message })
  })

  it('takes the right to create, also from who opens it with GET', async () => {
    const answer = await world.ask('GET', `${PODS}/one/exec?command=ls&stdout=true`, undefined, WS, { name: 'bob', groups: [] })
    expect(answer.body).toMatchObject({ code: 403, message: 'pods "one" is forbidden: User "bob" cannot create resource "pods/exec" in API group "" in the namespace "default"' })
  })
  it('is in discovery', async () => {
    const { resources } = (await world.ask('GET', '/api/v1')).body as unknown as { resources: { name: string }[] }
    expect(resources.find((r) => r.name === 'pods/exec')).toMatchObject({ kind: 'PodExecOptions', verbs: ['create', 'get'] })
  })
})
