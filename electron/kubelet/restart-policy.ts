/** Whether a container that has ended is to be started again: pure. Source: Kubernetes documentation, "Pod Lifecycle"; KEP-5307, container restart policy and rules. */
import type { Container, Pod } from '../../shared/api/types.ts'
import type { ContainerState } from './runtime/types.ts'

type Rules = Pick<Container, 'restartPolicy' | 'restartPolicyRules'>

/** The first rule that fits decides; a container's own policy comes before the pod's. */
export function shouldRestart(pod: Pod, container: Rules, ended: Pick<ContainerState, 'exitCode'>): boolean {
  const code = ended.exitCode ?? 0
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    const listed = exitCodes?.values?.includes(code) ?? false
    if (action === 'Restart' && exitCodes && (exitCodes.operator === 'In' ? listed : !listed)) return true
  }
  const policy = container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && code !== 0)
}

/** As shouldRestart, for init containers: one that has succeeded is never run again, unless it is a sidecar. */
export const initRestarts = (pod: Pod, container: Rules, ended: Pick<ContainerState, 'exitCode'>): boolean =>
  (container.restartPolicy === 'Always' || (ended.exitCode ?? 0) !== 0) && shouldRestart(pod, container, ended)
