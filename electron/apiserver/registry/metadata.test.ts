import { describe, expect, it } from 'vitest'
import type { ObjectMeta } from '../../../shared/api/meta.ts'
import { defineKind } from '../resources/kind.ts'
import { nameErrors } from '../../../shared/labels.ts'
import { validateMetadata } from './metadata.ts'

const kind = defineKind({ group: '', version: 'v1', kind: 'Thing', resource: 'things', singular: 'thing', scope: 'Namespaced', schema: 'V1ConfigMap', strategy: {}, columns: [] })
const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }

describe('names', () => {
  it.each([
    ['a.b-c', 'subdomain', true], ['A', 'subdomain', false], ['a..b', 'subdomain', false], ['a'.repeat(254), 'subdomain', false], ['a.b', 'label', false], ['1a', 'label', true],
    ['a'.repeat(64), 'label', false], ['1a', 'label1035', false], ['system:x', 'path', true], ['a/b', 'path', false], ['..', 'path', false], ['', 'label', false],
  ] as const)('%s under %s: %s', (name, rule, good) => expect(nameErrors(rule, name).length === 0).toBe(good))
})

describe('metadata', () => {
  it.each<[string, Partial<ObjectMeta>, string[]]>([
    ['good', { labels: { 'a.b/c': 'd' }, annotations: { x: 'any thing' }, finalizers: ['a.b/c', 'orphan'], ownerReferences: [{ ...owner, controller: true }] }, []],
    ['a bad label key', { labels: { '-a': 'x' } }, ['metadata.labels']],
    ['a bad label value', { labels: { a: '!' } }, ['metadata.labels']],
    ['annotations too long', { annotations: { a: 'x'.repeat(256 * 1024) } }, ['metadata.annotations']],
    ['an unqualified finalizer', { finalizers: ['mine'] }, ['metadata.finalizers[0]']],
    ['orphan and foreground at once', { finalizers: ['orphan', 'foregroundDeletion'] }, ['metadata.finalizers']],
    ['an owner without uid', { ownerReferences: [{ ...owner, uid: '' }] }, ['metadata.ownerReferences[0].uid']],
    ['two controllers', { ownerReferences: [{ ...owner, controller: true }, { ...owner, name: 'q', controller: true }] }, ['metadata.ownerReferences']],
  ])('%s', (_name, meta, fields) => expect(validateMetadata(kind, { name: 'x', ...meta }).map((e) => e.field)).toEqual(fields))
})
