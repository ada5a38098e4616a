/** How the API server reaches a node's kubelet: by name, in process. */
import type { KubeletDoor } from '../apiserver/types.ts'
import type { Kubelet } from '../kubelet/index.ts'
import { badRequest, serviceUnavailable } from '../../shared/errors.ts'
import { kubeletPage, type PageSources } from './kubelet-pages.ts'

/** @param sources what the pages of nodes/proxy are made from; undefined until it is there */
export function kubeletDoor(kubelets: ReadonlyMap<string, Kubelet>, sources: () => Omit<PageSources, 'health' | 'configuration' | 'pods' | 'probes'> | undefined): KubeletDoor {
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
    async page(node, path) {
      const kubelet = of(node)
      const given = sources()
      if (!given) throw serviceUnavailable('the metrics have not started yet')
      return kubeletPage({ ...given, health: () => kubelet.health(), configuration: () => kubelet.configuration(), pods: () => kubelet.pods(), probes: () => kubelet.probes() }, node, path)
    },
  }
}
