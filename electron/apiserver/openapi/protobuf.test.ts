import { describe, expect, it } from 'vitest'
import { Reader } from '../codec/protobuf/reader.ts'
import { encodeOpenApiV2 } from './protobuf.ts'

type Decoded = { [number: string]: (string | number | Decoded)[] }
/** Field numbers to what is there. A length-delimited field is a message where `shape` says so, else text. */
type Shape = { readonly [number: string]: Shape }

function decode(bytes: Uint8Array, shape: Shape): Decoded {
  const reader = new Reader(bytes)
  const out: Decoded = {}
  while (!reader.done) {
    const tag = reader.uint32()
    const number = String(tag >>> 3)
    const inner = shape[number]
    const value = (tag & 7) === 0 ? reader.int64() : inner ? decode(reader.slice(), inner) : reader.string()
    ;(out[number] ??= []).push(value)
  }
  return out
}
const NAMED_ANY = { 2: {} }
const SCHEMA: { [number: string]: Shape } = { 5: {}, 20: {}, 22: {}, 31: NAMED_ANY }
Object.assign(SCHEMA, { 21: { 1: SCHEMA }, 23: { 1: SCHEMA }, 25: { 1: { 2: SCHEMA } } })

const definition = async (schema: object): Promise<unknown> => {
  const document = decode(await encodeOpenApiV2({ paths: {}, definitions: { a: schema } }), { 2: {}, 8: {}, 9: { 1: { 2: SCHEMA } } })
  return (document['9']?.[0] as Decoded | undefined)?.['1']?.[0]
}
const any = (yaml: string): object => ({ 2: [yaml] })

describe('OpenAPI 2 as protobuf', () => {
  it.each([
    ['a reference', { $ref: '#/definitions/b' }, { 1: ['#/definitions/b'] }],
    ['a scalar', { type: 'integer', format: 'int32', description: 'ü' }, { 2: ['int32'], 4: ['ü'], 22: [{ 1: ['integer'] }] }],
    ['required', { required: ['x', 'y'], uniqueItems: true }, { 16: [1], 19: ['x', 'y'] }],
    ['a default', { default: { a: 1 } }, { 5: [any('{"a":1}')] }],
    ['a list', { type: 'array', items: { type: 'string' } }, { 22: [{ 1: ['array'] }], 23: [{ 1: [{ 22: [{ 1: ['string'] }] }] }] }],
    ['a map', { additionalProperties: { type: 'string' } }, { 21: [{ 1: [{ 22: [{ 1: ['string'] }] }] }] }],
    ['properties', { properties: { p: { format: 'f' }, q: {} } }, { 25: [{ 1: [{ 1: ['p'], 2: [{ 2: ['f'] }] }, { 1: ['q'], 2: [{}] }] }] }],
    ['extensions', { 'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }] }, { 31: [{ 1: ['x-kubernetes-group-version-kind'], 2: [any('[{"group":"","version":"v1","kind":"Pod"}]')] }] }],
    ['sizes and words', { pattern: 'a+', minLength: 1, maxLength: 3, minItems: 1, maxItems: 4, minProperties: 2, maxProperties: 5, enum: ['a', 1], title: 't' }, { 3: ['t'], 11: [3], 12: [1], 13: ['a+'], 14: [4], 15: [1], 17: [5], 18: [2], 20: [any('"a"'), any('1')] }],
    ['a long text', { description: 'x'.repeat(20_000) }, { 4: ['x'.repeat(20_000)] }],
  ])('schema: %s', async (_what, schema, expected) => expect(await definition(schema)).toEqual({ 1: ['a'], 2: [expected] }))

  it('paths, operations, parameters of all places, and responses', async () => {
    const operation = {
      operationId: 'patchX', consumes: ['a'], produces: ['b', 'c'], 'x-kubernetes-action': 'patch',
      parameters: [{ in: 'body', name: 'body', required: true, schema: { $ref: 'r' } }, { in: 'query', name: 'q', description: 'd', type: 'string', uniqueItems: true }],
      responses: { 200: { description: 'OK', schema: { $ref: 'r' } } },
    }
    const bytes = await encodeOpenApiV2({ paths: { '/x/{name}': { patch: operation, parameters: [{ in: 'path', name: 'name', required: true, type: 'string' }] } } })
    const op = { 8: { 1: { 1: { 5: {} }, 2: { 3: {}, 4: {} } } }, 9: { 1: { 2: { 1: { 2: { 1: {} } } } } }, 13: NAMED_ANY }
    expect(decode(bytes, { 2: {}, 8: { 2: { 2: { 7: {}, 8: op, 9: op[8] } } }, 9: {} })).toEqual({
      2: [{}], 9: [{}],
      8: [{ 2: [{
        1: ['/x/{name}'],
        2: [{
          8: [{
            5: ['patchX'], 6: ['b', 'c'], 7: ['a'],
            8: [{ 1: [{ 1: [{ 2: ['body'], 3: ['body'], 4: [1], 5: [{ 1: ['r'] }] }] }] }, { 1: [{ 2: [{ 3: [{ 2: ['query'], 3: ['d'], 4: ['q'], 6: ['string'], 20: [1] }] }] }] }],
            9: [{ 1: [{ 1: ['200'], 2: [{ 1: [{ 1: ['OK'], 2: [{ 1: [{ 1: ['r'] }] }] }] }] }] }],
            13: [{ 1: ['x-kubernetes-action'], 2: [any('"patch"')] }],
          }],
          9: [{ 1: [{ 2: [{ 4: [{ 1: [1], 2: ['path'], 4: ['name'], 5: ['string'] }] }] }] }],
        }],
      }] }],
    })
  })
  it('the head', async () => {
    expect(decode(await encodeOpenApiV2({ swagger: '2.0', info: { title: 'T', version: 'v1' } }), { 2: {}, 8: {}, 9: {} })).toEqual({ 1: ['2.0'], 2: [{ 1: ['T'], 2: ['v1'] }], 8: [{}], 9: [{}] })
  })
  it('a place that the messages do not have is an error', async () => {
    await expect(encodeOpenApiV2({ paths: { '/': { parameters: [{ in: 'cookie' }] } } })).rejects.toThrow('no form for a parameter in cookie')
  })
})
