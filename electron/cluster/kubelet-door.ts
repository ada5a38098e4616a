/** How the API server reaches a node's kubelet: by name, in process. */
import type { KubeletDoor } from '../apiserver/types.ts'
import type { Kubelet } from '../kubelet/index.ts'
import { badRequest } from '../../shared/errors.ts'

export function kubeletDoor(kubelets: ReadonlyMap<string, Kubelet>): KubeletDoor {
  const of = (node: string): Kubelet => {
    const kubelet = kubelets.get(node)
    if (!kubelet) throw badRequest(`no kubelet of this app serves node ${JSON.stringify(node)}`)
    return kubelet
  }
  return {
    containerLogs: async (node, pod, options, signal) => of(node).containerLogs(pod, options, signal),
    exec: async (node, pod, options) => of(node).exec(pod, options),
    portForward: async (node, pod, port) => of(node).portForward(pod, port),
    attach: async (node, pod, options) => of(node).attach(pod, options),
  }
}
