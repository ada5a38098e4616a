/** The files of a pod as a whole, `/etc/hosts` and `/etc/resolv.conf`, as mounts of its containers. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Container } from '../../shared/api/types.ts'
import { parseResolvConf, podDns, resolvConf, type DnsConfig } from './dns-config.ts'
import { hostNetworkHostsFile, podHostsFile } from './hosts-file.ts'
import { podNames } from './pod-names.ts'
import type { PodRecord } from './pod-record.ts'
import type { Mount } from './runtime/types.ts'
import { podFolder } from './volumes/index.ts'

const HOSTS = '/etc/hosts'
const RESOLV = '/etc/resolv.conf'
/** Where systemd-resolved keeps the servers behind its own at 127.0.0.53. */
const BEHIND_SYSTEMD = '/run/systemd/resolve/resolv.conf'

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch((e: NodeJS.ErrnoException) => { if (e.code === 'ENOENT') return ''; throw e })
const isLoopback = (server: string): boolean => server.startsWith('127.') || server === '::1'

/** The host's resolver. A server on loopback is not reachable from a network of one's own: what is behind it is taken then. */
export async function hostDns(hostNetwork: boolean, read: (path: string) => Promise<string> = text): Promise<DnsConfig> {
  const config = parseResolvConf(await read(RESOLV))
  if (hostNetwork || config.servers.some((s) => !isLoopback(s))) return hostNetwork ? config : { ...config, servers: config.servers.filter((s) => !isLoopback(s)) }
  const behind = parseResolvConf(await read(BEHIND_SYSTEMD))
  return { ...behind, servers: behind.servers.filter((s) => !isLoopback(s)) }
}

/** In place: a mounted file is its inode. */
async function write(r: PodRecord, name: string, content: string): Promise<string> {
  const folder = podFolder(r.ctx.dataDir, r.uid)
  const path = join(folder, name)
  await mkdir(folder, { recursive: true })
  await writeFile(path, content, { mode: 0o644 })
  return path
}

/** Writes the files anew (the address of the pod may have changed) and mounts them, but where the container has a mount of its own. */
export async function podFileMounts(r: PodRecord, container: Pick<Container, 'volumeMounts'>): Promise<Mount[]> {
  const { pod, ctx } = r
  const taken = new Set((container.volumeMounts ?? []).map((m) => m.mountPath))
  const mounts: Mount[] = []
  if (!taken.has(HOSTS)) {
    const content = pod.spec.hostNetwork
      ? hostNetworkHostsFile(await text(HOSTS), pod.spec.hostAliases)
      : podHostsFile([r.facts().podIP].filter(Boolean), podNames(pod, ctx.clusterDns().domain), pod.spec.hostAliases)
    mounts.push({ hostPath: await write(r, 'etc-hosts', content), containerPath: HOSTS, readOnly: false })
  }
  if (!taken.has(RESOLV)) {
    const { config, warnings } = podDns(pod, ctx.clusterDns(), await hostDns(pod.spec.hostNetwork ?? false))
    for (const w of warnings) ctx.recorder.event(pod, 'Warning', w.reason, w.message)
    // Without a server that the pod could reach, the engine's own file is better than ours.
    if (config.servers.length || pod.spec.dnsPolicy === 'None') mounts.push({ hostPath: await write(r, 'resolv.conf', resolvConf(config)), containerPath: RESOLV, readOnly: false })
  }
  return mounts
}
