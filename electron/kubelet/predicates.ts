/** What the scheduler has checked and a pod that names its node itself has not: its host ports must be free. Source: kubernetes pkg/kubelet/lifecycle/predicate.go. */
import type { Pod } from '../../shared/api/types.ts'
import { hostPorts, portsClash } from '../../shared/host-ports.ts'
import type { Refusal } from './admission.ts'

const isOver = (pod: Pod): boolean => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded'

/** @param others the pods that are here, this one and finished ones included */
export function portsTaken(pod: Pod, others: Iterable<Pod>): Refusal | undefined {
  const wanted = hostPorts(pod)
  if (!wanted.length) return undefined
  for (const other of others) {
    if (other.metadata.uid === pod.metadata.uid || isOver(other)) continue
    if (hostPorts(other).some((p) => wanted.some((q) => portsClash(p, q)))) return { reason: 'NodePorts', message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports" }
  }
  return undefined
}
