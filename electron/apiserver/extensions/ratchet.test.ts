import { describe, expect, it } from 'vitest'
import type { JsonSchema } from './json-schema.ts'
import { isAsBefore } from './ratchet.ts'

const row: JsonSchema = { type: 'object', properties: { k: { type: 'string' }, v: { type: 'string' } } }
const schema: JsonSchema = {
  type: 'object',
  properties: {
    a: { type: 'string' }, rows: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], items: row }, plain: { type: 'array', items: row }, labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
}

describe('what is wrong at a path', () => {
  it.each<[string, object, object, string, boolean]>([
    ['was wrong before', { a: 'x' }, { a: 'x' }, 'a', true],
    ['is new', { a: 'y' }, { a: 'x' }, 'a', false],
    ['is missing', {}, {}, 'a', false],
    ['is the object itself', { a: 'x' }, { a: 'x' }, '', false],
    ['was wrong in the element of that key', { rows: [{ k: '2' }, { k: '1', v: 'bad' }] }, { rows: [{ k: '1', v: 'bad' }] }, 'rows[1].v', true],
    ['is another element, though in its place', { rows: [{ k: '2', v: 'bad' }] }, { rows: [{ k: '1', v: 'bad' }] }, 'rows[0].v', false],
    ['is in a list that has not changed', { plain: [{ v: 'bad' }], a: 'y' }, { plain: [{ v: 'bad' }], a: 'x' }, 'plain[0].v', true],
    ['is in a list of which nobody can tell', { plain: [{ v: 'bad' }, {}] }, { plain: [{ v: 'bad' }] }, 'plain[0].v', false],
    ['has a name with dots', { labels: { 'a.b/c': 'x' } }, { labels: { 'a.b/c': 'x' } }, 'labels.a.b/c', true],
  ])('%s', (_what, object, old, path, same) => {
    expect(isAsBefore(object, old, schema, path)).toBe(same)
  })
})
