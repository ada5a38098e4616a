import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CertificateSigningRequests } from '../../shared/api/resources.ts'
import type { CertificateSigningRequest } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
// oxlint-disable-next-line no-restricted-imports -- the cluster's own authority signs, as in a real cluster
import { createAuthority, type CertificateAndKey } from '../cluster/pki/certificates.ts'
// oxlint-disable-next-line no-restricted-imports -- as above
import { readRequest, signRequest } from '../cluster/pki/sign.ts'
// oxlint-disable-next-line no-restricted-imports -- who may do what is the server's to say
import { startWorld } from '../apiserver/testing.ts'
import { createClientFactory, createInformerFactory } from '../client/index.ts'
import { signingFault } from './certificate-rules.ts'
import { createCertificateController } from './certificates.ts'
import { startLoop, type Loop } from './testing.ts'
import { makeRequest } from './testing-certificates.ts'

let loop: Loop
let authority: CertificateAndKey
beforeAll(async () => {
  authority = await createAuthority(Date.now())
  loop = await startLoop(async () => undefined, { signer: { read: readRequest, sign: (pem, options) => signRequest(authority, pem, { ...options, now: Date.now() }) } })
})
afterAll(() => loop.close())

const ask = async (name: string, subject: string, spec: Partial<CertificateSigningRequest['spec']> = {}): Promise<CertificateSigningRequest> =>
  loop.client.create(CertificateSigningRequests, {
    metadata: { name }, spec: { request: Buffer.from(await makeRequest(subject)).toString('base64'), signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], ...spec },
  })
const get = (name: string): Promise<CertificateSigningRequest> => loop.client.get(CertificateSigningRequests, name)
const approve = async (name: string, type = 'Approved'): Promise<CertificateSigningRequest> => {
  const request = await get(name)
  return loop.client.update(CertificateSigningRequests, { ...request, status: { ...request.status, conditions: [{ type, status: 'True', reason: 'Test' }] } }, { subresource: 'approval' })
}

describe('a request', () => {
  it('is signed once it is approved, as it was asked', async () => {
    await ask('ann', 'CN=ann,O=people', { expirationSeconds: 3600 })
    expect((await approve('ann')).status?.conditions?.[0]?.lastUpdateTime).toBeDefined()
    const { status } = await loop.until(async () => {
      const request = await get('ann')
      return request.status?.certificate ? request : undefined
    }, 'signed')
    const certificate = new X509Certificate(Buffer.from(status?.certificate ?? '', 'base64').toString())
    expect(certificate.subject.split('\n').toSorted()).toEqual(['CN=ann', 'O=people'])
    expect(certificate.verify(new X509Certificate(authority.certPem).publicKey)).toBe(true)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(Date.parse(certificate.validTo) - Date.now()).toBeLessThan(3600_000 + 1000)
  })
  it('is not, while nobody has approved it or somebody has denied it', async () => {
    await ask('bob', 'CN=bob')
    await ask('cid', 'CN=cid')
    await approve('cid', 'Denied')
    await expect(approve('cid')).rejects.toMatchObject({ code: 422 })
    await loop.clock.advance(1000)
    expect([(await get('bob')).status, (await get('cid')).status?.certificate]).toEqual([{}, undefined])
  })
  it('fails where its signer does not sign such', async () => {
    await ask('serving', 'CN=ann', { signerName: 'kubernetes.io/kubelet-serving', usages: ['server auth'] })
    await approve('serving')
    const failed = await loop.until(async () => (await get('serving')).status?.conditions?.find((c) => c.type === 'Failed'), 'failed')
    expect(failed).toMatchObject({ reason: 'SignerValidationFailure', message: 'organization must be system:nodes' })
  })
  it('names a signer', async () => {
    await expect(ask('old', 'CN=old', { signerName: 'kubernetes.io/legacy-unknown' })).rejects.toMatchObject({ code: 422, message: expect.stringContaining('spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version') as never })
  })
  it('may not be for the masters, nor be decided by whoever writes its status', async () => {
    await expect(ask('root', 'CN=root,O=system:masters')).rejects.toMatchObject({ code: 403, message: 'certificatesigningrequests.certificates.k8s.io "root" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed' })
    const bob = await get('bob')
    await expect(loop.client.updateStatus(CertificateSigningRequests, { ...bob, status: { conditions: [{ type: 'Approved', status: 'True' }] } })).rejects.toMatchObject({ code: 422 })
  })
  it('goes an hour after it was decided, a day after it was made', async () => {
    await loop.clock.advance(3600_000 + 1000)
    const gone = (name: string) => loop.until(() => get(name).then(() => false, (error: unknown) => isNotFound(error)), `${name} goes`)
    await gone('ann')
    expect((await get('bob')).metadata.name).toBe('bob')
    await loop.clock.advance(24 * 3600_000)
    expect(await gone('bob')).toBe(true)
  })
})

describe('a kubelet\'s own certificate', () => {
  const KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet'
  /** Nodes may renew theirs, and those who bring nodes in may ask for them. */
  const may = (who: string, subresource: string): boolean => (subresource === 'selfnodeclient' ? who.startsWith('system:node:') : subresource === 'nodeclient' ? who === 'system:bootstrap:abc' : true)
  it.each([
    ['by the node itself', 'system:node:n1', 'CN=system:node:n1,O=system:nodes', ['client auth'], ['Approved AutoApproved: Auto approving self kubelet client certificate after SubjectAccessReview.']],
    ['by who may bring nodes in', 'system:bootstrap:abc', 'CN=system:node:n1,O=system:nodes', ['client auth', 'digital signature'], ['Approved AutoApproved: Auto approving kubelet client certificate after SubjectAccessReview.']],
    ['by somebody else', 'eve', 'CN=system:node:n1,O=system:nodes', ['client auth'], undefined],
    ['for what is no node', 'system:bootstrap:abc', 'CN=ann,O=system:nodes', ['client auth'], undefined],
    ['for a server', 'system:bootstrap:abc', 'CN=system:node:n1,O=system:nodes', ['client auth', 'server auth'], undefined],
  ])('asked for %s', async (_what, who, subject, usages, message) => {
    const world = await startWorld({ authorizer: { authorize: (a) => ({ allowed: may(a.user.name, a.subresource), reason: '' }) } })
    const clients = createClientFactory(world.server)
    const client = clients.clientFor('system:kube-controller-manager')
    const informers = createInformerFactory(client, world.clock)
    const controller = createCertificateController({ client, informers, clock: world.clock, events: { event: () => undefined } as never }, { read: readRequest, sign: (pem, options) => signRequest(authority, pem, { ...options, now: Date.now() }) })
    try {
      await clients.clientFor(who, ['system:nodes']).create(CertificateSigningRequests, { metadata: { name: 'r' }, spec: { request: Buffer.from(await makeRequest(subject)).toString('base64'), signerName: KUBELET, usages } })
      await informers.start()
      controller.start()
      const admin = clients.clientFor('admin', ['system:masters'])
      // The next one is decided after it.
      await clients.clientFor('system:node:n9', ['system:nodes']).create(CertificateSigningRequests, { metadata: { name: 'z' }, spec: { request: Buffer.from(await makeRequest('CN=system:node:n9,O=system:nodes')).toString('base64'), signerName: KUBELET, usages: ['client auth'] } })
      await vi.waitFor(async () => { if (!(await admin.get(CertificateSigningRequests, 'z')).status?.certificate) throw new Error('not yet') }, { timeout: 60_000 })
      expect((await admin.get(CertificateSigningRequests, 'r')).status?.conditions?.map((c) => `${c.type} ${c.reason}: ${c.message}`)).toEqual(message)
    } finally {
      await controller.stop()
      await informers.stop()
      await world.close()
    }
  })
})

describe('signers', () => {
  const facts = { commonName: 'system:node:a', organizations: ['system:nodes'], dns: [], ip: [], others: [] }
  it.each([
    ['kubernetes.io/kube-apiserver-client-kubelet', facts, ['client auth', 'digital signature'], undefined],
    ['kubernetes.io/kube-apiserver-client-kubelet', { ...facts, dns: ['a'] }, ['client auth'], 'subject alternative names are not allowed'],
    ['kubernetes.io/kube-apiserver-client-kubelet', { ...facts, commonName: 'ann' }, ['client auth'], 'common name must begin with system:node:'],
    ['kubernetes.io/kubelet-serving', { ...facts, ip: ['10.0.0.1'] }, ['server auth', 'key encipherment'], undefined],
    ['kubernetes.io/kubelet-serving', facts, ['server auth'], 'a DNS name or IP address is required'],
    ['kubernetes.io/kubelet-serving', { ...facts, dns: ['a'] }, ['client auth'], 'usages must include "server auth"'],
    ['kubernetes.io/kube-apiserver-client', facts, ['client auth', 'server auth'], 'usage "server auth" is not allowed'],
    ['kubernetes.io/legacy-unknown', facts, ['any'], undefined],
  ])('%s %j %j', (signer, given, usages, expected) => expect(signingFault(signer, given, usages)).toBe(expected))
})
