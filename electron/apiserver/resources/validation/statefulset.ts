/** StatefulSets. */
import type { PersistentVolumeClaim, PodTemplateSpec, StatefulSet } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { percentOf } from '../../../../shared/int-or-string.ts'
import { dns1123Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import type { Counts } from './workloads.ts'
import { counts, selectorOf, template } from './workloads.ts'
import type { Errors } from './common.ts'
import { countOrPercent, equal, nonNegative, say } from './common.ts'
import { claimSpec } from './persistentvolumeclaim.ts'

const RETENTION = ['Retain', 'Delete']
const MUTABLE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'] as const
const ONLY_MUTABLE = `updates to statefulset spec for fields other than ${MUTABLE.slice(0, -1).map((m) => `'${m}'`).join(', ')} and '${MUTABLE.at(-1) ?? ''}' are forbidden`

export function validateStatefulSet(object: StatefulSet): FieldError[] {
  const errors: FieldError[] = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  if (!spec.podManagementPolicy) errors.push(field.required('spec.podManagementPolicy'))
  else if (!['OrderedReady', 'Parallel'].includes(spec.podManagementPolicy)) errors.push(field.invalid('spec.podManagementPolicy', spec.podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"))
  strategy(errors, spec.updateStrategy)
  const retention = spec.persistentVolumeClaimRetentionPolicy
  for (const name of ['whenDeleted', 'whenScaled'] as const) {
    const value = retention?.[name] ?? ''
    if (retention && !RETENTION.includes(value)) errors.push(field.notSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, value, RETENTION, true))
  }
  nonNegative(errors, 'spec.replicas', spec.replicas)
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  nonNegative(errors, 'spec.ordinals.start', spec.ordinals?.start)
  if (spec.serviceName) say(errors, 'spec.serviceName', spec.serviceName, dns1123Subdomain(spec.serviceName))
  claimTemplates(errors, spec.volumeClaimTemplates)
  template(errors, 'spec.template', withClaimVolumes(spec), selectorOf(errors, spec.selector, 'statefulset'), 'StatefulSet')
  return errors
}

function claimTemplates(errors: Errors, given: StatefulSet['spec']['volumeClaimTemplates']): void {
  const names = new Set<string>()
  for (const [i, { metadata, spec }] of (given ?? []).entries()) {
    const path = `spec.volumeClaimTemplates[${i}]`
    const name = metadata?.name ?? ''
    if (!name) errors.push(field.required(`${path}.metadata.name`))
    else say(errors, `${path}.metadata.name`, name, dns1123Label(name))
    if (names.has(name)) errors.push(field.duplicate(`${path}.metadata.name`, name))
    names.add(name)
    if (spec) claimSpec(errors, `${path}.spec`, spec as PersistentVolumeClaim['spec'])
    else errors.push(field.required(`${path}.spec`))
  }
}

/** The template as its pods will be: containers may mount what the claims will bring. */
function withClaimVolumes({ template: given, volumeClaimTemplates = [] }: StatefulSet['spec']): PodTemplateSpec {
  if (!volumeClaimTemplates.length || !given?.spec) return given
  const volumes = given.spec.volumes ?? []
  const more = new Set(volumeClaimTemplates.map((t) => t.metadata?.name ?? '').filter((name) => !dns1123Label(name).length && !volumes.some((v) => v.name === name)))
  return { ...given, spec: { ...given.spec, volumes: [...volumes, ...[...more].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }))] } }
}

function strategy(errors: Errors, given: StatefulSet['spec']['updateStrategy']): void {
  const path = 'spec.updateStrategy'
  if (given?.type === 'OnDelete') {
    if (given.rollingUpdate) errors.push(field.invalid(`${path}.rollingUpdate`, given.rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"))
    return
  }
  if (!given?.type) errors.push(field.required(path))
  else if (given.type !== 'RollingUpdate') errors.push(field.invalid(path, given, "must be 'RollingUpdate' or 'OnDelete'"))
  const { partition, maxUnavailable } = given?.rollingUpdate ?? {}
  nonNegative(errors, `${path}.rollingUpdate.partition`, partition)
  if (maxUnavailable === undefined) return
  countOrPercent(errors, `${path}.rollingUpdate.maxUnavailable`, maxUnavailable)
  const percent = percentOf(maxUnavailable) ?? 0
  if (maxUnavailable === 0 || (typeof maxUnavailable === 'string' && percent === 0)) errors.push(field.invalid(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'cannot be 0'))
  if (percent > 100) errors.push(field.invalid(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'))
}

export function validateStatefulSetUpdate(object: StatefulSet, old: StatefulSet): FieldError[] {
  const fixed = (o: StatefulSet): object => Object.fromEntries(Object.entries(o.spec ?? {}).filter(([key]) => !MUTABLE.some((m) => m === key)))
  return equal(fixed(object), fixed(old)) ? [] : [field.forbidden('spec', ONLY_MUTABLE)]
}

export function validateStatefulSetStatus(object: StatefulSet, old: StatefulSet): FieldError[] {
  const errors: FieldError[] = []
  const status = (object.status ?? {}) as unknown as Counts
  counts(errors, status, ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'])
  nonNegative(errors, 'status.collisionCount', object.status?.collisionCount)
  const collisions = object.status?.collisionCount ?? 0
  if (collisions < (old.status?.collisionCount ?? 0)) errors.push(field.invalid('status.collisionCount', collisions, 'cannot be decremented'))
  return errors
}
