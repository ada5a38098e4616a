/** Node: a machine, or a share of one, that runs pods. */
import type { Node } from '../../../shared/api/types.ts'
import { ageColumn, nameColumn, NONE, text, wide } from './columns.ts'
import { canonicalResources } from './defaults/resources.ts'
import { defineKind } from './kind.ts'
import { validateNode, validateNodeAddresses, validateNodeStatus, validateNodeUpdate } from './validation/node.ts'
import { nodeWarnings } from './warnings/others.ts'

const ROLE_PREFIX = 'node-role.kubernetes.io/'
const UNKNOWN = '<unknown>'

function roles(o: Node): string {
  const found = new Set<string>()
  for (const [key, value] of Object.entries(o.metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) found.add(key.slice(ROLE_PREFIX.length))
    else if (key === 'kubernetes.io/role' && value) found.add(value)
  }
  return found.size === 0 ? NONE : [...found].toSorted().join(',')
}
function ready(o: Node): string {
  const condition = o.status?.conditions?.find((c) => c.type === 'Ready')
  const word = !condition ? 'Unknown' : condition.status === 'True' ? 'Ready' : 'NotReady'
  return o.spec?.unschedulable ? `${word},SchedulingDisabled` : word
}
const address = (o: Node, type: string): string => o.status?.addresses?.find((a) => a.type === type)?.address ?? NONE

/** Capacity in canonical notation; what is allocatable is everything unless said otherwise. */
function statusDefaults(draft: Node): void {
  if (!draft.status) return
  canonicalResources(draft.status.capacity)
  canonicalResources(draft.status.allocatable)
  if (draft.status.capacity && !draft.status.allocatable) draft.status.allocatable = { ...draft.status.capacity }
}

export const node = defineKind<Node>({
  group: '', version: 'v1', kind: 'Node', resource: 'nodes', singular: 'node', shortNames: ['no'],
  scope: 'Cluster', schema: 'V1Node', status: true, statusOnCreate: true, generation: false,
  subresources: [{ name: 'proxy', verbs: ['create', 'delete', 'get', 'patch', 'update'], kind: 'NodeProxyOptions' }],
  selectableFields: { 'spec.unschedulable': (o) => String(o.spec?.unschedulable ?? false) },
  strategy: { defaults: statusDefaults, prepareForStatusUpdate: statusDefaults, validate: validateNode, validateUpdate: validateNodeUpdate, validateStatusUpdate: (object) => [...validateNodeStatus(object), ...validateNodeAddresses(object)], warnings: nodeWarnings },
  columns: [
    nameColumn,
    text('Status', 'Ready, NotReady or Unknown; SchedulingDisabled when cordoned.', ready),
    text('Roles', 'From the labels node-role.kubernetes.io/….', roles),
    ageColumn,
    text('Version', 'Version of the kubelet.', (o) => (o as Node).status?.nodeInfo?.kubeletVersion ?? ''),
    wide(text<Node>('Internal-IP', 'Address inside the cluster.', (o) => address(o, 'InternalIP'))),
    wide(text<Node>('External-IP', 'Address outside the cluster.', (o) => address(o, 'ExternalIP'))),
    wide(text<Node>('OS-Image', 'Operating system.', (o) => o.status?.nodeInfo?.osImage || UNKNOWN)),
    wide(text<Node>('Kernel-Version', 'Kernel.', (o) => o.status?.nodeInfo?.kernelVersion || UNKNOWN)),
    wide(text<Node>('Container-Runtime', 'What runs the containers.', (o) => o.status?.nodeInfo?.containerRuntimeVersion || UNKNOWN)),
  ],
})
