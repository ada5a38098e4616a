/** hostPath: a file or folder of the engine's machine. Source: kubernetes pkg/volume/hostpath. */
import type { Stats } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { VolumeError, type Place, type VolumePlugin } from './types.ts'

const CHECKS: Readonly<Record<string, [(s: Stats) => boolean, string]>> = {
  DirectoryOrCreate: [(s) => s.isDirectory(), 'a directory'],
  Directory: [(s) => s.isDirectory(), 'a directory'],
  FileOrCreate: [(s) => s.isFile(), 'a file'],
  File: [(s) => s.isFile(), 'a file'],
  Socket: [(s) => s.isSocket(), 'a socket file'],
  CharDevice: [(s) => s.isCharacterDevice(), 'a character device'],
  BlockDevice: [(s) => s.isBlockDevice(), 'a block device'],
}

/** Makes what the type says may be made, and checks the rest. */
export async function hostPathPlace(path: string, type: string): Promise<Place> {
  const there = (): Promise<Stats | undefined> => stat(path).catch((e: NodeJS.ErrnoException) => { if (e.code === 'ENOENT' || e.code === 'ENOTDIR') return undefined; throw e })
  const found = await there()
  if (!found) {
    // Without a type nothing is checked; what is not there becomes a folder, as the usual runtimes have it.
    if (type === '' || type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 })
    else if (type === 'FileOrCreate') await (await open(path, 'a', 0o644)).close()
  }
  const check = CHECKS[type]
  if (!check && type !== '') throw new VolumeError(`hostPath type ${JSON.stringify(type)} is unknown`)
  const now = check && (found ?? (await there()))
  if (check && !(now && check[0](now))) throw new VolumeError(`hostPath type check failed: ${path} is not ${check[1]}`)
  return { path }
}

export const hostPath: VolumePlugin = { setUp: (volume) => hostPathPlace(volume.hostPath?.path ?? '', volume.hostPath?.type ?? '') }
