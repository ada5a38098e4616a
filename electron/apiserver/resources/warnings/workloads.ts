/** What is told about kinds that make pods: of a new one, and of one whose spec has changed. Source: the strategies of Kubernetes. */
import type { CronJob, DaemonSet, Deployment, Job, JobSpec, PodTemplate, ReplicaSet, ReplicationController, StatefulSet } from '../../../../shared/api/types.ts'
import { claimWarnings } from './claims.ts'
import { nameWarning, templateWarnings } from './pod.ts'

const MANY_COMPLETIONS = 100_000
const MANY_AT_ONCE = 10_000

interface Counted { readonly metadata: { readonly generation?: number } }
const isSame = (object: Counted, old: Counted | undefined): boolean => old !== undefined && old.metadata.generation === object.metadata.generation

/** Kinds whose pods are named after them. */
export function namedSetWarnings(object: Deployment | ReplicaSet | ReplicationController, old: Counted | undefined): string[] {
  const to: string[] = []
  if (!old) nameWarning(to, object.metadata.name)
  if (!isSame(object, old)) templateWarnings(to, 'spec.template', object.spec?.template)
  return to
}

export function daemonSetWarnings(object: DaemonSet, old: DaemonSet | undefined): string[] {
  const to: string[] = []
  if (!isSame(object, old)) templateWarnings(to, 'spec.template', object.spec?.template)
  return to
}

export function podTemplateWarnings(object: PodTemplate, old: PodTemplate | undefined): string[] {
  const to: string[] = []
  if (!isSame(object, old)) templateWarnings(to, 'template', object.template)
  return to
}

export function statefulSetWarnings(object: StatefulSet, old: StatefulSet | undefined): string[] {
  const to: string[] = []
  const { spec } = object
  if (!isSame(object, old)) templateWarnings(to, 'spec.template', spec?.template)
  // The paths are upstream's: of a new set without the spec, of a changed one in another case.
  spec?.volumeClaimTemplates?.forEach((claim, i) => claimWarnings(to, `spec.volumeClaimTemplates[${i}]${old ? '.Spec' : ''}`, claim.spec))
  if ((spec?.revisionHistoryLimit ?? 0) < 0) to.push('spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended')
  return to
}

function jobSpec(to: string[], path: string, spec: JobSpec | undefined): void {
  if (spec?.completionMode === 'Indexed' && (spec.completions ?? 0) > MANY_COMPLETIONS && (spec.parallelism ?? 0) > MANY_AT_ONCE)
    to.push(`${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`)
  templateWarnings(to, `${path}.template`, spec?.template)
}

export function jobWarnings(object: Job, old: Job | undefined): string[] {
  const to: string[] = []
  if (!old) nameWarning(to, object.metadata.name)
  if (!isSame(object, old)) jobSpec(to, 'spec', object.spec)
  return to
}

export function cronJobWarnings(object: CronJob, old: CronJob | undefined): string[] {
  const to: string[] = []
  if (!old) nameWarning(to, object.metadata.name)
  if (isSame(object, old)) return to
  jobSpec(to, 'spec.jobTemplate.spec', object.spec?.jobTemplate?.spec)
  return to
}
