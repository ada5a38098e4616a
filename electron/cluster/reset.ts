/**
 * Removes everything of one cluster: what carries its labels on the engine, then its data folder's contents, and the folder if it
 * was made for it. Nothing else: things are found by label, files by the names that Pilothouse gives them.
 */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { createDockerRuntime } from '../kubelet/index.ts'
import { removeRules } from '../kube-proxy/index.ts'
import { unmountBelow } from '../kubelet/volumes/host.ts'
import { createEngine } from '../kubelet/runtime/docker/engine.ts'
import { gatewayOf } from '../kubelet/runtime/capabilities.ts'
import { hostCommand } from '../kubelet/runtime/docker/host-command.ts'
import { removeClusterCgroups } from '../kubelet/runtime/docker/pod-cgroup.ts'
import { labels } from '../kubelet/runtime/types.ts'
import { CONTENTS, findDataDirectory, keptStates, madeFolders, type DataDirectory } from './data-directory.ts'
import { lockFolder } from './lock.ts'
import { networkHost } from './network-host.ts'

const status = (e: unknown): number | undefined => (e as { statusCode?: number }).statusCode
/** 404: someone else was quicker. */
const ignoreAbsent = (e: unknown): void => { if (status(e) !== 404) throw e }

/** Returns what was removed, a line each. Rejects while the cluster runs, or when the engine with its containers cannot be reached. */
export async function reset(home: string): Promise<string[]> {
  const data = findDataDirectory(home)
  if (!data) return [`Nothing to remove: ${home} holds no cluster.`]
  const unlock = await lockFolder(data.root)
  try {
    const rules = await resetRules(data.clusterId)
    const removed = [...rules, ...(await resetEngine(data))]
    // What is mounted there may be a folder of the user's: never walk into it.
    await unmountBelow(data.root)
    return [...removed, ...resetFolder(data.root)]
  } finally {
    await unlock()
  }
}

/** Before the engine's things: a helper container may be needed, and it goes with them. */
async function resetRules(clusterId: string): Promise<string[]> {
  const runtime = createDockerRuntime({ clusterId })
  const far = gatewayOf(runtime) !== undefined
  try {
    const host = networkHost(runtime)
    return !('why' in host) && (await removeRules(host, clusterId)) ? ['rules of iptables'] : []
  } catch (e) {
    const error = e as NodeJS.ErrnoException & { reason?: string }
    // Where there is no iptables, or no engine to reach it through, there are no rules of ours either.
    if (error.code === 'ENOENT' || error.reason === 'EngineUnavailable') return []
    // What is on another machine must not keep the rest from being removed; where rules cannot be looked for, none could be made.
    if (far) return [`Rules of iptables on the engine's machine could not be looked for: ${error.message}`]
    throw e
  } finally {
    await runtime.close()
  }
}

/** What containers wrote as root an app that is not root cannot remove by itself. */
async function clearAsRoot(docker: Docker, data: DataDirectory): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return
  for (const folder of [data.kubelet, data.volumes]) {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch (e) {
      if (!['EACCES', 'EPERM'].includes((e as NodeJS.ErrnoException).code ?? '')) throw e
      await hostCommand(createEngine({ docker }), data.clusterId, ['sh', '-c', 'find "$0" -mindepth 1 -delete', folder], [folder])
    }
  }
}

async function resetEngine(data: DataDirectory): Promise<string[]> {
  const { default: Dockerode } = await import('dockerode')
  const docker: Docker = new Dockerode()
  try {
    await docker.ping()
  } catch {
    return ['No Docker engine answers: its containers, if there are any, stay. Run this again when it does.']
  }
  const ours = { filters: { label: [`${labels.cluster}=${data.clusterId}`] } }
  const removed: string[] = []
  for (const c of await docker.listContainers({ all: true, ...ours })) {
    await docker.getContainer(c.Id).remove({ force: true, v: true }).catch(ignoreAbsent)
    removed.push(`container ${c.Names[0]?.replace(/^\//, '') ?? c.Id}`)
  }
  if (process.platform === 'linux' && process.getuid?.() === 0 && (await removeClusterCgroups(data.clusterId))) removed.push('cgroups of pods')
  await clearAsRoot(docker, data)
  const stuck: string[] = []
  for (const n of await docker.listNetworks({ filters: ours.filters })) {
    if (await removeNetwork(docker, n.Id)) removed.push(`network ${n.Name}`)
    else stuck.push(n.Name)
  }
  for (const v of (await docker.listVolumes({ filters: ours.filters })).Volumes) {
    await docker.getVolume(v.Name).remove().catch(ignoreAbsent)
    removed.push(`volume ${v.Name}`)
  }
  // The built-in images are shared by all clusters of the engine: the last one to go takes them along.
  if (!(await othersLive(docker))) for (const i of await docker.listImages({ filters: { label: [`${labels.kind}=image`] } })) {
    for (const tag of i.RepoTags ?? []) {
      const gone = await docker.getImage(tag).remove().then(() => true, (e: unknown) => { if (status(e) !== 409) ignoreAbsent(e); return false })
      if (gone) removed.push(`image ${tag}`)
    }
  }
  // The folder stays, and with it the cluster's identity: the next reset still knows what to look for.
  if (stuck.length) throw new Error(`The engine will not let go of ${stuck.join(', ')}: it counts containers there that have gone. Restart the engine, then run this again. Removed so far:\n${removed.map((r) => `  ${r}`).join('\n')}`)
  return removed
}

/** Whether the engine has anything of another cluster: one that is stopped still has its network. Asked when ours has gone. */
async function othersLive(docker: Docker): Promise<boolean> {
  const anyone = { filters: { label: [labels.cluster] } }
  const [containers, networks, { Volumes: volumes }] = await Promise.all([docker.listContainers({ all: true, ...anyone }), docker.listNetworks(anyone), docker.listVolumes(anyone)])
  return containers.length + networks.length + volumes.length > 0
}

const ATTEMPTS = 10
/** The engine lets go of a network a moment after its last container, and some releases lose count and never do: then false. */
async function removeNetwork(docker: Docker, id: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await docker.getNetwork(id).remove()
      return true
    } catch (e) {
      if (status(e) === 404) return true
      if (status(e) !== 403) throw e
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }
  return false
}

/** Also the folder itself, and those above it, where they were made for the cluster and hold nothing else. */
function resetFolder(root: string): string[] {
  const made = madeFolders(root)
  // The identity goes last: after a failure half-way the next reset still knows whose containers to look for.
  const names = [...CONTENTS.filter((n) => n !== 'cluster-id'), ...keptStates(root), 'cluster-id'].filter((n) => existsSync(join(root, n)))
  for (const name of names) rmSync(join(root, name), { recursive: true, force: true })
  const rest = readdirSync(root)
  const removed = names.map((n) => `file ${join(root, n)}`)
  if (rest.length) return [...removed, `Left alone in ${root}: ${rest.join(', ')}`]
  for (const folder of made) {
    if (readdirSync(folder).length) break
    rmdirSync(folder)
    removed.push(`folder ${folder}`)
  }
  return removed
}
