import { execFileSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import { FakeClock } from '../../../shared/clock.ts'
import { unauthorized } from '../../../shared/errors.ts'
import type { Authenticator, UserInfo } from '../types.ts'
import { legacyTokenIssuer } from './legacy-tokens.ts'
import { ANONYMOUS, ISSUER, openId, serviceAccountAuthenticator, type TokenClaims, tokenIssuer, staticTokenAuthenticator, unionAuthenticator, x509Authenticator } from './index.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const NOW = Date.parse('2026-01-01T00:00:00Z')
const DAY = 24 * 3600 * 1000
const keys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

async function authority(): Promise<{ pem: string; der: Uint8Array; issue(subject: x509.JsonName, options?: { eku?: string; days?: number }): Promise<Uint8Array> }> {
  const ca = await keys()
  const dates = (days: number): { notBefore: Date; notAfter: Date } => ({ notBefore: new Date(NOW - DAY), notAfter: new Date(NOW + days * DAY) })
  const root = await x509.X509CertificateGenerator.createSelfSigned({ serialNumber: '01', name: 'CN=ca', ...dates(100), signingAlgorithm: ALGORITHM, keys: ca, extensions: [new x509.BasicConstraintsExtension(true, 0, true)] })
  return {
    pem: root.toString('pem'), der: new Uint8Array(root.rawData),
    async issue(subject, { eku = x509.ExtendedKeyUsage.clientAuth, days = 10 } = {}) {
      const leaf = await keys()
      const extensions = [new x509.ExtendedKeyUsageExtension([eku])]
      const certificate = await x509.X509CertificateGenerator.create({ serialNumber: '02', subject, issuer: root.subject, ...dates(days), signingAlgorithm: ALGORITHM, publicKey: leaf.publicKey, signingKey: ca.privateKey, extensions })
      return new Uint8Array(certificate.rawData)
    },
  }
}

const CREDENTIAL = { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^X509SHA256=[0-9a-f]{64}$/)] }

describe('client certificates', () => {
  it('name the user by CN and the groups by O', async () => {
    const ca = await authority()
    const a = x509Authenticator({ caPem: ca.pem, clock: new FakeClock(NOW) })
    const ask = async (subject: x509.JsonName): Promise<unknown> => a.authenticate({ clientCertificate: await ca.issue(subject) })
    expect(await ask([{ O: ['system:masters'] }, { O: ['dev, ops'] }, { CN: ['kubernetes-admin'] }])).toEqual({ name: 'kubernetes-admin', groups: ['system:masters', 'dev, ops', 'system:authenticated'], extra: CREDENTIAL })
    expect(await ask([{ CN: ['jane\nO=system:masters'] }])).toEqual({ name: 'jane\nO=system:masters', groups: ['system:authenticated'], extra: CREDENTIAL })
    expect(await ask([{ CN: ['jane'] }, { '1.3.6.1.4.1.57683.2': ['u-1'] }])).toEqual({ name: 'jane', uid: 'u-1', groups: ['system:authenticated'], extra: CREDENTIAL })
    expect(await a.authenticate({ bearerToken: 'x' })).toBeUndefined()
  })

  it.each([
    ['of another authority', async () => (await authority()).issue([{ CN: ['a'] }]), 'not issued by this cluster'],
    ['that has expired', async (ca: Awaited<ReturnType<typeof authority>>) => ca.issue([{ CN: ['a'] }], { days: -0.5 }), 'expired'],
    ['for servers', async (ca: Awaited<ReturnType<typeof authority>>) => ca.issue([{ CN: ['a'] }], { eku: x509.ExtendedKeyUsage.serverAuth }), 'not one for clients'],
    ['without a name', async (ca: Awaited<ReturnType<typeof authority>>) => ca.issue([{ O: ['system:masters'] }]), 'no common name'],
    ['that is the authority itself', async (ca: Awaited<ReturnType<typeof authority>>) => ca.der, 'not one for clients'],
    ['that is rubbish', async () => Uint8Array.of(1, 2, 3), 'cannot be read'],
  ])('%s are refused', async (_what, make, message) => {
    const ca = await authority()
    const a = x509Authenticator({ caPem: ca.pem, clock: new FakeClock(NOW) })
    await expect(a.authenticate({ clientCertificate: await make(ca) })).rejects.toMatchObject({ code: 401, message: expect.stringContaining(message) as unknown })
  })
})

describe('service-account tokens', () => {
  const pair = (): { keyPem: string; publicPem: string } => {
    const k = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return { keyPem: k.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicPem: k.publicKey.export({ type: 'spki', format: 'pem' }).toString() }
  }
  const key = pair()
  const request = { namespace: 'web', serviceAccount: { name: 'robot', uid: 'sa-1' }, audiences: [ISSUER], expirationSeconds: 600 }
  const node = { name: 'n', uid: 'node-1' }
  const clock = new FakeClock(NOW)
  /** What the Secrets hold. */
  const held: Record<string, string> = {}
  const legacy = legacyTokenIssuer(key)
  const claims = { namespace: 'web', secret: 's', serviceAccount: { name: 'robot', uid: 'sa-1' } }
  const stored = async (more: Partial<typeof claims> = {}): Promise<string> => (held[`web/${more.secret ?? 's'}`] = await legacy({ ...claims, ...more }))
  const authenticatorAt = (at: FakeClock): Authenticator => serviceAccountAuthenticator({
    publicPem: key.publicPem, clock: at, tokenIn: (namespace, name) => held[`${namespace}/${name}`],
    uidOf: (resource, namespace, name) => (({ 'serviceaccounts/web/robot': 'sa-1', 'pods/web/p': 'pod-1', 'nodes//n': 'node-1' }) as Record<string, string>)[`${resource}/${namespace}/${name}`],
  })
  const authenticator = authenticatorAt(clock)
  const issue = async (claims: Partial<TokenClaims> = {}, by = key): Promise<string> => (await tokenIssuer(by, clock)({ ...request, ...claims })).token
  const sign = (claims: object, sub = 'system:serviceaccount:web:robot'): Promise<string> =>
    new SignJWT({ 'kubernetes.io': claims }).setProtectedHeader({ alg: 'ES256' }).setIssuer(ISSUER).setSubject(sub).setAudience(ISSUER).setExpirationTime(NOW / 1000 + 60).sign(createPrivateKey(key.keyPem))

  it('make a user with the groups of a service account', async () => {
    const { token, expires } = await tokenIssuer(key, clock)({ ...request, pod: { name: 'p', uid: 'pod-1' }, node })
    expect(expires).toBe(NOW + 600_000)
    expect(await authenticator.authenticate({ bearerToken: token })).toEqual({
      name: 'system:serviceaccount:web:robot', uid: 'sa-1', groups: ['system:serviceaccounts', 'system:serviceaccounts:web', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)], 'authentication.kubernetes.io/pod-name': ['p'], 'authentication.kubernetes.io/pod-uid': ['pod-1'], 'authentication.kubernetes.io/node-name': ['n'], 'authentication.kubernetes.io/node-uid': ['node-1'] },
      audiences: [ISSUER],
    })
  })

  it('that live in a Secret have no end, and are for the API server', async () => {
    const bearerToken = await stored()
    expect(await authenticatorAt(new FakeClock(NOW + 400 * DAY)).authenticate({ bearerToken })).toEqual({ name: 'system:serviceaccount:web:robot', uid: 'sa-1', groups: ['system:serviceaccounts', 'system:serviceaccounts:web', 'system:authenticated'], audiences: [ISSUER], annotations: { 'authentication.k8s.io/legacy-token': 'system:serviceaccount:web:robot' } })
    await expect(authenticator.authenticate({ bearerToken, audiences: ['vault'] })).rejects.toMatchObject({ code: 401 })
  })
  it('that are good for longer than they should be used say so', async () => {
    const bearerToken = await issue({ expirationSeconds: 365 * 24 * 3600, warnAfterSeconds: 3607 })
    expect(await authenticatorAt(new FakeClock(NOW + 3_607_000)).authenticate({ bearerToken })).not.toHaveProperty('annotations')
    expect(await authenticatorAt(new FakeClock(NOW + 3_700_000)).authenticate({ bearerToken })).toMatchObject({ annotations: { 'authentication.k8s.io/stale-token': 'subject: system:serviceaccount:web:robot, seconds after warning threshold: 93' } })
  })
  it('are for those audiences that were asked for', async () => {
    const bearerToken = await issue({ audiences: ['vault', 'shop'] })
    expect(await authenticator.authenticate({ bearerToken, audiences: ['shop', 'bank'] })).toMatchObject({ audiences: ['shop'] })
  })
  it('can be checked by others, with what the server publishes', async () => {
    const { configuration, keys } = openId(key.publicPem)
    expect(configuration).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/openid/v1/jwks` })
    const { payload } = await jwtVerify(await issue(), createLocalJWKSet(keys as JSONWebKeySet), { issuer: ISSUER, currentDate: new Date(NOW) })
    expect(payload.sub).toBe('system:serviceaccount:web:robot')
  })

  it.each([['no JWT', 'opaque'], ['nothing', undefined]])('%s is another authenticator\'s', async (_what, bearerToken) => {
    expect(await authenticator.authenticate(bearerToken ? { bearerToken } : {})).toBeUndefined()
  })

  const refused: [string, () => Promise<string>, string][] = [
    ['signed by another key', () => issue({}, pair()), 'signature'],
    ['expired', () => issue({ expirationSeconds: -1 }), 'expired'],
    ['for another audience', () => issue({ audiences: ['vault'] }), 'aud'],
    ['of an account that is gone', () => issue({ serviceAccount: { name: 'robot', uid: 'sa-0' } }), 'invalidated'],
    ['of a pod that is gone', () => issue({ pod: { name: 'p', uid: 'pod-0' }, node }), 'pod'],
    ['of a node that is gone', () => issue({ node: { name: 'n', uid: 'node-0' } }), 'node'],
    ['of a secret that is gone', () => issue({ secret: { name: 's', uid: 'x' } }), 'secret'],
    ['with contradicting claims', () => sign({ namespace: 'web', serviceaccount: { name: 'robot', uid: 'sa-1' } }, 'system:serviceaccount:kube-system:admin'), 'contradicting'],
    ['without an account', () => sign({}), 'contradicting'],
    ['of a Secret that has another one', async () => { const token = await stored({ secret: 't' }); held['web/t'] = 'other'; return token }, 'secret'],
    ['of a Secret that is gone', () => legacy({ ...claims, secret: 'none' }), 'secret'],
    ['of a Secret, of an account that is gone', () => stored({ secret: 'u', serviceAccount: { name: 'robot', uid: 'sa-0' } }), 'invalidated'],
    ['cut short', async () => (await issue()).slice(0, -4), 'invalid'],
  ]
  it.each(refused)('%s is refused', async (_what, make, message) => {
    await expect(authenticator.authenticate({ bearerToken: await make() })).rejects.toMatchObject({ code: 401, message: expect.stringContaining(message) as unknown })
  })
})

describe('union', () => {
  const jane: UserInfo = { name: 'jane', groups: ['dev'] }
  const tokens = staticTokenAuthenticator({ secret: jane })
  const refuses: Authenticator = { authenticate: async ({ bearerToken }) => { if (bearerToken) throw unauthorized('expired'); return undefined } }
  it.each([
    ['a known token', [tokens], { bearerToken: 'secret' }, { name: 'jane', groups: ['dev', 'system:authenticated'] }],
    ['a known token behind a refusal', [refuses, tokens], { bearerToken: 'secret' }, { name: 'jane', groups: ['dev', 'system:authenticated'] }],
    ['nothing', [tokens], {}, ANONYMOUS],
  ])('knows %s', async (_what, list, credentials, user) => {
    expect(await unionAuthenticator(list).authenticate(credentials)).toEqual(user)
  })
  it.each([
    ['an unknown token', [tokens], { bearerToken: 'guess' }, {}, 'Unauthorized'],
    ['an empty token', [tokens], { bearerToken: '' }, {}, 'Unauthorized'],
    ['a refused token, with the reason', [refuses, tokens], { bearerToken: 'guess' }, {}, 'expired'],
    ['an unread certificate', [tokens], { clientCertificate: new Uint8Array(1) }, {}, 'Unauthorized'],
    ['nobody, when anonymous is off', [tokens], {}, { anonymous: false }, 'Unauthorized'],
  ])('refuses %s', async (_what, list, credentials, options, message) => {
    await expect(unionAuthenticator(list, options).authenticate(credentials)).rejects.toThrow(message)
  })
  it('does not hide a failure that is no refusal', async () => {
    const broken: Authenticator = { authenticate: async () => { throw new TypeError('bug') } }
    await expect(unionAuthenticator([broken, tokens]).authenticate({ bearerToken: 'secret' })).rejects.toThrow(TypeError)
  })
})

it('a certificate that is read before anything has used TLS leaves TLS whole', async () => {
  const { pem, issue } = await authority()
  const script = `
    const { x509Authenticator } = await import(${JSON.stringify(new URL('./authenticators.ts', import.meta.url).href)})
    const [caPem, certificate, now] = JSON.parse(process.argv[1])
    const user = await x509Authenticator({ caPem, clock: { now: () => now } }).authenticate({ clientCertificate: Buffer.from(certificate, 'base64') })
    console.log(user.name, typeof (await import('node:tls')).default.createSecureContext)`
  const input = JSON.stringify([pem, Buffer.from(await issue([{ CN: ['jane'] }])).toString('base64'), NOW])
  expect(execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, input], { encoding: 'utf8' })).toBe('jane function\n')
})
