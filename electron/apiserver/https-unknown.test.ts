/** Callers whom nobody knows: they are told that and nothing more; why is in the log, and that they asked in the audit log. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { addLogSink, type LogRecord } from '../../shared/log.ts'
import { unauthorized } from '../../shared/errors.ts'
import { unionAuthenticator, x509Authenticator } from './auth/authenticators.ts'
import { serveHttps, type ServeHandle } from './https.ts'
import { startWorld, type World } from './testing.ts'
import { certificate } from './testing-door.ts'

const tls = certificate()
const stranger = certificate()
const events: Record<string, unknown>[] = []
const said: LogRecord[] = []
let world: World
let door: ServeHandle
let silence: () => void
beforeAll(async () => {
  silence = addLogSink((record) => said.push(record))
  world = await startWorld({ audit: { write: (line) => void events.push(JSON.parse(line) as Record<string, unknown>), written: async () => undefined } })
  const tokens = { authenticate: async ({ bearerToken }: { bearerToken?: string }) => { if (bearerToken === 'stale') return { name: 'robot', groups: [], annotations: { 'authentication.k8s.io/stale-token': 'subject: robot' } }; if (bearerToken) throw unauthorized('service account token has expired'); return undefined } }
  door = await serveHttps({ server: world.server, tls, port: 0, authenticator: unionAuthenticator([x509Authenticator({ caPem: tls.ca }), tokens]) })
})
afterAll(async () => {
  silence()
  await door.close()
  await world.close()
})
beforeEach(() => {
  events.length = 0
  said.length = 0
})

it.each<[string, object, Record<string, string>, string, RegExp]>([
  ['a token that has expired', {}, { authorization: 'Bearer old' }, 'attempted: bearer', /has expired/],
  ['a certificate of another authority', { cert: stranger.cert, key: stranger.key }, {}, 'attempted: x509', /not issued by this cluster/],
])('%s', async (_name, key, headers, attempted, why) => {
  const sent = httpsRequest({ host: '127.0.0.1', port: door.port, path: '/api/v1/pods', ca: tls.ca, agent: false, ...key, headers }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  expect([response.statusCode, await json(response)]).toEqual([401, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 }])
  expect(said.map((r) => JSON.stringify(r))).toEqual([expect.stringMatching(why)])
  expect(events).toMatchObject([{ verb: 'list', user: { username: '' }, responseStatus: { code: 401, status: 'Failure', message: `Authentication failed, ${attempted}` } }])
  expect(events[0]).not.toHaveProperty('annotations')
})

it('a token that somebody should have exchanged', async () => {
  const sent = httpsRequest({ host: '127.0.0.1', port: door.port, path: '/api/v1/pods', ca: tls.ca, agent: false, headers: { authorization: 'Bearer stale' } }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  expect([response.statusCode, (await json(response) as { kind: string }).kind]).toEqual([200, 'PodList'])
  expect(events).toMatchObject([{ verb: 'list', user: { username: 'robot' }, annotations: { 'authentication.k8s.io/stale-token': 'subject: robot' } }])
})
