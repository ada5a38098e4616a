/** Defaults of DaemonSets. Source: apps/v1 defaulting of Kubernetes. */
import type { DaemonSet } from '../../../../shared/api/types.ts'
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
