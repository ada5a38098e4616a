/** For tests: certificate requests (PKCS #10) with a key of their own. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

const crypto = webcrypto as Crypto
x509.cryptoProvider.set(crypto)

/** @param subject as in `CN=ann,O=people`. PEM. */
export async function makeRequest(subject: string): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const name = subject.split(',').map((part): Record<string, string[]> => ({ [part.split('=')[0] ?? '']: [part.slice(part.indexOf('=') + 1)] }))
  return (await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm })).toString('pem')
}
