/**
 * What a container uses, out of the kernel's own files: a few reads, and no call to the engine. Sources: the kernel's
 * documentation of cgroup v1 (cpuacct, memory, blkio) and v2 (cpu.stat, memory.current, memory.stat, io.stat), and proc(5) for net/dev.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDeviceNames, readDevices } from './devices.ts'
import type { PacketCounts, Reading } from '../../../shared/reading.ts'

/** Where the files of a container are; made once the first container is found. */
interface Layout {
  cpu(path: string): string
  /** Where its limit is kept. */
  quota(path: string): string
  memory(path: string): string
  disk(path: string): string
  folder(id: string): string
  readonly version: 1 | 2
}

/** cgroup drivers cgroupfs and systemd, in both versions. */
const folders = (id: string): string[] => [join('docker', id), join('system.slice', `docker-${id}.scope`)]
const layouts = (root: string): Layout[] => [0, 1].flatMap((n): Layout[] => {
  const folder = (id: string): string => folders(id)[n] ?? ''
  return [
    { version: 2, folder, cpu: (path) => join(root, path), quota: (path) => join(root, path), memory: (path) => join(root, path), disk: (path) => join(root, path) },
    { version: 1, folder, cpu: (path) => join(root, 'cpuacct', path), quota: (path) => join(root, 'cpu', path), memory: (path) => join(root, 'memory', path), disk: (path) => join(root, 'blkio', path) },
    { version: 1, folder, cpu: (path) => join(root, 'cpu,cpuacct', path), quota: (path) => join(root, 'cpu,cpuacct', path), memory: (path) => join(root, 'memory', path), disk: (path) => join(root, 'blkio', path) },
  ]
})

const field = (text: string, name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN)

export const readCpu = (version: 1 | 2, text: string): number => (version === 1 ? Number(text.trim()) : field(text, 'usage_usec') * 1000)
export function readMemory(version: 1 | 2, usage: string, stat: string): number {
  const inactive = field(stat, version === 1 ? 'total_inactive_file' : 'inactive_file')
  return Math.max(0, Number(usage.trim()) - (Number.isNaN(inactive) ? 0 : inactive))
}
/** Pages of programs and of files. undefined: the kernel says neither. */
export function readParts(version: 1 | 2, usage: string, stat: string): Reading['memory'] {
  const [rss, cache] = (version === 1 ? ['total_rss', 'total_cache'] : ['anon', 'file']).map((name) => field(stat, name))
  return rss === undefined || cache === undefined || Number.isNaN(rss + cache) ? undefined : { usage: Number(usage.trim()), rss, cache }
}
/** undefined: it has no limit that is kept count of. */
export function readThrottling(version: 1 | 2, stat: string): Reading['throttling'] {
  const [periods, throttled, time] = ['nr_periods', 'nr_throttled', version === 1 ? 'throttled_time' : 'throttled_usec'].map((name) => field(stat, name)) as [number, number, number]
  return Number.isNaN(periods + throttled + time) ? undefined : { periods, throttled, nanos: version === 1 ? time : time * 1000 }
}
/** Sums of all interfaces but loopback. `table`: /proc/PID/net/dev. */
export function readNetwork(table: string): Required<Pick<Reading, 'rxBytes' | 'txBytes' | 'packets'>> {
  const sums = Array.from({ length: 16 }, () => 0)
  for (const line of table.split('\n').slice(2)) {
    const at = line.indexOf(':')
    if (at < 0 || line.slice(0, at).trim() === 'lo') continue
    for (const [column, text] of line.slice(at + 1).trim().split(/\s+/).entries()) sums[column] = (sums[column] ?? 0) + Number(text)
  }
  const side = (at: number): [bytes: number, packets: PacketCounts] => {
    const [bytes = 0, total = 0, errors = 0, dropped = 0] = sums.slice(at)
    return [bytes, { total, errors, dropped }]
  }
  const [rxBytes, rx] = side(0)
  const [txBytes, tx] = side(8)
  return { rxBytes, txBytes, packets: { rx, tx } }
}

/** Sums over all devices. v1: `8:0 Read 4096` lines; v2: `8:0 rbytes=4096 wbytes=0 …`. */
export function readDisk(version: 1 | 2, table: string): { readBytes: number; writeBytes: number } {
  const total = (pattern: RegExp): number => {
    let sum = 0
    for (const [, bytes] of table.matchAll(pattern)) sum += Number(bytes)
    return sum
  }
  return version === 1 ? { readBytes: total(/^\d+:\d+ Read (\d+)$/gm), writeBytes: total(/^\d+:\d+ Write (\d+)$/gm) } : { readBytes: total(/\brbytes=(\d+)/g), writeBytes: total(/\bwbytes=(\d+)/g) }
}

/** So many processes of a container are asked. */
const MOST_PROCESSES = 64
/**
 * What processes have moved themselves, and those that ended before them and were waited for. Newer kernels count the bytes of a cgroup of v1 only
 * where they are throttled, and name no device else. `tables`: /proc/PID/io.
 */
export function readProcesses(tables: readonly (string | undefined)[]): { readBytes: number; writeBytes: number } {
  const total = (name: string): number => tables.reduce((sum, table) => sum + Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(table ?? '')?.[1] ?? 0), 0)
  return { readBytes: total('read_bytes'), writeBytes: total('write_bytes') }
}

const absent = (error: unknown): boolean => ['ENOENT', 'ENODEV', 'ESRCH', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
const text = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'latin1')
  } catch (error) {
    if (absent(error)) return undefined // it has ended meanwhile, or is not ours to see
    throw error
  }
}

export interface CgroupReader {
  /** `podGroup`: where it may be instead, with the rest of its pod. undefined: no such container here. */
  read(id: string, now: number, podGroup?: string): Promise<Reading | undefined>
}

export function createCgroupReader(root = '/sys/fs/cgroup', proc = '/proc', devices = '/sys/dev/block'): CgroupReader {
  const nameOf = createDeviceNames(devices)
  let known: Layout | undefined
  async function readIn(layout: Layout, path: string, now: number): Promise<Reading | undefined> {
    const { version } = layout
    const [cpu, usage, stat, processes, disk, limit, served] = await Promise.all([
      text(join(layout.cpu(path), version === 1 ? 'cpuacct.usage' : 'cpu.stat')),
      text(join(layout.memory(path), version === 1 ? 'memory.usage_in_bytes' : 'memory.current')),
      text(join(layout.memory(path), 'memory.stat')),
      text(join(layout.cpu(path), 'cgroup.procs')),
      text(join(layout.disk(path), version === 1 ? 'blkio.throttle.io_service_bytes' : 'io.stat')),
      version === 1 ? text(join(layout.quota(path), 'cpu.stat')) : undefined,
      version === 1 ? text(join(layout.disk(path), 'blkio.throttle.io_serviced')) : undefined,
    ])
    if (cpu === undefined || usage === undefined) return undefined
    const pids = processes?.match(/\d+/g) ?? []
    const pid = pids[0]
    const network = pid === undefined ? undefined : await text(join(proc, pid, 'net', 'dev'))
    const counted = version === 2 || disk === undefined || /^\d+:/.test(disk)
    const moved = counted ? undefined : readProcesses(await Promise.all(pids.slice(0, MOST_PROCESSES).map((p) => text(join(proc, p, 'io')))))
    const cpuNanos = readCpu(version, cpu)
    if (Number.isNaN(cpuNanos)) return undefined
    const memory = readParts(version, usage, stat ?? '')
    const disks = counted && disk !== undefined ? await readDevices(version, disk, served ?? '', nameOf) : []
    const throttling = readThrottling(version, version === 1 ? (limit ?? '') : cpu)
    return { time: now, cpuNanos, memoryBytes: readMemory(version, usage, stat ?? ''), ...(memory ? { memory } : {}), ...(throttling ? { throttling } : {}), ...(network === undefined ? {} : readNetwork(network)), ...(disk === undefined ? {} : (moved ?? readDisk(version, disk))), ...(disks.length ? { disks } : {}) }
  }
  return {
    async read(id, now, podGroup) {
      for (const layout of known ? [known] : layouts(root)) {
        const reading = (await readIn(layout, layout.folder(id), now)) ?? (podGroup === undefined ? undefined : await readIn(layout, join(podGroup, id), now))
        if (!reading) continue
        known = layout
        return reading
      }
      return undefined
    },
  }
}
