/** LimitRanger: what a namespace's LimitRanges give to those who ask for nothing, and whom they refuse. Source: Kubernetes documentation, "Limit Ranges". */
import type { Container, LimitRange, PersistentVolumeClaim, Pod } from '../../../shared/api/types.ts'
import { forbidden } from '../../../shared/errors.ts'
import { amountText, podLimits, podRequests, type ResourceAmounts } from '../../../shared/pod-resources.ts'
import { parseQuantity, type Quantity } from '../../../shared/quantity.ts'
import { prefixOf, type Env } from '../registry/env.ts'
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts'

type Item = LimitRange['spec']['limits'][number]
type Amounts = Readonly<Record<string, string>>

const RANGES = { group: '', resource: 'limitranges' } as const
const ANNOTATION = 'kubernetes.io/limit-ranger'
const containersOf = (pod: Pod): Container[] => [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]

const itemsOf = (env: Env, namespace: string): Item[] => env.store.range(prefixOf(RANGES, namespace)).kvs.flatMap((kv) => (kv.value as LimitRange).spec?.limits ?? [])

/** Fills in what is missing and answers what that was. */
function fill(container: Container, which: 'requests' | 'limits', defaults: Amounts | undefined): string[] {
  const set: string[] = []
  for (const name in defaults) {
    const resources = (container.resources ??= {})
    const list = (resources[which] ??= {})
    if (list[name] !== undefined) continue
    list[name] = defaults[name] ?? '0'
    set.push(name)
  }
  return set
}

function applyDefaults(pod: Pod, items: readonly Item[]): void {
  const notes: string[] = []
  const init = new Set(pod.spec.initContainers)
  for (const container of containersOf(pod)) {
    const asked: string[] = []
    const limited: string[] = []
    for (const item of items) {
      if (item.type !== 'Container') continue
      asked.push(...fill(container, 'requests', item.defaultRequest))
      limited.push(...fill(container, 'limits', item.default))
    }
    const who = `${init.has(container) ? 'init container' : 'container'} ${container.name}`
    if (asked.length) notes.push(`${asked.toSorted().join(', ')} request for ${who}`)
    if (limited.length) notes.push(`${limited.toSorted().join(', ')} limit for ${who}`)
  }
  if (notes.length) pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` }
}

const read = (list: Amounts | undefined, name: string): Quantity | undefined => (list?.[name] === undefined ? undefined : parseQuantity(list[name]))
const less = (a: Quantity | undefined, b: Quantity): boolean => a !== undefined && a.nanos < b.nanos

/** Every sentence that an item has against these amounts. */
export function breaches(item: Item, requests: Amounts, limits: Amounts): string[] {
  const faults: string[] = []
  const per = item.type
  for (const name in item.min) {
    const least = read(item.min, name)
    if (!least) continue
    const say = `minimum ${name} usage per ${per} is ${item.min[name]}`
    if (requests[name] === undefined) faults.push(`${say}.  No request is specified`)
    else if (less(read(requests, name), least)) faults.push(`${say}, but request is ${requests[name]}`)
    else if (less(read(limits, name), least)) faults.push(`${say}, but limit is ${limits[name]}`)
  }
  for (const name in item.max) {
    const most = read(item.max, name)
    if (!most) continue
    const say = `maximum ${name} usage per ${per} is ${item.max[name]}`
    const limit = per === 'PersistentVolumeClaim' ? undefined : read(limits, name)
    const request = read(requests, name)
    if (per === 'PersistentVolumeClaim' ? !request : !limit) faults.push(`${say}.  No ${per === 'PersistentVolumeClaim' ? 'request' : 'limit'} is specified`)
    else if (limit && less(most, limit)) faults.push(`${say}, but limit is ${limits[name]}`)
    else if (request && less(most, request)) faults.push(`${say}, but request is ${requests[name]}`)
  }
  for (const name in item.maxLimitRequestRatio) {
    const most = read(item.maxLimitRequestRatio, name)
    if (!most) continue
    const say = `${name} max limit to request ratio per ${per} is ${item.maxLimitRequestRatio[name]}`
    const request = read(requests, name)
    const limit = read(limits, name)
    if (!request?.nanos) faults.push(`${say}, but no request is specified or request is 0`)
    else if (!limit?.nanos) faults.push(`${say}, but no limit is specified or limit is 0`)
    else if (limit.nanos * 1_000_000_000n > most.nanos * request.nanos) faults.push(`${say}, but provided ratio is ${(Number(limit.nanos) / Number(request.nanos)).toFixed(6)}`)
  }
  return faults
}

/** Numbers of pod-resources as quantities. */
const texts = (amounts: ResourceAmounts): Amounts => Object.fromEntries(Object.entries(amounts).map(([name, n]) => [name, amountText(name, n)]))

function ofPod(pod: Pod, items: readonly Item[]): string[] {
  return items.flatMap((item) => {
    if (item.type === 'Container') return containersOf(pod).flatMap((c) => breaches(item, c.resources?.requests ?? {}, c.resources?.limits ?? {}))
    return item.type === 'Pod' ? breaches(item, texts(podRequests(pod)), texts(podLimits(pod))) : []
  })
}

function judge({ kind, namespace, object, operation }: AdmissionRequest, env: Env): void {
  if (!object?.spec || (operation === 'UPDATE' && kind.resource === 'pods')) return
  const items = itemsOf(env, namespace)
  if (items.length === 0) return
  const faults = kind.resource === 'pods'
    ? ofPod(object as unknown as Pod, items)
    : items.filter((i) => i.type === 'PersistentVolumeClaim').flatMap((item) => breaches(item, (object as unknown as PersistentVolumeClaim).spec.resources?.requests ?? {}, {}))
  if (faults.length) throw forbidden(kind, object.metadata.name, faults.length === 1 ? (faults[0] ?? '') : `[${faults.join(', ')}]`)
}

export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  resources: ['/pods', '/persistentvolumeclaims'],
  operations: ['CREATE', 'UPDATE'],
  admit({ operation, kind, namespace, object }, env) {
    if (operation !== 'CREATE' || kind.resource !== 'pods' || !object?.spec) return undefined
    const items = itemsOf(env, namespace)
    if (items.length) applyDefaults(object as unknown as Pod, items)
    return undefined
  },
  validate(request, env) {
    judge(request, env)
    return undefined
  },
}
