/**
 * Files of a volume that change all at once: they are written to a fresh folder, then the link `..data` is swapped. Killed at any
 * instant, it leaves the old files whole or the new ones. Source: kubernetes pkg/volume/util/atomic_writer.go.
 */
import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface File {
  readonly bytes: Buffer
  /** Permission bits. */
  readonly mode: number
  /** Its owner; default: whoever runs the kubelet. */
  readonly uid?: number
}
/** Who a file or folder is to belong to, and its bits then: a change of owner clears some. */
export interface Owned {
  readonly path: string
  readonly uid?: number
  readonly gid?: number
  readonly mode: number
}
/** By path within the volume. */
export type Files = Map<string, File>

const DATA = '..data'
/** A group may read, and enter folders; what is new in a folder is the group's too. Source: kubernetes pkg/volume/volume_linux.go. */
const GROUP_FILE = 0o440
const GROUP_FOLDER = 0o2550

function versionOf(files: Files, group: number | undefined): string {
  const hash = createHash('sha256').update(`${group ?? ''}\0`)
  for (const [path, f] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${path}\0${f.mode}\0${f.uid ?? ''}\0${f.bytes.length}\0`).update(f.bytes)
  return `..${hash.digest('hex').slice(0, 32)}`
}

/** Writes everything; returns what must still be given to others. */
async function writeVersion(folder: string, files: Files, group: number | undefined): Promise<Owned[]> {
  const owned: Owned[] = []
  const folders = new Set<string>()
  const makeFolder = async (path: string): Promise<void> => {
    if (folders.has(path)) return
    if (path !== folder) await makeFolder(dirname(path))
    folders.add(path)
    await mkdir(path, { mode: 0o755 })
    await chmod(path, 0o755)
    if (group !== undefined) owned.push({ path, gid: group, mode: 0o755 | GROUP_FOLDER })
  }
  await rm(folder, { recursive: true, force: true })
  await makeFolder(folder)
  for (const [path, f] of files) {
    const target = join(folder, path)
    await makeFolder(dirname(target))
    await writeFile(target, f.bytes, { mode: 0o600 })
    await chmod(target, f.mode)
    if (f.uid !== undefined || group !== undefined) owned.push({ path: target, ...(f.uid === undefined ? {} : { uid: f.uid }), ...(group === undefined ? {} : { gid: group }), mode: group === undefined ? f.mode : f.mode | GROUP_FILE })
  }
  return owned
}

/** Makes the volume hold these files and no others; does nothing when it does. `group`: the pod's fsGroup. `own` changes owners. True: changed. */
export async function writeAtomically(folder: string, files: Files, own: (changes: readonly Owned[]) => Promise<void>, group?: number): Promise<boolean> {
  const version = versionOf(files, group)
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o777)
  const changed = (await readlink(join(folder, DATA)).catch(() => undefined)) !== version
  if (changed) {
    const owned = await writeVersion(join(folder, version), files, group)
    if (owned.length) await own(owned)
    const link = join(folder, '..data_tmp')
    await rm(link, { force: true })
    await symlink(version, link)
    await rename(link, join(folder, DATA))
  }
  // Also when nothing changed: a kill may have come between the swap and this.
  const tops = new Set([...files.keys()].map((p) => p.split('/')[0]!))
  for (const top of tops) {
    const at = join(folder, top)
    if (!(await lstat(at).catch(() => undefined))) await symlink(join(DATA, top), at)
  }
  for (const name of await readdir(folder)) if (name !== DATA && name !== version && !tops.has(name)) await rm(join(folder, name), { recursive: true, force: true })
  return changed
}
