import { expect, it } from 'vitest'
import { create, eventually, namespace } from '../cluster.ts'
import { createSocket } from 'node:dgram'
import { ownPort } from '../../ports.ts'
import { HTTP, nodeAddress, podReady, server, UDP } from './traffic.ts'

it('same hostPort, different hostIP/protocol', async () => {
  const ns = await namespace()
  const address = await nodeAddress()
  const hostPort = await ownPort()
  await create(
    server(ns, 'pod1', {}, {}, [{ containerPort: HTTP, hostPort, hostIP: '127.0.0.1', protocol: 'TCP' }]),
    server(ns, 'pod2', {}, {}, [{ containerPort: HTTP, hostPort, hostIP: address, protocol: 'TCP' }]),
    server(ns, 'pod3', {}, {}, [{ containerPort: UDP, hostPort, hostIP: address, protocol: 'UDP' }]),
  )
  for (const name of ['pod1', 'pod2', 'pod3']) await podReady(ns, name)
  const http = (ip: string): Promise<string> => fetch(`http://${ip}:${hostPort}/hostname`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(3_000) }).then((r) => r.text(), (e: Error) => e.message)
  const udp = (ip: string): Promise<string> => new Promise((resolve) => {
    const socket = createSocket('udp4')
    const timer = setTimeout(() => { socket.close(); resolve('no answer') }, 1_000)
    socket.once('message', (m) => { clearTimeout(timer); socket.close(); resolve(m.toString().trim()) })
    socket.send('hostname', hostPort, ip)
  })
  expect(await eventually('localhost leads to pod1', () => http('127.0.0.1'), (n) => n === 'pod1')).toBe('pod1')
  expect(await eventually('the node leads to pod2', () => http(address), (n) => n === 'pod2')).toBe('pod2')
  expect(await eventually('by UDP to pod3', () => udp(address), (n) => n === 'pod3')).toBe('pod3')
})
