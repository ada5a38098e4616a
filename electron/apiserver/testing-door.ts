/** For the tests of the HTTPS door: a certificate of its own, and who the bearer of the token `good` is. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADMIN } from './testing.ts'
import type { Authenticator } from './types.ts'

/** Signed by itself, for 127.0.0.1. */
export function certificate(): { cert: string; key: string; ca: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'))
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key'), '-out', join(folder, 'crt'), '-days', '1', '-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'pipe' })
    const cert = readFileSync(join(folder, 'crt'), 'utf8')
    return { cert, key: readFileSync(join(folder, 'key'), 'utf8'), ca: cert }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const authenticator: Authenticator = { authenticate: async ({ bearerToken }) => (bearerToken === 'good' ? ADMIN : undefined) }
