/**
 * What a kubelet tells of its node in Events, which `kubectl describe node` shows: that it starts, and what turns. Source: kubernetes
 * pkg/kubelet/nodestatus/setters.go. Its Events name the node by its name, for the UID too, as upstream's do.
 */
import type { KubeObject } from '../../shared/api/meta.ts'
import type { NodeCondition, NodeStatus } from '../../shared/api/types.ts'
import type { EventRecorder } from '../client/types.ts'

/** By type and status. What is not known is no news. */
const REASONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MemoryPressure: { True: 'NodeHasInsufficientMemory', False: 'NodeHasSufficientMemory' },
  DiskPressure: { True: 'NodeHasDiskPressure', False: 'NodeHasNoDiskPressure' },
  PIDPressure: { True: 'NodeHasInsufficientPID', False: 'NodeHasSufficientPID' },
  Ready: { True: 'NodeReady', False: 'NodeNotReady' },
}

/** The reasons of what is otherwise than before. A new node that is not ready yet need not say so. */
export function turns(before: readonly NodeCondition[] | undefined, now: readonly NodeCondition[] | undefined): string[] {
  return (now ?? []).flatMap(({ type, status }) => {
    const old = before?.find((c) => c.type === type)?.status
    const reason = REASONS[type]?.[status]
    return reason === undefined || old === status || (reason === 'NodeNotReady' && old === undefined) ? [] : [reason]
  })
}

export type Seen = Pick<NodeStatus, 'conditions' | 'nodeInfo'>
export interface NodeEvents {
  starting(): void
  /** What of its status is otherwise than before. */
  turned(before: Seen | undefined, now: Seen | undefined): void
  /** Whether pods may be scheduled to it; told of each change, and before the first one of what was there. */
  schedulable(is: boolean): void
}

export function createNodeEvents(recorder: Pick<EventRecorder, 'event'>, name: string): NodeEvents {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } } as KubeObject
  const say = (reason: string): void => recorder.event(node, 'Normal', reason, `Node ${name} status is now: ${reason}`)
  let could: boolean | undefined
  return {
    starting: () => recorder.event(node, 'Normal', 'Starting', 'Starting kubelet.'),
    turned(before, now) {
      const [old, boot] = [before?.nodeInfo?.bootID, now?.nodeInfo?.bootID]
      // A machine whose boots nobody can tell apart says none.
      if (old && boot && old !== boot) recorder.event(node, 'Warning', 'Rebooted', `Node ${name} has been rebooted, boot id: ${boot}`)
      turns(before?.conditions, now?.conditions).forEach(say)
    },
    schedulable(is) {
      if (could !== undefined && could !== is) say(is ? 'NodeSchedulable' : 'NodeNotSchedulable')
      could = is
    },
  }
}
