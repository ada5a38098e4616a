/**
 * What client-go of the release encodes and prints of every kind, filled in three ways, against what we read and write
 * (recorded by scripts/witness/protobuf.go, which says how).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../../shared/numbers.ts'
import { kinds } from '../../resources/index.ts'
import { reviews } from '../../reviews/reviews.ts'
import { decodeProtobuf } from './decode.ts'
import { encodeProtobuf } from './encode.ts'

interface Recorded {
  /** full: every field has a value of its own. zero: all that can be there is, and is zero. empty: nothing was set. */
  readonly mode: 'full' | 'zero' | 'empty'
  /** In base64. */
  readonly bytes: string
  /** What Go prints of what it reads in them. */
  readonly json: string
}
const recorded = JSON.parse(brotliDecompressSync(readFileSync(join(import.meta.dirname, 'client-go.fixture.br'))).toString()) as Record<string, readonly Recorded[]>

/** Go prints null for a list, a map or a time that it has not: what is null in an object is as if it were not there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null).map(([k, v]) => [k, withoutNulls(v)]))
}
/** Structs that Go prints though nothing is in them. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withoutEmpty(v)] as const).filter(([, v]) => !(typeof v === 'object' && v !== null && Object.keys(v).length === 0)))
}
const read = (text: string): Buffer => Buffer.from(text, 'base64')

const cases = Object.entries(recorded).flatMap(([name, some]) => some.map((r) => [name, r.mode, r] as const))

describe('protobuf, as client-go writes it', () => {
  it.each(cases)('%s, %s, is read as Go reads it', (_name, _mode, { bytes, json }) => {
    expect(withoutNulls(decodeProtobuf(read(bytes)))).toEqual(withoutNulls(parseJson(json)))
  })
  it.each(cases.filter(([, mode]) => mode === 'full'))('%s, %s, is written byte for byte as Go writes it', (_name, _mode, { bytes, json }) => {
    expect(Buffer.compare(encodeProtobuf(parseJson(json) as object), read(bytes))).toBe(0)
  })
  it.each(cases.filter(([, mode]) => mode !== 'full'))('%s, %s, is written so that it reads the same', (_name, _mode, { bytes }) => {
    // Go writes the zeros of what JSON leaves out; whoever reads the field elsewhere does not tell the two apart.
    const object = decodeProtobuf(read(bytes))
    expect(withoutEmpty(decodeProtobuf(encodeProtobuf(object)))).toEqual(withoutEmpty(object))
  })
  it('knows every kind that is served, and what is sent to subresources', () => {
    const served = [...kinds, ...reviews.map((r) => r.kind)].filter((k) => k.group !== 'pilothouse.dev' && k.group !== 'apiregistration.k8s.io')
    const more = ['v1 Binding', 'policy/v1 Eviction', 'autoscaling/v1 Scale', 'authentication.k8s.io/v1 TokenRequest', 'v1 DeleteOptions', 'v1 Status', 'meta.k8s.io/v1 PartialObjectMetadata']
    expect([...served.map((k) => `${k.group ? `${k.group}/` : ''}${k.version} ${k.kind}`), ...more].filter((name) => !recorded[name])).toEqual([])
  })
})
