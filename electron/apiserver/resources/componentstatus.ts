/** ComponentStatus: how the parts of the control plane are. They live in one process with the server: what can fail apart is the store. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { nameColumn, text } from './columns.ts'
import { defineKind, type KindDefinition } from './kind.ts'

interface Condition {
  type: string
  status: string
  message?: string
  error?: string
}
type ComponentStatus = KubeObject & { conditions: Condition[] }

const healthy = (o: ComponentStatus): Condition | undefined => o.conditions.find((c) => c.type === 'Healthy')

/** @param problemOf what is wrong with a component; undefined: it is well */
export function componentStatus(problemOf: (component: string) => string | undefined): KindDefinition {
  const of = (name: string): ComponentStatus => {
    const problem = problemOf(name)
    return { metadata: { name }, conditions: [problem === undefined ? { type: 'Healthy', status: 'True', message: 'ok' } : { type: 'Healthy', status: 'False', message: problem }] } as ComponentStatus
  }
  return defineKind<ComponentStatus>({
    group: '', version: 'v1', kind: 'ComponentStatus', resource: 'componentstatuses', singular: 'componentstatus', shortNames: ['cs'], scope: 'Cluster', schema: 'V1ComponentStatus', strategy: {}, verbs: ['get', 'list'], generation: false,
    deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
    memory: { list: () => ['controller-manager', 'scheduler', 'etcd-0'].map(of) },
    columns: [
      nameColumn,
      text<ComponentStatus>('Status', 'Whether the component is well.', (o) => ({ True: 'Healthy', False: 'Unhealthy' })[healthy(o)?.status ?? ''] ?? 'Unknown'),
      text<ComponentStatus>('Message', 'What it says of itself.', (o) => healthy(o)?.message ?? ''),
      text<ComponentStatus>('Error', 'What went wrong when it was asked.', (o) => healthy(o)?.error ?? ''),
    ],
  })
}
