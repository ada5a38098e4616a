/** An operator as its release installs it (test/manifests/operator): its definition, its accounts, its manager in a container, and webhooks which that one serves. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../shared/api/meta.ts'
import { AGNHOST, ensureAgnhost } from '../conformance/images/agnhost.ts'
import { App, eventually, root, type Result } from './app.ts'

const source = (name: string): string => readFileSync(join(root, 'test/manifests/operator', name), 'utf8')
const OVEN = join(root, 'test/manifests/operator/oven.yaml')
const NAMESPACE = 'bakery-system'

let app: App
let folder: string
let bundle: string
beforeAll(async () => {
  await ensureAgnhost(new Docker())
  folder = mkdtempSync(join(tmpdir(), 'operator-'))
  const [key, certificate] = [join(folder, 'key'), join(folder, 'crt')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate, '-days', '1', '-subj', '/CN=webhook', '-addext', `subjectAltName=DNS:webhook-service.${NAMESPACE}.svc`], { stdio: 'pipe' })
  const base64 = (file: string): string => readFileSync(file).toString('base64')
  bundle = join(folder, 'operator.yaml')
  writeFileSync(bundle, source('operator.yaml').replaceAll('@IMAGE@', AGNHOST).replaceAll('@CA@', base64(certificate)).replaceAll('@CERT@', base64(certificate)).replaceAll('@KEY@', base64(key)))
  app = await App.start()
})
afterAll(async () => {
  await app?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const ok = (...args: string[]): Promise<string> => app.ok('35', [...args])
const k = (args: string[], input?: string): Promise<Result> => app.kubectl('35', args, input === undefined ? {} : { input })
const lines = (text: string): string[] => text.trim().split('\n')
type Oven = KubeObject & { spec: Record<string, unknown>; status?: Record<string, unknown> }
const oven = (name = 'big'): Promise<Oven> => app.json<Oven>('35', ['get', 'oven', name, '-n', NAMESPACE])
const oven2 = (name: string, spec: object, labels = {}): string => JSON.stringify({ apiVersion: 'bakery.example.com/v1', kind: 'Oven', metadata: { name, namespace: NAMESPACE, labels }, spec })

describe('an operator', () => {
  it('is installed by one apply, and its definition is established', async () => {
    expect(lines(await ok('apply', '--server-side', '-f', bundle)).filter((l) => !l.endsWith(' serverside-applied'))).toEqual([])
    await ok('wait', '--for=condition=Established', 'crd/ovens.bakery.example.com', '--timeout=60s')
    await ok('rollout', 'status', 'deployment/bakery-controller-manager', '-n', NAMESPACE, '--timeout=90s')
    const before = await ok('get', '-f', bundle, '-o', 'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.generation}{"\\n"}{end}')
    await ok('apply', '--server-side', '-f', bundle)
    expect(await ok('get', '-f', bundle, '-o', 'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.generation}{"\\n"}{end}')).toBe(before)
    await eventually('nothing differs', () => k(['diff', '--server-side', '-f', bundle]), (r) => r.code === 0)
    expect(await ok('api-resources', '--categories=bakery', '-o', 'name')).toBe('ovens.bakery.example.com\n')
    expect(lines(await ok('explain', 'oven.spec.flour')).join(' ')).toMatch(/enum|wheat/)
    expect(lines(await ok('auth', 'can-i', 'update', 'ovens.bakery.example.com/status', `--as=system:serviceaccount:${NAMESPACE}:bakery-manager`))).toEqual(['yes'])
    // Who may edit may edit the operator's objects: its role is aggregated.
    await eventually('the edit role has it', () => app.json<{ rules: { apiGroups?: string[] }[] }>('35', ['get', 'clusterrole', 'edit']), (role) => role.rules.some((r) => r.apiGroups?.includes('bakery.example.com')))
  })

  it('has objects that are defaulted, mutated by its webhook, shown in its columns, and unchanged by a second apply', async () => {
    expect(await ok('apply', '-f', OVEN)).toBe('oven.bakery.example.com/big created\n')
    const made = await oven()
    expect(made).toMatchObject({ metadata: { generation: 1, labels: { app: 'oven', 'added-label': 'yes' } }, spec: { flour: 'wheat', temperature: '230C', memory: '1Gi', shelves: [{ name: 'top', size: 1 }, { name: 'bottom', size: 2 }], extra: { ratio: 0.5, anything: ['goes', { in: 'here' }] } } })
    const again = await ok('apply', '-f', OVEN)
    // A default within a list: the client's merge replaces the whole list of a custom resource.
    expect(again).toBe('oven.bakery.example.com/big configured\n')
    expect(await oven()).toEqual(made)
    expect((await k(['diff', '-f', OVEN])).code).toBe(0)
    expect(await ok('get', 'ov', '-n', NAMESPACE)).toMatch(/^NAME +LOAVES +PHASE +AGE\nbig +8 +\d+s\n$/)
    expect(await ok('get', 'ov', '-n', NAMESPACE, '-o', 'wide')).toMatch(/^NAME +LOAVES +PHASE +FLOUR +AGE\nbig +8 +wheat +\d+s\n$/)
  })

  it('has a status of its own, a scale, and lists that merge', async () => {
    await ok('patch', 'oven', 'big', '-n', NAMESPACE, '--subresource=status', '--type=merge', '-p', '{"status":{"phase":"Hot","loaves":8,"selector":"app=oven"},"spec":{"loaves":1}}')
    expect(await oven()).toMatchObject({ metadata: { generation: 1 }, spec: { loaves: 8 }, status: { phase: 'Hot' } })
    await ok('scale', 'oven', 'big', '-n', NAMESPACE, '--replicas=9')
    expect(await oven()).toMatchObject({ metadata: { generation: 2 }, spec: { loaves: 9 }, status: { phase: 'Hot' } })
    expect(JSON.parse(await ok('get', 'oven', 'big', '-n', NAMESPACE, '--subresource=scale', '-o', 'json'))).toMatchObject({ kind: 'Scale', spec: { replicas: 9 }, status: { replicas: 8, selector: 'app=oven' } })
    const apply = (manager: string, spec: object): Promise<Result> => k(['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'], oven2('merged', spec))
    await apply('one', { loaves: 5, shelves: [{ name: 'a', size: 3 }], tags: ['x'] })
    // What is required may be another's.
    expect(await apply('two', { shelves: [{ name: 'b' }], tags: ['y'] })).toMatchObject({ code: 0 })
    expect((await oven('merged')).spec).toMatchObject({ shelves: [{ name: 'a', size: 3 }, { name: 'b', size: 1 }], tags: ['x', 'y'] })
    expect(await apply('two', { loaves: 5, shelves: [{ name: 'a', size: 4 }] })).toMatchObject({ code: 1, stderr: expect.stringMatching(/conflict with "one": \.spec\.shelves\[name="a"\]\.size/) })
    await apply('two', {})
    expect((await oven('merged')).spec).toMatchObject({ shelves: [{ name: 'a', size: 3 }], tags: ['x'] })
  })

  it.each([
    ['unknown fields', oven2('bad', { loaves: 1, lovaes: 2 }), /strict decoding error: unknown field "spec\.lovaes"/],
    ['types', oven2('bad', { loaves: 'many' }), /spec\.loaves: Invalid value: "string": spec\.loaves in body must be of type integer: "string"/],
    ['bounds', oven2('bad', { loaves: 101 }), /spec\.loaves: Invalid value: 101: spec\.loaves in body should be less than or equal to 100/],
    ['enums', oven2('bad', { loaves: 1, flour: 'spelt' }), /spec\.flour: Unsupported value: "spelt": supported values: "wheat", "rye"/],
    ['rules', oven2('bad', { loaves: 1, shelves: [{ name: 'a' }, { name: 'b' }] }), /spec: Invalid value: .*an oven has no more shelves than loaves/],
    ['keys of lists', oven2('bad', { loaves: 3, shelves: [{ name: 'a' }, { name: 'a' }] }), /spec\.shelves\[1\]: Duplicate value: (map\[string\]interface \{\}|\{"name":"a"\})/],
    ['sets', oven2('bad', { loaves: 3, tags: ['a', 'a'] }), /spec\.tags\[1\]: Duplicate value: "a"/],
    ['transitions', oven2('big', { loaves: 9, flour: 'rye' }), /the flour cannot be changed/],
  ])('refuses by its schema: %s', async (_name, body, message) => {
    const answer = await k(['apply', '-f', '-'], body)
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringMatching(message) })
  })

  it('is upgraded to a release with a further version of its kind: what changes is shown, and what there was stays', async () => {
    type Loose = KubeObject & { spec: { versions: Json[]; template: { spec: { containers: Json[] } } } }
    type Json = Record<string, unknown>
    const objects = parseAllDocuments(readFileSync(bundle, 'utf8')).map((d) => d.toJS() as Loose)
    const [crd, manager] = ['CustomResourceDefinition', 'Deployment'].map((kind) => objects.find((o) => o.kind === kind)!) as [Loose, Loose]
    const next = structuredClone(crd.spec.versions[0]) as { schema: { openAPIV3Schema: { properties: { spec: { properties: Json } } } } }
    next.schema.openAPIV3Schema.properties.spec.properties['crust'] = { type: 'string', default: 'thin' }
    crd.spec.versions = [{ ...crd.spec.versions[0], storage: false, deprecated: true, deprecationWarning: 'bakery.example.com/v1 Oven is of the last release' }, { ...next, name: 'v2' }]
    manager.spec.template.spec.containers[0]!['env'] = [{ name: 'RELEASE', value: '2' }]
    const upgraded = join(folder, 'operator-2.json')
    writeFileSync(upgraded, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))

    const diff = await k(['diff', '--server-side', '-f', upgraded])
    expect([diff.code, [...diff.stdout.matchAll(/^diff -u -N \S+\/(\S+) /gm)].map(([, object]) => object).sort()]).toEqual([1, ['apiextensions.k8s.io.v1.CustomResourceDefinition..ovens.bakery.example.com', `apps.v1.Deployment.${NAMESPACE}.bakery-controller-manager`]])
    expect(diff.stdout).toMatch(/^\+ +- name: RELEASE\n\+ +value: "2"$/m)
    await ok('apply', '--server-side', '-f', upgraded)
    await ok('rollout', 'status', 'deployment/bakery-controller-manager', '-n', NAMESPACE, '--timeout=90s')
    await eventually('the next version is served', () => k(['get', 'ovens.v2.bakery.example.com', 'big', '-n', NAMESPACE]), (r) => r.code === 0)
    // Stored as it was written, shown as it is now.
    expect(JSON.parse(await ok('get', 'ovens.v2.bakery.example.com', 'big', '-n', NAMESPACE, '-o', 'json'))).toMatchObject({ apiVersion: 'bakery.example.com/v2', metadata: { generation: 2 }, spec: { loaves: 9, crust: 'thin', extra: { ratio: 0.5 } }, status: { phase: 'Hot' } })
    const old = await k(['get', 'ovens.v1.bakery.example.com', 'big', '-n', NAMESPACE, '-o', 'name'])
    expect(old).toMatchObject({ code: 0, stdout: 'oven.bakery.example.com/big\n', stderr: 'Warning: bakery.example.com/v1 Oven is of the last release\n' })
    await ok('patch', 'ovens.v2.bakery.example.com', 'big', '-n', NAMESPACE, '--type=merge', '-p', '{"spec":{"crust":"thick"}}')
    await eventually('nothing differs', () => k(['diff', '--server-side', '-f', upgraded]), (r) => r.code === 0)
    expect(await ok('get', 'crd', 'ovens.bakery.example.com', '-o', 'jsonpath={.status.storedVersions}')).toBe('["v1","v2"]')
    // Not back behind what may be stored.
    expect(await k(['apply', '--server-side', '-f', bundle])).toMatchObject({ code: 1, stderr: expect.stringMatching(/status\.storedVersions\[1\]: Invalid value: "v2": missing from spec\.versions/) })
  })

  it('judges deletions by a webhook with a condition, and goes with all its objects', async () => {
    await k(['apply', '-f', '-'], oven2('kept', { loaves: 1 }, { keep: 'yes' }))
    expect(await k(['delete', 'oven', 'kept', '-n', NAMESPACE])).toMatchObject({ code: 1, stderr: expect.stringContaining('admission webhook "deletion.bakery.example.com" denied the request: this webhook denies all requests') })
    expect((await k(['delete', 'oven', 'merged', '-n', NAMESPACE])).code).toBe(0)
    await ok('delete', 'validatingwebhookconfiguration,mutatingwebhookconfiguration', '--all')
    await ok('delete', '-f', bundle, '--ignore-not-found', '--timeout=110s')
    expect(await k(['get', 'ovens', '-A'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/the server doesn't have a resource type "ovens"|the server could not find the requested resource/) })
  })
})
