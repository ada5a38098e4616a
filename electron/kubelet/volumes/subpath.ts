/**
 * A file or folder inside a volume, held so that nobody can put another in its place: the volume belongs to containers, which may swap
 * a folder for a link out of the volume between our look and the engine's mount. Each part of the path is opened by itself, relative to the
 * one before and without following links, and what is open is what is mounted. Source of the danger and of the way: kubernetes CVE-2017-1002101, pkg/volume/util/subpath.
 */
import { constants } from 'node:fs'
import { mkdir, open, readlink, realpath, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { VolumeError } from './types.ts'

/** Node has no name for it: a handle that only names a place. linux/fcntl.h. */
const O_PATH = 0o10000000
const HANDLE = O_PATH | constants.O_NOFOLLOW

/** The name through which the kernel finds an open file again. */
const through = (handle: FileHandle, part = ''): string => join(`/proc/self/fd/${handle.fd}`, part)

/** Where the path leads now, as far as it exists; links within the volume may be followed, those out of it may not. */
async function resolved(root: string, sub: string): Promise<string[]> {
  const parts = sub.split('/')
  for (let known = parts.length; known >= 0; known--) {
    const real = await realpath(join(root, ...parts.slice(0, known))).catch((e: NodeJS.ErrnoException) => { if (e.code === 'ENOENT') return undefined; throw e })
    if (real === undefined) continue
    if (real !== root && !real.startsWith(`${root}/`)) throw new VolumeError(`subPath ${JSON.stringify(sub)} leads out of its volume`)
    return [...real.slice(root.length).split('/').filter(Boolean), ...parts.slice(known)]
  }
  throw new VolumeError(`the volume's folder ${root} does not exist`)
}

/**
 * Opens `sub` of the folder `root`; folders that are missing are made, with the mode of the root. The caller closes the handle. Linux only.
 * Rejects with VolumeError.
 */
export async function openBelow(root: string, sub: string): Promise<{ handle: FileHandle; folder: boolean }> {
  const real = await realpath(root)
  let handle = await open(real, HANDLE)
  try {
    const mode = (await handle.stat()).mode & 0o7777
    for (const part of await resolved(real, sub)) {
      const at = through(handle, part)
      const next = await open(at, HANDLE).catch(async (e: NodeJS.ErrnoException) => {
        if (e.code !== 'ENOENT') throw e
        await mkdir(at).catch((why: NodeJS.ErrnoException) => { if (why.code !== 'EEXIST') throw why })
        const made = await open(at, HANDLE)
        // Not through umask, and on what was made, whatever stands there by now.
        if ((await made.stat()).isDirectory()) await chmodOpen(made, mode)
        return made
      })
      await handle.close()
      handle = next
      if ((await handle.stat()).isSymbolicLink()) throw new VolumeError(`subPath ${JSON.stringify(sub)} was changed to a link while it was looked at`)
    }
    const now = await readlink(through(handle))
    if (now !== real && !now.startsWith(`${real}/`)) throw new VolumeError(`subPath ${JSON.stringify(sub)} leads out of its volume`)
    return { handle, folder: (await handle.stat()).isDirectory() }
  } catch (e) {
    await handle.close()
    throw e instanceof VolumeError ? e : new VolumeError(`failed to prepare subPath ${JSON.stringify(sub)}: ${(e as Error).message}`, { cause: e })
  }
}

/** fchmod refuses handles that only name a place; a folder opened through one is surely the same. */
async function chmodOpen(handle: FileHandle, mode: number): Promise<void> {
  const folder = await open(through(handle), constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await folder.chmod(mode)
  } finally {
    await folder.close()
  }
}
