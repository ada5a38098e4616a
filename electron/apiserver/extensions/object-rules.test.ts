import { describe, expect, it } from 'vitest'
import type { FieldError } from '../../../shared/errors.ts'
import type { JsonSchema } from './json-schema.ts'
import { embeddedErrors, listErrors, scaleErrors } from './object-rules.ts'

const said = (errors: readonly FieldError[]): string[] => errors.map((e) => `${e.field}: ${e.message}`)
const text: JsonSchema = { type: 'string' }

describe('an embedded resource', () => {
  const schema: JsonSchema = { type: 'object', properties: { t: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true } } }
  const faults = (t: unknown): string[] => said(embeddedErrors({ t }, schema))
  it('is an object of its own', () => expect(faults({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { labels: { a: 'b' }, namespace: 'x' } })).toEqual([]))
  it.each<[unknown, RegExp[]]>([
    [{}, [/^t\.apiVersion: Required value$/, /^t\.kind: Required value$/]],
    [{ apiVersion: 1, kind: 'a b' }, [/^t\.apiVersion: Invalid value: 1: must be a string$/, /^t\.kind: Invalid value: "a b": may have mixed case, but should otherwise match: a DNS-1035 label/]],
    [{ apiVersion: 'a/b/c', kind: 'A' }, [/^t\.apiVersion: Invalid value: "a\/b\/c": unexpected GroupVersion string: a\/b\/c$/]],
    [{ apiVersion: 'v1', kind: 'A', metadata: { name: 'a/b', namespace: 'A', labels: { '-': '' } } }, [/^t\.metadata\.name: Invalid value: "a\/b": /, /^t\.metadata\.labels: Invalid value: "-": /, /^t\.metadata\.namespace: Invalid value: "A": /]],
  ])('%j is none', (t, expected) => {
    const found = faults(t)
    expect(found).toHaveLength(expected.length)
    for (const [i, pattern] of expected.entries()) expect(found[i]).toMatch(pattern)
  })
})

describe('a list', () => {
  const row: JsonSchema = { type: 'object', properties: { a: text, b: text } }
  const schema: JsonSchema = { type: 'object', properties: { set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text }, map: { type: 'object', additionalProperties: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a', 'b'], items: row } } } }
  it.each<[unknown, string[]]>([
    [{ set: ['x', 'y'] }, []], [{ set: ['x', 'y', 'x', 'x'] }, ['set[2]: Duplicate value: "x"']],
    [{ map: { k: [{ a: '1' }, { a: '1', b: '2' }, { a: '1' }] } }, ['map[k][2]: Duplicate value: {"a":"1"}']],
    [{ map: { k: ['x'] } }, ['map[k][0]: Invalid value: "x": must be an object for an array of list-type map']],
  ])('of %j', (value, expected) => expect(said(listErrors(value, schema))).toEqual(expected))
})

describe('what a scale subresource reads', () => {
  const paths = { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n', labelSelectorPath: '.status.s' }
  it.each<[unknown, string[]]>([
    [{}, []], [{ spec: { n: 3 }, status: { n: 0, s: 'a=b' } }, []],
    [{ spec: { n: -1 } }, ['.spec.n: Invalid value: -1: should be a non-negative integer']], [{ spec: { n: 2 ** 31 } }, ['.spec.n: Invalid value: 2147483648: should be less than or equal to 2147483647']],
    [{ spec: { n: 'x' } }, ['.spec.n: Invalid value: 0: .spec.n accessor error: x is of the type string, expected int64']], [{ spec: 'x' }, ['.spec.n: Invalid value: 0: .spec accessor error: "x" is of the type string, expected map[string]interface{}']],
    [{ status: { s: 1 } }, ['.status.s: Invalid value: "": .status.s accessor error: 1 is of the type float64, expected string']],
  ])('of %j', (value, expected) => expect(said(scaleErrors(value, paths, 'all'))).toEqual(expected))
  it('a status answers for itself alone', () => {
    expect(said(scaleErrors({ spec: { n: -1 }, status: { n: -2 } }, paths, 'status'))).toEqual(['.status.n: Invalid value: -2: should be a non-negative integer'])
    expect(scaleErrors({ spec: { n: -1 } }, undefined, 'all')).toEqual([])
  })
})
