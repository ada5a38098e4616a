/** What was moved from and to each disk, under the names that devices have. Sources: the kernel's documentation of blkio (v1), io.stat (v2) and /sys/dev/block. */
import { readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DiskCounts } from '../../../shared/reading.ts'

/** From `8:0` to `/dev/sda`; '' where the kernel has no such device. */
export type DeviceName = (number: string) => Promise<string>

/** A device keeps its name as long as it is there, and there are few. */
export function createDeviceNames(folder: string): DeviceName {
  const names = new Map<string, string>()
  const look = async (number: string): Promise<string> => {
    try {
      return `/dev/${basename(await readlink(join(folder, number)))}`
    } catch (error) {
      if (['ENOENT', 'EACCES', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''
      throw error
    }
  }
  return async (number) => {
    const name = names.get(number) ?? (await look(number))
    names.set(number, name)
    return name
  }
}

const FIELDS = { rbytes: 'readBytes', wbytes: 'writeBytes', rios: 'reads', wios: 'writes' } as const

/** `bytes`: io.stat, or of v1 blkio.throttle.io_service_bytes; `served`: of v1 blkio.throttle.io_serviced. */
export async function readDevices(version: 1 | 2, bytes: string, served: string, nameOf: DeviceName): Promise<DiskCounts[]> {
  const devices = new Map<string, { readBytes: number; writeBytes: number; reads: number; writes: number }>()
  const of = (number: string) => {
    const own = devices.get(number) ?? { readBytes: 0, writeBytes: 0, reads: 0, writes: 0 }
    devices.set(number, own)
    return own
  }
  if (version === 2) {
    for (const [, number = '', counts = ''] of bytes.matchAll(/^(\d+:\d+) (.+)$/gm))
      for (const [, name, n] of counts.matchAll(/\b(rbytes|wbytes|rios|wios)=(\d+)/g)) of(number)[FIELDS[name as keyof typeof FIELDS]] = Number(n)
  } else {
    for (const [table, read, write] of [[bytes, 'readBytes', 'writeBytes'], [served, 'reads', 'writes']] as const)
      for (const [, number = '', kind, n] of table.matchAll(/^(\d+:\d+) (Read|Write) (\d+)$/gm)) of(number)[kind === 'Read' ? read : write] = Number(n)
  }
  return Promise.all([...devices].map(async ([number, counts]) => ({ device: await nameOf(number), ...counts })))
}
