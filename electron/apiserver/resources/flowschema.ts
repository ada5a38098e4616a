/** FlowSchema: which requests belong to which priority level, and what is one flow among them. */
import type { V1FlowSchema } from '@kubernetes/client-node'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Wire } from '../../../shared/api/wire.ts'
import { ageColumn, integer, nameColumn, NONE, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateConditions } from './validation/flowcontrol.ts'
import { validateFlowSchema } from './validation/flowschema.ts'

export type FlowSchema = KubeObject & Wire<Omit<V1FlowSchema, 'apiVersion' | 'kind' | 'metadata'>>

/** The condition that says whether the priority level is there. */
export const DANGLING = 'Dangling'
const DEFAULT_PRECEDENCE = 1000

export const flowSchema = defineKind<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io', version: 'v1', kind: 'FlowSchema', resource: 'flowschemas', singular: 'flowschema',
  scope: 'Cluster', schema: 'V1FlowSchema', status: true,
  strategy: {
    defaults(draft) {
      if (draft.spec) draft.spec.matchingPrecedence ||= DEFAULT_PRECEDENCE
    },
    validate: validateFlowSchema,
    validateStatusUpdate: (object) => validateConditions(object.status?.conditions),
  },
  columns: [
    nameColumn,
    text<FlowSchema>('PriorityLevel', 'The priority level that its requests have.', (o) => o.spec?.priorityLevelConfiguration.name ?? ''),
    integer<FlowSchema>('MatchingPrecedence', 'Of all that match, the one with the least is taken.', (o) => o.spec?.matchingPrecedence ?? 0),
    text<FlowSchema>('DistinguisherMethod', 'By what its requests are told apart into flows.', (o) => o.spec?.distinguisherMethod?.type ?? NONE),
    ageColumn,
    text<FlowSchema>('MissingPL', 'Whether its priority level is missing.', (o) => o.status?.conditions?.find((c) => c.type === DANGLING)?.status ?? '?'),
  ],
})
