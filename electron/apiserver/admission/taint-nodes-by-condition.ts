/**
 * TaintNodesByCondition: a node that is new is kept free of pods until it is known to be well; the node lifecycle controller takes
 * the taint away then. Upstream taints every new node; ours spares one that is created with the condition Ready, as our
 * kubelets' are: the taint would go at once, after two writes on the way of the cluster's first pod.
 */
import type { Node } from '../../../shared/api/types.ts'
import type { AdmissionPlugin } from './plugin.ts'

const KEY = 'node.kubernetes.io/not-ready'
const EFFECT = 'NoSchedule'

export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  resources: ['/nodes'],
  operations: ['CREATE'],
  admit({ object }) {
    const node = object as Node
    const taints = node.spec?.taints ?? []
    if (node.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')) return undefined
    if (taints.some((t) => t.key === KEY && t.effect === EFFECT)) return undefined
    node.spec = { ...node.spec, taints: [...taints, { key: KEY, effect: EFFECT }] }
    return undefined
  },
}
