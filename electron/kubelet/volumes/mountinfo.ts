/** What is mounted where, from /proc/self/mountinfo. Source: proc_pid_mountinfo(5). */
import { readFile } from 'node:fs/promises'

export interface MountEntry {
  readonly path: string
  readonly type: string
}

/** Spaces and the like are written as three octal digits. */
const unescape = (text: string): string => text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))

export function parseMountInfo(text: string): MountEntry[] {
  return text.split('\n').filter(Boolean).map((line) => {
    const fields = line.split(' ')
    return { path: unescape(fields[4] ?? ''), type: fields[fields.indexOf('-') + 1] ?? '' }
  })
}

/** Mounts at a folder or below it, the last made first: the order in which they can go. */
export const mountsBelow = (mounts: readonly MountEntry[], folder: string): string[] => mounts.filter((m) => m.path === folder || m.path.startsWith(`${folder}/`)).map((m) => m.path).reverse()

/** Nothing on systems without it, where we mount nothing either. */
export async function readMounts(): Promise<MountEntry[]> {
  if (process.platform !== 'linux') return []
  return parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8'))
}
