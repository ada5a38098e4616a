import { describe, expect, it } from 'vitest'
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../shared/api/types.ts'
import { REVISION, REVISION_HISTORY, newSetAnnotations, setsToClean } from './deployment-revision.ts'
import { findNewReplicaSet, sameTemplate, templateHash } from './deployment-template.ts'

const template = (image: string, labels: Record<string, string> = {}): PodTemplateSpec => ({ metadata: { labels: { app: 'web', ...labels } }, spec: { containers: [{ name: 'c', image }] } })

describe('template hash', () => {
  it('depends on the content alone, and changes with a collision', () => {
    const a = templateHash(template('x:1'))
    expect(a).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/)
    expect(templateHash({ spec: { containers: [{ image: 'x:1', name: 'c' }] }, metadata: { labels: { 'pod-template-hash': 'zzz', app: 'web' } } })).toBe(a)
    expect(templateHash({ ...template('x:1'), metadata: { labels: { app: 'web' }, creationTimestamp: null as unknown as string } })).toBe(a)
    expect(templateHash(template('x:2'))).not.toBe(a)
    expect(templateHash(template('x:1'), 1)).not.toBe(a)
  })
  it('finds the oldest set of the same template', () => {
    const set = (name: string, image: string, time: string): ReplicaSet => ({ metadata: { name, creationTimestamp: time }, spec: { template: template(image, { 'pod-template-hash': name }) } }) as unknown as ReplicaSet
    const sets = [set('b', 'x:2', '2026-01-02T00:00:00Z'), set('c', 'x:1', '2026-01-03T00:00:00Z'), set('a', 'x:1', '2026-01-01T00:00:00Z')]
    expect(findNewReplicaSet(template('x:1'), sets)?.metadata.name).toBe('a')
    expect(findNewReplicaSet(template('x:9'), sets)).toBeUndefined()
    expect(sameTemplate(template('x:1'), template('x:1', { more: '1' }))).toBe(false)
  })
})

describe('revisions', () => {
  it('carries annotations over, and remembers former revisions of a set that comes back', () => {
    const d = { metadata: { name: 'web', annotations: { note: 'n', [REVISION]: '7', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }, spec: {} } as unknown as Deployment
    expect(newSetAnnotations(d, {}, 1n)).toEqual({ note: 'n', [REVISION]: '1' })
    expect(newSetAnnotations(d, { [REVISION]: '1' }, 3n)).toEqual({ note: 'n', [REVISION]: '3', [REVISION_HISTORY]: '1' })
    expect(newSetAnnotations(d, { [REVISION]: '3', [REVISION_HISTORY]: '1' }, 5n)).toMatchObject({ [REVISION]: '5', [REVISION_HISTORY]: '1,3' })
    expect(newSetAnnotations(d, { [REVISION]: '5' }, 5n)[REVISION_HISTORY]).toBeUndefined()
    expect(newSetAnnotations(d, { [REVISION]: '3546343826724305832' }, 3546343826724305833n)[REVISION]).toBe('3546343826724305833')
  })
  it('cleans the lowest revisions beyond the limit, but only empty and settled ones', () => {
    const set = (revision: number, replicas = 0, observed = 1): ReplicaSet => ({ metadata: { name: `r${revision}`, generation: 1, annotations: { [REVISION]: String(revision) } }, spec: { replicas }, status: { replicas, observedGeneration: observed } }) as unknown as ReplicaSet
    const d = (limit: number): Deployment => ({ spec: { revisionHistoryLimit: limit } }) as unknown as Deployment
    expect(setsToClean(d(1), [set(3), set(10), set(2)]).map((r) => r.metadata.name)).toEqual(['r2', 'r3'])
    expect(setsToClean(d(0), [set(1, 1), set(2, 0, 0), set(3)]).map((r) => r.metadata.name)).toEqual(['r3'])
    expect(setsToClean(d(5), [set(1)])).toEqual([])
  })
})
