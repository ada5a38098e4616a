/** A plain file, which is put aside when it is large: NAME.1 to NAME.5. Lines count as delivered when they are on disk. */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { LogExportFormat } from '../../../../shared/logs/types.ts'
import { exportLine } from '../../../../shared/logs/export.ts'
import { DELIVERED, type Sender, type SenderOptions } from '../types.ts'

const KEPT = 5
export const ROTATE_BYTES = 64 * 1024 * 1024

async function putAside(path: string): Promise<void> {
  await rm(`${path}.${KEPT}`, { force: true })
  for (let n = KEPT - 1; n >= 0; n--) await rename(n ? `${path}.${n}` : path, `${path}.${n + 1}`).catch((e: NodeJS.ErrnoException) => { if (e.code !== 'ENOENT') throw e })
}

export function file({ address, target }: SenderOptions, rotateBytes = ROTATE_BYTES): Sender {
  const format = (target || 'ndjson') as LogExportFormat
  return {
    async send(lines) {
      await mkdir(dirname(address), { recursive: true })
      const size = await stat(address).then((s) => s.size, (e: NodeJS.ErrnoException) => { if (e.code !== 'ENOENT') throw e; return 0 })
      if (size >= rotateBytes) await putAside(address)
      const handle = await open(address, 'a', 0o600)
      try {
        await handle.appendFile(lines.map((l) => exportLine(l.record, l.source, format)).join(''))
        await handle.datasync()
      } finally {
        await handle.close()
      }
      return DELIVERED
    },
    close: async () => undefined,
  }
}
