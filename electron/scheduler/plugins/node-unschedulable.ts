/** Keeps pods off cordoned nodes, unless they tolerate the taint that a cordon amounts to (as daemons do). */
import { rejectForGood, type Plugin } from '../framework.ts'
import { tolerates } from './tolerations.ts'

const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }
const no = rejectForGood('node(s) were unschedulable')

export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  weight: 0,
  preFilter(pod) {
    if (pod.tolerations.some((t) => tolerates(t, cordon))) return undefined
    return { local: true, filter: (node) => (node.unschedulable ? no : undefined) }
  },
}
