import { expect, it } from 'vitest'
import { AGNHOST, api, create, eventually, get, namespace, ok } from '../cluster.ts'
import { inside, standing } from '../network/dns-pod.ts'
import { must } from '../rest.ts'
import type { Pod, Secret, ServiceAccount } from '../../../shared/api/types.ts'

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'
const account = (ns: string, name: string, more: object = {}): object => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: ns }, ...more })

it('mount API token into pods', async () => {
  const ns = await namespace()
  await create(account(ns, 'reader'))
  const pod = await standing(ns, { serviceAccountName: 'reader' })
  const read = (name: string): Promise<string> => inside(ns, pod, 'cat', `${FOLDER}/${name}`)
  expect(await read('namespace')).toBe(ns)
  const { data } = await get<{ data: Record<string, string> }>('configmap', '-n', ns, 'kube-root-ca.crt')
  expect(await read('ca.crt')).toBe(data['ca.crt'])
  const review = await api().send<{ status: { authenticated?: boolean; user?: { username?: string } } }>('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: await read('token') } })
  expect(review.status).toMatchObject({ authenticated: true, user: { username: `system:serviceaccount:${ns}:reader` } })
  // The client that every program in a pod uses: the address from the environment or by name, the token, the CA; RBAC decides.
  const ask = async (host: string): Promise<{ status?: number; body?: string; error?: string }> => JSON.parse(await inside(ns, pod, 'node', '/agnhost/main.mjs', 'inclusterclient', `/api/v1/namespaces/${ns}/pods`, host).then((t) => t.split('\n')[0] ?? '')) as { status?: number }
  expect(await ask('kubernetes.default.svc')).toMatchObject({ status: 403 })
  await ok(['create', 'rolebinding', '-n', ns, 'reader', '--clusterrole=view', `--serviceaccount=${ns}:reader`])
  for (const host of ['kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']) expect(await ask(host)).toMatchObject({ status: 200, body: expect.stringContaining(pod) as string })
  const byEnvironment = JSON.parse((await inside(ns, pod, 'node', '/agnhost/main.mjs', 'inclusterclient')).split('\n')[0] ?? '') as { status?: number }
  expect(byEnvironment).toMatchObject({ status: 200 })
})

it('OIDC discovery of issuer', async () => {
  const ns = await namespace()
  const pod = await standing(ns)
  // As a relying party in the cluster does it: the issuer named by the token, its configuration, its keys, the signature.
  const script = `
    const fs = require('fs'), https = require('https'), crypto = require('crypto')
    const token = fs.readFileSync('${FOLDER}/token', 'utf8'), ca = fs.readFileSync('${FOLDER}/ca.crt')
    const [head, claims] = token.split('.').slice(0, 2).map((p) => JSON.parse(Buffer.from(p, 'base64url')))
    const get = (url) => new Promise((ok, no) => https.get(url, { ca, headers: { authorization: 'Bearer ' + token } }, (r) => { let t = ''; r.on('data', (d) => t += d).on('end', () => r.statusCode === 200 ? ok(JSON.parse(t)) : no(new Error(url + ': ' + r.statusCode + ' ' + t))) }).on('error', no))
    ;(async () => {
      const configuration = await get(claims.iss + '/.well-known/openid-configuration')
      const { keys } = await get(configuration.jwks_uri)
      const key = crypto.createPublicKey({ key: keys.find((k) => k.kid === head.kid), format: 'jwk' })
      const [a, b, signature] = token.split('.')
      const valid = crypto.verify('sha256', Buffer.from(a + '.' + b), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))
      console.log(JSON.stringify({ valid, same: configuration.issuer === claims.iss, sub: claims.sub }))
    })().catch((e) => console.log(JSON.stringify({ error: e.message })))`
  expect(JSON.parse(await inside(ns, pod, 'node', '-e', script))).toEqual({ valid: true, same: true, sub: `system:serviceaccount:${ns}:default` })
})

it('opt out of token automount', async () => {
  const ns = await namespace()
  await create(account(ns, 'mount'), account(ns, 'nomount', { automountServiceAccountToken: false }))
  const cases: [serviceAccount: string, pod: boolean | undefined, mounted: boolean][] = [
    ['mount', undefined, true], ['mount', true, true], ['mount', false, false], ['nomount', undefined, false], ['nomount', true, true], ['nomount', false, false],
  ]
  for (const [i, [serviceAccountName, automount, mounted]] of cases.entries()) {
    const made = await api().send<Pod>('POST', `/api/v1/namespaces/${ns}/pods`, {
      metadata: { name: `p${i}` }, spec: { serviceAccountName, nodeSelector: { nowhere: 'yes' }, ...(automount === undefined ? {} : { automountServiceAccountToken: automount }), containers: [{ name: 'c', image: AGNHOST }] },
    })
    expect([serviceAccountName, automount, made.spec.containers[0]?.volumeMounts?.some((m) => m.mountPath === FOLDER) ?? false]).toEqual([serviceAccountName, automount, mounted])
  }
})

it('kube-root-ca.crt in every namespace', async () => {
  const ns = await namespace()
  const path = `/api/v1/namespaces/${ns}/configmaps/kube-root-ca.crt`
  const read = (): Promise<{ metadata: { uid?: string }; data?: Record<string, string> } | undefined> => api().get<{ metadata: { uid?: string }; data?: Record<string, string> }>(path).catch((e: Error) => { if (/ 404 /.test(e.message)) return undefined; throw e })
  const first = await eventually('the ConfigMap', read, (c) => c !== undefined)
  await api().send('DELETE', path)
  await eventually('it is made again', read, (c) => c !== undefined && c.metadata.uid !== first?.metadata.uid)
  await ok(['patch', 'configmap', '-n', ns, 'kube-root-ca.crt', '--type=merge', '-p', '{"data":{"ca.crt":""}}'])
  const found = await eventually('it is put right', read, (c) => (c?.data?.['ca.crt'] ?? '') === first?.data?.['ca.crt'])
  expect(found?.data?.['ca.crt']).toContain('BEGIN CERTIFICATE')
})

it('lifecycle', async () => {
  const ns = await namespace()
  const path = `/api/v1/namespaces/${ns}/serviceaccounts`
  const made = await api().send<Secret>('POST', path, { metadata: { name: 'testserviceaccount', labels: { 'test-serviceaccount-static': 'true' } }, automountServiceAccountToken: false })
  expect(made).toMatchObject({ automountServiceAccountToken: false })
  await ok(['patch', 'serviceaccount', '-n', ns, 'testserviceaccount', '--type=strategic', '-p', '{"automountServiceAccountToken":true}'])
  const all = await api().get<{ items: { metadata: { name: string; namespace?: string }; automountServiceAccountToken?: boolean }[] }>('/api/v1/serviceaccounts?labelSelector=test-serviceaccount-static%3Dtrue')
  expect(all.items.filter((s) => s.metadata.namespace === ns)).toMatchObject([{ metadata: { name: 'testserviceaccount' }, automountServiceAccountToken: true }])
  await api().send('DELETE', `${path}?labelSelector=test-serviceaccount-static%3Dtrue`)
  const left = await api().get<{ items: { metadata: { name: string } }[] }>(path)
  expect(left.items.map((s) => s.metadata.name)).toEqual(['default'])
})

it('create token + TokenReview (1.32)', async () => {
  const ns = await namespace()
  await must('POST', `/api/v1/namespaces/${ns}/serviceaccounts`, { metadata: { name: 'e2e' } })
  const audiences = ['https://kubernetes.default.svc.cluster.local']
  const { status } = await must<{ status: { token: string; expirationTimestamp: string } }>('POST', `/api/v1/namespaces/${ns}/serviceaccounts/e2e/token`, { spec: { audiences, expirationSeconds: 3600 } })
  expect(Date.parse(status.expirationTimestamp)).toBeGreaterThan(Date.now())
  const review = (token: string): Promise<{ status: object }> => must('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token, audiences } })
  expect((await review(status.token)).status).toMatchObject({ authenticated: true, audiences, user: { username: `system:serviceaccount:${ns}:e2e`, groups: expect.arrayContaining(['system:serviceaccounts', `system:serviceaccounts:${ns}`]) as string[] } })
  expect((await review(`${status.token}x`)).status).toMatchObject({ error: expect.any(String) as string, user: {} })
  // A token ends with its account.
  await must('DELETE', `/api/v1/namespaces/${ns}/serviceaccounts/e2e`)
  expect((await review(status.token)).status).not.toHaveProperty('authenticated')
})

it('update', async () => {
  const ns = await namespace()
  const path = `/api/v1/namespaces/${ns}/serviceaccounts/e2e`
  const made = await must<ServiceAccount>('POST', `/api/v1/namespaces/${ns}/serviceaccounts`, { metadata: { name: 'e2e' } })
  expect(made.automountServiceAccountToken).toBeUndefined()
  await must('PUT', path, { ...made, automountServiceAccountToken: true })
  expect((await must<ServiceAccount>('GET', path)).automountServiceAccountToken).toBe(true)
})

it('projected service account token', async () => {
  const ns = await namespace()
  const sources = [{ serviceAccountToken: { path: 'test-sa-token', audience: 'vault', expirationSeconds: 3600 } }]
  const name = await standing(ns, {
    securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 10000 }, volumes: [{ name: 'vault', projected: { defaultMode: 0o644, sources } }],
    containers: [{ name: 'c', image: AGNHOST, volumeMounts: [{ name: 'vault', mountPath: '/vault' }] }],
  })
  const token = await inside(ns, name, 'cat', '/vault/test-sa-token')
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { aud: string[]; sub: string; 'kubernetes.io': { pod: { name: string } } }
  expect(claims).toMatchObject({ aud: ['vault'], sub: `system:serviceaccount:${ns}:default`, 'kubernetes.io': { pod: { name } } })
  // It is for its audience, and for nobody else.
  const review = async (audiences: string[]): Promise<boolean> => (await must<{ status: { authenticated?: boolean } }>('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token, audiences } })).status.authenticated ?? false
  expect([await review(['vault']), await review([])]).toEqual([true, false])
})
