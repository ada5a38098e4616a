/**
 * The cluster's certificates and keys, under the names kubeadm gives them. What is there, sound and not about to expire
 * is used as it is; the rest is made. The service-account key is never replaced while it can be read: tokens hang on it.
 */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../shared/clock.ts'
import type { CertificateAndKey, LeafRequest } from './certificates.ts'
import type { RequestFacts } from './sign.ts'

export type { CertificateAndKey } from './certificates.ts'

export interface Pki {
  readonly directory: string
  /** The certificate authority. Its certificate is also what client certificates are checked against. */
  readonly ca: CertificateAndKey
  /** kube-apiserver's serving certificate. */
  readonly serving: CertificateAndKey
  /** kubernetes-admin of system:masters. */
  readonly admin: CertificateAndKey
  /** Signs service-account tokens: ES256. PKCS #8 and SubjectPublicKeyInfo, PEM. */
  readonly serviceAccount: { readonly keyPem: string; readonly publicPem: string }
  /** What was made in this call, by file name; empty on an ordinary start. */
  readonly made: readonly string[]
}

/** Where the API server is reached: from this machine, and from pods by its Service and on their bridge. */
export interface ServingNames {
  readonly dns: readonly string[]
  readonly ip: readonly string[]
}
export const servingNames = (network: { readonly clusterDomain: string; readonly apiServerIP: string; readonly gateway: string } = { clusterDomain: 'cluster.local', apiServerIP: '10.96.0.1', gateway: '10.244.0.1' }): ServingNames => ({
  dns: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', `kubernetes.default.svc.${network.clusterDomain}`],
  ip: ['127.0.0.1', '::1', network.apiServerIP, network.gateway],
})
/** A certificate that ends within this time is made anew. */
const RENEW_MS = 30 * 24 * 60 * 60 * 1000

const leaves = (names: ServingNames): Record<'apiserver' | 'admin', LeafRequest> => ({
  apiserver: { commonName: 'kube-apiserver', use: 'server', ...names },
  admin: { commonName: 'kubernetes-admin', organizations: ['system:masters'], use: 'client' },
})

/** undefined: there is no such file. Any other failure is the caller's. */
async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all, and for the owner only. */
async function write(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  await writeFile(temporary, text, { mode: 0o600 })
  await chmod(temporary, 0o600)
  await rename(temporary, path)
}

async function readPair(directory: string, name: string): Promise<CertificateAndKey | undefined> {
  const [certPem, keyPem] = await Promise.all([read(join(directory, `${name}.crt`)), read(join(directory, `${name}.key`))])
  return certPem && keyPem ? { certPem, keyPem } : undefined
}

/** Whether a pair fits together, lasts, was issued by `issuer` and carries the names we need. */
function usable(pair: CertificateAndKey, issuer: CertificateAndKey, now: number, request?: LeafRequest): boolean {
  try {
    const certificate = new X509Certificate(pair.certPem)
    const authority = new X509Certificate(issuer.certPem)
    const names = [...(request?.dns ?? []).map((name) => certificate.checkHost(name)), ...(request?.ip ?? []).map((ip) => certificate.checkIP(ip))]
    return Date.parse(certificate.validTo) - now > RENEW_MS && certificate.checkPrivateKey(createPrivateKey(pair.keyPem)) &&
      certificate.verify(authority.publicKey) && names.every(Boolean)
  } catch {
    return false // unreadable PEM: made anew, like one that is missing
  }
}

function readableKey(keyPem: string | undefined): { keyPem: string; publicPem: string } | undefined {
  if (!keyPem) return undefined
  try {
    return { keyPem, publicPem: createPublicKey(keyPem).export({ type: 'spki', format: 'pem' }).toString() }
  } catch {
    return undefined // unreadable PEM: made anew
  }
}

/** Reads what is in `directory` (made with mode 0700) and makes what is missing, broken, without one of the names, or ends within 30 days. */
export async function ensurePki(directory: string, now = Date.now(), names = servingNames()): Promise<Pki> {
  const wanted = leaves(names)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chmod(directory, 0o700)
  const [oldCa, oldServing, oldAdmin, saKey] = await Promise.all([
    readPair(directory, 'ca'), readPair(directory, 'apiserver'), readPair(directory, 'admin'), read(join(directory, 'sa.key')),
  ])
  const oldAccount = readableKey(saKey)
  const made: string[] = []
  const keep = async (files: Record<string, string>): Promise<void> => {
    await Promise.all(Object.entries(files).map(([name, text]) => write(join(directory, name), text)))
    made.push(...Object.keys(files))
  }

  const authority = async (): Promise<CertificateAndKey> => {
    if (oldCa && usable(oldCa, oldCa, now)) return oldCa
    const ca = await (await import('./certificates.ts')).createAuthority(now)
    await keep({ 'ca.crt': ca.certPem, 'ca.key': ca.keyPem })
    return ca
  }
  const leaf = async (name: 'apiserver' | 'admin', old: CertificateAndKey | undefined, ca: CertificateAndKey): Promise<CertificateAndKey> => {
    if (old && usable(old, ca, now, wanted[name])) return old
    const pair = await (await import('./certificates.ts')).createLeaf(ca, wanted[name], now)
    await keep({ [`${name}.crt`]: pair.certPem, [`${name}.key`]: pair.keyPem })
    return pair
  }
  const account = async (): Promise<Pki['serviceAccount']> => {
    if (oldAccount) return oldAccount
    const keys = await (await import('./certificates.ts')).generateKeyPair()
    await keep({ 'sa.key': keys.keyPem, 'sa.pub': keys.publicPem })
    return keys
  }
  const certificates = async (): Promise<[CertificateAndKey, CertificateAndKey, CertificateAndKey]> => {
    const ca = await authority()
    return [ca, ...await Promise.all([leaf('apiserver', oldServing, ca), leaf('admin', oldAdmin, ca)])]
  }
  const [[ca, serving, admin], serviceAccount] = await Promise.all([certificates(), account()])
  return { directory, ca, serving, admin, serviceAccount, made }
}

/** Signs requests of the certificates API with our authority, for the controller that is to. */
export const certificateSigner = (pki: Pki, clock: Clock): { read(pem: string): Promise<RequestFacts>; sign(pem: string, options: { usages: readonly string[]; seconds: number }): Promise<string> } => ({
  read: async (pem) => (await import('./sign.ts')).readRequest(pem),
  sign: async (pem, options) => (await import('./sign.ts')).signRequest(pki.ca, pem, { ...options, now: clock.now() }),
})

/** A serving certificate of our authority, valid for a year. */
export async function issueServingCertificate(pki: Pki, cn: string, names: ServingNames, now = Date.now()): Promise<CertificateAndKey> {
  return (await import('./certificates.ts')).createLeaf(pki.ca, { commonName: cn, use: 'server', ...names }, now)
}

/** A client certificate of our authority: `cn` becomes the user's name, `orgs` its groups. Valid for a year. */
export async function issueClientCertificate(pki: Pki, cn: string, orgs: readonly string[] = [], now = Date.now()): Promise<CertificateAndKey> {
  return (await import('./certificates.ts')).createLeaf(pki.ca, { commonName: cn, organizations: orgs, use: 'client' }, now)
}
