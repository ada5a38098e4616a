import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { KubeObject, WatchEvent } from '../../shared/api/meta.ts'
import { serveHttps, type ServeHandle } from './https.ts'
import { startWorld, type World } from './testing.ts'
import { authenticator, certificate } from './testing-door.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const KEYS = '/registry/core/configmaps/default/'
const PATIENCE = { timeout: 60_000 }
const tls = certificate()
let world: World
let door: ServeHandle
/** Of the server's own. */
let watchers: number
beforeAll(async () => {
  world = await startWorld()
  // The first request from outside makes the server look at its flow schemas.
  await world.ask('GET', '/version')
  watchers = world.store.stats().watchers
  door = await serveHttps({ server: world.server, port: 0, tls, authenticator })
})
afterAll(async () => {
  await door.close()
  await world.close()
})

/** Writes config maps past the pipeline, which is not what these tests are about. */
async function write(from: number, count: number, data: Record<string, string>): Promise<void> {
  const operations = Array.from({ length: count }, (_, i) => ({
    type: 'put' as const, key: `${KEYS}m-${from + i}`,
    value: (revision: number): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `m-${from + i}`, namespace: 'default', resourceVersion: String(revision) }, data } as KubeObject),
  }))
  await world.store.txn({ compare: [], operations })
}
async function open(query: string): Promise<IncomingMessage> {
  const sent = httpsRequest({ host: '127.0.0.1', port: door.port, path: `${MAPS}?${query}`, ca: tls.ca, headers: { authorization: 'Bearer good' } })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}
// Each test begins when the watches of the one before have ended.
beforeEach(() => vi.waitFor(() => {
  const open = world.store.stats().watchers
  if (open !== watchers) throw new Error(`${open - watchers} watches are still open`)
}, PATIENCE))
const nameOf = (event: WatchEvent): string | undefined => (event.object as KubeObject).metadata.name
const socket = (query: string, protocols: string[] = []): WebSocket => new WebSocket(`wss://127.0.0.1:${door.port}${MAPS}?${query}`, protocols, { ca: tls.ca, headers: { authorization: 'Bearer good' } })

describe('a watch over HTTPS', () => {
  it('survives thousands of events, each once and in order', async () => {
    const response = await open(`watch=true&resourceVersion=${world.store.revision}`)
    const seen: (string | undefined)[] = []
    createInterface({ input: response }).on('line', (line) => seen.push(nameOf(JSON.parse(line) as WatchEvent)))
    for (let i = 0; i < 50; i++) await write(i * 100, 100, { text: 'x'.repeat(500) })
    await expect.poll(() => seen.length, PATIENCE).toBe(5000)
    expect(seen).toEqual(Array.from({ length: 5000 }, (_, i) => `m-${i}`))
    response.destroy()
  })
  it('whose reader is too slow is cut off, with a reason and without taking up memory', async () => {
    const response = await open(`watch=true&resourceVersion=${world.store.revision}`)
    // Nobody reads, while more is written than may wait.
    response.pause()
    const data = { text: 'x'.repeat(1_000_000) }
    for (let i = 0; i < 60 && world.store.stats().watchers > watchers; i++) await write(i, 1, data)
    expect(world.store.stats().watchers).toBe(watchers)
    const lines: string[] = []
    for await (const line of createInterface({ input: response })) lines.push(line)
    const last = JSON.parse(lines.at(-1) ?? '') as WatchEvent
    expect(last).toMatchObject({ type: 'ERROR', object: { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'the watcher is too slow: more than 33554432 bytes of events wait for it' } })
    // What had been on its way still came, whole.
    expect(lines.slice(0, -1).map((line) => nameOf(JSON.parse(line) as WatchEvent))).toEqual(Array.from({ length: lines.length - 1 }, (_, i) => `m-${i}`))
  })
})

describe('a watch over a WebSocket', () => {
  it('is one message an event, and ends with either side', async () => {
    const ws = socket(`watch=true&resourceVersion=${world.store.revision}`)
    const events: WatchEvent[] = []
    ws.on('message', (data, binary) => {
      expect(binary).toBe(false)
      events.push(JSON.parse(String(data)) as WatchEvent)
    })
    await once(ws, 'open')
    await write(7000, 3, {})
    await expect.poll(() => events.map((e) => `${e.type} ${nameOf(e)}`), PATIENCE).toEqual(['ADDED m-7000', 'ADDED m-7001', 'ADDED m-7002'])
    ws.close()
    await expect.poll(() => world.store.stats().watchers, PATIENCE).toBe(watchers)
  })
  it('tells what there is first, and closes when its time is up', async () => {
    const ws = socket('watch=true&timeoutSeconds=5&fieldSelector=metadata.name%3Dm-7000&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true')
    const types: string[] = []
    ws.on('message', (data) => void types.push((JSON.parse(String(data)) as WatchEvent).type))
    await expect.poll(() => types, PATIENCE).toEqual(['ADDED', 'BOOKMARK'])
    const closed = once(ws, 'close')
    await world.clock.advance(5000)
    expect((await closed)[0]).toBe(1000)
    expect(types).toEqual(['ADDED', 'BOOKMARK', 'BOOKMARK'])
  })
  it('agrees to a protocol that a browser names beside its token', async () => {
    const ws = socket('watch=true', ['base64url.bearer.authorization.k8s.io.Z29vZA', 'v1.events'])
    await once(ws, 'open')
    expect(ws.protocol).toBe('v1.events')
    ws.terminate()
  })
  it('is refused with a Status where the parameters are wrong', async () => {
    const ws = socket('watch=true&fieldSelector=data%3Dx')
    const [, response] = (await once(ws, 'unexpected-response')) as [unknown, IncomingMessage]
    const text = Buffer.concat((await response.toArray()) as Buffer[]).toString()
    expect([response.statusCode, JSON.parse(text)]).toEqual([400, expect.objectContaining({ kind: 'Status', reason: 'BadRequest' })])
  })
})
