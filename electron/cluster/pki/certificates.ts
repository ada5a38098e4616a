/**
 * Makes keys and certificates (ECDSA P-256). Imported only when something has to be made: the certificate library costs
 * tens of milliseconds to load, and a start on an existing data folder needs none of it.
 */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

// Node's own type of the same thing lacks nothing but the DOM's name.
const crypto = webcrypto as Crypto
x509.cryptoProvider.set(crypto)

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 24 * 60 * 60 * 1000
const CA_DAYS = 3650
const LEAF_DAYS = 365

export interface CertificateAndKey {
  readonly certPem: string
  readonly keyPem: string
}
export interface LeafRequest {
  readonly commonName: string
  readonly organizations?: readonly string[]
  readonly use: 'server' | 'client'
  readonly dns?: readonly string[]
  readonly ip?: readonly string[]
}

const subject = (commonName: string, organizations: readonly string[] = []): x509.JsonName => [
  ...organizations.map((name) => ({ O: [name] })),
  { CN: [commonName] },
]

/** Positive, without a leading zero byte. */
const serialNumber = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return Buffer.from(bytes).toString('hex')
}
const validity = (now: number, days: number): { notBefore: Date; notAfter: Date } => ({ notBefore: new Date(now - DAY), notAfter: new Date(now + days * DAY) })

const generate = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
const privatePem = async (key: CryptoKey): Promise<string> => x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY') + '\n'
const bytesOf = (pem: string): ArrayBuffer => x509.PemConverter.decodeFirst(pem)

/** A key pair as PEM: PKCS #8 and SubjectPublicKeyInfo. */
export async function generateKeyPair(): Promise<{ keyPem: string; publicPem: string }> {
  const keys = await generate()
  return { keyPem: await privatePem(keys.privateKey), publicPem: x509.PemConverter.encode(await crypto.subtle.exportKey('spki', keys.publicKey), 'PUBLIC KEY') + '\n' }
}

export async function createAuthority(now: number): Promise<CertificateAndKey> {
  const keys = await generate()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(), name: subject('pilothouse-ca'), ...validity(now, CA_DAYS), signingAlgorithm: ALGORITHM, keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certPem: certificate.toString('pem') + '\n', keyPem: await privatePem(keys.privateKey) }
}

export async function createLeaf(authority: CertificateAndKey, request: LeafRequest, now: number): Promise<CertificateAndKey> {
  const issuer = new x509.X509Certificate(authority.certPem)
  const [keys, signingKey] = await Promise.all([generate(), crypto.subtle.importKey('pkcs8', bytesOf(authority.keyPem), ALGORITHM, false, ['sign'])])
  const names: x509.JsonGeneralName[] = [...(request.dns ?? []).map((value) => ({ type: 'dns' as const, value })), ...(request.ip ?? []).map((value) => ({ type: 'ip' as const, value }))]
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(), subject: subject(request.commonName, request.organizations), issuer: issuer.subject, ...validity(now, LEAF_DAYS),
    signingAlgorithm: ALGORITHM, publicKey: keys.publicKey, signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([request.use === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...(names.length ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  })
  return { certPem: certificate.toString('pem') + '\n', keyPem: await privatePem(keys.privateKey) }
}
