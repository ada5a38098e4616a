/** `kubectl certificate`: what is decided, and what the signer then does. */
import { X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeRequest } from '../../electron/controllers/testing-certificates.ts'
import type { Client } from '../integration/app.ts'
import { EVERYTHING, RELEASES, shared } from './stories.ts'

let app: Client
beforeAll(() => {
  app = shared('hollow')
})

describe.each(RELEASES.filter((release) => EVERYTHING || release === '28' || release === '35'))('kubectl 1.%s', (release) => {
  it('decides on certificate requests, which the signer then answers', async () => {
    const names = ['ann', 'bob', 'eve'].map((user) => `${user}-${release}`)
    const requests = await Promise.all(names.map(async (name) => ({
      apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name },
      spec: { request: Buffer.from(await makeRequest(`CN=${name},O=people`)).toString('base64'), signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], ...(name === names[0] ? { expirationSeconds: 7200 } : {}) },
    })))
    await app.ok(release, ['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: requests }) })
    expect(await app.ok(release, ['certificate', 'approve', names[0]!])).toBe(`certificatesigningrequest.certificates.k8s.io/${names[0]} approved\n`)
    expect(await app.ok(release, ['certificate', 'deny', names[1]!])).toBe(`certificatesigningrequest.certificates.k8s.io/${names[1]} denied\n`)
    await app.ok(release, ['wait', `csr/${names[0]}`, '--for=jsonpath={.status.certificate}', '--timeout=60s'])
    const table = (await app.ok(release, ['get', 'csr', ...names])).trimEnd().split('\n').map((line) => line.split(/ {2,}/).filter((_, i) => i !== 1))
    const signer = 'kubernetes.io/kube-apiserver-client'
    expect(table).toEqual([
      ['NAME', 'SIGNERNAME', 'REQUESTOR', 'REQUESTEDDURATION', 'CONDITION'],
      [names[0], signer, 'kubernetes-admin', '120m', 'Approved,Issued'],
      [names[1], signer, 'kubernetes-admin', '<none>', 'Denied'], [names[2], signer, 'kubernetes-admin', '<none>', 'Pending'],
    ])
    const issued = await app.ok(release, ['get', 'csr', names[0]!, '-o', 'jsonpath={.status.certificate}'])
    expect(new X509Certificate(Buffer.from(issued, 'base64')).subject.split('\n').toSorted()).toEqual([`CN=${names[0]}`, 'O=people'])
    await app.ok(release, ['delete', 'csr', ...names])
  })
  it('says that there is no such request', async () => {
    for (const decision of ['approve', 'deny']) expect(await app.kubectl(release, ['certificate', decision, 'nosuch'])).toEqual({ code: 1, stdout: '', stderr: 'Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "nosuch" not found\n' })
  })
})
