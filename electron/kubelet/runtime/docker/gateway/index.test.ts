import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ownPort } from '../../../../../test/ports.ts'
import type { PodGateway } from '../../capabilities.ts'
import type { HelperSession } from '../network-helper.ts'
import { createGateway } from './index.ts'
import { GatewayProgram, runsHere } from './testing.ts'

const HOST = '127.0.0.1'

describe.runIf(runsHere)('the gateway', () => {
  let program: GatewayProgram
  let gateway: PodGateway
  let child: ReturnType<GatewayProgram['begin']> | undefined
  let begun = 0
  /** Why it cannot be begun, while it cannot. */
  let refusal: Error | undefined
  beforeAll(() => { program = new GatewayProgram() })
  afterAll(() => program.dispose())
  beforeEach(() => {
    begun = 0
    refusal = undefined
    gateway = createGateway(async () => {
      begun++
      if (refusal) throw refusal
      child = program.begin('tunnel')
      return { stdin: child.stdin as unknown as Duplex, stdout: child.stdout, stderr: child.stderr } satisfies HelperSession
    })
  })
  afterEach(() => gateway.close())
  const echo = async (): Promise<{ port: number; close(): void }> => {
    const server = createServer({ allowHalfOpen: true }, (s) => { s.on('error', () => undefined); s.pipe(s) }).listen(0, HOST)
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port, close: () => void server.close() }
  }
  const said = async (to: { port: number; host?: string }, words: string): Promise<string> => {
    const socket = await gateway.dial({ host: HOST, timeoutMs: 60_000, allowHalfOpen: true, ...to })
    socket.end(words)
    return text(socket)
  }

  it('is not begun before it is needed; then once, for all', async () => {
    expect([begun, gateway.health().healthy]).toEqual([0, false])
    const server = await echo()
    expect(await Promise.all(['a', 'b', 'c'].map((w) => said(server, w)))).toEqual(['a', 'b', 'c'])
    expect(await said({ ...server, host: 'localhost' }, 'by name')).toBe('by name')
    expect([begun, gateway.health().healthy]).toEqual([1, true])
    server.close()
  })
  it('dials in time or not at all, in the words of the network', async () => {
    await expect(gateway.dial({ host: HOST, port: await ownPort(), timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    gateway.close()
    await expect(gateway.dial({ host: HOST, port: 1, timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'ENETUNREACH' })
  })
  it('says what keeps it from being begun, and whoever waits is served when it is', async () => {
    refusal = new Error('no engine')
    await expect(gateway.dial({ host: HOST, port: 1, timeoutMs: 30 })).rejects.toMatchObject({ code: 'ETIMEDOUT', message: expect.stringContaining('no engine') })
    expect(gateway.health()).toEqual({ healthy: false, message: expect.stringContaining('no engine') })
    const server = await echo()
    const waiting = said(server, 'patience')
    refusal = undefined
    expect(await waiting).toBe('patience')
    expect(gateway.health().healthy).toBe(true)
    server.close()
  })
  it('listens again by itself when its program has ended, and tells', async () => {
    const [tcp, udp] = [await ownPort(), await ownPort()]
    let opened = 0
    const stop = gateway.onOpen(() => { opened++ })
    const doors = [await gateway.listenTcp({ host: HOST, port: tcp }, (s) => s.pipe(s), { allowHalfOpen: true }), await gateway.listenUdp({ host: HOST, port: udp }, (m, answer) => answer(Buffer.from(`${m.toString()}!`)))]
    await expect(gateway.listenTcp({ host: HOST, port: tcp }, () => undefined)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const overTcp = async (): Promise<string> => {
      const client = connect({ host: HOST, port: tcp })
      const failed = new Promise<string>((resolve) => { client.once('error', (e: NodeJS.ErrnoException) => resolve(e.code ?? '')) })
      client.end('hello')
      return Promise.race([text(client).catch(() => 'broken'), failed])
    }
    const overUdp = async (): Promise<string> => {
      const client = createSocket('udp4')
      client.on('error', () => undefined)
      try {
        client.send('hello', udp, HOST)
        return await Promise.race([once(client, 'message').then(([m]) => String(m)), new Promise<string>((resolve) => { setTimeout(() => resolve(''), 5_000) })])
      } finally {
        client.close()
      }
    }
    expect([await overTcp(), await overUdp()]).toEqual(['hello', 'hello!'])
    for (let run = 2; run <= 3; run++) {
      child?.kill('SIGKILL')
      await expect.poll(() => opened).toBe(run)
      await expect.poll(overTcp).toBe('hello')
      await expect.poll(overUdp).toBe('hello!')
    }
    stop()
    for (const door of doors) await door.close()
    await expect.poll(overTcp).toBe('ECONNREFUSED')
    child?.kill('SIGKILL')
    await expect.poll(() => begun).toBe(4)
    await expect.poll(() => gateway.health().healthy).toBe(true)
    expect([await overTcp(), opened]).toEqual(['ECONNREFUSED', 3])
  })
})
