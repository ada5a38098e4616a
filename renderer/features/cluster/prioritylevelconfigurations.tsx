import { FlowSchemas, PriorityLevelConfigurations } from '../../../shared/api/resources.ts'
import type { FlowSchema, PriorityLevelConfiguration } from '../../../shared/api/types.ts'
import { related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

const queuing = (p: PriorityLevelConfiguration) => p.spec.limited?.limitResponse?.queuing
const shares = (p: PriorityLevelConfiguration): number | undefined => p.spec.limited?.nominalConcurrencyShares ?? p.spec.exempt?.nominalConcurrencyShares

export const view: KindView<PriorityLevelConfiguration> = {
  type: PriorityLevelConfigurations, title: 'nav.prioritylevelconfigurations', empty: 'flows.levelsEmpty',
  cells: [
    text('common.type', (p) => p.spec.type, '100px'), text('flows.shares', shares, '84px', { right: true }), text('flows.queues', (p) => queuing(p)?.queues, '84px', { right: true }),
    text('flows.handSize', (p) => queuing(p)?.handSize, '96px', { right: true }), text('flows.queueLength', (p) => queuing(p)?.queueLengthLimit, '110px', { right: true }),
  ],
  related: [related<PriorityLevelConfiguration, FlowSchema>({ title: 'nav.flowschemas', type: FlowSchemas, pick: (all, p) => all.filter((f) => f.spec.priorityLevelConfiguration?.name === p.metadata.name) })],
}
