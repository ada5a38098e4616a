import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { Unprepared } from '../registry/prepared.ts'
import { loadSchemas } from '../schema/load.ts'
import { customKinds } from './custom-kind.ts'

const definition = {
  metadata: { name: 'tabs.example.com' },
  spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'tabs', kind: 'Tab' }, versions: ['v1', 'v2'].map((name) => ({ name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } })) },
} as unknown as CustomResourceDefinition
const stored = (): KubeObject => Object.freeze({ apiVersion: 'example.com/v1', kind: 'Tab', metadata: { name: 'a' }, old: 1 }) as unknown as KubeObject

describe('versions that a webhook converts', () => {
  const asked: string[] = []
  const { kinds } = customKinds(definition, {}, new AbortController().signal, async (objects, apiVersion) => {
    asked.push(`${objects.length} ${apiVersion}`)
    return objects.map((o) => ({ ...o, apiVersion, converted: true }))
  })
  const [first, second] = kinds.map((k) => k.storage)
  it('are there once they have been asked for, and only asked for once', async () => {
    const object = stored()
    expect(() => second?.from(object)).toThrow(Unprepared)
    await second?.prepare?.([object])
    const converted = second?.from(object)
    expect(converted).toMatchObject({ apiVersion: 'example.com/v2', converted: true })
    expect(second?.prepare?.([object])).toBeUndefined()
    expect(second?.from(object)).toBe(converted)
    expect(asked).toEqual(['1 example.com/v2'])
  })
  it('are stored as the definition says', async () => {
    expect(first?.from(stored())).toMatchObject({ apiVersion: 'example.com/v1' })
    expect(first?.toStored?.(stored())).toBeUndefined()
    expect(await second?.toStored?.({ ...stored(), apiVersion: 'example.com/v2' })).toMatchObject({ apiVersion: 'example.com/v1', converted: true })
  })
})

it('versions without a webhook differ in their name', () => {
  const object = stored()
  const [first, second] = customKinds(definition, {}, new AbortController().signal).kinds.map((k) => k.storage)
  expect(first?.from(object)).toBe(object)
  expect(second?.from(object)).toEqual({ ...object, apiVersion: 'example.com/v2' })
  expect(second?.to(second.from(object))).toMatchObject({ apiVersion: 'example.com/v1' })
})

it('a field by the name of what every object has is unknown like any other', () => {
  const strict = { ...definition, spec: { ...definition.spec, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } } } } }] } } as unknown as CustomResourceDefinition
  const [kind] = customKinds(strict, loadSchemas(join(import.meta.dirname, '../../../resources')), new AbortController().signal).kinds
  expect(kind?.decode?.({ apiVersion: 'example.com/v1', kind: 'Tab', metadata: { name: 'a' }, spec: { a: 'b', constructor: { c: 1 } } })).toMatchObject({ object: { spec: { a: 'b' } }, unknown: ['spec.constructor'] })
})
