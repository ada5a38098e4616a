/** How much disk a folder takes, in bytes: its own files, without what is mounted into it. */
import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder of more files than this is large enough to be the answer. */
const MOST = 50_000

/** Stops counting beyond `enough` bytes. */
export async function folderSize(root: string, enough = Infinity): Promise<number> {
  const top = await lstat(root).catch(() => undefined)
  if (!top) return 0
  let size = 0
  let seen = 0
  const rest = [root]
  for (let folder = rest.pop(); folder !== undefined; folder = rest.pop()) {
    // What goes while it is counted takes nothing any more.
    const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => [])
    for (const entry of entries) {
      if (++seen > MOST || size > enough) return size
      const path = join(folder, entry.name)
      const s = await lstat(path).catch(() => undefined)
      if (!s || s.dev !== top.dev) continue
      size += s.blocks * 512
      if (entry.isDirectory()) rest.push(path)
    }
  }
  return size
}
