import { describe, expect, it } from 'vitest'
import type { Json } from './components.ts'
import { asThird } from './convert.ts'
import { mergeInto, partOf } from './merge.ts'

const ref = (name: string): Json => ({ $ref: `#/definitions/${name}` })
const get = (name: string): Json => ({ get: { responses: { 200: { description: 'OK', schema: ref(name) } } } })
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'
const document = {
  swagger: '2.0', parameters: { p1: { in: 'query', name: 'dryRun', type: 'string' } },
  paths: { '/apis/g/v1/things': { ...get('Thing'), parameters: [{ $ref: '#/parameters/p1' }] }, '/apis/g/v1beta1/things': get('Old'), '/version/': get('Info'), '/apis/g/v1/none': null },
  definitions: { Thing: { properties: { spec: ref('Spec'), metadata: ref(META) } }, Spec: { properties: { again: ref('Thing'), gone: ref('Nobody') } }, [META]: { type: 'object' }, Old: {}, Info: {} },
}

describe('the part of a document', () => {
  it('has its own paths, what these need and nothing else, with shared parameters in their place', () => {
    const part = partOf(document, '/apis/g/v1/')
    expect(part.paths).toEqual({ '/apis/g/v1/things': { ...get('Thing'), parameters: [{ in: 'query', name: 'dryRun', type: 'string' }] } })
    expect(Object.keys(part.components).toSorted()).toEqual(['Spec', 'Thing', META])
  })
  it.each([[{}], [{ paths: [], definitions: null }], [{ paths: { '/apis/g/v1/': { get: { $ref: 7 } } }, definitions: {} }]])('of %j is empty, or what there is', (odd) => {
    expect(partOf(odd, '/apis/g/v1/').components).toEqual({})
  })
})

describe('what others say, beside what is here', () => {
  const part = partOf(document, '/apis/g/v1/')
  it('takes no name that is used for something else, and follows the new one', () => {
    const merged = mergeInto({ paths: { '/own': {} }, components: { Spec: { mine: true } } }, [part], new Set([META, 'Thing', 'Thing_v2']))
    expect(Object.keys(merged.components).toSorted()).toEqual(['Spec', 'Spec_v2', 'Thing_v3'])
    expect(merged.components['Spec']).toEqual({ mine: true })
    expect(merged.components['Thing_v3']).toEqual({ properties: { spec: ref('Spec_v2'), metadata: ref(META) } })
    expect(merged.components['Spec_v2']).toEqual({ properties: { again: ref('Thing_v3'), gone: ref('Nobody') } })
    expect(merged.paths).toMatchObject({ '/own': {}, '/apis/g/v1/things': get('Thing_v3') })
  })
  it('is there once where two say the same, and the first has a path', () => {
    const merged = mergeInto({ paths: {}, components: {} }, [part, part, { paths: { '/apis/g/v1/things': { other: true } }, components: {} }], new Set())
    expect(Object.keys(merged.components).toSorted()).toEqual(['Spec', 'Thing', META])
    expect(merged.paths['/apis/g/v1/things']).toMatchObject(get('Thing'))
  })
  it('does not change what it is made of', () => {
    const before = JSON.stringify(part)
    mergeInto({ paths: {}, components: {} }, [part], new Set(['Thing']))
    expect(JSON.stringify(part)).toBe(before)
  })
})

describe('version 2 as version 3', () => {
  it('has bodies apart from parameters, answers by their media, and components', () => {
    const patch = {
      description: 'd', operationId: 'patchThing', consumes: ['application/merge-patch+json'], produces: ['application/json', 'application/yaml'], schemes: ['https'], 'x-kubernetes-action': 'patch',
      parameters: [{ in: 'body', name: 'body', required: true, schema: ref('Thing') }, { in: 'query', name: 'force', type: 'boolean', uniqueItems: true, description: 'f' }],
      responses: { 200: { description: 'OK', schema: ref('Thing') }, 401: { description: 'Unauthorized' } },
    }
    const schema = { $ref: '#/components/schemas/Thing' }
    expect(asThird({ paths: { '/a/{name}': { patch, parameters: [{ in: 'path', name: 'name', required: true, type: 'string' }] } }, components: { Thing: { properties: { x: ref('Thing') } } } }, { title: 't', version: 'v' })).toEqual({
      openapi: '3.0.0', info: { title: 't', version: 'v' }, components: { schemas: { Thing: { properties: { x: schema } } } },
      paths: { '/a/{name}': {
        parameters: [{ in: 'path', name: 'name', required: true, schema: { type: 'string' } }],
        patch: {
          description: 'd', operationId: 'patchThing', 'x-kubernetes-action': 'patch', parameters: [{ in: 'query', name: 'force', description: 'f', schema: { type: 'boolean', uniqueItems: true } }],
          requestBody: { required: true, content: { 'application/merge-patch+json': { schema } } },
          responses: { 200: { description: 'OK', content: { 'application/json': { schema }, 'application/yaml': { schema } } }, 401: { description: 'Unauthorized' } },
        },
      } },
    })
  })
  it('of nonsense is a document still', () => {
    expect(asThird({ paths: { '/a': { get: null, post: { parameters: 'x', responses: [] } }, '/b': 7 }, components: {} }, undefined)).toEqual({ openapi: '3.0.0', info: { title: '', version: '' }, components: { schemas: {} }, paths: { '/a': { get: null, post: { responses: {} } } } })
  })
})
