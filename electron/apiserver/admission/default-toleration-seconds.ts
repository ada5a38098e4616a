/** DefaultTolerationSeconds: a pod stays for five minutes on a node that has become unready or unreachable. */
import type { Pod } from '../../../shared/api/types.ts'
import type { AdmissionPlugin } from './plugin.ts'

const SECONDS = 300
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  resources: ['/pods'],
  operations: ['CREATE'],
  admit({ object }) {
    const pod = object as Pod
    if (!pod.spec) return undefined
    const given = pod.spec.tolerations ?? []
    for (const key of TAINTS) {
      const covered = given.some((t) => (t.key === key || !t.key) && (!t.effect || t.effect === 'NoExecute'))
      if (!covered) pod.spec.tolerations = [...(pod.spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }]
    }
    return undefined
  },
}
