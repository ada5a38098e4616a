/** Only the node that spec.nodeName asks for (a pod that names one is normally bound already). */
import { rejectForGood, type Plugin } from '../framework.ts'

export const nodeName: Plugin = {
  name: 'NodeName',
  weight: 0,
  preFilter(pod) {
    const wanted = pod.pod.spec.nodeName
    if (!wanted) return undefined
    const no = rejectForGood("node(s) didn't match the requested node name")
    return { filter: (node) => (node.name === wanted ? undefined : no) }
  },
}
