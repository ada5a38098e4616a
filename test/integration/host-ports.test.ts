/** A host port without a hostIP is this machine's own: answered at 127.0.0.1, and at none of its other addresses. */
import { createSocket } from 'node:dgram'
import Docker from 'dockerode'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Node } from '../../shared/api/types.ts'
import { AGNHOST, ensureAgnhost } from '../conformance/images/agnhost.ts'
import { ownPort } from '../ports.ts'
import { App, eventually } from './app.ts'

let app: App
beforeAll(async () => {
  await ensureAgnhost(new Docker())
  app = await App.start({ args: ['--nodes', '1'] })
}, 240_000)
afterAll(() => app?.dispose())

const http = (ip: string, port: number): Promise<string> =>
  fetch(`http://${ip}:${port}/hostname`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(20_000) }).then((r) => r.text(), (e: Error & { cause?: { code?: string } }) => e.cause?.code ?? e.name)
/** A refusal is heard by a connected socket only. */
const udp = (ip: string, port: number): Promise<string> => new Promise((resolve) => {
  const socket = createSocket('udp4')
  const timer = setTimeout(() => done('no answer'), 2_000)
  const done = (answer: string): void => { clearTimeout(timer); socket.close(); resolve(answer) }
  socket.once('message', (m) => done(m.toString().trim())).once('error', (e: NodeJS.ErrnoException) => done(e.code ?? e.message))
  socket.connect(port, ip, () => socket.send('hostname'))
})

it('by TCP and by UDP', async () => {
  const [node] = (await app.json<{ items: Node[] }>('35', ['get', 'nodes'])).items
  const address = node?.status?.addresses?.find((a) => a.type === 'InternalIP')?.address ?? ''
  expect(address).toMatch(/^(?!127\.)\d+\./)
  const hostPort = await ownPort()
  const pod = {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'held' },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: AGNHOST, args: ['netexec', '--http-port=8080', '--udp-port=8081'], ports: [{ containerPort: 8080, hostPort }, { containerPort: 8081, hostPort, protocol: 'UDP' }] }] },
  }
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify(pod) })
  expect(await eventually('TCP', () => http('127.0.0.1', hostPort), (a) => a === 'held')).toBe('held')
  expect(await eventually('UDP', () => udp('127.0.0.1', hostPort), (a) => a === 'held')).toBe('held')
  expect(await http(address, hostPort)).toBe('ECONNREFUSED')
  expect(await udp(address, hostPort)).toMatch(/ECONNREFUSED|no answer/)
})
