import { expect, it } from 'vitest'
import type { Node } from '../../shared/api/types.ts'
import { LABELS_ANNOTATION, labelPatch } from './node-labels.ts'

const node = (labels: Record<string, string>, managed?: string): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels, ...(managed ? { annotations: { [LABELS_ANNOTATION]: managed } } : {}) } })

it.each([
  ['nothing to do', node({ a: '1', other: 'x' }, 'a'), { a: '1' }, undefined],
  ['none wanted, none ours', node({ other: 'x' }), {}, undefined],
  ['no Node yet', undefined, { a: '1' }, undefined],
  ['a new one', node({}), { a: '1' }, { metadata: { labels: { a: '1' }, annotations: { [LABELS_ANNOTATION]: 'a' } } }],
  ['one that somebody changed', node({ a: '2' }, 'a'), { a: '1' }, { metadata: { labels: { a: '1' }, annotations: { [LABELS_ANNOTATION]: 'a' } } }],
  ['one that is wanted no more', node({ a: '1', b: '2', other: 'x' }, 'a,b'), { b: '2' }, { metadata: { labels: { a: null }, annotations: { [LABELS_ANNOTATION]: 'b' } } }],
  ['the last one', node({ a: '1' }, 'a'), {}, { metadata: { labels: { a: null }, annotations: { [LABELS_ANNOTATION]: null } } }],
])('%s', (_what, have, wanted, expected) => expect(labelPatch(have, wanted)).toEqual(expected))
