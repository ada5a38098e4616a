/** Filters nodes whose NoSchedule or NoExecute taints the pod does not tolerate; prefers those with fewer PreferNoSchedule ones. */
import { normalizeToMax, rejectForGood, type Plugin } from '../framework.ts'
import { tolerates, untolerated } from './tolerations.ts'

const HARD = ['NoSchedule', 'NoExecute']

export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  preFilter(pod) {
    return {
      local: true,
      filter(node) {
        if (!node.taints.length) return undefined
        const taint = untolerated(node.taints, pod.tolerations, HARD)
        return taint && rejectForGood(`node(s) had untolerated taint(s) {${taint.key}: ${taint.value ?? ''}}`)
      },
    }
  },
  preScore(pod, nodes) {
    if (!nodes.some((n) => n.softTaints)) return undefined
    const soft = pod.tolerations.filter((t) => !t.effect || t.effect === 'PreferNoSchedule')
    return {
      local: true,
      score: (node) => node.taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !soft.some((t) => tolerates(t, taint))).length,
      normalize: (scores) => normalizeToMax(scores, true),
    }
  },
}
