/** How the API server reaches a node's kubelet: by name, in process. */
import type { KubeletDoor } from '../apiserver/types.ts'
import type { Kubelet } from '../kubelet/index.ts'
import { badRequest } from '../../shared/errors.ts'

export const kubeletDoor = (kubelets: ReadonlyMap<string, Kubelet>): KubeletDoor => ({
  async containerLogs(node, pod, options, signal) {
    const kubelet = kubelets.get(node)
    if (!kubelet) throw badRequest(`no kubelet of this app serves node ${JSON.stringify(node)}`)
    return kubelet.containerLogs(pod, options, signal)
  },
})
