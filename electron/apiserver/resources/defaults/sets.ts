/** Defaults of DaemonSets and StatefulSets. Source: apps/v1 defaulting of Kubernetes. */
import type { DaemonSet, StatefulSet } from '../../../../shared/api/types.ts'
import { podSpecDefaults } from './pod.ts'

const HISTORY = 10

export function daemonSetDefaults(draft: DaemonSet): void {
  const spec = draft.spec
  if (!spec) return
  spec.revisionHistoryLimit ??= HISTORY
  spec.updateStrategy ??= {}
  spec.updateStrategy.type ||= 'RollingUpdate'
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {}
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0
  }
  if (spec.template?.spec) podSpecDefaults(spec.template.spec)
}

export function statefulSetDefaults(draft: StatefulSet): void {
  const spec = draft.spec
  if (!spec) return
  spec.replicas ??= 1
  spec.podManagementPolicy ||= 'OrderedReady'
  spec.revisionHistoryLimit ??= HISTORY
  spec.updateStrategy ??= {}
  spec.updateStrategy.type ||= 'RollingUpdate'
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {}
    spec.updateStrategy.rollingUpdate.partition ??= 0
  }
  spec.persistentVolumeClaimRetentionPolicy ??= {}
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain'
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain'
  if (spec.template?.spec) podSpecDefaults(spec.template.spec)
}
