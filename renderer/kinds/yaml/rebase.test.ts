import { expect, it } from 'vitest'
import { applyMergePatch, mergePatchOf, rebased } from './rebase.ts'

it.each([
  [{ a: 1, b: { c: 2, d: 3 } }, { a: 1, b: { c: 4 } }, { b: { c: 4, d: null } }],
  [{ a: [1, 2] }, { a: [2] }, { a: [2] }],
  [{ a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
  [{ a: { b: 1 } }, { a: { b: 1 } }, {}],
])('from %j to %j is %j, and leads there', (from, to, patch) => {
  expect(mergePatchOf(from, to)).toEqual(patch)
  expect(applyMergePatch(from, patch)).toEqual(to)
})
it('keeps what both changed, and stands on the newer version', () => {
  const base = { metadata: { resourceVersion: '1', labels: { a: '1' } }, spec: { replicas: 1, paused: false } }
  const mine = { metadata: { resourceVersion: '1', labels: { a: '1', mine: 'x' } }, spec: { replicas: 1, paused: true } }
  const theirs = { metadata: { resourceVersion: '7', labels: { a: '2' } }, spec: { replicas: 5, paused: false } }
  expect(rebased(base, mine, theirs)).toEqual({ metadata: { resourceVersion: '7', labels: { a: '2', mine: 'x' } }, spec: { replicas: 5, paused: true } })
})
