/**
 * Limits that the containers of a pod keep together: a cgroup above theirs. The engine makes it with the pod's first container (its
 * sandbox); the limits are written into the kernel's files, which takes root on the engine's machine and an engine that makes cgroups
 * itself (driver cgroupfs): systemd would not let others change its own. Elsewhere each container is held by itself.
 * Sources: the kernel's documentation of cgroup v1 (cpu, memory) and v2; kubernetes pkg/kubelet/cm (the numbers).
 */
import { existsSync } from 'node:fs'
import { readdir, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PodResources } from '../types.ts'

const ROOT = '/sys/fs/cgroup'

const ofCluster = (clusterId: string): string => `/pilothouse-${clusterId}`
export const podCgroup = (clusterId: string, podUid: string): string => `${ofCluster(clusterId)}/pod${podUid}`

/** File below the root, and its content; in the order in which the kernel takes them. A file that need not be there ends in `?`. */
export function limitFiles(version: 1 | 2, cgroup: string, { cpuShares, cpuQuota, cpuPeriod, memoryBytes }: PodResources): [string, string][] {
  const set = (controller: string, file: string, value: number | string): [string, string] => [join(version === 1 ? controller : '', cgroup, file), String(value)]
  if (version === 2) {
    return [
      set('', 'cpu.weight', 1 + Math.trunc(((cpuShares - 2) * 9999) / 262_142)),
      ...(cpuQuota === undefined ? [] : [set('', 'cpu.max', `${cpuQuota} ${cpuPeriod}`)]),
      ...(memoryBytes === undefined ? [] : [set('', 'memory.max', memoryBytes), set('', 'memory.swap.max?', 0)]),
    ]
  }
  return [
    set('cpu', 'cpu.shares', cpuShares),
    ...(cpuQuota === undefined ? [] : [set('cpu', 'cpu.cfs_period_us', cpuPeriod ?? 100_000), set('cpu', 'cpu.cfs_quota_us', cpuQuota)]),
    // Memory and swap together are the limit: there is no swap.
    ...(memoryBytes === undefined ? [] : [set('memory', 'memory.limit_in_bytes', memoryBytes), set('memory', 'memory.memsw.limit_in_bytes?', memoryBytes)]),
  ]
}

const version = (root: string): 1 | 2 => (existsSync(join(root, 'cgroup.controllers')) ? 2 : 1)

/** Rejects where the cgroup is not here, or may not be written. */
export async function limitPod(cgroup: string, resources: PodResources, root = ROOT): Promise<void> {
  for (const [path, text] of limitFiles(version(root), cgroup, resources)) {
    const file = join(root, path.replace(/\?$/, ''))
    // A file of the kernel: one that is missing is none that can be made.
    if (path.endsWith('?') && !existsSync(file)) continue
    await writeFile(file, text, { flag: 'r+' })
  }
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (e) {
    // Gone already, or not empty: whoever is last takes it along.
    if (!['ENOENT', 'EBUSY', 'ENOTEMPTY'].includes((e as NodeJS.ErrnoException).code ?? '')) throw e
  }
}
/** In version 1 each controller has a tree of its own. */
async function trees(root: string): Promise<string[]> {
  if (version(root) === 2) return [root]
  return (await readdir(root, { withFileTypes: true })).filter((e) => e.isDirectory()).map((e) => join(root, e.name))
}

/** The engine leaves what is above its containers. */
export async function removePodCgroup(cgroup: string, root = ROOT): Promise<void> {
  for (const tree of await trees(root)) await removeEmpty(join(tree, cgroup))
}
/** All that is left of a cluster whose containers have gone. Answers whether there was anything. */
export async function removeClusterCgroups(clusterId: string, root = ROOT): Promise<boolean> {
  if (!existsSync(root)) return false
  let found = false
  for (const tree of await trees(root)) {
    const top = join(tree, ofCluster(clusterId))
    if (!existsSync(top)) continue
    found = true
    for (const e of await readdir(top, { withFileTypes: true })) if (e.isDirectory()) await removeEmpty(join(top, e.name))
    await removeEmpty(top)
  }
  return found
}
