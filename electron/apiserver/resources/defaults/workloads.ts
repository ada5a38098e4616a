/** Defaults of apps/v1. Source: apps/v1 defaulting of Kubernetes. */
import type { Deployment, ReplicaSet } from '../../../../shared/api/types.ts'
import { podSpecDefaults } from './pod.ts'

export function deploymentDefaults(draft: Deployment): void {
  const spec = draft.spec
  if (!spec) return
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  spec.progressDeadlineSeconds ??= 600
  spec.strategy ??= {}
  spec.strategy.type ||= 'RollingUpdate'
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {}
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%'
    spec.strategy.rollingUpdate.maxSurge ??= '25%'
  }
  if (spec.template?.spec) podSpecDefaults(spec.template.spec)
}

export function replicaSetDefaults(draft: ReplicaSet): void {
  if (!draft.spec) return
  draft.spec.replicas ??= 1
  if (draft.spec.template?.spec) podSpecDefaults(draft.spec.template.spec)
}
