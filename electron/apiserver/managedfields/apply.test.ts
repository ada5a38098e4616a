import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { StatusError } from '../../../shared/errors.ts'
import { loadSchemas } from '../schema/load.ts'
import { applyPatch, trackUpdate } from './index.ts'

const schemas = loadSchemas(join(import.meta.dirname, '../../../resources'))
const NOW = Date.UTC(2026, 0, 1)
const base = { schemaName: 'V1Deployment', schemas, subresource: '', apiVersion: 'apps/v1', now: NOW }

type Loose = KubeObject & { spec: Record<string, unknown> }
const deployment = (spec: object, metadata: object = {}): Loose => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', ...metadata }, spec: spec as Record<string, unknown> })
const apply = (live: KubeObject | undefined, config: KubeObject, manager = 'a', force = false): Loose => applyPatch({ ...base, live, config, manager, force }) as Loose
const update = (live: KubeObject | undefined, updated: KubeObject, manager = 'u', subresource = ''): Loose =>
  ({ ...updated, metadata: { ...updated.metadata, managedFields: trackUpdate({ ...base, live, updated, manager, operation: 'Update', subresource }) } }) as Loose
const pods = (...containers: object[]) => ({ template: { spec: { containers } } })
const fieldsOf = (object: KubeObject, manager: string) => object.metadata.managedFields?.find((e) => e.manager === manager)?.fieldsV1
const failureOf = (run: () => unknown): StatusError => {
  try {
    run()
  } catch (error) {
    if (error instanceof StatusError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('trackUpdate', () => {
  it('writes what kubectl create shows on a real cluster', () => {
    const created = update(undefined, deployment({ replicas: 2, selector: { matchLabels: { app: 'w' } }, strategy: {}, ...pods({ name: 'n', image: 'i', ports: [{ containerPort: 80 }], resources: {} }) }, { labels: { app: 'w' } }))
    expect(created.metadata.managedFields).toEqual([
      {
        manager: 'u', operation: 'Update', apiVersion: 'apps/v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:replicas': {}, 'f:selector': {},
            'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"n"}': { '.': {}, 'f:name': {}, 'f:image': {}, 'f:resources': {}, 'f:ports': { '.': {}, 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } } } } } },
          },
        },
      },
    ])
  })
  it('moves a changed field to who changed it, drops a removed one, keeps other entries by reference', () => {
    const created = update(undefined, deployment({ replicas: 1, paused: true }), 'one')
    const other = update(created, { ...created, metadata: { ...created.metadata, labels: { x: 'y' } } }, 'two')
    const changed = update(other, { ...other, spec: { replicas: 2 } } as KubeObject, 'three')
    expect(fieldsOf(changed, 'one')).toBeUndefined()
    expect(fieldsOf(changed, 'three')).toEqual({ 'f:spec': { 'f:replicas': {} } })
    expect(changed.metadata.managedFields?.find((e) => e.manager === 'two')).toBe(other.metadata.managedFields?.find((e) => e.manager === 'two'))
  })
  it('gives the entries back when nothing changed', () => {
    const created = update(undefined, deployment({ replicas: 1 }))
    expect(trackUpdate({ ...base, live: created, updated: structuredClone(created), manager: 'v', operation: 'Update', subresource: '' })).toEqual(created.metadata.managedFields)
  })
  it.each([[[]], [[{}]]])('is cleared by %j', (managedFields) => {
    const created = update(undefined, deployment({ replicas: 1 }))
    expect(fieldsOf(update(created, { ...created, metadata: { ...created.metadata, managedFields } }), 'u')).toBeUndefined()
  })
  it('keeps subresources apart and caps writers', () => {
    let object = update(undefined, deployment({ replicas: 1 }))
    object = update(object, { ...object, status: { replicas: 1 } } as KubeObject, 'u', 'status')
    expect(object.metadata.managedFields?.map((e) => e.subresource)).toEqual([undefined, 'status'])
    for (let i = 0; i < 20; i++) object = update(object, { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [`l${i}`]: 'x' } } }, `m${i}`)
    expect(object.metadata.managedFields).toHaveLength(10)
    expect(object.metadata.managedFields?.some((e) => e.manager === 'ancient-changes')).toBe(true)
  })
})

describe('applyPatch', () => {
  it('creates, and is still when applied again', () => {
    const config = deployment({ replicas: 1, ...pods({ name: 'n', image: 'i' }) })
    const live = apply(undefined, config)
    expect(fieldsOf(live, 'a')).toEqual({ 'f:spec': { 'f:replicas': {}, 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"n"}': { '.': {}, 'f:name': {}, 'f:image': {} } } } } } })
    expect(apply(live, config)).toBe(live)
  })
  it('conflicts with an update, by name and path', () => {
    const live = update(undefined, deployment({ replicas: 1 }), 'kubectl-client-side-apply')
    const error = failureOf(() => apply(live, deployment({ replicas: 2 })))
    expect(error.code).toBe(409)
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas')
    expect(error.status.details?.causes).toEqual([{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl-client-side-apply" using apps/v1', field: '.spec.replicas' }])
    const forced = apply(live, deployment({ replicas: 2 }), 'a', true)
    expect(forced.spec['replicas']).toBe(2)
    expect(fieldsOf(forced, 'kubectl-client-side-apply')).toBeUndefined()
  })
  it('lists several conflicts by manager', () => {
    const live = apply(undefined, deployment({ replicas: 1, ...pods({ name: 'n', image: 'i' }) }), 'first')
    const error = failureOf(() => apply(live, deployment({ replicas: 2, ...pods({ name: 'n', image: 'j' }) }), 'second'))
    expect(error.message).toBe('Apply failed with 2 conflicts: conflicts with "first":\n- .spec.replicas\n- .spec.template.spec.containers[name="n"].image')
  })
  it('removes what only this manager had, and leaves what others have or nobody has', () => {
    const first = apply(undefined, deployment({ replicas: 1, paused: true, ...pods({ name: 'x' }, { name: 'y' }) }, { labels: { a: '1', b: '2' } }))
    const shared = apply(first, deployment({ paused: true, ...pods({ name: 'y' }) }, { labels: { b: '2' } }), 'b')
    const defaulted = { ...shared, spec: { ...shared.spec, minReadySeconds: 5 } }
    const last = apply(defaulted, deployment({}))
    expect(last.spec).toEqual({ paused: true, minReadySeconds: 5, template: { spec: { containers: [{ name: 'y' }] } } })
    expect(last.metadata.labels).toEqual({ b: '2' })
    expect(fieldsOf(last, 'b')).toEqual(fieldsOf(shared, 'b'))
  })
  it('an element that goes takes its defaults along', () => {
    const live = apply(undefined, deployment(pods({ name: 'x' }, { name: 'y' })))
    const containers = [{ name: 'x', imagePullPolicy: 'Always' }, { name: 'y', imagePullPolicy: 'Always' }]
    expect(apply({ ...live, spec: pods(...containers) } as KubeObject, deployment(pods({ name: 'y' }))).spec).toEqual(pods({ name: 'y', imagePullPolicy: 'Always' }))
  })
  it('orders lists by the configuration, others keep their place', () => {
    const live = update(undefined, deployment(pods({ name: 'a' }, { name: 's' }, { name: 'b' })))
    expect(apply(live, deployment(pods({ name: 'b' }, { name: 'a' }))).spec).toEqual(pods({ name: 's' }, { name: 'b' }, { name: 'a' }))
  })
  it('replaces atomic lists and merges sets', () => {
    const live = apply(undefined, deployment({ template: { spec: { tolerations: [{ key: 'a' }] } } }, { finalizers: ['x/a'] }))
    const next = apply(live, deployment({ template: { spec: { tolerations: [{ key: 'b' }] } } }, { finalizers: ['x/b'] }), 'b', true)
    expect(next.metadata.finalizers).toEqual(['x/a', 'x/b'])
    expect(next.spec).toEqual({ template: { spec: { tolerations: [{ key: 'b' }] } } })
  })
  it('kubectl takes over from its client-side apply, whose annotation stays true', () => {
    const text = JSON.stringify(deployment({ replicas: 1 }))
    const live = update(undefined, deployment({ replicas: 1 }, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': text } }), 'kubectl-client-side-apply')
    const next = apply(live, deployment({ replicas: 2 }), 'kubectl')
    expect(next.spec['replicas']).toBe(2)
    expect(JSON.parse(next.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '')).toEqual(deployment({ replicas: 2 }))
  })
  it.each([
    ['managedFields', deployment({}, { managedFields: [] }), 400, 'metadata.managedFields must be nil'],
    ['duplicates', deployment(pods({ name: 'a' }, { name: 'a' })), 500, 'failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name="a"]'],
    ['duplicates below an element', deployment(pods({ name: 'a', env: [{ name: 'E' }, { name: 'E' }] })), 500, '.spec.template.spec.containers[name="a"].env: duplicate entries for key [name="E"]'],
    ['an element without its key', deployment(pods({ name: 'b' }, { image: 'a' })), 500, '.spec.template.spec.containers: element 1: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)'],
  ])('refuses %s', (_, config, code, message) => {
    const error = failureOf(() => apply(undefined, config))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })
  it('a kind without a schema is granular in its maps', () => {
    const request = { ...base, schemaName: 'None', force: false }
    const live = applyPatch({ ...request, live: undefined, config: deployment({ a: { b: 1, l: [1] } }), manager: 'a' })
    expect(fieldsOf(live, 'a')).toEqual({ 'f:spec': { 'f:a': { '.': {}, 'f:b': {}, 'f:l': {} }, } })
  })
})
