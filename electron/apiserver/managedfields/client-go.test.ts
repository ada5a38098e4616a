/** How lists and maps merge, against the schema that client-go of the release carries (recorded by scripts/witness/merge.mjs, which says how). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { componentName } from '../openapi/names.ts'
import type { Schema } from '../schema.ts'
import { loadSchemas } from '../schema/load.ts'

const schemas = loadSchemas(join(import.meta.dirname, '../../../resources'))
/** Type → field → how it merges; '' where it is a scalar or a type that says so itself. */
const facts = JSON.parse(brotliDecompressSync(readFileSync(join(import.meta.dirname, 'client-go.fixture.br'))).toString()) as Record<string, Record<string, string>>

function mergeOf(schema: Schema): string {
  if (schema.type === 'array') return schema.listType === 'map' ? `map(${schema.listMapKeys?.join(',')})` : (schema.listType ?? 'atomic')
  if (schema.mapType) return schema.mapType
  return schema.additionalProperties ? 'granular' : ''
}
const known = Object.entries(schemas).map(([name, schema]) => [componentName(name), schema] as const).filter(([name]) => facts[name])

describe('merging, as client-go has it', () => {
  it('knows every type', () => {
    const names = new Set(known.map(([name]) => name))
    expect(Object.keys(facts).filter((name) => !names.has(name))).toEqual([])
  })
  it.each(known)('%s', (name, schema) => {
    const { '': own, ...fields } = facts[name] as Record<string, string>
    expect(schema.mapType ?? 'granular').toBe(own)
    expect(Object.fromEntries(Object.entries(schema.properties ?? {}).map(([field, property]) => [field, mergeOf(property)]))).toEqual(fields)
  })
})
