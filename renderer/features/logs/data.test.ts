import { expect, it } from 'vitest'
import { cell, dataOf, flat } from './data.ts'
import type { Line } from './lines.ts'
import { source } from './testing.ts'

const line = (text: string): Line => ({ id: 1, time: 0, nanos: 0, level: '', source: source(), colour: 0, text })

it('knows message and fields of JSON and of logfmt, and plain text', () => {
  expect(dataOf(line('{"level":"warn","msg":"slow","http":{"status":503,"path":"/a"},"tags":["x"]}'))).toMatchObject({ prefix: 'json.', message: 'slow', others: [['http.status', '503'], ['http.path', '/a'], ['tags', '["x"]']] })
  expect(dataOf(line('level=info msg="all is well" took=3ms'))).toMatchObject({ prefix: 'logfmt.', message: 'all is well', others: [['took', '3ms']] })
  expect(dataOf(line('just words'))).toBeUndefined()
})
it.each([['http.status', '503'], ['http', '{"status":503}'], ['none', '']])('column %s', (path, text) => expect(cell(line('{"http":{"status":503}}'), path)).toBe(text))
it('goes down only so far', () => {
  expect(flat({ a: { b: {} }, c: null })).toEqual([['a.b', '{}'], ['c', 'null']])
  expect(flat({ a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } })).toEqual([['a.b.c.d.e.f.g', '{"h":1}']])
})
