/** What is looked at beside pods and nodes: certificates, of TLS Secrets and of the cluster itself. */
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import type { Alert, AlertState } from '../../../shared/alerts.ts'
import type { Node, Pod, Secret } from '../../../shared/api/types.ts'
import { FakeClock } from '../../../shared/clock.ts'
import type { Informer } from '../../client/types.ts'
import { createAuthority, createLeaf } from '../pki/certificates.ts'
import { startAlerts, type Alerts } from './index.ts'

const DAY = 86_400_000
let alerts: Alerts | undefined
let folder = ''
afterEach(async () => {
  alerts?.stop()
  await rm(folder, { recursive: true, force: true })
})

it("a certificate that is about to end is told, the cluster's own and a Secret's; with another one in its place it is over; a namespace can be silenced", async () => {
  folder = await mkdtemp(join(tmpdir(), 'alerts-'))
  const begun = Date.parse('2026-01-01T00:00:00Z')
  const authority = await createAuthority(begun)
  const leaf = async (at: number): Promise<string> => (await createLeaf(authority, { commonName: 'shop', use: 'server', dns: ['shop.test'] }, at)).certPem
  const old = await leaf(begun)
  const clock = new FakeClock(new X509Certificate(old).validToDate.getTime() - 2.5 * DAY)
  await writeFile(join(folder, 'apiserver.crt'), old)
  await writeFile(join(folder, 'client.crt'), await leaf(clock.now()))
  let held: Secret[] = []
  let changed = (): void => undefined
  const quiet = { addHandlers: () => () => undefined }
  const told: Alert[] = []
  let state: AlertState = { alerts: [], silences: [] }
  alerts = startAlerts({
    pods: quiet as unknown as Informer<Pod>, nodes: quiet as unknown as Informer<Node>, clock, path: join(folder, 'alerts.json'), pki: folder, notify: (a) => told.push(a),
    secrets: { list: () => held, onChange: (listener) => { changed = listener; return () => undefined } },
  })
  alerts.subscribe((s) => { state = s })
  const seen = (): unknown[] => state.alerts.map((a) => [a.rule, a.object.kind, a.object.name, a.count, a.silenced])
  const own = ['CertificateExpiry', 'Certificate', 'apiserver.crt', 2, false]
  await vi.waitFor(async () => {
    await clock.advance(100)
    expect(seen()).toEqual([own])
  }, { timeout: 60_000, interval: 5 })

  const secret = (pem: string): Secret => ({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name: 'tls', namespace: 'shop' }, data: { 'tls.crt': Buffer.from(pem).toString('base64') } }) as unknown as Secret
  const settles = async (expected: unknown[]): Promise<void> => {
    changed()
    await vi.waitFor(async () => {
      await clock.advance(2_000)
      expect(seen()).toEqual(expected)
    }, { timeout: 60_000, interval: 5 })
  }
  held = [secret(old)]
  await settles([['CertificateExpiry', 'Certificate', 'apiserver.crt', 2, false], ['CertificateExpiry', 'Secret', 'tls', 2, false]])
  expect(told.map((a) => a.object.name).sort()).toEqual(['apiserver.crt', 'tls'])
  alerts.silence({ namespace: 'shop' })
  await settles([['CertificateExpiry', 'Certificate', 'apiserver.crt', 2, false], ['CertificateExpiry', 'Secret', 'tls', 2, true]])
  held = [secret(await leaf(clock.now()))]
  await settles([['CertificateExpiry', 'Certificate', 'apiserver.crt', 2, false]])
})
