import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { isConflict } from '../../../shared/errors.ts'
import { loadSchemas } from '../schema/load.ts'
import { same } from './compare.ts'
import { difference, equal, intersection, memberPaths, union, type Fields } from './fields.ts'
import { applyPatch, trackUpdate } from './index.ts'

const schemas = loadSchemas(join(import.meta.dirname, '../../../resources'))
const base = { schemaName: 'V1Pod', schemas, subresource: '', apiVersion: 'v1', now: 0 }

/** Few names and values, so that configurations meet. */
const small = fc.constantFrom('a', 'b', 'c')
const labels = fc.dictionary(small, small, { minKeys: 1, maxKeys: 3 })
const container = fc.record({ image: small, workingDir: small, env: fc.uniqueArray(fc.record({ name: small, value: small }), { selector: (e) => e.name, minLength: 1, maxLength: 2 }) }, { requiredKeys: [] })
const config: fc.Arbitrary<KubeObject> = fc
  .record({ labels: fc.option(labels, { nil: undefined }), containers: fc.dictionary(small, container, { minKeys: 1, maxKeys: 3 }), nodeName: fc.option(small, { nil: undefined }), order: fc.boolean() })
  .map(({ labels: l, containers, nodeName, order }) => {
    const list = Object.entries(containers).map(([name, c]) => ({ name, ...c }))
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...(l ? { labels: l } : {}) }, spec: { containers: order ? list : list.toReversed(), ...(nodeName ? { nodeName } : {}) } } as KubeObject
  })
const apply = (live: KubeObject | undefined, c: KubeObject, manager: string, force = true) => applyPatch({ ...base, live, config: c, manager, force })
const setOf = (object: KubeObject, manager: string): Fields | undefined => object.metadata.managedFields?.find((e) => e.manager === manager)?.fieldsV1 as Fields | undefined
const content = (object: KubeObject) => {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

describe('laws of apply', () => {
  it('is idempotent', () => {
    fc.assert(fc.property(config, config, (a, b) => {
      const live = apply(apply(undefined, a, 'one'), b, 'two')
      expect(apply(live, b, 'two')).toBe(live)
    }))
  })
  it('holds what was applied last, and nothing that only the same manager applied before', () => {
    fc.assert(fc.property(config, config, (a, b) => {
      const live = apply(apply(undefined, a, 'one'), b, 'one')
      const fresh = apply(undefined, b, 'one')
      expect(memberPaths(setOf(live, 'one'))).toEqual(memberPaths(setOf(fresh, 'one')))
      expect(content(live)).toEqual(content(fresh))
    }))
  })
  it('owners that agree share, and one who leaves takes nothing of the other', () => {
    fc.assert(fc.property(config, config, (a, b) => {
      const both = apply(apply(apply(undefined, a, 'one'), a, 'two'), b, 'one')
      const kept = setOf(both, 'two')
      // Two loses only what one changed by force.
      const lost = difference(setOf(apply(undefined, a, 'two'), 'two'), kept)
      expect(intersection(lost, setOf(both, 'one')) !== undefined || lost === undefined).toBe(true)
      const left = content(apply(both, { ...b, metadata: { name: 'p' }, spec: {} } as KubeObject, 'one')).metadata.labels ?? {}
      expect(lost === undefined ? left : (a.metadata.labels ?? {})).toEqual(a.metadata.labels ?? {})
    }))
  })
  it('without force, nobody loses a field that they own', () => {
    fc.assert(fc.property(config, config, (a, b) => {
      const live = apply(undefined, a, 'one')
      let next: KubeObject | undefined
      try {
        next = apply(live, b, 'two', false)
      } catch (error) {
        if (!isConflict(error)) throw error
      }
      // A refused apply stored nothing; one that was let through took nothing away.
      expect(next === undefined || equal(setOf(next, 'one'), setOf(live, 'one'))).toBe(true)
    }))
  })
  it('does not change its inputs', () => {
    fc.assert(fc.property(config, config, (a, b) => {
      const live = apply(undefined, a, 'one')
      const before = structuredClone([live, b])
      apply(live, b, 'two')
      trackUpdate({ ...base, live, updated: b, manager: 'x', operation: 'Update' })
      expect([live, b]).toEqual(before)
    }))
  })
})

describe('laws of sets', () => {
  const set = config.map((c) => setOf(apply(undefined, c, 'x'), 'x'))
  it('union, difference and intersection are those of their members', () => {
    fc.assert(fc.property(set, set, (a, b) => {
      const [x, y] = [new Set(memberPaths(a)), new Set(memberPaths(b))]
      expect(new Set(memberPaths(union(a, b)))).toEqual(new Set([...x, ...y]))
      expect(new Set(memberPaths(difference(a, b)))).toEqual(new Set([...x].filter((p) => !y.has(p))))
      expect(new Set(memberPaths(intersection(a, b)))).toEqual(new Set([...x].filter((p) => y.has(p))))
      expect(equal(a, b)).toBe(same([...x].sort(), [...y].sort()))
    }))
  })
})
