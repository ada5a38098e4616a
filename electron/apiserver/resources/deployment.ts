/** Deployment: replicas of a pod template, and how to get from one template to the next. */
import type { Deployment } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn, templateColumns, text } from './columns.ts'
import { deploymentDefaults } from './defaults/workloads.ts'
import { defineKind } from './kind.ts'
import { replicasScale } from './replicas-scale.ts'
import { validateDeployment, validateDeploymentStatus, validateDeploymentUpdate } from './validation/workloads.ts'
import { namedSetWarnings } from './warnings/workloads.ts'

export const deployment = defineKind<Deployment>({
  group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', singular: 'deployment', shortNames: ['deploy'], categories: ['all'],
  scope: 'Namespaced', schema: 'V1Deployment', status: true, generation: true, generationAlso: 'annotations',
  scale: replicasScale<Deployment>(),
  strategy: {
    defaults: deploymentDefaults,
    prepareForCreate(draft) {
      draft.status = {}
    },
    validate: validateDeployment,
    validateUpdate: validateDeploymentUpdate,
    validateStatusUpdate: validateDeploymentStatus,
    warnings: namedSetWarnings,
  },
  columns: [
    nameColumn,
    text<Deployment>('Ready', 'Ready pods of those wanted.', (o) => `${o.status?.readyReplicas ?? 0}/${o.spec.replicas ?? 1}`),
    integer<Deployment>('Up-to-date', 'Pods made from the present template.', (o) => o.status?.updatedReplicas ?? 0),
    integer<Deployment>('Available', 'Pods ready for at least minReadySeconds.', (o) => o.status?.availableReplicas ?? 0),
    ageColumn,
    ...templateColumns,
  ],
})
