import { describe, expect, it } from 'vitest'
import type { JsonSchema } from './json-schema.ts'
import { dropNulls, isShaped, prune, setDefaults } from './shape.ts'

const text: JsonSchema = { type: 'string' }
const object = (properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema => ({ type: 'object', properties, ...more })
const KEEP: JsonSchema = { 'x-kubernetes-preserve-unknown-fields': true }

describe('pruning', () => {
  it.each<[string, JsonSchema, unknown, unknown, string[]]>([
    ['what the schema does not know goes', object({ a: text }), { a: 'x', b: 1 }, { a: 'x' }, ['b']],
    ['what it keeps stays, but for fields of what it knows', object({ a: object({ b: text }) }, KEEP), { c: 1, a: { b: 'x', d: 1 } }, { c: 1, a: { b: 'x' } }, ['a.d']],
    ['values of any map keep no fields of their own', { type: 'object', additionalProperties: true }, { a: 1, b: { c: 1 }, l: [{ d: 1 }] }, { a: 1, b: {}, l: [{}] }, ['b.c', 'l[0].d']],
    ['so does a map of nothing', { type: 'object', additionalProperties: false }, { a: 1, b: { c: 1 } }, { a: 1, b: {} }, ['b.c']],
    ['elements of a list that keeps what it does not know', { type: 'array', items: object({ a: object({}) }), ...KEEP }, [{ a: { x: 1 }, b: 1 }], [{ a: {}, b: 1 }], ['[0].a.x']],
    ['an embedded resource has its head', object({}, { 'x-kubernetes-embedded-resource': true }), { kind: 'A', apiVersion: 'v1', metadata: { name: 'x' }, spec: {} }, { kind: 'A', apiVersion: 'v1', metadata: { name: 'x' } }, ['spec']],
  ])('%s', (_what, schema, given, left, gone) => {
    const value = structuredClone(given)
    const unknown: string[] = []
    expect(isShaped(value, schema)).toBe(false)
    prune(value, schema, '', unknown)
    expect([value, unknown]).toEqual([left, gone])
    expect(isShaped(value, schema)).toBe(true)
  })
})

describe('a null', () => {
  const schema = object({ plain: text, maybe: { ...text, nullable: true }, full: { ...text, default: 'x' }, none: { ...text, nullable: true, default: null }, map: { type: 'object', additionalProperties: text }, list: { type: 'array', items: object({ a: text }) }, free: object({}, KEEP) })
  it('that may not be counts as absent; one that may be, or that nobody knows, stays', () => {
    const value = { plain: null, maybe: null, full: null, none: null, map: { a: null, b: 'x' }, list: [{ a: null }], free: { x: null } }
    expect(isShaped(value, schema)).toBe(false)
    dropNulls(value, schema)
    setDefaults(value, schema)
    expect(value).toEqual({ maybe: null, full: 'x', none: null, map: { b: 'x' }, list: [{}], free: { x: null } })
    expect(isShaped(value, schema)).toBe(true)
  })
  it('is no default', () => {
    const value = {}
    expect(setDefaults(value, object({ a: { ...text, nullable: true, default: null } }))).toBe(false)
    expect(value).toEqual({})
  })
})
