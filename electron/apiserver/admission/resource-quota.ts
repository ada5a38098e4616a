/**
 * ResourceQuota: an object that would use more than its namespace may is refused; what one uses is written into the
 * quota's status in the very transaction that stores the object, so that no two can share the last of it.
 */
import type { Pod, ResourceQuota } from '../../../shared/api/types.ts'
import { forbidden } from '../../../shared/errors.ts'
import { addQuantities, compareQuantities, formatQuantity, parseQuantity, type Quantity } from '../../../shared/quantity.ts'
import { groupResource, increase, quotaCovers, unsaid, usageOf, type Usage } from '../../../shared/quota.ts'
import { cloneJson } from '../json.ts'
import { keyOf, prefixOf, type Env } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { AdmissionPlugin, AdmissionRequest, Reservation } from './plugin.ts'

const QUOTAS = { group: '', resource: 'resourcequotas', scope: 'Namespaced' } as const
/** Objects that may use more after an update than before. */
const MAY_GROW = new Set(['services', 'persistentvolumeclaims'])

const listed = (amounts: Readonly<Record<string, string>>): string => Object.keys(amounts).toSorted().map((name) => `${name}=${amounts[name]}`).join(',')
const text = (amounts: Readonly<Record<string, Quantity>>): Record<string, string> => Object.fromEntries(Object.entries(amounts).map(([name, q]) => [name, formatQuantity(q)]))

/** The quota's status with more in use. @throws StatusError Forbidden */
function charged(kind: KindDefinition, name: string, quota: ResourceQuota, more: Readonly<Record<string, Quantity>>): ResourceQuota {
  const { hard = {}, used = {} } = quota.status ?? {}
  const names = Object.keys(more)
  const unknown = Object.keys(hard).filter((resource) => used[resource] === undefined)
  if (unknown.length) throw forbidden(kind, name, `status unknown for quota: ${quota.metadata.name}, resources: ${unknown.toSorted().join(',')}`)
  const sums: Record<string, Quantity> = {}
  for (const resource of names) sums[resource] = addQuantities(parseQuantity(used[resource] ?? '0') ?? { nanos: 0n, format: 'DecimalSI' }, more[resource] as Quantity)
  const over = names.filter((resource) => compareQuantities(sums[resource] as Quantity, parseQuantity(hard[resource] ?? '0') as Quantity) > 0)
  if (over.length) {
    const of = (amounts: Readonly<Record<string, string>>): string => listed(Object.fromEntries(over.map((resource) => [resource, amounts[resource] ?? '0'])))
    throw forbidden(kind, name, `exceeded quota: ${quota.metadata.name}, requested: ${of(text(more))}, used: ${of(used)}, limited: ${of(hard)}`)
  }
  const draft = cloneJson(quota) as ResourceQuota
  draft.status = { ...draft.status, used: { ...used, ...text(sums) } }
  return draft
}

interface Last {
  readonly quota: ResourceQuota
  readonly revision: number
}

/** One for a server: it remembers what it has written and the disk has not yet confirmed. */
export function createResourceQuota(): AdmissionPlugin {
  const pending = new Map<string, Last>()

  /** The newest state of a quota, which may still be on its way to the disk. */
  function newest(env: Env, key: string): Last | undefined {
    const kv = env.store.get(key)
    if (!kv) return undefined
    const last = pending.get(key)
    if (last && last.revision > kv.modRevision) return last
    if (last) pending.delete(key)
    return { quota: kv.value as ResourceQuota, revision: kv.modRevision }
  }

  function usages({ operation, kind, object, old }: AdmissionRequest, env: Env): { before: Usage; after: Usage } | undefined {
    if (!object) return undefined
    const now = env.clock.now()
    if (operation === 'UPDATE') {
      if (kind.group !== '' || !MAY_GROW.has(kind.resource) || !old) return undefined
      return { before: usageOf('', kind.resource, old, now), after: usageOf('', kind.resource, object, now) }
    }
    return { before: {}, after: usageOf(kind.group, kind.resource, object, now) }
  }

  return {
    name: 'ResourceQuota',
    operations: ['CREATE', 'UPDATE'],
    reserve(request, env): Reservation | undefined {
      const { kind, namespace, object } = request
      if (kind.scope !== 'Namespaced' || !object || request.subresource) return undefined
      const { kvs } = env.store.range(prefixOf(QUOTAS, namespace))
      if (kvs.length === 0) return undefined
      const used = usages(request, env)
      if (!used) return undefined
      const resource = groupResource(kind.group, kind.resource)
      const writes: { key: string; last: Last; draft: ResourceQuota }[] = []
      for (const kv of kvs) {
        const key = keyOf(QUOTAS, namespace, kv.value.metadata.name)
        const last = newest(env, key)
        if (!last || last.quota.metadata.deletionTimestamp || !quotaCovers(last.quota, resource, object)) continue
        const hard = last.quota.status?.hard ?? {}
        if (resource === 'pods' && request.operation === 'CREATE') {
          const missing = unsaid(object as unknown as Pod, Object.keys(hard))
          if (missing) throw forbidden(kind, object.metadata.name, `failed quota: ${last.quota.metadata.name}: must specify ${missing}`)
        }
        const more = increase(hard, used.before, used.after)
        if (Object.keys(more).length) writes.push({ key, last, draft: charged(kind, object.metadata.name, last.quota, more) })
      }
      if (writes.length === 0) return undefined
      return {
        compare: writes.map(({ key, last }) => ({ key, modRevision: last.revision })),
        operations: writes.map(({ key, draft }) => ({
          type: 'put', key,
          value(revision) {
            draft.metadata.resourceVersion = String(revision)
            pending.set(key, { quota: draft, revision })
            return env.seal(draft)
          },
        })),
        settle(succeeded) {
          // Whoever built on a write that did not come to pass must read anew.
          if (!succeeded) for (const { key } of writes) pending.delete(key)
        },
      }
    },
  }
}
