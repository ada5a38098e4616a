/** What the pod table shows, worked out once for each version of a pod. */
import type { ContainerState, Pod } from '../../../shared/api/types.ts'
import { podRequests } from '../../../shared/pod-resources.ts'
import { podStatus } from '../../../shared/pod-status.ts'
import type { PodStatusSummary } from '../../../shared/pod-status.ts'

interface Row extends PodStatusSummary {
  cpu: number
  memory: number
}
const rows = new WeakMap<Pod, Row>()
/** The words that depend on now (how long ago it restarted) are left to the detail. */
export function podRow(pod: Pod): Row {
  let row = rows.get(pod)
  if (!row) {
    const { cpu = 0, memory = 0 } = podRequests(pod)
    row = { ...podStatus(pod, Date.now()), cpu, memory }
    rows.set(pod, row)
  }
  return row
}

/** One container's state as a word and what is behind it. */
export function stateWord(state: ContainerState | undefined): { word: string; message: string; since: string | undefined } {
  if (state?.running) return { word: 'Running', message: '', since: state.running.startedAt }
  if (state?.terminated) return { word: state.terminated.reason ?? 'Terminated', message: state.terminated.message ?? '', since: state.terminated.finishedAt }
  return { word: state?.waiting?.reason ?? 'Waiting', message: state?.waiting?.message ?? '', since: undefined }
}
