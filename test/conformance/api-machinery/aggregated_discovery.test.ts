import { CoreV1Api } from '@kubernetes/client-node'
import { expect, it, onTestFinished } from 'vitest'
import { client, eventually } from '../cluster.ts'
import { must, rest } from '../rest.ts'

interface Discovery { kind: string; apiVersion: string; items: { metadata: { name?: string }; versions: { version: string; resources: { resource: string; scope: string; verbs: string[]; responseKind: { kind: string } }[] }[] }[] }
const accept = (version: string): string => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
const has = ({ items }: Discovery, group: string, version: string, resource: string): boolean =>
  items.some((g) => (g.metadata.name ?? '') === group && g.versions.some((v) => v.version === version && v.resources.some((r) => r.resource === resource && r.verbs.length > 0)))

it('raw Accept headers', async () => {
  for (const version of ['v2', 'v2beta1']) {
    const [core, named] = await Promise.all(['/api', '/apis'].map((path) => rest<Discovery>('GET', path, undefined, { accept: accept(version) })))
    for (const answer of [core, named]) expect(answer).toMatchObject({ status: 200, body: { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}` } })
    expect(core?.headers['content-type']).toContain(`v=${version}`)
    expect(core && has(core.body, '', 'v1', 'pods')).toBe(true)
    expect(named && has(named.body, 'apps', 'v1', 'deployments') && has(named.body, 'batch', 'v1', 'jobs')).toBe(true)
  }
  // Who asks for nothing of the kind gets what there always was.
  expect((await rest('GET', '/apis', undefined, { accept: 'application/json' })).body).toMatchObject({ kind: 'APIGroupList' })
})

it('client interface', async () => {
  const lists = await Promise.all(['/api', '/apis'].map((path) => rest<Discovery>('GET', path, undefined, { accept: `${accept('v2')},${accept('v2beta1')},application/json` })))
  const all: Discovery = { kind: '', apiVersion: '', items: lists.flatMap((l) => l.body.items) }
  const wanted: [string, string, string][] = [['', 'v1', 'namespaces'], ['', 'v1', 'pods'], ['apps', 'v1', 'deployments'], ['batch', 'v1', 'jobs'], ['networking.k8s.io', 'v1', 'ingresses'], ['autoscaling', 'v1', 'horizontalpodautoscalers'], ['autoscaling', 'v2', 'horizontalpodautoscalers']]
  expect(wanted.filter((w) => !has(all, ...w))).toEqual([])
  // It agrees with what a client of the older form sees.
  const old = await client().makeApiClient(CoreV1Api).getAPIResources()
  const core = all.items.find((g) => !g.metadata.name)?.versions[0]?.resources.map((r) => r.resource)
  expect(old.resources.map((r) => r.name).filter((name) => !name.includes('/'))).toEqual(core)
})

/** Defines a kind for the time of the test. */
async function define(plural: string): Promise<{ group: string }> {
  const group = `discovery-${plural}.example.com`
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }
  const definition = { metadata: { name: `${plural}.${group}` }, spec: { group, scope: 'Namespaced', names: { plural, singular: plural.slice(0, -1), kind: 'Thing', listKind: 'ThingList' }, versions: [version] } }
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  await must('POST', path, definition)
  onTestFinished(async () => void (await rest('DELETE', `${path}/${definition.metadata.name}`)))
  return { group }
}
const named = async (version = 'v2'): Promise<Discovery> => (await rest<Discovery>('GET', '/apis', undefined, { accept: accept(version) })).body

it('raw request for CRDs', async () => {
  const { group } = await define('raws')
  const seen = await eventually('the kind is discovered', () => named(), (d) => has(d, group, 'v1', 'raws'))
  expect(seen.items.find((g) => g.metadata.name === group)?.versions[0]?.resources[0]).toMatchObject({ resource: 'raws', scope: 'Namespaced', responseKind: { kind: 'Thing' } })
})

it('client interface for CRDs', async () => {
  const { group } = await define('clients')
  await eventually('the kind is discovered', () => named('v2beta1'), (d) => has(d, group, 'v1', 'clients'))
  const list = await must<{ resources: { name: string; kind: string }[] }>('GET', `/apis/${group}/v1`)
  expect(list.resources[0]).toMatchObject({ name: 'clients', kind: 'Thing' })
})
