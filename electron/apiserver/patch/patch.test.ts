import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StatusError } from '../../../shared/errors.ts'
import { loadSchemas } from '../schema/load.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { strategicMergePatch } from './strategic.ts'

const schemas = loadSchemas(join(import.meta.dirname, '../../../resources'))
const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}
const codeOf = (run: () => unknown): number | undefined => {
  try {
    run()
  } catch (error) {
    return error instanceof StatusError ? error.code : undefined
  }
  return 0
}

describe('jsonPatch', () => {
  it.each([
    [{ a: 1 }, [{ op: 'replace', path: '/a', value: 2 }], { a: 2 }],
    [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }, { op: 'remove', path: '/a/0' }], { a: [2] }],
    [{ a: 1 }, [{ op: 'test', path: '/a', value: 1 }, { op: 'move', from: '/a', path: '/b' }], { b: 1 }],
  ])('%j + %j', (doc, ops, expected) => expect(jsonPatch(freeze(doc), freeze(ops))).toEqual(expected))
  it.each([
    [{}, 400], [[1], 400], [[{ op: 'test', path: '/a', value: 2 }], 422], [[{ op: 'remove', path: '/b' }], 422], [[{ op: 'dance', path: '/a' }], 422],
    [[{ op: 'add', path: '/__proto__/x', value: 1 }], 422], [Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 })), 413],
  ])('fault %#', (ops, code) => expect(codeOf(() => jsonPatch({ a: 1 }, ops))).toBe(code))
  it.each([
    { op: 'test', path: '/a', value: 2 }, { op: 'remove', path: '/b' }, { op: 'add', path: '/__proto__/x', value: 1 },
    { op: 'copy', from: '/none', path: '/b' }, { op: 'move', from: '/a/b/c', path: '/b' }, { op: 'move', path: '/b' }, { op: 'copy', from: '/a', path: '/x/y/z' }, { op: 'move', from: '', path: '/b' }, { op: 'move', from: '/a', path: '/a/b' },
  ])('says of what cannot be done what upstream says: %j', (op) =>
    expect(() => jsonPatch({ a: 1 }, [op])).toThrow(expect.objectContaining({ status: expect.objectContaining({ code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request', details: {} }) })))
  it('moves ten thousand times within a large document', () => {
    const doc = { a: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 'v'])) }
    const moves = Array.from({ length: 10_000 }, (_, i) => (i % 2 ? { op: 'move', from: '/b', path: '/a' } : { op: 'move', from: '/a', path: '/b' }))
    expect(jsonPatch(doc, moves)).toEqual(doc)
  })
  it('copies only so much', () => {
    const doc = { a: 'x'.repeat(100_000) }
    const copies = (n: number) => Array.from({ length: n }, (_, i) => ({ op: 'copy', from: '/a', path: `/b${i}` }))
    expect(Object.keys(jsonPatch(doc, copies(30)) as object)).toHaveLength(31)
    expect(codeOf(() => jsonPatch(doc, copies(32)))).toBe(422)
    // Each copies all that there is: without a limit the tenth would be a terabyte.
    expect(codeOf(() => jsonPatch({ a: { b: 'x'.repeat(1000) } }, Array.from({ length: 40 }, (_, i) => ({ op: 'copy', from: '', path: `/a/c${i}` }))))).toBe(422)
  })
})

describe('mergePatch', () => {
  // The examples of RFC 7386, appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }], [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }], [{ a: 'b' }, { a: null }, {}], [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }], [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }], [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }], [['a', 'b'], ['c', 'd'], ['c', 'd']], [{ a: 'b' }, ['c'], ['c']], [{ a: 'foo' }, null, null], [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }], [[1, 2], { a: 'b', c: null }, { a: 'b' }], [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j + %j = %j', (doc, patch, expected) => expect(mergePatch(freeze(doc), freeze(patch))).toEqual(expected))
})

describe('strategicMergePatch', () => {
  const pod = (spec: object) => ({ spec })
  const c = (name: string, more: object = {}) => ({ name, ...more })
  it.each([
    ['merges containers by name', { containers: [c('a', { image: '1' }), c('b')] }, { containers: [c('a', { image: '2' })] }, { containers: [c('a', { image: '2' }), c('b')] }],
    ['adds a container', { containers: [c('a')] }, { containers: [c('b')] }, { containers: [c('b'), c('a')] }],
    ['deletes a container', { containers: [c('a'), c('b')] }, { containers: [{ $patch: 'delete', name: 'a' }] }, { containers: [c('b')] }],
    ['replaces a list', { containers: [c('a')] }, { containers: [{ $patch: 'replace' }, c('z')] }, { containers: [c('z')] }],
    ['orders', { containers: [c('a'), c('b')] }, { '$setElementOrder/containers': [c('b'), c('a')], containers: [c('a', { image: 'x' })] }, { containers: [c('b'), c('a', { image: 'x' })] }],
    ['keeps the server’s element in its place', { containers: [c('a'), c('s'), c('b')] }, { '$setElementOrder/containers': [c('a'), c('b'), c('n')], containers: [c('n')] }, { containers: [c('a'), c('s'), c('b'), c('n')] }],
    ['replaces atomic lists', { tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'b' }] }, { tolerations: [{ key: 'b' }] }],
    ['drops null', { nodeName: 'n', hostname: 'h' }, { nodeName: null }, { hostname: 'h' }],
    ['retains keys', { volumes: [{ name: 'v', emptyDir: {} }] }, { volumes: [{ $retainKeys: ['name', 'hostPath'], name: 'v', hostPath: { path: '/' } }] }, { volumes: [{ name: 'v', hostPath: { path: '/' } }] }],
    ['replaces an object', { securityContext: { runAsUser: 1, runAsGroup: 2 } }, { securityContext: { $patch: 'replace', runAsUser: 3 } }, { securityContext: { runAsUser: 3 } }],
    ['merges inside elements', { containers: [c('a', { env: [{ name: 'X', value: '1' }] })] }, { containers: [c('a', { env: [{ name: 'Y', value: '2' }, { name: 'X', $patch: 'delete' }] })] }, { containers: [c('a', { env: [{ name: 'Y', value: '2' }] })] }],
  ])('%s', (_, doc, patch, expected) => expect(strategicMergePatch(freeze(pod(doc)), freeze(pod(patch)), 'V1Pod', schemas)).toEqual(pod(expected)))
  it('primitive lists merge and shrink', () => {
    const doc = freeze({ metadata: { finalizers: ['a', 'b', 'c'] } })
    expect(strategicMergePatch(doc, { metadata: { finalizers: ['d', 'a'] } }, 'V1Pod', schemas)).toEqual({ metadata: { finalizers: ['d', 'a', 'b', 'c'] } })
    const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['b'], '$setElementOrder/finalizers': ['c', 'a'] } }
    expect(strategicMergePatch(doc, patch, 'V1Pod', schemas)).toEqual({ metadata: { finalizers: ['c', 'a'] } })
  })
  it.each([[[], 400], [{ spec: { containers: [{ image: 'x' }] } }, 400], [{ spec: { $patch: 'dance' } }, 400]])('fault %j', (patch, code) =>
    expect(codeOf(() => strategicMergePatch({ spec: {} }, patch, 'V1Pod', schemas))).toBe(code))
})
