/** PodTemplate: a pod spec kept for later use. Nothing acts on it. */
import type { PodTemplate } from '../../../shared/api/types.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { formatLabels, nameColumn, text } from './columns.ts'
import { podSpecDefaults } from './defaults/pod.ts'
import { defineKind } from './kind.ts'
import type { Errors } from './validation/common.ts'
import { podTemplate as podTemplateSpec } from './validation/pod-template.ts'
import { podTemplateWarnings } from './warnings/workloads.ts'

function validate({ template }: PodTemplate): FieldError[] {
  const errors: Errors = []
  podTemplateSpec(errors, 'template', template)
  return errors
}

const containers = (o: PodTemplate): readonly { name: string; image?: string }[] => o.template?.spec?.containers ?? []

export const podTemplate = defineKind<PodTemplate>({
  group: '', version: 'v1', kind: 'PodTemplate', resource: 'podtemplates', singular: 'podtemplate',
  scope: 'Namespaced', schema: 'V1PodTemplate', generation: true,
  strategy: {
    defaults(draft) {
      if (draft.template?.spec) podSpecDefaults(draft.template.spec)
    },
    validate,
    warnings: podTemplateWarnings,
  },
  columns: [
    nameColumn,
    text<PodTemplate>('Containers', 'Names of the containers in the template.', (o) => containers(o).map((c) => c.name).join(',')),
    text<PodTemplate>('Images', 'Images of the containers in the template.', (o) => containers(o).map((c) => c.image ?? '').join(',')),
    text<PodTemplate>('Pod Labels', 'Labels of pods made from it.', (o) => formatLabels(o.template?.metadata?.labels)),
  ],
})
