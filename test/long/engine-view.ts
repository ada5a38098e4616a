/** What the engine itself says about one cluster: the judge of every claim about containers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { labels } from '../../electron/kubelet/runtime/types.ts'

export interface Seen {
  id: string
  kind: string
  podUid: string
  pod: string
  running: boolean
  startedAt: string
}

/** Set when the folder has been opened once. */
export const clusterId = (home: string): string => readFileSync(join(home, 'cluster-id'), 'utf8').trim()

/** Every container of the cluster, sandboxes too. One that goes while it is read is left out. */
export async function seenOn(docker: Docker, cluster: string): Promise<Seen[]> {
  const list = await docker.listContainers({ all: true, filters: { label: [`${labels.cluster}=${cluster}`] } })
  const all = await Promise.all(list.map(async (c): Promise<Seen | undefined> => {
    const info = await docker.getContainer(c.Id).inspect().catch((e: { statusCode?: number }) => { if (e.statusCode !== 404) throw e; return undefined })
    return info && { id: c.Id, kind: c.Labels[labels.kind] ?? '', podUid: c.Labels[labels.podUid] ?? '', pod: c.Labels['io.kubernetes.pod.name'] ?? '', running: info.State.Running, startedAt: info.State.StartedAt }
  }))
  return all.filter((c) => c !== undefined)
}

/** What would be left behind: containers, networks and volumes that carry the cluster's label. */
export async function leftOn(docker: Docker, cluster: string): Promise<string[]> {
  const filters = { label: [`${labels.cluster}=${cluster}`] }
  const [containers, networks, volumes] = await Promise.all([docker.listContainers({ all: true, filters }), docker.listNetworks({ filters }), docker.listVolumes({ filters })])
  return [...containers.map((c) => `container ${c.Names[0]}`), ...networks.map((n) => `network ${n.Name}`), ...volumes.Volumes.map((v) => `volume ${v.Name}`)]
}
