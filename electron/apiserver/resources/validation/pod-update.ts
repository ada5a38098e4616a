/** What may still change in a pod: very little. */
import type { Container, Pod, PodSpec, Toleration } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'
import { changed } from './changes.ts'
import { equal } from './common.ts'
import { podAnnotationsUpdate } from './pod-annotations.ts'

const ALLOWED =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const MAX_CHANGES_SHOWN = 10

export function validatePodUpdate(object: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = []
  // validate() has said that it is missing.
  if (!object.spec) return errors
  const now = object.spec
  const before = old.spec
  podAnnotationsUpdate(errors, 'metadata.annotations', object.metadata.annotations, old.metadata.annotations)
  for (const list of ['containers', 'initContainers'] as const) {
    if ((now[list]?.length ?? 0) === (before[list]?.length ?? 0)) continue
    errors.push(field.forbidden(`spec.${list}`, 'pod updates may not add or remove containers'))
  }
  if (errors.some((e) => e.field.startsWith('spec.'))) return errors
  deadline(errors, now.activeDeadlineSeconds, before.activeDeadlineSeconds)
  if (!onlyAdded(now.tolerations ?? [], before.tolerations ?? [])) errors.push(field.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'))
  schedulingGates(errors, now, before)
  if (before.schedulingGates?.length) narrowed(errors, now, before)
  const changes = changed(withAllowed(now, before), before, 'spec')
  if (changes.length > 0) {
    const shown = changes.slice(0, MAX_CHANGES_SHOWN).map((c) => `\n  ${c}`).join('')
    errors.push(field.forbidden('spec', `${ALLOWED}${shown}`))
  }
  return errors
}

function deadline(errors: Errors, now: number | undefined, before: number | undefined): void {
  if (before === undefined || now === before) return
  if (now === undefined) errors.push(field.invalid('spec.activeDeadlineSeconds', now, 'must not update from a positive integer to nil value'))
  else if (now > before) errors.push(field.invalid('spec.activeDeadlineSeconds', now, 'must be less than or equal to previous value'))
}

/** Every old toleration is still there, its seconds aside. */
function onlyAdded(now: readonly Toleration[], before: readonly Toleration[]): boolean {
  return before.every((b) => now.some((n) => equal({ ...n, tolerationSeconds: 0 }, { ...b, tolerationSeconds: 0 })))
}

function schedulingGates(errors: Errors, now: PodSpec, before: PodSpec): void {
  const known = new Set((before.schedulingGates ?? []).map((g) => g.name))
  now.schedulingGates?.forEach(({ name = '' }, i) => {
    if (!known.has(name)) errors.push(field.forbidden(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`))
  })
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
type Term = NonNullable<NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>[typeof REQUIRED]>['nodeSelectorTerms'][number]

/** While a pod is gated, the nodes it may go to can still become fewer: conditions are added, none is taken away. Source: KEP-3838. */
function narrowed(errors: Errors, now: PodSpec, before: PodSpec): void {
  if (Object.entries(before.nodeSelector ?? {}).some(([key, value]) => now.nodeSelector?.[key] !== value))
    errors.push(field.invalid('spec.nodeSelector', now.nodeSelector ?? null, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'))
  const had = before.affinity?.nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? []
  if (had.length === 0) return
  const terms = now.affinity?.nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? []
  const at = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`
  if (terms.length !== had.length) errors.push(field.invalid(at, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'))
  else had.forEach((term, i) => {
    if (!extended(terms[i] ?? {}, term)) errors.push(field.invalid(`${at}[${i}]`, terms[i], 'only additions are allowed (no mutations or deletions)'))
  })
}

function extended(now: Term, before: Term): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const
  // A term without conditions selects nothing, and goes on to.
  if (lists.every((list) => !before[list]?.length)) return lists.every((list) => !now[list]?.length)
  return lists.every((list) => equal((now[list] ?? []).slice(0, before[list]?.length ?? 0), before[list] ?? []))
}

/** The new spec with everything that may change put back as it was. */
function withAllowed(now: PodSpec, before: PodSpec): PodSpec {
  const spec: PodSpec = { ...now, containers: images(now.containers, before.containers) }
  if (now.initContainers) spec.initContainers = images(now.initContainers, before.initContainers ?? [])
  keep(spec, before, 'activeDeadlineSeconds')
  keep(spec, before, 'tolerations')
  keep(spec, before, 'schedulingGates')
  if ((before.terminationGracePeriodSeconds ?? 0) < 0 && now.terminationGracePeriodSeconds === 1) keep(spec, before, 'terminationGracePeriodSeconds')
  if (before.schedulingGates?.length) {
    keep(spec, before, 'nodeSelector')
    const { nodeAffinity: _now, ...others } = now.affinity ?? {}
    const affinity = { ...others, ...(before.affinity?.nodeAffinity ? { nodeAffinity: before.affinity.nodeAffinity } : {}) }
    if (Object.keys(affinity).length || before.affinity) spec.affinity = affinity
    else delete spec.affinity
  }
  return spec
}

function keep<K extends keyof PodSpec>(spec: PodSpec, before: PodSpec, key: K): void {
  if (before[key] === undefined) delete spec[key]
  else spec[key] = before[key]
}

function images(now: readonly Container[], before: readonly Container[]): Container[] {
  return now.map((container, i) => {
    const image = before[i]?.image
    return image === undefined ? container : { ...container, image }
  })
}
