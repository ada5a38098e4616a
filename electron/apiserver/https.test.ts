import { text } from 'node:stream/consumers'
import { request as httpsRequest } from 'node:https'
import { gunzipSync } from 'node:zlib'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveHttps, type ServeHandle } from './https.ts'
import { startWorld, type World } from './testing.ts'
import { authenticator, certificate } from './testing-door.ts'
import type { ApiServer } from './types.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
let world: World
let door: ServeHandle
let second: ServeHandle
const tls = certificate()
const { ca } = tls
beforeAll(async () => {
  world = await startWorld()
  const options = { server: world.server, tls, authenticator }
  door = await serveHttps({ ...options, port: 0 })
  second = await serveHttps({ ...options, port: door.port })
})
afterAll(async () => {
  await door.close()
  await second.close()
  await world.close()
})

async function open(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}, port = door.port): Promise<IncomingMessage> {
  const sent = httpsRequest({ host: '127.0.0.1', port, method, path, ca, headers: { authorization: 'Bearer good', ...headers } })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}
async function call(...args: Parameters<typeof open>): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; bytes: Buffer }> {
  const response = await open(...args)
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(await response.toArray() as Buffer[]) }
}

describe('the HTTPS door', () => {
  it('takes the next port when one is taken', () => expect(second.port).toBeGreaterThan(door.port))
  it('knows its callers', async () => {
    expect((await call('GET', '/version')).status).toBe(200)
    expect((await call('GET', '/version', undefined, { authorization: 'Bearer bad' })).status).toBe(401)
  })
  it('refuses bodies over the limit, declared or not', async () => {
    const answerTo = (headers: Record<string, string>, body: Buffer): Promise<unknown> => new Promise((resolve) => {
      const sent = httpsRequest({ host: '127.0.0.1', port: door.port, method: 'POST', path: MAPS, ca, headers: { authorization: 'Bearer good', ...headers } }, (response) => {
        void text(response).then((all) => resolve(JSON.parse(all)), () => undefined)
      })
      // The server closes the connection while the rest of the body is still being sent.
      sent.on('error', () => sent.destroy())
      sent.write(body)
    })
    const TOO_LARGE = { kind: 'Status', status: 'Failure', code: 413, reason: 'RequestEntityTooLarge', message: 'Request entity too large: limit is 3145728' }
    const big = Buffer.alloc(3 * 1024 * 1024 + 1, 32)
    expect(await answerTo({ 'content-length': String(big.length) }, Buffer.from('{'))).toMatchObject(TOO_LARGE)
    expect(await answerTo({ 'transfer-encoding': 'chunked' }, big)).toMatchObject(TOO_LARGE)
  })
  it('ends what takes too long, and tells who does the work', async () => {
    let signal: AbortSignal | undefined
    const server: ApiServer = {
      handle: (request) => {
        signal = request.signal
        return request.query.has('watch') ? Promise.resolve({ status: 200, body: { type: 'empty' } }) : new Promise(() => undefined)
      },
    }
    const slow = await serveHttps({ server, port: 0, tls, authenticator, requestTimeoutMs: 20 })
    try {
      const answer = await call('GET', '/api/v1/pods', undefined, {}, slow.port)
      expect([answer.status, JSON.parse(answer.bytes.toString())]).toEqual([504, expect.objectContaining({ kind: 'Status', reason: 'Timeout', message: 'Timeout: request did not complete within the allotted timeout' })])
      expect(signal?.aborted).toBe(true)
      expect((await call('GET', '/api/v1/pods?watch=true', undefined, {}, slow.port)).status).toBe(200)
    } finally {
      await slow.close()
    }
    // As long as the caller will wait, where that is less.
    const patient = await serveHttps({ server, port: 0, tls, authenticator, requestTimeoutMs: 3_600_000 })
    try {
      const answer = await call('GET', '/api/v1/pods?timeout=20ms', undefined, {}, patient.port)
      expect([answer.status, JSON.parse(answer.bytes.toString())]).toEqual([504, expect.objectContaining({ reason: 'Timeout' })])
      const refused = await call('GET', '/api/v1/pods?timeout=20', undefined, {}, patient.port)
      expect([refused.status, JSON.parse(refused.bytes.toString())]).toEqual([400, expect.objectContaining({ kind: 'Status', reason: 'BadRequest', message: 'invalid timeout specified in the request URL - time: missing unit in duration "20"' })])
    } finally {
      await patient.close()
    }
  })
  it('writes line breaks for people, of objects, lists and refusals', async () => {
    const curl = { 'user-agent': 'curl/8.5.0' }
    for (const path of [MAPS, `${MAPS}/kube-root-ca.crt`, '/api/v1', '/apis', '/nosuch']) {
      const [plain, pretty, asked] = [await call('GET', path), await call('GET', path, undefined, curl), await call('GET', `${path}?pretty=true`)]
      const value = JSON.parse(plain.bytes.toString()) as object
      expect(plain.bytes.toString(), path).toBe(JSON.stringify(value))
      expect([pretty.bytes.toString(), asked.bytes.toString()], path).toEqual([JSON.stringify(value, undefined, 2), JSON.stringify(value, undefined, 2)])
    }
    expect((await call('GET', `${MAPS}?pretty=false`, undefined, curl)).bytes.toString()).not.toContain('\n')
    expect((await call('GET', MAPS, undefined, { ...curl, accept: 'application/yaml' })).bytes.toString()).toMatch(/^apiVersion: v1\n/)
  })
  it('compresses big answers for those who take them', async () => {
    const data = { text: 'x'.repeat(200_000) }
    expect((await call('POST', MAPS, JSON.stringify({ metadata: { name: 'big' }, data }), { 'content-type': 'application/json' })).status).toBe(201)
    const zipped = await call('GET', `${MAPS}/big`, undefined, { 'accept-encoding': 'gzip' })
    expect(zipped.headers['content-encoding']).toBe('gzip')
    const plain = await call('GET', `${MAPS}/big`)
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true)
    for (const [accepted, encoding] of [['deflate, gzip', 'gzip'], ['gzip;q=0', undefined], ['x-gzip', undefined], ['*', undefined]] as const) expect([accepted, (await call('GET', `${MAPS}/big`, undefined, { 'accept-encoding': accepted })).headers['content-encoding']]).toEqual([accepted, encoding])
    // What is small is not worth it.
    expect((await call('GET', MAPS.replace('/configmaps', ''), undefined, { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBeUndefined()
  })
  it('streams a watch line by line, and stops it with the caller', async () => {
    const before = world.store.stats().watchers
    const response = await open('GET', `${MAPS}?watch=true&resourceVersion=${world.store.revision}`)
    await world.ask('POST', MAPS, { metadata: { name: 'seen' } })
    const [chunk] = (await once(response, 'data')) as [Buffer]
    expect(JSON.parse(chunk.toString())).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'seen' } } })
    response.destroy()
    await expect.poll(() => world.store.stats().watchers).toBe(before)
  })
})
