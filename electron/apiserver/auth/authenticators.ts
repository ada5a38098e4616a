/**
 * Who is asking: client certificates, static tokens, nobody, and the union of several ways. A credential that is of an
 * authenticator's kind but not good is refused with 401; it never falls through to anonymous.
 */
import { createHash, X509Certificate } from 'node:crypto'
// Before anything asks for `toLegacyObject`: in Node 24 that loads one half of TLS, and without the other half there first,
// `tls.createSecureContext` is missing in this process from then on.
import 'node:tls'
import { type Clock, realClock } from '../../../shared/clock.ts'
import { StatusError, unauthorized } from '../../../shared/errors.ts'
import type { Authenticator, UserInfo } from '../types.ts'

export const AUTHENTICATED = 'system:authenticated'
export const UNAUTHENTICATED = 'system:unauthenticated'
export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: [UNAUTHENTICATED] }

/** A part of the subject that says the user's UID. Source: Kubernetes documentation, "Authenticating: X.509 client certificates". */
const UID = '1.3.6.1.4.1.57683.2'
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

/** The user with `system:authenticated` among the groups. */
const authenticated = (user: UserInfo): UserInfo => (user.groups.includes(AUTHENTICATED) ? user : { ...user, groups: [...user.groups, AUTHENTICATED] })

/**
 * Client certificates issued by `caPem`: the common name is the user, each organization a group. The TLS layer has seen
 * that the caller owns the key; whether the certificate is ours, for clients, and in force is checked here again.
 */
export function x509Authenticator({ caPem, clock = realClock }: { caPem: string; clock?: Clock }): Authenticator {
  const authority = new X509Certificate(caPem)
  const check = (der: Uint8Array): UserInfo => {
    const certificate = new X509Certificate(der)
    const now = clock.now()
    if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) throw unauthorized('the client certificate was not issued by this cluster')
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) throw unauthorized('the client certificate has expired or is not yet valid')
    if (certificate.ca || !certificate.keyUsage?.includes(CLIENT_AUTH)) throw unauthorized('the certificate is not one for clients')
    const { CN, O, [UID]: uid } = certificate.toLegacyObject().subject as unknown as Record<string, string | string[] | undefined>
    const name = Array.isArray(CN) ? CN.at(-1) : CN
    if (!name) throw unauthorized('the client certificate has no common name')
    if (Array.isArray(uid)) throw unauthorized('the client certificate has several UIDs')
    // Which of a user's certificates it was, for the audit log and for `kubectl auth whoami`.
    const credential = `X509SHA256=${createHash('sha256').update(der).digest('hex')}`
    return authenticated({ name, ...(uid ? { uid } : {}), groups: O === undefined ? [] : Array.isArray(O) ? O : [O], extra: { 'authentication.kubernetes.io/credential-id': [credential] } })
  }
  return {
    async authenticate({ clientCertificate }) {
      if (!clientCertificate) return undefined
      try {
        return check(clientCertificate)
      } catch (error) {
        throw error instanceof StatusError ? error : unauthorized('the client certificate cannot be read')
      }
    },
  }
}

/** Fixed tokens. Looked up by hash, so that the time taken tells nothing of a token. */
export function staticTokenAuthenticator(tokens: Readonly<Record<string, UserInfo>>): Authenticator {
  const hash = (token: string): string => createHash('sha256').update(token).digest('base64')
  const users = new Map(Object.entries(tokens).map(([token, user]) => [hash(token), authenticated(user)]))
  return { authenticate: async ({ bearerToken }) => (bearerToken === undefined ? undefined : users.get(hash(bearerToken))) }
}

/**
 * Asks each in turn; the first that knows the caller wins. Credentials that nobody accepts are refused (401).
 * No credentials at all: system:anonymous, or 401 when `anonymous` is false.
 */
export function unionAuthenticator(authenticators: readonly Authenticator[], { anonymous = true }: { anonymous?: boolean } = {}): Authenticator {
  return {
    async authenticate(credentials) {
      let refusal: unknown
      for (const authenticator of authenticators) {
        try {
          const user = await authenticator.authenticate(credentials)
          if (user) return user
        } catch (error) {
          if (!(error instanceof StatusError)) throw error
          refusal ??= error
        }
      }
      if (refusal) throw refusal
      if (credentials.bearerToken !== undefined || credentials.clientCertificate || !anonymous) throw unauthorized()
      return ANONYMOUS
    },
  }
}
