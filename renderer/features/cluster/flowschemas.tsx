import { FlowSchemas } from '../../../shared/api/resources.ts'
import type { FlowSchema } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { count, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

const level = (f: FlowSchema): string => f.spec.priorityLevelConfiguration?.name ?? ''

export const view: KindView<FlowSchema> = {
  type: FlowSchemas, title: 'nav.flowschemas', empty: 'flows.empty',
  cells: [
    { label: 'flows.level', width: 'minmax(140px, 1fr)', value: level, show: (f) => <ObjectLink apiVersion="flowcontrol.apiserver.k8s.io/v1" kind="PriorityLevelConfiguration" name={level(f)}>{level(f)}</ObjectLink> },
    count('flows.precedence', (f) => f.spec.matchingPrecedence, '100px'), text('flows.distinguisher', (f) => f.spec.distinguisherMethod?.type, '130px'),
  ],
  // Dangling: its priority level is missing.
  good: (type) => (type === 'Dangling' ? 'False' : 'True'),
}
