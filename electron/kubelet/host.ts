/** What the machine that the node stands for says about itself: its address, its disk, its memory, its processes. */
import { createHash } from 'node:crypto'
import { readFile, statfs } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** The interface of the default route with the lowest metric. `table`: /proc/net/route; addresses in it are little-endian hexadecimal. */
export function defaultInterface(table: string): string | undefined {
  let best: { name: string; metric: number } | undefined
  for (const line of table.split('\n').slice(1)) {
    const [name, destination, , , , , metric, mask] = line.trim().split(/\s+/)
    if (!name || destination !== '00000000' || mask !== '00000000') continue
    if (!best || Number(metric) < best.metric) best = { name, metric: Number(metric) }
  }
  return best?.name
}

/** Interfaces that container engines and virtual machines make. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman|lxc|utun|bridge)/

/** Of the default route's interface; else of the first that is neither internal nor virtual; else loopback. */
export function chooseAddress(interfaces: Interfaces, routes: string | undefined): string {
  const of = (name: string): string | undefined => interfaces[name]?.find((a) => a.family === 'IPv4' && !a.internal && !a.address.startsWith('169.254.'))?.address
  const byRoute = routes === undefined ? undefined : defaultInterface(routes)
  const first = byRoute === undefined ? undefined : of(byRoute)
  if (first) return first
  for (const name of Object.keys(interfaces)) {
    const address = VIRTUAL.test(name) ? undefined : of(name)
    if (address) return address
  }
  return '127.0.0.1'
}

/** The address that other machines see, or loopback where there is none. */
export function hostAddress(): string {
  let routes: string | undefined
  try {
    routes = process.platform === 'linux' ? readFileSync('/proc/net/route', 'utf8') : undefined
  } catch (e) {
    if (!['ENOENT', 'EACCES'].includes((e as NodeJS.ErrnoException).code ?? '')) throw e
  }
  return chooseAddress(networkInterfaces(), routes)
}

/** Bytes and processes; what could not be looked at is absent. */
export interface HostFacts {
  readonly disk?: { readonly total: number; readonly available: number }
  readonly memoryAvailable?: number
  readonly processes?: { readonly limit: number; readonly running: number }
}

const orNothing = async <T>(look: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await look()
  } catch {
    return undefined // Not there on this machine, or not ours to see: said as "not looked at".
  }
}
const number = (text: string, pattern: RegExp): number => {
  const n = Number(pattern.exec(text)?.[1])
  if (!Number.isFinite(n)) throw new Error('no such number')
  return n
}

/** By what a node is told from all others. */
export interface NodeIdentity {
  readonly machineID: string
  readonly systemUUID: string
  readonly bootID: string
}

/** Of a node on this machine; `''` what this machine does not say. Several nodes may be on it, so the machine's own id is mixed with the node's name. */
export async function nodeIdentity(nodeName: string): Promise<NodeIdentity> {
  const line = async (path: string): Promise<string> => (await orNothing(() => readFile(path, 'utf8')))?.trim() ?? ''
  const [machine, systemUUID, bootID] = await Promise.all(['/etc/machine-id', '/sys/class/dmi/id/product_uuid', '/proc/sys/kernel/random/boot_id'].map(line)) as [string, string, string]
  return { machineID: machine && createHash('sha256').update(`${machine}/${nodeName}`).digest('hex').slice(0, 32), systemUUID, bootID }
}

/** Looks at the machine; only meaningful where the engine runs on it. */
export async function lookAtHost(engineRoot: string): Promise<HostFacts> {
  const [disk, memoryAvailable, processes] = await Promise.all([
    orNothing(async () => { const s = await statfs(engineRoot); return { total: s.blocks * s.bsize, available: s.bavail * s.bsize } }),
    orNothing(async () => number(await readFile('/proc/meminfo', 'utf8'), /^MemAvailable:\s+(\d+) kB$/m) * 1024),
    orNothing(async () => ({
      limit: Math.min(number(await readFile('/proc/sys/kernel/pid_max', 'utf8'), /(\d+)/), number(await readFile('/proc/sys/kernel/threads-max', 'utf8'), /(\d+)/)),
      running: number(await readFile('/proc/loadavg', 'utf8'), /\d+\/(\d+)/),
    })),
  ])
  return { ...(disk ? { disk } : {}), ...(memoryAvailable === undefined ? {} : { memoryAvailable }), ...(processes ? { processes } : {}) }
}
