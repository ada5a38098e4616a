import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Reader } from '../codec/protobuf/reader.ts'
import { defineKind, type KindDefinition } from '../resources/kind.ts'
import type { Schema } from '../schema.ts'
import { loadDescriptions, loadSchemas } from '../schema/load.ts'
import { createOpenApi, type Document } from './index.ts'
import { componentName } from './names.ts'

const resources = join(import.meta.dirname, '../../../resources')
const schemas = loadSchemas(resources)
const kind = (group: string, name: string, resource: string, schema: string) =>
  defineKind({ group, version: 'v1', kind: name, resource, singular: name.toLowerCase(), scope: 'Namespaced', schema, strategy: {}, columns: [], status: true })
let loads = 0
const kinds = [kind('', 'Pod', 'pods', 'V1Pod'), kind('', 'Event', 'events', 'CoreV1Event'), kind('apps', 'Deployment', 'deployments', 'V1Deployment')]
const api = createOpenApi({
  kinds: () => kinds,
  schemas,
  descriptions: () => {
    loads++
    return loadDescriptions(resources)
  },
})
// oxlint-disable-next-line typescript/no-explicit-any -- a document is looked into at many depths
const parse = async (document: Document | undefined): Promise<any> => JSON.parse(new TextDecoder().decode(await document?.bytes()))

describe('component names', () => {
  it.each([
    ['V1Deployment', 'io.k8s.api.apps.v1.Deployment'], ['V1ObjectMeta', 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'], ['CoreV1Event', 'io.k8s.api.core.v1.Event'],
    ['RbacV1Subject', 'io.k8s.api.rbac.v1.Subject'], ['V2MetricSpec', 'io.k8s.api.autoscaling.v2.MetricSpec'], ['V1Scale', 'io.k8s.api.autoscaling.v1.Scale'],
    ['V1CustomResourceDefinition', 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition'], ['V1APIService', 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService'],
    ['V1LeaseList', 'io.k8s.api.coordination.v1.LeaseList'], ['V1Status', 'io.k8s.apimachinery.pkg.apis.meta.v1.Status'],
  ])('%s → %s', (schema, name) => expect(componentName(schema)).toBe(name))
  it('are unique', () => {
    const names = Object.keys(schemas).map(componentName)
    expect(names.filter((n, i) => names.indexOf(n) !== i)).toEqual([])
  })
})

describe('documents', () => {
  it('the index names every group with a hash, and builds nothing', async () => {
    const { paths } = await parse(api.v3Index())
    expect(Object.keys(paths)).toEqual(['.well-known/openid-configuration', 'api', 'api/v1', 'apis', 'apis/apps', 'apis/apps/v1', 'openid/v1/jwks', 'version'])
    expect(paths['apis/apps/v1'].serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{64}$/)
    expect(loads).toBe(0)
    expect(paths['apis/apps/v1'].serverRelativeURL).toContain(api.v3('apis/apps/v1')?.etag)
    expect(api.v3('apis/nope/v1')).toBeUndefined()
    expect(api.v3('/openapi/v3/api/v1')).toBe(api.v3('api/v1'))
  })
  it('a patch takes all four kinds, with the parameters kubectl looks for', async () => {
    const { patch } = (await parse(api.v3('apis/apps/v1'))).paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
    expect(Object.keys(patch.requestBody.content)).toEqual(['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'])
    expect(patch.parameters.map((p: { name: string }) => p.name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force'])
    expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' })
  })
  it('components carry merge keys, kinds and descriptions, and every reference resolves', async () => {
    const document = await parse(api.v3('api/v1'))
    const { schemas: components } = document.components
    expect(components['io.k8s.api.core.v1.PodSpec'].properties.containers).toMatchObject({
      'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], 'x-kubernetes-patch-merge-key': 'name', 'x-kubernetes-patch-strategy': 'merge',
      items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' }], default: {} },
    })
    expect(components['io.k8s.api.core.v1.Pod']['x-kubernetes-group-version-kind']).toEqual([{ group: '', version: 'v1', kind: 'Pod' }])
    expect(components['io.k8s.api.core.v1.Pod'].properties.spec.description).toBeTruthy()
    const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1] as string)
    expect(refs.length).toBeGreaterThan(100)
    expect(refs.filter((name) => !components[name])).toEqual([])
  })
  it('version 2 is complete as well', async () => {
    const document = await parse(api.v2())
    const refs = [...JSON.stringify(document).matchAll(/"#\/definitions\/([^"]+)"/g)].map((m) => m[1] as string)
    expect(refs.filter((name) => !document.definitions[name])).toEqual([])
    expect(document.paths['/api/v1/namespaces/{namespace}/pods'].post.parameters[0].schema.$ref).toBe('#/definitions/io.k8s.api.core.v1.Pod')
  })
})

describe('version 2 as kinds come and go', () => {
  const custom = (n: string): KindDefinition => ({ ...kind('example.com', n, `${n.toLowerCase()}s`, `com.example.v1.${n}`), decode: (body) => ({ object: body }) as never })
  const own = (description: string) => ({ document: { v2: { type: 'object', description }, v3: { type: 'object', description } } })
  const world = () => {
    const known: Record<string, Schema> = { ...schemas }
    let served: readonly KindDefinition[] = kinds
    let described = 0
    const document = createOpenApi({ kinds: () => served, schemas: known, descriptions: () => { described++; return {} } })
    return {
      document, described: () => described,
      serve(...names: string[]) {
        for (const n of names) known[`com.example.v1.${n}`] = own(`${n} of ${names.length}`) as unknown as Schema
        served = [...kinds, ...names.map(custom)]
      },
    }
  }
  it('what is built in is written once; who has the document already costs nothing', async () => {
    const w = world()
    const tags = [w.document.v2().etag, w.document.v2Protobuf().etag]
    expect([new Set(tags).size, w.described()]).toEqual([2, 0])
    const before = await parse(w.document.v2())
    expect(w.described()).toBe(1)
    w.serve('Shirt')
    const after = w.document.v2()
    expect(after.etag).not.toBe(tags[0])
    expect(w.document.v2Protobuf().etag).not.toBe(tags[1])
    const { paths, definitions } = await parse(after)
    expect(definitions['com.example.v1.Shirt'].description).toBe('Shirt of 1')
    expect(Object.keys(paths).filter((p) => p.includes('shirts')).length).toBeGreaterThan(0)
    const less = (all: object, of: object): string[] => Object.keys(of).filter((name) => !(name in all))
    expect([less(definitions, before.definitions), less(paths, before.paths)]).toEqual([[], []])
    // Each name once, though both parts need it.
    expect(new TextDecoder().decode(await after.bytes()).split('"io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta":').length).toBe(2)
    w.serve('Shirt', 'Hat')
    expect(Object.keys((await parse(w.document.v2())).definitions)).toEqual(expect.arrayContaining(['com.example.v1.Hat', 'com.example.v1.Shirt']))
    w.serve()
    expect(w.document.v2().etag).toBe(tags[0])
    expect(await parse(w.document.v2())).toEqual(before)
    expect(w.described()).toBe(1)
  })
  it('as protobuf it is the same, put behind each other', async () => {
    const w = world()
    const before = await w.document.v2Protobuf().bytes()
    w.serve('Shirt')
    const after = await w.document.v2Protobuf().bytes()
    expect(Buffer.compare(after.subarray(0, before.length - 4), before.subarray(0, before.length - 4))).toBe(0)
    expect(Buffer.from(after).includes('com.example.v1.Shirt')).toBe(true)
    // Top-level fields: version, info, paths and definitions, and the latter two once more.
    const reader = new Reader(after)
    const fields: number[] = []
    while (!reader.done) {
      fields.push(reader.uint32() >>> 3)
      reader.slice()
    }
    expect(fields).toEqual([1, 2, 8, 9, 12, 13, 2, 8, 9])
  })
})

describe('what is said of fields', () => {
  const podSpec = async () => (await parse(api.v3('api/v1'))).components.schemas['io.k8s.api.core.v1.PodSpec'].properties
  it('the words that a field may be', async () => {
    const { restartPolicy } = await podSpec()
    expect(restartPolicy.enum).toEqual(['Always', 'Never', 'OnFailure'])
    expect(restartPolicy.description).toMatch(/^Restart policy .*\n\nPossible enum values:\n - `"Always"`\n - `"Never"`\n - `"OnFailure"`$/s)
  })
  it('a field that refers to a type says what it is for, and the type what it is', async () => {
    const { schemas: components } = (await parse(api.v3('api/v1'))).components
    const { spec } = components['io.k8s.api.core.v1.Pod'].properties
    expect(spec).toMatchObject({ allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodSpec' }], default: {} })
    expect(spec.description).toMatch(/^Specification of the desired behavior of the pod/)
    expect(components['io.k8s.api.core.v1.PodSpec'].description).toBe('PodSpec is a description of a pod.')
  })
  it('what fields exclude each other', async () => {
    expect((await parse(api.v3('api/v1'))).components.schemas['io.k8s.api.core.v1.SeccompProfile']['x-kubernetes-unions']).toEqual([{ discriminator: 'type', 'fields-to-discriminateBy': { localhostProfile: 'LocalhostProfile' } }])
  })
  it('the version that a server has', async () => {
    const { paths, components } = await parse(api.v3('version'))
    expect(Object.keys(paths)).toEqual(['/version/'])
    expect(components.schemas['io.k8s.apimachinery.pkg.version.Info'].required).toContain('gitVersion')
  })
})
