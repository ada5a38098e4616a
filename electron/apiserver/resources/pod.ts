/** Pod: containers that live and die together on one node. */
import type { Pod } from '../../../shared/api/types.ts'
import { qosClass } from '../../../shared/pod-resources.ts'
import { podStatus } from '../../../shared/pod-status.ts'
import { isQuantity } from '../../../shared/quantity.ts'
import { ageColumn, nameColumn, NONE, text, wide } from './columns.ts'
import { podDefaults } from './defaults/pod.ts'
import { defineKind } from './kind.ts'
import { mergeLabelKeys } from './pod-label-keys.ts'
import { validatePodUpdate } from './validation/pod-update.ts'
import { validatePod, validatePodStatusUpdate } from './validation/pod.ts'
import { podStatusWarnings, podWarnings } from './warnings/pod.ts'

const DEFAULT_GRACE_SECONDS = 30

function readinessGates(o: Pod): string {
  const gates = o.spec.readinessGates ?? []
  if (gates.length === 0) return NONE
  const met = gates.filter((gate) => o.status?.conditions?.some((c) => c.type === gate.conditionType && c.status === 'True')).length
  return `${met}/${gates.length}`
}

/** Whether the resources of the pod and of every container can be read. */
export const isReadable = (o: Pod): boolean =>
  [...(o.spec?.containers ?? []), ...(o.spec?.initContainers ?? []), ...(o.spec ? [o.spec] : [])].every(({ resources }) => [resources?.requests, resources?.limits].every((list) => Object.values(list ?? {}).every(isQuantity))) && o.spec?.containers !== undefined

export const pod = defineKind<Pod>({
  group: '', version: 'v1', kind: 'Pod', resource: 'pods', singular: 'pod', shortNames: ['po'], categories: ['all'],
  scope: 'Namespaced', schema: 'V1Pod', status: true, generation: true,
  subresources: [
    { name: 'log', verbs: ['get'], kind: 'Pod' },
    { name: 'exec', verbs: ['create', 'get'], kind: 'PodExecOptions' },
    { name: 'attach', verbs: ['create', 'get'], kind: 'PodAttachOptions' },
    { name: 'portforward', verbs: ['create', 'get'], kind: 'PodPortForwardOptions' },
    { name: 'proxy', verbs: ['create', 'delete', 'get', 'patch', 'update'], kind: 'PodProxyOptions' },
    { name: 'ephemeralcontainers', verbs: ['get', 'patch', 'update'], kind: 'Pod' },
    { name: 'resize', verbs: ['get', 'patch', 'update'], kind: 'Pod' },
    { name: 'binding', verbs: ['create'], kind: 'Binding' },
    { name: 'eviction', verbs: ['create'], kind: 'Eviction', group: 'policy', version: 'v1' },
  ],
  selectableFields: {
    'spec.nodeName': (o) => o.spec.nodeName ?? '',
    // Its name before version 1.
    'spec.host': (o) => o.spec.nodeName ?? '',
    'spec.restartPolicy': (o) => o.spec.restartPolicy ?? '',
    'spec.schedulerName': (o) => o.spec.schedulerName ?? '',
    'spec.serviceAccountName': (o) => o.spec.serviceAccountName ?? '',
    'spec.hostNetwork': (o) => String(o.spec.hostNetwork ?? false),
    'status.phase': (o) => o.status?.phase ?? '',
    'status.podIP': (o) => o.status?.podIP ?? '',
    // A known name, of which upstream has no value: nothing is found by it.
    'status.podIPs': () => '',
    'status.nominatedNodeName': (o) => o.status?.nominatedNodeName ?? '',
  },
  strategy: {
    defaults: podDefaults,
    prepareForCreate(draft) {
      draft.status = { phase: 'Pending' }
      if (draft.spec?.affinity || draft.spec?.topologySpreadConstraints) mergeLabelKeys(draft)
      // A spec that validation is about to refuse has no class.
      if (isReadable(draft)) draft.status.qosClass = qosClass(draft)
      if (draft.spec?.schedulingGates?.length)
        draft.status.conditions = [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' }]
    },
    prepareForStatusUpdate(draft, old) {
      // The class is decided once, at creation.
      if (draft.status && old.status?.qosClass) draft.status.qosClass = old.status.qosClass
    },
    validate: validatePod,
    validateUpdate: validatePodUpdate,
    validateStatusUpdate: validatePodStatusUpdate,
    warnings: podWarnings,
    statusWarnings: podStatusWarnings,
    gracefulDeletionSeconds(object, requested) {
      const phase = object.status?.phase
      if (!object.spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0
      const seconds = Number(requested ?? object.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS)
      // A negative value stored long ago means at once, but through the kubelet.
      return seconds < 0 ? 1 : seconds
    },
  },
  columns: [
    nameColumn,
    text<Pod>('Ready', 'Ready containers of all.', (o, { now }) => podStatus(o, now).ready),
    text<Pod>('Status', 'The most telling of phase, reason and container states.', (o, { now }) => podStatus(o, now).word),
    text<Pod>('Restarts', 'Restarts of all containers, and how long ago the last was.', (o, { now }) => podStatus(o, now).restarts),
    ageColumn,
    wide(text<Pod>('IP', 'Address of the pod.', (o) => o.status?.podIPs?.[0]?.ip || o.status?.podIP || NONE)),
    wide(text<Pod>('Node', 'Where it runs.', (o) => o.spec.nodeName || NONE)),
    wide(text<Pod>('Nominated Node', 'Where room is being made for it.', (o) => o.status?.nominatedNodeName || NONE)),
    wide(text<Pod>('Readiness Gates', 'Further conditions met, of those asked.', readinessGates)),
  ],
})
