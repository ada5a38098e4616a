/** Kinds that make pods, and what counts and bounds them. */
import { immutable, SELECTOR, SPEC, TEMPLATE, templateDefaults, type KindCase } from './case.ts'

const OTHER = { matchLabels: { a: 'c' } }
/** A selector that the template fits, and that is another: what is refused is the change alone. */
const WIDE = { metadata: { labels: { a: 'b', c: 'd' } }, spec: SPEC }
const ALSO = { matchLabels: { c: 'd' } }
const ONCE = { ...SPEC, restartPolicy: 'Never' }
const { 'spec.template.spec.restartPolicy': _restart, ...onceDefaults } = templateDefaults('spec.template.spec')
const { 'spec.jobTemplate.spec.template.spec.restartPolicy': _again, ...cronDefaults } = templateDefaults('spec.jobTemplate.spec.template.spec')
const NOT_READY = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }
const WIDE_COLUMNS = '+Containers|+Images|+Selector'

export const workloads: KindCase[] = [
  {
    kind: 'v1 Pod', given: { spec: { ...SPEC, automountServiceAccountToken: false } },
    defaults: {
      ...templateDefaults('spec'), 'spec.enableServiceLinks': true, 'spec.serviceAccountName': 'default', 'spec.serviceAccount': 'default', 'spec.priority': 0, 'spec.preemptionPolicy': 'PreemptLowerPriority',
      'spec.tolerations': [{ key: 'node.kubernetes.io/not-ready', ...NOT_READY }, { key: 'node.kubernetes.io/unreachable', ...NOT_READY }], 'status.phase': 'Pending', 'status.qosClass': 'BestEffort',
    },
    columns: 'Name|Ready|Status|Restarts|Age|+IP|+Node|+Nominated Node|+Readiness Gates', generation: true, change: ['spec.containers.0.image', 'i:2'], status: { message: 'm' },
    frozen: [['spec.hostname', 'h', [/^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,/]], ['spec.containers.1', { name: 'd', image: 'i' }, ['spec.containers: Forbidden: pod updates may not add or remove containers']]],
  },
  { kind: 'v1 PodTemplate', given: { template: TEMPLATE }, defaults: templateDefaults('template.spec'), columns: 'Name|Containers|Images|Pod Labels', generation: true, change: ['template.spec.containers.0.image', 'i:2'] },
  {
    kind: 'v1 ReplicationController', given: { spec: { selector: { a: 'b' }, template: TEMPLATE } }, defaults: { ...templateDefaults('spec.template.spec'), 'spec.replicas': 1, 'metadata.labels': { a: 'b' }, 'status.replicas': 0 },
    columns: `Name|Desired|Current|Ready|Age|${WIDE_COLUMNS}`, generation: true, change: ['spec.replicas', 2], status: { replicas: 1 },
  },
  {
    kind: 'apps/v1 Deployment', given: { spec: { selector: SELECTOR, template: WIDE } },
    defaults: { ...templateDefaults('spec.template.spec'), 'spec.replicas': 1, 'spec.revisionHistoryLimit': 10, 'spec.progressDeadlineSeconds': 600, 'spec.strategy': { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } } },
    columns: `Name|Ready|Up-to-date|Available|Age|${WIDE_COLUMNS}`, generation: true, change: ['spec.paused', true], status: { replicas: 1 },
    frozen: [['spec.selector', ALSO, [immutable('spec.selector', ALSO)]]],
  },
  {
    kind: 'apps/v1 ReplicaSet', given: { spec: { selector: SELECTOR, template: WIDE } }, defaults: { ...templateDefaults('spec.template.spec'), 'spec.replicas': 1, 'status.replicas': 0 },
    columns: `Name|Desired|Current|Ready|Age|${WIDE_COLUMNS}`, generation: true, change: ['spec.replicas', 0], status: { replicas: 1 },
    frozen: [['spec.selector', ALSO, [immutable('spec.selector', ALSO)]]],
  },
  {
    kind: 'apps/v1 StatefulSet', given: { spec: { selector: SELECTOR, template: TEMPLATE, serviceName: 's' } },
    defaults: {
      ...templateDefaults('spec.template.spec'), 'spec.replicas': 1, 'spec.podManagementPolicy': 'OrderedReady', 'spec.revisionHistoryLimit': 10, 'spec.updateStrategy': { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      'spec.persistentVolumeClaimRetentionPolicy': { whenDeleted: 'Retain', whenScaled: 'Retain' }, 'status.replicas': 0, 'status.availableReplicas': 0,
    },
    columns: 'Name|Ready|Age|+Containers|+Images', generation: true, change: ['spec.replicas', 3], status: { replicas: 1, availableReplicas: 0 },
    frozen: [['spec.serviceName', 't', ["spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"]]],
  },
  {
    kind: 'apps/v1 DaemonSet', given: { spec: { selector: SELECTOR, template: WIDE } },
    defaults: {
      ...templateDefaults('spec.template.spec'), 'spec.revisionHistoryLimit': 10, 'spec.updateStrategy': { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      'metadata.annotations': { 'deprecated.daemonset.template.generation': '1' }, 'status': { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
    },
    columns: `Name|Desired|Current|Ready|Up-to-date|Available|Node Selector|Age|${WIDE_COLUMNS}`, generation: true, change: ['spec.minReadySeconds', 1], status: { currentNumberScheduled: 1, numberMisscheduled: 0, desiredNumberScheduled: 1, numberReady: 0 },
    frozen: [['spec.selector', ALSO, [immutable('spec.selector', ALSO)]], ['spec.template.metadata.labels', OTHER.matchLabels, ['spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`']]],
  },
  {
    kind: 'apps/v1 ControllerRevision', given: { revision: 1, data: { a: 1 } }, columns: 'Name|Controller|Revision|Age', generation: false, change: ['revision', 2],
    frozen: [['data', { a: 2 }, [immutable('data', { a: 2 })]]],
  },
  {
    kind: 'batch/v1 Job', given: { spec: { template: { spec: ONCE } } },
    defaults: {
      ...onceDefaults, 'spec.completions': 1, 'spec.parallelism': 1, 'spec.backoffLimit': 6, 'spec.completionMode': 'NonIndexed', 'spec.suspend': false, 'spec.manualSelector': false, 'spec.podReplacementPolicy': 'TerminatingOrFailed',
      'spec.selector': '*', 'spec.template.metadata': '*', metadata: '*',
    },
    columns: `Name|Status|Completions|Duration|Age|${WIDE_COLUMNS}`, generation: true, change: ['spec.parallelism', 2], status: { active: 1 },
    frozen: [['spec.completions', 2, [immutable('spec.completions', 2)]], ['spec.completionMode', 'Indexed', [immutable('spec.completionMode', 'Indexed')]], ['spec.template.spec.containers.0.image', 'i:2', [/^spec\.template: Invalid value: \{.*\}: field is immutable$/]]],
  },
  {
    kind: 'batch/v1 CronJob', given: { spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: ONCE } } } } },
    defaults: { ...cronDefaults, 'spec.concurrencyPolicy': 'Allow', 'spec.suspend': false, 'spec.successfulJobsHistoryLimit': 3, 'spec.failedJobsHistoryLimit': 1 },
    columns: `Name|Schedule|Timezone|Suspend|Active|Last Schedule|Age|${WIDE_COLUMNS}`, generation: true, change: ['spec.suspend', true], status: { lastScheduleTime: '2026-01-01T00:00:00Z' },
  },
  {
    kind: 'autoscaling/v2 HorizontalPodAutoscaler', given: { spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } } },
    defaults: { 'spec.minReplicas': 1, 'spec.metrics': [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }], 'status.desiredReplicas': 0 },
    columns: 'Name|Reference|Targets|MinPods|MaxPods|Replicas|Age', generation: false, change: ['spec.maxReplicas', 4], status: { desiredReplicas: 2 },
  },
  {
    kind: 'autoscaling/v1 HorizontalPodAutoscaler', name: 'y', given: { spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } } },
    defaults: { 'spec.minReplicas': 1, 'spec.targetCPUUtilizationPercentage': 80, 'status.currentReplicas': 0, 'status.desiredReplicas': 0 },
    columns: 'Name|Reference|Targets|MinPods|MaxPods|Replicas|Age', generation: false, change: ['spec.maxReplicas', 4], status: { currentReplicas: 1, desiredReplicas: 2 },
  },
  {
    kind: 'policy/v1 PodDisruptionBudget', given: { spec: { minAvailable: 1, selector: SELECTOR } }, defaults: { status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 } },
    columns: 'Name|Min Available|Max Unavailable|Allowed Disruptions|Age', generation: true, change: ['spec.selector', OTHER], status: { disruptionsAllowed: 1, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  },
  {
    kind: 'v1 ResourceQuota', given: { spec: { hard: { pods: '1' } } }, columns: 'Name|Request|Limit|Age', generation: false, change: ['spec.hard.pods', '2'], status: { hard: { pods: '1' } },
    frozen: [['spec.scopes', ['Terminating'], [immutable('spec.scopes', ['Terminating'])]]],
  },
  { kind: 'v1 LimitRange', given: { spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '9Gi' } }] } }, columns: 'Name|Created At', generation: false, change: ['spec.limits.0.max.storage', '8Gi'] },
  {
    kind: 'scheduling.k8s.io/v1 PriorityClass', given: { value: 1 }, defaults: { preemptionPolicy: 'PreemptLowerPriority' }, columns: 'Name|Value|Global-Default|Age|PreemptionPolicy', generation: false, change: ['description', 'd'],
    frozen: [['value', 2, ['value: Forbidden: may not be changed in an update.']], ['preemptionPolicy', 'Never', [immutable('preemptionPolicy', 'Never')]]],
  },
  { kind: 'node.k8s.io/v1 RuntimeClass', given: { handler: 'h' }, columns: 'Name|Handler|Age', generation: false, change: ['scheduling', { nodeSelector: { a: 'b' } }], frozen: [['handler', 'g', [immutable('handler', 'g')]]] },
]
