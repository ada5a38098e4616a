import { X509Certificate } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import type { CertificateSigningRequest } from '../../../shared/api/types.ts'
import { eventually, ok, replace } from '../cluster.ts'
import { brief, must, patch, rest, watch } from '../rest.ts'
import { makeRequest } from '../../../electron/controllers/testing-certificates.ts'

const ROOT = '/apis/certificates.k8s.io/v1'
const PATH = `${ROOT}/certificatesigningrequests`

it('CSR API', async () => {
  const name = `e2e-example-csr-${process.pid}`
  const request = Buffer.from(await makeRequest('CN=e2e-conformance,O=example')).toString('base64')
  const body = (own: string): object => ({ metadata: { name: own, labels: { 'e2e-csr': name } }, spec: { request, signerName: 'example.com/e2e', usages: ['digital signature', 'key encipherment', 'server auth'], expirationSeconds: 3600 } })
  onTestFinished(async () => void (await rest('DELETE', `${PATH}?labelSelector=e2e-csr%3D${name}`)))

  // Discovery.
  const list = await must<{ resources: { name: string }[] }>('GET', ROOT)
  for (const wanted of ['certificatesigningrequests', 'certificatesigningrequests/approval', 'certificatesigningrequests/status']) expect(list.resources.map((r) => r.name)).toContain(wanted)

  // Create, get, list, watch, patch, update.
  const names = [name, `${name}-2`, `${name}-3`]
  for (const own of names) await must('POST', PATH, body(own))
  const found = await must<CertificateSigningRequest>('GET', `${PATH}/${name}`)
  expect(found.spec).toMatchObject({ expirationSeconds: 3600, username: expect.any(String) as string })
  const all = await must<{ items: CertificateSigningRequest[]; metadata: { resourceVersion: string } }>('GET', `${PATH}?labelSelector=e2e-csr%3D${name}`)
  expect(all.items.map((i) => i.metadata.name)).toEqual(names)
  const watching = await watch(`${PATH}?labelSelector=e2e-csr%3D${name}&resourceVersion=${all.metadata.resourceVersion}`)
  expect((await patch(`${PATH}/${name}`, { metadata: { annotations: { patched: 'true' } } })).metadata.annotations).toMatchObject({ patched: 'true' })
  await replace<CertificateSigningRequest>(`${PATH}/${name}`, (current) => ({ ...current, metadata: { ...current.metadata, annotations: { ...current.metadata.annotations, updated: 'true' } } }))
  expect(brief(await watching.next(2))).toEqual([`MODIFIED ${name}`, `MODIFIED ${name}`])

  // /approval.
  const condition = (type: string): object => ({ type, status: 'True', reason: 'E2E', message: 'Set by a test' })
  const patched = await patch<CertificateSigningRequest>(`${PATH}/${name}/approval`, { metadata: { annotations: { patchedapproval: 'true' } }, status: { conditions: [condition('ApprovalPatch')] } })
  expect(patched).toMatchObject({ metadata: { annotations: { patchedapproval: 'true' } }, status: { conditions: [{ type: 'ApprovalPatch' }] } })
  const approved = await replace<CertificateSigningRequest>(`${PATH}/${name}/approval`, (live) => ({ ...live, status: { conditions: [...(live.status?.conditions ?? []), condition('Approved')] } }))
  expect(approved.status?.conditions?.map((c) => c.type)).toEqual(['ApprovalPatch', 'Approved'])

  // /status.
  const certificate = Buffer.from('not a certificate').toString('base64')
  expect((await rest('PATCH', `${PATH}/${name}/status`, { status: { certificate } }, { 'content-type': 'application/merge-patch+json' })).status).toBe(422)
  const status = await replace<CertificateSigningRequest>(`${PATH}/${name}/status`, (live) => ({ ...live, status: { ...live.status, conditions: [...(live.status?.conditions ?? []), condition('StatusUpdate')] } }))
  expect(status.status?.conditions?.map((c) => c.type)).toContain('StatusUpdate')

  // Delete, one and all.
  await must('DELETE', `${PATH}/${name}`)
  expect((await rest('GET', `${PATH}/${name}`)).status).toBe(404)
  await must('DELETE', `${PATH}?labelSelector=e2e-csr%3D${name}`)
  expect((await must<{ items: object[] }>('GET', `${PATH}?labelSelector=e2e-csr%3D${name}`)).items).toEqual([])

  // And as a person does it: kubectl approves, the cluster's authority signs.
  await must('POST', PATH, { ...body(`${name}-4`), spec: { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] } })
  await ok(['certificate', 'approve', `${name}-4`])
  const signed = await eventually('the certificate', () => must<CertificateSigningRequest>('GET', `${PATH}/${name}-4`), (r) => r.status?.certificate !== undefined)
  expect(new X509Certificate(Buffer.from(signed.status?.certificate ?? '', 'base64')).subject).toContain('CN=e2e-conformance')
})
