/** The history of a workload: what its pods were made from, newest first. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ControllerRevision, PodTemplateSpec, ReplicaSet } from '../../../shared/api/types.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
export const CHANGE_CAUSE = 'kubernetes.io/change-cause'
export interface Revision {
  number: number
  name: string
  created: string | undefined
  cause: string | undefined
  template: PodTemplateSpec
}
export const revisionOf = (o: KubeObject): number => Number(o.metadata.annotations?.[REVISION] ?? 0)

/** The label that the controller added is no part of what a person asked for. */
function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } } as PodTemplateSpec
}
const newestFirst = (all: Revision[]): Revision[] => all.sort((a, b) => b.number - a.number)

export const revisionsOfSets = (sets: readonly ReplicaSet[]): Revision[] =>
  newestFirst(sets.filter((s) => s.spec.template).map((s) => ({ number: revisionOf(s), name: s.metadata.name, created: s.metadata.creationTimestamp, cause: s.metadata.annotations?.[CHANGE_CAUSE], template: withoutHash(s.spec.template as PodTemplateSpec) })))

export const revisionsOfControllers = (all: readonly ControllerRevision[]): Revision[] =>
  newestFirst(all.flatMap((r) => {
    const data = r.data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } } | undefined
    if (!data?.spec?.template) return []
    const { $patch: _, ...template } = data.spec.template
    return [{ number: r.revision, name: r.metadata.name, created: r.metadata.creationTimestamp, cause: r.metadata.annotations?.[CHANGE_CAUSE], template }]
  }))
