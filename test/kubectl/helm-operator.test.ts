/**
 * An operator as a chart brings it (charts/harbour): a definition whose versions a webhook converts, webhooks that change and judge, an
 * extension API server, a manager with a leader, roles that are aggregated, and hooks. Stock helm 3 and 4 install, upgrade, roll back and
 * remove it.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeList, KubeObject } from '../../shared/api/meta.ts'
import type { ClusterRole, ConfigMap, Lease } from '../../shared/api/types.ts'
import { AGNHOST, ensureAgnhost } from '../conformance/images/agnhost.ts'
import { eventually, root, type Client, type Release } from '../integration/app.ts'
import { runHelm } from './run-helm.ts'
import { EVERYTHING, shared } from './stories.ts'

const V1 = 'ships.v1.harbour.example.com'
const CHART = join(root, 'test/kubectl/charts/harbour')
let app: Client
let folder: string
beforeAll(async () => {
  await ensureAgnhost(new Docker())
  folder = mkdtempSync(join(tmpdir(), 'harbour-'))
  app = shared('engine')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What whoever installs it brings: a certificate for both Services, and by whom the extension server is asked. */
async function values(ns: string): Promise<string> {
  const [key, crt, file] = ['key', 'crt', 'values'].map((name) => join(folder, `${ns}-${name}`)) as [string, string, string]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', crt, '-days', '1', '-subj', '/CN=harbour', '-addext', `subjectAltName=DNS:webhook.${ns}.svc,DNS:extension.${ns}.svc`], { stdio: 'pipe' })
  const { data } = await app.json<ConfigMap>('35', ['get', 'configmap', 'extension-apiserver-authentication', '-n', 'kube-system'])
  const [cert, secret] = [crt, key].map((path) => readFileSync(path).toString('base64'))
  writeFileSync(file, JSON.stringify({ image: AGNHOST, ca: cert, cert, key: secret, proxyCa: data?.['requestheader-client-ca-file'], proxyName: (JSON.parse(data?.['requestheader-allowed-names'] ?? '[]') as string[])[0] }))
  return file
}

// Definitions and APIServices are of no namespace: one after the other.
describe.each<Release>(EVERYTHING ? ['28', '32', '34', '35'] : ['35'])('an operator by helm of the time of kubectl 1.%s', (release) => {
  const ns = `harbour-${release}`
  const helm = async (...args: string[]): Promise<string> => {
    const r = await runHelm(app, release, [...args, '-n', ns])
    if (r.code !== 0) throw new Error(`helm ${args.join(' ')}: ${r.stderr}${r.stdout}`)
    return r.stdout
  }
  const ok = (...args: string[]): Promise<string> => app.ok('35', [...args, '-n', ns])
  const ship = (version: string, name: string, spec: object): string => JSON.stringify({ apiVersion: `harbour.example.com/${version}`, kind: 'Ship', metadata: { name, namespace: ns }, ...spec })
  const apply = (body: string) => app.kubectl('35', ['apply', '-f', '-'], { input: body })
  const hooks = (): Promise<string> => ok('get', 'jobs', '--sort-by=.metadata.creationTimestamp', '-o', 'jsonpath={range .items[*]}{.metadata.name} {.status.succeeded}{"\\n"}{end}')
  const leader = async (): Promise<string> => (await app.json<Lease>('35', ['get', 'lease', 'harbour', '-n', ns])).spec?.holderIdentity ?? ''
  let file = ''

  it('is installed, and all of it works', async () => {
    file = await values(ns)
    expect(await helm('install', 'harbour', CHART, '-f', file, '--create-namespace', '--wait', '--timeout', '100s')).toMatch(/STATUS: deployed/)
    expect((await hooks()).split('\n').sort()).toEqual(['', 'post-install 1', 'pre-install 1'])
    await app.ok('35', ['wait', '--for=condition=Established', 'crd/ships.harbour.example.com', '--timeout=60s'])
    await app.ok('35', ['wait', '--for=condition=Available', 'apiservice/v1alpha1.wardle.example.com', '--timeout=60s'])
    expect(await apply(ship('v1', 'ada', { hostPort: 'north:1' }))).toMatchObject({ code: 0, stdout: 'ship.harbour.example.com/ada created\n' })
    // By its version: kubectl keeps what it once discovered, of an earlier life of the definition too.
    expect(await ok('get', V1, 'ada', '-o', 'jsonpath={.metadata.labels.added-label}')).toBe('yes')
    expect(await apply(ship('v1', 'bad', { data: { 'webhook-e2e-test': 'webhook-disallow' } }))).toMatchObject({ code: 1, stderr: expect.stringContaining('admission webhook "judge.harbour.example.com" denied the request: the custom resource contains unwanted data') })
    await app.ok('35', ['create', '--validate=false', '-f', '-'], { input: JSON.stringify({ apiVersion: 'wardle.example.com/v1alpha1', kind: 'Flunder', metadata: { name: 'one', namespace: ns } }) })
    expect(await ok('get', 'flunders', '-o', 'name')).toBe('flunder.wardle.example.com/one\n')
    expect(await app.ok('35', ['api-resources', '--categories=harbour', '-o', 'name'])).toBe('ships.harbour.example.com\n')
    await eventually('who may edit may edit ships', () => app.json<ClusterRole>('35', ['get', 'clusterrole', 'edit']), (role) => role.rules?.some((r) => r.apiGroups?.includes('harbour.example.com')) === true)
  })

  it('has one leader, and another one when that one has gone', async () => {
    const first = await eventually('somebody leads', () => leader().catch(() => ''), (name) => name !== '')
    expect(await ok('get', 'pods', '-l', 'app=manager', '-o', 'jsonpath={.items[*].metadata.name}')).toContain(first)
    await ok('delete', 'pod', first)
    expect(await eventually('another one leads', leader, (name) => name !== first)).toMatch(/^manager-/)
  })

  it('is upgraded to a second version of its kind, which the webhook converts, and rolled back', async () => {
    await helm('upgrade', 'harbour', CHART, '-f', file, '--set', 'v2=true', '--wait', '--timeout', '100s')
    expect((await hooks()).split('\n').sort()).toEqual(['', 'post-install 1', 'post-upgrade 1', 'pre-install 1', 'pre-upgrade 1'])
    await eventually('the second version is served', () => app.kubectl('35', ['get', 'ships.v2.harbour.example.com', 'ada', '-n', ns]), (r) => r.code === 0)
    expect(await ok('get', 'ships.v2.harbour.example.com', 'ada')).toMatch(/^NAME +HOST +PORT\nada +north +1\n$/)
    // The webhooks are of the first version: what is of the second is shown to them as such.
    expect(await apply(ship('v2', 'bob', { host: 'south', port: '2' }))).toMatchObject({ code: 0 })
    expect(JSON.parse(await ok('get', V1, 'bob', '-o', 'json'))).toMatchObject({ apiVersion: 'harbour.example.com/v1', hostPort: 'south:2', metadata: { labels: { 'added-label': 'yes' } } })
    expect(await apply(ship('v2', 'bad', { data: { 'webhook-e2e-test': 'webhook-disallow' } }))).toMatchObject({ code: 1, stderr: expect.stringContaining('unwanted data') })

    await helm('rollback', 'harbour', '1', '--wait', '--timeout', '100s')
    expect(await hooks()).toContain('pre-rollback 1')
    await eventually('the second version is gone', () => app.kubectl('35', ['get', 'ships.v2.harbour.example.com', '-n', ns]), (r) => r.code === 1)
    expect((await app.json<KubeList<KubeObject>>('35', ['get', V1, '-n', ns])).items.map((s) => [s.metadata.name, (s as { hostPort?: string }).hostPort])).toEqual([['ada', 'north:1'], ['bob', 'south:2']])
    expect((JSON.parse(await helm('history', 'harbour', '-o', 'json')) as { status: string }[]).map((h) => h.status)).toEqual(['superseded', 'superseded', 'deployed'])
  })

  it('is removed with all that it brought', async () => {
    await helm('uninstall', 'harbour', '--wait', '--timeout', '100s')
    expect(await hooks()).toContain('post-delete 1')
    for (const [kind, name] of [['crd', 'ships.harbour.example.com'], ['apiservice', 'v1alpha1.wardle.example.com'], ['validatingwebhookconfiguration', 'harbour'], ['mutatingwebhookconfiguration', 'harbour'], ['clusterrole', 'harbour-edit']] as const) {
      expect((await eventually(`${kind} ${name} is gone`, () => app.kubectl('35', ['get', kind, name]), (r) => r.code === 1)).stderr).toContain('NotFound')
    }
    expect(await ok('get', 'deployments,services,roles', '-o', 'name')).toBe('')
    expect((await app.kubectl('35', ['get', '--raw', `/apis/harbour.example.com/v1/namespaces/${ns}/ships`])).stderr).toContain('the server could not find the requested resource')
    await eventually('the role is as it was', () => app.json<ClusterRole>('35', ['get', 'clusterrole', 'edit']), (role) => role.rules?.some((r) => r.apiGroups?.includes('harbour.example.com')) === false)
    await app.ok('35', ['delete', 'namespace', ns])
  })
})
