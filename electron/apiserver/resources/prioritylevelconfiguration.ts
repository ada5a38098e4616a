/** PriorityLevelConfiguration: how many requests of a level are served at once, and what becomes of the others. */
import type { V1PriorityLevelConfiguration } from '@kubernetes/client-node'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Wire } from '../../../shared/api/wire.ts'
import { ageColumn, nameColumn, NONE, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateConditions } from './validation/flowcontrol.ts'
import { validatePriorityLevel } from './validation/prioritylevelconfiguration.ts'

export type PriorityLevelConfiguration = KubeObject & Wire<Omit<V1PriorityLevelConfiguration, 'apiVersion' | 'kind' | 'metadata'>>

/** Of a limited level alone, as upstream prints it. */
const shares = ({ spec }: PriorityLevelConfiguration): number | undefined => spec?.limited?.nominalConcurrencyShares
const queuing = (name: string, description: string, field: 'queues' | 'handSize' | 'queueLengthLimit') =>
  text<PriorityLevelConfiguration>(name, description, (o) => String(o.spec?.limited?.limitResponse?.queuing?.[field] ?? NONE))

export const priorityLevelConfiguration = defineKind<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io', version: 'v1', kind: 'PriorityLevelConfiguration', resource: 'prioritylevelconfigurations', singular: 'prioritylevelconfiguration',
  scope: 'Cluster', schema: 'V1PriorityLevelConfiguration', status: true,
  strategy: {
    defaults({ spec }) {
      if (spec?.exempt) {
        spec.exempt.nominalConcurrencyShares ??= 0
        spec.exempt.lendablePercent ??= 0
      }
      if (!spec?.limited) return
      spec.limited.nominalConcurrencyShares ??= 30
      spec.limited.lendablePercent ??= 0
      const { queuing: queues } = spec.limited.limitResponse ?? {}
      if (!queues) return
      queues.queues ||= 64
      queues.handSize ||= 8
      queues.queueLengthLimit ||= 50
    },
    validate: validatePriorityLevel,
    validateStatusUpdate: (object) => validateConditions(object.status?.conditions),
  },
  columns: [
    nameColumn,
    text<PriorityLevelConfiguration>('Type', 'Whether its requests are limited.', (o) => o.spec?.type ?? ''),
    text<PriorityLevelConfiguration>('NominalConcurrencyShares', 'Its part of the seats of the server.', (o) => String(shares(o) ?? NONE)),
    queuing('Queues', 'How many queues its requests wait in.', 'queues'),
    queuing('HandSize', 'Among how many queues a flow has the choice.', 'handSize'),
    queuing('QueueLengthLimit', 'How many requests may wait in one queue.', 'queueLengthLimit'),
    ageColumn,
  ],
})
