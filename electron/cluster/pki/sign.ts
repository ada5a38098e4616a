/** Signs certificate requests (PKCS #10) with the cluster's authority. Imported at first use, as certificates.ts is. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { CertificateAndKey } from './certificates.ts'

const crypto = webcrypto as Crypto
x509.cryptoProvider.set(crypto)

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
/** Clocks differ a little. */
const BACKDATE_MS = 5 * 60 * 1000

/** What a request asks for, as far as a signer goes by it. */
export interface RequestFacts {
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly dns: readonly string[]
  readonly ip: readonly string[]
  /** Further alternative names (mail, URI), which no signer of ours gives. */
  readonly others: readonly string[]
}

/** `subjectAltName` */
const ALTERNATIVE_NAMES = '2.5.29.17'
function namesOf(request: x509.Pkcs10CertificateRequest): readonly x509.GeneralName[] {
  const extension = request.getExtension(ALTERNATIVE_NAMES)
  return extension ? new x509.SubjectAlternativeNameExtension(extension.rawData).names.items : []
}

/** Throws when it cannot be read, or is not signed by the key that it is for. */
export async function readRequest(pem: string): Promise<RequestFacts> {
  const request = new x509.Pkcs10CertificateRequest(pem)
  if (!(await request.verify())) throw new Error('the request is not signed by its own key')
  const names = namesOf(request)
  const of = (type: string): string[] => names.filter((n) => n.type === type).map((n) => n.value)
  return {
    commonName: request.subjectName.getField('CN')[0] ?? '', organizations: request.subjectName.getField('O'),
    dns: of('dns'), ip: of('ip'), others: names.filter((n) => n.type !== 'dns' && n.type !== 'ip').map((n) => n.value),
  }
}

const EXTENDED: Readonly<Record<string, x509.ExtendedKeyUsage>> = {
  'server auth': x509.ExtendedKeyUsage.serverAuth, 'client auth': x509.ExtendedKeyUsage.clientAuth, 'code signing': x509.ExtendedKeyUsage.codeSigning,
  'email protection': x509.ExtendedKeyUsage.emailProtection, timestamping: x509.ExtendedKeyUsage.timeStamping, 'ocsp signing': x509.ExtendedKeyUsage.ocspSigning,
}
const KEY: Readonly<Record<string, x509.KeyUsageFlags>> = {
  signing: x509.KeyUsageFlags.digitalSignature, 'digital signature': x509.KeyUsageFlags.digitalSignature, 'content commitment': x509.KeyUsageFlags.nonRepudiation,
  'key encipherment': x509.KeyUsageFlags.keyEncipherment, 'key agreement': x509.KeyUsageFlags.keyAgreement, 'data encipherment': x509.KeyUsageFlags.dataEncipherment,
}

export interface SignOptions {
  /** Kubernetes' names of usages. */
  readonly usages: readonly string[]
  readonly seconds: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The certificate as PEM. It never outlives the authority. */
export async function signRequest(authority: CertificateAndKey, pem: string, { usages, seconds, now }: SignOptions): Promise<string> {
  const request = new x509.Pkcs10CertificateRequest(pem)
  const issuer = new x509.X509Certificate(authority.certPem)
  const signingKey = await crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(authority.keyPem), ALGORITHM, false, ['sign'])
  const key = usages.reduce((flags, usage) => flags | (KEY[usage] ?? 0), 0)
  const extended = usages.flatMap((usage) => EXTENDED[usage] ?? [])
  const names = namesOf(request)
  const serial = crypto.getRandomValues(new Uint8Array(12))
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(serial).toString('hex'), subject: request.subjectName.toJSON(), issuer: issuer.subject, publicKey: request.publicKey, signingKey, signingAlgorithm: ALGORITHM,
    notBefore: new Date(now - BACKDATE_MS), notAfter: new Date(Math.min(now + seconds * 1000, issuer.notAfter.getTime())),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...(key ? [new x509.KeyUsagesExtension(key, true)] : []),
      ...(extended.length ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...(names.length ? [new x509.SubjectAlternativeNameExtension(names.map((n) => n.toJSON()))] : []),
    ],
  })
  return `${certificate.toString('pem')}\n`
}
