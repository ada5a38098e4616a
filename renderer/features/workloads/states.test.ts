import { expect, it } from 'vitest'
import { autoscalerState, budgetState, cronJobState, daemonSetState, deploymentState, jobState, keeperState, statefulSetState } from './states.ts'

const at = (spec: object, status: object = {}, generation = 1): never => ({ metadata: { name: 'x', generation }, spec, status: { observedGeneration: 1, ...status } }) as never
const condition = (type: string, status = 'True', reason = ''): object => ({ conditions: [{ type, status, reason }] })

it.each([
  ['complete', deploymentState(at({ replicas: 2 }, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 })), 'deployments.status.complete', 'ok'],
  ['one to come', deploymentState(at({ replicas: 2 }, { replicas: 2, updatedReplicas: 2, availableReplicas: 1 })), 'deployments.status.rolling', 'working'],
  ['old ones left', deploymentState(at({ replicas: 2 }, { replicas: 3, updatedReplicas: 2, availableReplicas: 3 })), 'deployments.status.rolling', 'working'],
  ['not seen yet', deploymentState(at({ replicas: 1 }, { replicas: 1, updatedReplicas: 1, availableReplicas: 1 }, 2)), 'deployments.status.rolling', 'working'],
  ['stalled', deploymentState(at({}, condition('Progressing', 'False'))), 'deployments.status.stalled', 'failed'],
  ['refused its pods', deploymentState(at({ paused: true }, condition('ReplicaFailure', 'True', 'FailedCreate'))), 'FailedCreate', 'failed'],
  ['refused a pod no more', deploymentState(at({ replicas: 1 }, { replicas: 1, updatedReplicas: 1, availableReplicas: 1, ...condition('ReplicaFailure', 'False', 'FailedCreate') })), 'deployments.status.complete', 'ok'],
  ['paused', deploymentState(at({ paused: true })), 'deployments.status.paused', 'waiting'],
  ['zero', deploymentState(at({ replicas: 0 })), 'deployments.status.zero', 'waiting'],
  ['stateful', statefulSetState(at({ replicas: 2 }, { readyReplicas: 2, currentRevision: 'a', updateRevision: 'a' })), 'deployments.status.complete', 'ok'],
  ['stateful, in between', statefulSetState(at({ replicas: 2 }, { readyReplicas: 2, currentRevision: 'a', updateRevision: 'b' })), 'deployments.status.rolling', 'working'],
  ['stateful, a part held back', statefulSetState(at({ replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } }, { readyReplicas: 2, currentRevision: 'a', updateRevision: 'b' })), 'deployments.status.complete', 'ok'],
  ['daemons', daemonSetState(at({}, { desiredNumberScheduled: 3, numberAvailable: 3, updatedNumberScheduled: 3 })), 'deployments.status.complete', 'ok'],
  ['daemons, one old', daemonSetState(at({}, { desiredNumberScheduled: 3, numberAvailable: 3, updatedNumberScheduled: 2 })), 'deployments.status.rolling', 'working'],
  ['daemons, replaced by hand', daemonSetState(at({ updateStrategy: { type: 'OnDelete' } }, { desiredNumberScheduled: 3, numberAvailable: 3 })), 'deployments.status.complete', 'ok'],
  ['job', jobState(at({}, condition('Complete'))), 'Complete', 'ok'],
  ['job that failed', jobState(at({}, condition('Failed'))), 'Failed', 'failed'],
  ['job that waits', jobState(at({ suspend: true })), 'Suspended', 'waiting'],
  ['job that tries again', jobState(at({}, { failed: 1 })), 'Running', 'warning'],
  ['job at work', jobState(at({})), 'Running', 'working'],
  ['cron job', cronJobState(at({})), 'cronjobs.scheduled', 'ok'],
  ['cron job at work', cronJobState(at({}, { active: [{}] })), 'cronjobs.active', 'working'],
  ['set', keeperState(at({ replicas: 1 }, { readyReplicas: 1 })), 'common.ready', 'ok'],
  ['set that is refused its pods', keeperState(at({}, condition('ReplicaFailure', 'True', 'FailedCreate'))), 'FailedCreate', 'failed'],
  ['set that grows', keeperState(at({}, { replicas: 1 })), 'replicasets.growing', 'working'],
  ['autoscaler', autoscalerState(at({}, condition('ScalingActive'))), 'autoscalers.active', 'ok'],
  ['autoscaler without figures', autoscalerState(at({}, condition('ScalingActive', 'False', 'FailedGetResourceMetric'))), 'FailedGetResourceMetric', 'warning'],
  ['budget', budgetState(at({}, { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 })), 'budgets.room', 'ok'],
  ['budget without room', budgetState(at({}, { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 })), 'budgets.full', 'warning'],
  ['budget that is broken', budgetState(at({}, { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 1 })), 'budgets.short', 'failed'],
] as const)('%s', (_, state, word, level) => {
  expect(state).toEqual({ word, level })
})
