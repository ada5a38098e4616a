import { createPublicKey, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { ensurePki, issueClientCertificate, type Pki, servingNames, writeKubeconfig } from './index.ts'

const folder = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'pilothouse-pki-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'pki')
}
const ALL = ['admin.crt', 'admin.key', 'apiserver.crt', 'apiserver.key', 'ca.crt', 'ca.key', 'sa.key', 'sa.pub']
const DAY = 24 * 3600 * 1000

/** What a TLS server of ours sees of a client that trusts our authority. */
async function handshake(pki: Pki, client: { certPem: string; keyPem: string }): Promise<{ authorized: boolean; subject: unknown }> {
  const server = createServer({ cert: pki.serving.certPem, key: pki.serving.keyPem, ca: pki.ca.certPem, requestCert: true, rejectUnauthorized: false }, (req, res) => {
    const socket = req.socket as TLSSocket
    res.end(JSON.stringify({ authorized: socket.authorized, subject: socket.getPeerCertificate().subject }))
  })
  onTestFinished(() => new Promise<void>((resolve) => { server.close(() => resolve()) }))
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca: pki.ca.certPem, cert: client.certPem, key: client.keyPem, agent: false }, (res) => {
      let text = ''
      res.on('data', (d: Buffer) => { text += d.toString() }).on('end', () => resolve(JSON.parse(text) as { authorized: boolean; subject: unknown }))
    }).on('error', reject).end()
  })
}

describe('ensurePki', () => {
  it('makes everything once, for the owner only, and then only reads', async () => {
    const directory = await folder()
    const a = await ensurePki(directory)
    expect([...a.made].sort()).toEqual(ALL)
    expect((await readdir(directory)).sort()).toEqual(ALL)
    expect(((await stat(directory)).mode & 0o777).toString(8)).toBe('700')
    for (const name of ALL) expect(((await stat(join(directory, name))).mode & 0o777).toString(8)).toBe('600')
    const b = await ensurePki(directory)
    expect(b).toEqual({ ...a, made: [] })
    expect(createPublicKey(a.serviceAccount.publicPem).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
  })

  it('makes the serving certificate anew when the network has other addresses, and nothing else', async () => {
    const directory = await folder()
    await ensurePki(directory)
    const names = servingNames({ clusterDomain: 'cluster.local', apiServerIP: '10.97.0.1', gateway: '10.245.0.1' })
    const moved = await ensurePki(directory, Date.now(), names)
    expect([...moved.made].sort()).toEqual(['apiserver.crt', 'apiserver.key'])
    expect(new X509Certificate(moved.serving.certPem).checkIP('10.245.0.1')).toBe('10.245.0.1')
    expect((await ensurePki(directory, Date.now(), names)).made).toEqual([])
  })

  it('serves under all names, and real TLS believes it', async () => {
    const pki = await ensurePki(await folder())
    const serving = new X509Certificate(pki.serving.certPem)
    for (const name of servingNames().dns) expect(serving.checkHost(name)).toBe(name)
    for (const ip of servingNames().ip) expect(serving.checkIP(ip)).toBe(ip)
    expect(await handshake(pki, pki.admin)).toEqual({ authorized: true, subject: { CN: 'kubernetes-admin', O: 'system:masters' } })
    const user = await issueClientCertificate(pki, 'system:node:a, O=system:masters', ['system:nodes', 'b'])
    expect(await handshake(pki, user)).toEqual({ authorized: true, subject: { CN: 'system:node:a, O=system:masters', O: ['system:nodes', 'b'] } })
    const stranger = await ensurePki(await folder())
    expect(await handshake(pki, stranger.admin)).toMatchObject({ authorized: false })
  })

  const broken: [string, (directory: string) => Promise<void>, number, string[]][] = [
    ['a leaf that is gone', (d) => rm(join(d, 'admin.key')), 0, ['admin.crt', 'admin.key']],
    ['a leaf that is rubbish', (d) => writeFile(join(d, 'apiserver.crt'), 'rubbish'), 0, ['apiserver.crt', 'apiserver.key']],
    ['a lost authority', (d) => rm(join(d, 'ca.key')), 0, ['admin.crt', 'admin.key', 'apiserver.crt', 'apiserver.key', 'ca.crt', 'ca.key']],
    ['a lost service-account key', (d) => rm(join(d, 'sa.key')), 0, ['sa.key', 'sa.pub']],
    ['31 days before the end', async () => undefined, 365 - 31, []],
    ['29 days before the end', async () => undefined, 365 - 29, ['admin.crt', 'admin.key', 'apiserver.crt', 'apiserver.key']],
  ]
  it.each(broken)('makes anew what has to be, and nothing else: %s', async (_what, harm, days, made) => {
    const directory = await folder()
    await ensurePki(directory)
    await harm(directory)
    expect([...(await ensurePki(directory, Date.now() + days * DAY)).made].sort()).toEqual(made)
  })
})

describe('writeKubeconfig', () => {
  it('writes YAML with data that is what it was given', async () => {
    const pki = await ensurePki(await folder())
    const path = join(pki.directory, '..', 'kubeconfig')
    await writeKubeconfig(path, { server: 'https://127.0.0.1:6443', caPem: pki.ca.certPem, ...pki.admin })
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600')
    const config = parse(await readFile(path, 'utf8')) as { clusters: [{ cluster: Record<string, string> }]; users: [{ user: Record<string, string> }]; 'current-context': string }
    expect(config['current-context']).toBe('pilothouse')
    expect(Buffer.from(config.clusters[0].cluster['certificate-authority-data'] ?? '', 'base64').toString()).toBe(pki.ca.certPem)
    expect(Buffer.from(config.users[0].user['client-key-data'] ?? '', 'base64').toString()).toBe(pki.admin.keyPem)
  })
})
