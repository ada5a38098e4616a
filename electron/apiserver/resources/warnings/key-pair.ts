/** Whether a certificate and a key belong together, in the words of Go's crypto/tls. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'

interface Block { readonly type: string; readonly text: string }

const BLOCK = /-----BEGIN ([^\n-]+)-----[\s\S]+?-----END \1-----/g
const blocksOf = (base64: string): Block[] => [...Buffer.from(base64, 'base64').toString('latin1').matchAll(BLOCK)].map(([text, type = '']) => ({ type, text }))
const isKey = ({ type }: Block): boolean => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY')
const list = (blocks: readonly Block[]): string => `[${blocks.map((b) => b.type).join(' ')}]`

function certificateFault(blocks: readonly Block[]): string | undefined {
  if (blocks.some((b) => b.type === 'CERTIFICATE')) return undefined
  if (!blocks.length) return 'tls: failed to find any PEM data in certificate input'
  if (blocks.length === 1 && blocks[0]?.type.endsWith('PRIVATE KEY')) return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${list(blocks)}`
}

function keyFault(blocks: readonly Block[]): string | undefined {
  if (blocks.some(isKey)) return undefined
  if (!blocks.length) return 'tls: failed to find any PEM data in key input'
  if (blocks.length === 1 && blocks[0]?.type === 'CERTIFICATE') return 'tls: found a certificate rather than a key in the PEM for the private key'
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${list(blocks)}`
}

const tried = <T>(make: () => T): T | undefined => {
  try {
    return make()
  } catch {
    return undefined
  }
}

/** Both in base64, of PEM. undefined: they fit. */
export function keyPairFault(certificate: string, key: string): string | undefined {
  const [certificates, keys] = [blocksOf(certificate), blocksOf(key)]
  const fault = certificateFault(certificates) ?? keyFault(keys)
  if (fault !== undefined) return fault
  const read = tried(() => new X509Certificate(certificates.find((b) => b.type === 'CERTIFICATE')?.text ?? ''))
  if (!read) return 'x509: malformed certificate'
  const own: KeyObject | undefined = tried(() => createPrivateKey(keys.find(isKey)?.text ?? ''))
  if (!own) return 'tls: failed to parse private key'
  if (own.asymmetricKeyType !== read.publicKey.asymmetricKeyType) return 'tls: private key type does not match public key type'
  return read.checkPrivateKey(own) ? undefined : 'tls: private key does not match public key'
}
