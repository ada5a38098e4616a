/** Pod templates: what holds for those of every kind. Paths of labels and annotations leave out `metadata`, as upstream's do. */
import type { PodTemplateSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'
import { annotations, labels } from './metadata.ts'
import { podAnnotations } from './pod-annotations.ts'
import { podSpec } from './pod-spec.ts'

export function podTemplate(errors: Errors, path: string, given: PodTemplateSpec | undefined): void {
  const { metadata, spec } = given ?? {}
  labels(errors, `${path}.labels`, metadata?.labels)
  annotations(errors, `${path}.annotations`, metadata?.annotations)
  if (!spec) {
    errors.push(field.required(`${path}.spec`))
    return
  }
  podAnnotations(errors, `${path}.annotations`, metadata?.annotations, spec)
  podSpec(errors, `${path}.spec`, spec)
  if (spec.ephemeralContainers?.length) errors.push(field.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'))
}
