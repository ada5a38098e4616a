import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defineKind } from '../resources/kind.ts'
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
const parse = (document: Document | undefined): any => JSON.parse(new TextDecoder().decode(document?.bytes))

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
  it('the index names every group with a hash, and builds nothing', () => {
    const { paths } = parse(api.v3Index())
    expect(Object.keys(paths)).toEqual(['api/v1', 'apis/apps/v1'])
    expect(paths['apis/apps/v1'].serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{64}$/)
    expect(loads).toBe(0)
    expect(paths['apis/apps/v1'].serverRelativeURL).toContain(api.v3('apis/apps/v1')?.etag)
    expect(api.v3('apis/nope/v1')).toBeUndefined()
    expect(api.v3('/openapi/v3/api/v1')).toBe(api.v3('api/v1'))
  })
  it('a patch takes all four kinds, with the parameters kubectl looks for', () => {
    const { patch } = parse(api.v3('apis/apps/v1')).paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
    expect(Object.keys(patch.requestBody.content)).toEqual(['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'])
    expect(patch.parameters.map((p: { name: string }) => p.name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force'])
    expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' })
  })
  it('components carry merge keys, kinds and descriptions, and every reference resolves', () => {
    const document = parse(api.v3('api/v1'))
    const { schemas: components } = document.components
    expect(components['io.k8s.api.core.v1.PodSpec'].properties.containers).toMatchObject({
      'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], 'x-kubernetes-patch-merge-key': 'name', 'x-kubernetes-patch-strategy': 'merge',
      items: { $ref: '#/components/schemas/io.k8s.api.core.v1.Container' },
    })
    expect(components['io.k8s.api.core.v1.Pod']['x-kubernetes-group-version-kind']).toEqual([{ group: '', version: 'v1', kind: 'Pod' }])
    expect(components['io.k8s.api.core.v1.Pod'].properties.spec.description).toBeTruthy()
    const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1] as string)
    expect(refs.length).toBeGreaterThan(100)
    expect(refs.filter((name) => !components[name])).toEqual([])
  })
  it('version 2 is complete as well', () => {
    const document = parse(api.v2())
    const refs = [...JSON.stringify(document).matchAll(/"#\/definitions\/([^"]+)"/g)].map((m) => m[1] as string)
    expect(refs.filter((name) => !document.definitions[name])).toEqual([])
    expect(document.paths['/api/v1/namespaces/{namespace}/pods'].post.parameters[0].schema.$ref).toBe('#/definitions/io.k8s.api.core.v1.Pod')
  })
})
