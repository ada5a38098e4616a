/** Who somebody is, by a certificate, over a connection that outlives it; and as whom somebody acts, in the headers of real HTTP. */
import { Agent, request as httpsRequest } from 'node:https'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { x509Authenticator } from './auth/index.ts'
import { serveHttps, type ServeHandle } from './https.ts'
import { startWorld, type World } from './testing.ts'
import { certificate } from './testing-door.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const HOUR = 3600_000
const tls = certificate()
let world: World
let door: ServeHandle
let client: { cert: string; key: string }
beforeAll(async () => {
  const [ca, leaf] = await Promise.all([crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']), crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])])
  const dates = { notBefore: new Date(Date.now() - HOUR), notAfter: new Date(Date.now() + HOUR) }
  const root = await x509.X509CertificateGenerator.createSelfSigned({ serialNumber: '01', name: 'CN=ca', ...dates, signingAlgorithm: ALGORITHM, keys: ca, extensions: [new x509.BasicConstraintsExtension(true, 0, true)] })
  const issued = await x509.X509CertificateGenerator.create({ serialNumber: '02', subject: 'CN=ann', issuer: root.subject, ...dates, signingAlgorithm: ALGORITHM, publicKey: leaf.publicKey, signingKey: ca.privateKey, extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])] })
  client = { cert: issued.toString('pem'), key: x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', leaf.privateKey), 'PRIVATE KEY') }
  world = await startWorld()
  door = await serveHttps({ server: world.server, tls, authenticator: x509Authenticator({ caPem: root.toString('pem') }), port: 0 })
})
afterEach(() => { vi.useRealTimers() })
afterAll(async () => {
  await door.close()
  await world.close()
})

const agent = (): Agent => new Agent({ ...client, ca: tls.ca, keepAlive: true, maxSockets: 1 })
async function whoAmI(over: Agent, headers: Record<string, string | string[]> = {}): Promise<{ status: number | undefined; reused: boolean; user: object | undefined }> {
  const sent = httpsRequest({ host: '127.0.0.1', port: door.port, method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', agent: over, headers: { 'content-type': 'application/json', ...headers } }).end('{}')
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const body = JSON.parse(Buffer.concat(chunks).toString()) as { status?: { userInfo?: object } }
  return { status: response.statusCode, reused: sent.reusedSocket, user: body.status?.userInfo }
}

it('a certificate that expires while its connection is open is good no longer', async () => {
  const over = agent()
  expect(await whoAmI(over)).toMatchObject({ status: 201, user: { username: 'ann' } })
  expect(await whoAmI(over)).toMatchObject({ status: 201, reused: true })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * HOUR })
  expect(await whoAmI(over)).toMatchObject({ status: 401, reused: true })
  over.destroy()
})

it('groups and extras to act with come as they were sent: several, and with commas', async () => {
  const over = agent()
  expect(await whoAmI(over, { 'impersonate-user': 'bob', 'impersonate-group': ['cn=a,dc=b', 'c'], 'impersonate-extra-scopes': ['x, y', 'z'] })).toMatchObject({ user: { username: 'bob', groups: ['cn=a,dc=b', 'c', 'system:authenticated'], extra: { scopes: ['x, y', 'z'] } } })
  over.destroy()
})
