import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import type { APIService, ConfigMap } from '../../../shared/api/types.ts'
import { AGNHOST, eventually, namespace, ok, replace } from '../cluster.ts'
import { brief, must, patch, rest, watch } from '../rest.ts'

const GROUP = 'wardle.example.com'
const NAME = `v1alpha1.${GROUP}`
const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices'
const MOUNT = '/apiserver.local.config/certificates'
type Flunder = KubeObject & { spec?: { reference?: string } }

/** A certificate for the Service, signed by itself. */
function certificate(ns: string): { crt: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sample-'))
  const [key, crt] = [join(folder, 'key'), join(folder, 'crt')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', crt, '-days', '1', '-subj', '/CN=sample', '-addext', `subjectAltName=DNS:sample-api.${ns}.svc`], { stdio: 'pipe' })
  const made = { crt: readFileSync(crt, 'utf8'), key: readFileSync(key, 'utf8') }
  rmSync(folder, { recursive: true })
  return made
}

/** The extension server, as its authors tell one to deploy it: a Deployment behind a Service, which knows the front proxy by the cluster's own ConfigMap. */
async function deploy(ns: string): Promise<string> {
  const { crt, key } = certificate(ns)
  const authentication = await must<ConfigMap>('GET', '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication')
  const [allowed] = JSON.parse(authentication.data?.['requestheader-allowed-names'] ?? '[]') as string[]
  const labels = { app: 'sample-apiserver' }
  const container = {
    name: 'sample-apiserver', image: AGNHOST, imagePullPolicy: 'IfNotPresent', volumeMounts: [{ name: 'certs', mountPath: MOUNT, readOnly: true }],
    args: ['sample-apiserver', `--tls-cert-file=${MOUNT}/tls.crt`, `--tls-private-key-file=${MOUNT}/tls.key`, `--requestheader-client-ca-file=${MOUNT}/proxy-ca.crt`, `--requestheader-allowed-names=${allowed}`, '--port=8444'],
    readinessProbe: { httpGet: { scheme: 'HTTPS', path: '/readyz', port: 8444 }, periodSeconds: 1 },
  }
  const spec = { terminationGracePeriodSeconds: 0, containers: [container], volumes: [{ name: 'certs', secret: { secretName: 'certs' } }] }
  const items = [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'certs' }, stringData: { 'tls.crt': crt, 'tls.key': key, 'proxy-ca.crt': authentication.data?.['requestheader-client-ca-file'] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'sample-apiserver' }, spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'sample-api' }, spec: { selector: labels, ports: [{ port: 7443, targetPort: 8444 }] } },
  ]
  await ok(['create', '-n', ns, '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) })
  await ok(['rollout', 'status', '-n', ns, 'deployment/sample-apiserver', '--timeout=90s'])
  return Buffer.from(crt).toString('base64')
}

const available = (s: APIService): string | undefined => s.status?.conditions?.find((c) => c.type === 'Available')?.status

it('sample API server through the aggregator', async () => {
  const ns = await namespace()
  onTestFinished(() => void rest('DELETE', `${SERVICES}/${NAME}`))
  const caBundle = await deploy(ns)
  const service = { namespace: ns, name: 'sample-api', port: 7443 }
  await must('POST', SERVICES, { metadata: { name: NAME, labels: { sample: ns } }, spec: { group: GROUP, version: 'v1alpha1', groupPriorityMinimum: 2000, versionPriority: 200, caBundle, service } })
  const own = (): Promise<APIService> => must<APIService>('GET', `${SERVICES}/${NAME}`)
  await eventually('the extension server is available', own, (s) => available(s) === 'True')
  expect(await ok(['get', 'apiservice', NAME])).toMatch(new RegExp(`^${NAME.replaceAll('.', '\\.')} +${ns}/sample-api +True +`, 'm'))

  // It describes its kinds itself, among all others.
  const { paths } = await eventually('its documents are listed', () => must<{ paths: Record<string, { serverRelativeURL: string }> }>('GET', '/openapi/v3'), (d) => d.paths[`apis/${GROUP}/v1alpha1`] !== undefined)
  expect(paths[`apis/${GROUP}/v1alpha1`]?.serverRelativeURL).toBe(`/openapi/v3/apis/${GROUP}/v1alpha1?hash=1`)
  const { definitions } = await eventually('its kinds are described', () => must<{ definitions: Record<string, { description: string }> }>('GET', '/openapi/v2'), (d) => d.definitions['com.example.wardle.v1alpha1.Flunder'] !== undefined)
  expect(definitions['com.example.wardle.v1alpha1.Flunder']?.description).toBe('A flat fish of the family.')
  expect(await ok(['explain', 'flunders.spec'])).toMatch(/KIND: +Flunder[^]*What is wanted\.[^]*reference\s<string>\s+The name of another flunder\./)

  // Its kinds are found as any others, and its objects are made, read, listed, watched, changed and deleted through this server.
  const groups = await must<{ groups: { name: string }[] }>('GET', '/apis')
  expect(groups.groups.map((g) => g.name)).toContain(GROUP)
  const path = `/apis/${GROUP}/v1alpha1/namespaces/${ns}/flunders`
  const seen = await watch(path)
  const made = await must<Flunder>('POST', path, { apiVersion: `${GROUP}/v1alpha1`, kind: 'Flunder', metadata: { name: 'first', labels: { sample: 'yes' } } })
  // It was told who asks, in the front proxy's name, and believed it.
  expect(made.metadata.annotations?.['created-by']).toBe('kubernetes-admin')
  expect((await must<KubeList>('GET', path)).items.map((f) => f.metadata.name)).toEqual(['first'])
  expect((await rest('POST', path, { metadata: { name: 'first' } })).body).toMatchObject({ kind: 'Status', reason: 'AlreadyExists' })
  await ok(['create', '-n', ns, '-f', '-'], { input: JSON.stringify({ apiVersion: `${GROUP}/v1alpha1`, kind: 'Flunder', metadata: { name: 'second' } }) })
  expect(await ok(['get', 'fl', '-n', ns, '-o', 'name'])).toBe(`flunder.${GROUP}/first\nflunder.${GROUP}/second\n`)
  expect((await patch<Flunder>(`${path}/second`, { spec: { reference: 'first' } })).spec).toEqual({ reference: 'first' })
  await ok(['delete', 'flunder', 'second', '-n', ns, '--wait=false'])
  expect((await rest('GET', `${path}/second`)).status).toBe(404)
  expect(brief(await seen.next(4))).toEqual(['ADDED first', 'ADDED second', 'MODIFIED second', 'DELETED second'])

  // The APIService itself: its status is a part of its own, and can be written to.
  const listed = await must<KubeList<APIService>>('GET', `${SERVICES}?labelSelector=sample%3D${ns}`)
  expect(listed.items.map((s) => s.metadata.name)).toEqual([NAME])
  const status = await must<APIService>('GET', `${SERVICES}/${NAME}/status`)
  expect(available(status)).toBe('True')
  await patch(`${SERVICES}/${NAME}`, { metadata: { labels: { patched: 'yes' } } })
  const updated = await replace<APIService>(`${SERVICES}/${NAME}`, (live) => ({ ...live, metadata: { ...live.metadata, annotations: { updated: 'yes' } } }))
  expect([updated.metadata.labels?.['patched'], updated.metadata.annotations?.['updated']]).toEqual(['yes', 'yes'])

  await must('DELETE', `${SERVICES}?labelSelector=sample%3D${ns}`)
  await eventually('its group is gone', () => must<{ groups: { name: string }[] }>('GET', '/apis'), (g) => !g.groups.some((x) => x.name === GROUP))
  expect((await rest('GET', path)).status).toBe(404)
})
