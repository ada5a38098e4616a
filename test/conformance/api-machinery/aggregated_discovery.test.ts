import { CoreV1Api } from '@kubernetes/client-node'
import { expect, it } from 'vitest'
import { client } from '../cluster.ts'
import { rest } from '../rest.ts'

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
