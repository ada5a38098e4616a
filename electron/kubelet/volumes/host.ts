/**
 * What volumes need of the machine beyond plain files: mounts, owners, removal of what containers wrote as root. Where the app is root
 * on the engine's own machine it does so itself. Where it is not, the engine does, through a short-lived container with the machine's own
 * `sh`, `chown` and `rm` (`HostCommands`); what is in memory is then a volume that the engine keeps.
 */
import { execFile } from 'node:child_process'
import { chmod, chown, lstat, mkdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { EngineVolumes, HostCommands } from '../runtime/capabilities.ts'
import type { Owned } from './atomic-writer.ts'
import { mountsBelow, readMounts } from './mountinfo.ts'
import { VolumeError, type Place } from './types.ts'

const run = promisify(execFile)
const LIMIT_MS = 20_000
/** For what walks through a tree of any size. */
const TREE_LIMIT_MS = 600_000

export interface Host {
  /** It can mount: root, on Linux, and the engine's paths are this machine's. */
  readonly mounts: boolean
  /** A file system in memory, at `path` or kept by the engine. */
  memory(path: string, options: MemoryOptions): Promise<Place>
  mounted(path: string): Promise<boolean>
  /** Layers of an image, the uppermost first, appear as one at `path`, read-only. */
  layers(folders: readonly string[], path: string): Promise<void>
  /** What the handle holds open appears at `target` as well, whatever its path leads to by now. */
  bind(fd: number, target: string): Promise<void>
  unmount(target: string): Promise<void>
  own(changes: readonly Owned[]): Promise<void>
  /** Gives a whole tree to a group: files read (and written), folders entered, what is new in them the group's too. */
  giveToGroup(folder: string, gid: number): Promise<void>
  /** The root of the tree is the group's and open to it: so, most likely, is the rest. */
  belongsToGroup(folder: string, gid: number): Promise<boolean>
  /** Ends all mounts in a folder, then removes it. Rejects, and removes nothing, when something stays mounted there. */
  remove(folder: string): Promise<void>
}

async function command(name: string, args: readonly string[], timeout = LIMIT_MS, more: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): Promise<void> {
  try {
    await run(name, args, { timeout, ...more })
  } catch (e) {
    throw new VolumeError(`${name} ${args.join(' ')}: ${((e as { stderr?: string }).stderr || (e as Error).message).trim()}`, { cause: e })
  }
}

/** Ends what is mounted in a folder; who still uses it keeps it until it is done. Rejects when something stays. */
export async function unmountBelow(folder: string): Promise<void> {
  const real = await realpath(folder).catch((e: NodeJS.ErrnoException) => { if (e.code === 'ENOENT') return undefined; throw e })
  if (real === undefined) return
  for (const path of mountsBelow(await readMounts(), real)) await command('umount', ['--lazy', path])
  const left = mountsBelow(await readMounts(), real)
  if (left.length) throw new VolumeError(`${left.join(', ')} cannot be unmounted`)
}

/** The kernel takes a page of options; an engine's layers have short names beside their folders for that reason. */
async function overlay(folders: readonly string[], path: string): Promise<void> {
  const top = dirname(dirname(folders[0] ?? ''))
  const short = await Promise.all(folders.map(async (folder) => `l/${(await readFile(join(dirname(folder), 'link'), 'utf8')).trim()}`))
  // The newer way of mounting takes 256 characters for an option.
  await command('mount', ['-t', 'overlay', '-o', `ro,lowerdir=${short.join(':')}`, 'overlay', path], LIMIT_MS, { cwd: top, env: { ...process.env, LIBMOUNT_FORCE_MOUNT2: 'always' } })
}

export interface MemoryOptions {
  /** Whose it is, where the engine keeps it. */
  readonly of: { readonly podUid: string; readonly volume: string }
  readonly sizeBytes?: number
  /** Bits of its root. */
  readonly mode: number
  /** The pod's fsGroup. */
  readonly gid?: number
}

/** Options of a tmpfs mount. */
export const memoryMountOptions = ({ sizeBytes, mode, gid }: Omit<MemoryOptions, 'of'>): string =>
  [...(sizeBytes === undefined ? [] : [`size=${Math.max(4096, Math.floor(sizeBytes))}`]), ...(gid === undefined ? [] : [`gid=${gid}`]), `mode=${(gid === undefined ? mode : mode | 0o2770).toString(8)}`].join(',')

export interface HostOptions {
  readonly local: boolean
  readonly engine: Partial<HostCommands & EngineVolumes>
  readonly platform?: NodeJS.Platform
  readonly uid?: number
}

/** Of every file and folder of the tree; links are changed themselves, never followed. Source of the bits: kubernetes pkg/volume/volume_linux.go. */
const GIVE = 'find "$0" -xdev -exec chown -h ":$1" {} + && find "$0" -xdev -type d -exec chmod u+rwx,g+rwxs {} + && find "$0" -xdev -type f -exec chmod ug+rw {} +'

export function createHost({ local, engine, platform = process.platform, uid = process.getuid?.() ?? -1 }: HostOptions): Host {
  const root = uid === 0 && platform === 'linux'
  const mounts = root && local
  /** Shares of a desktop's virtual machine know no owners: there is nothing to change, nor anything that we could not remove. */
  const asRoot = async (folder: string, script: string, ...args: string[]): Promise<void> => {
    if (root) return command('sh', ['-c', script, folder, ...args], TREE_LIMIT_MS)
    if (platform !== 'linux' || !local) return
    if (!engine.hostCommand) throw new VolumeError('the container engine cannot change owners of files')
    await engine.hostCommand(['sh', '-c', script, folder, ...args], [folder])
  }
  return {
    mounts,
    async memory(path, options) {
      if (!mounts) {
        if (!engine.memoryVolume) throw new VolumeError('the container engine has no volumes in memory')
        return { path: '', engineVolume: await engine.memoryVolume(options.of, memoryMountOptions(options)) }
      }
      await mkdir(path, { recursive: true })
      if ((await readMounts()).some((m) => m.path === path)) return { path }
      await command('mount', ['-t', 'tmpfs', '-o', memoryMountOptions(options), 'tmpfs', path])
      return { path }
    },
    mounted: async (path) => (await readMounts()).some((m) => m.path === path),
    async layers(folders, path) {
      await mkdir(path, { recursive: true })
      if (folders.length > 1) return overlay(folders, path)
      await command('mount', ['--bind', folders[0] ?? '', path])
      await command('mount', ['-o', 'remount,bind,ro', path])
    },
    bind: (fd, target) => command('mount', ['--no-canonicalize', '--bind', `/proc/${process.pid}/fd/${fd}`, target]),
    unmount: (target) => command('umount', ['--lazy', target]),
    async own(changes) {
      if (root) {
        for (const c of changes) {
          await chown(c.path, c.uid ?? -1, c.gid ?? -1)
          await chmod(c.path, c.mode)
        }
        return
      }
      if (!changes.length) return
      const lines = changes.flatMap((c) => [`${c.uid ?? ''}${c.gid === undefined ? '' : `:${c.gid}`}`, c.mode.toString(8), c.path])
      const folder = changes.map((c) => dirname(c.path)).reduce((a, b) => (b.length < a.length ? b : a))
      await asRoot(folder, 'while [ $# -gt 0 ]; do chown "$1" "$3" && chmod "$2" "$3" || exit 1; shift 3; done', ...lines)
    },
    giveToGroup: (folder, gid) => asRoot(folder, GIVE, String(gid)),
    async belongsToGroup(folder, gid) {
      const s = await stat(folder)
      return s.gid === gid && (s.mode & 0o2770) === 0o2770
    },
    async remove(folder) {
      if (mounts) await unmountBelow(folder)
      try {
        await rm(folder, { recursive: true, force: true })
      } catch (e) {
        if (root || !['EACCES', 'EPERM'].includes((e as NodeJS.ErrnoException).code ?? '')) throw e
        await asRoot(folder, 'find "$0" -mindepth 1 -delete')
        await rm(folder, { recursive: true, force: true })
      }
      if (await lstat(folder).catch(() => undefined)) throw new VolumeError(`${folder} cannot be removed`)
    },
  }
}
