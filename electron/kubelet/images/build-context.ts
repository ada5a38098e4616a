/**
 * A folder as the engine wants it for a build: a tar stream, without what .dockerignore leaves out. Nothing of it is held in memory but
 * the file under way. Source: Docker documentation, ".dockerignore files".
 */
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import ignore from 'ignore'
import { pack, type Pack } from 'tar-stream'

const IGNORE_FILE = '.dockerignore'

/** Whether a path (with `/`, relative) is left out. The last line that matches it, or a folder that it is in, decides. */
export function ignoreRules(text: string): (path: string) => boolean {
  const rules = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line && !line.startsWith('#')).map((line) => {
    const negated = line.startsWith('!')
    const pattern = (negated ? line.slice(1) : line).trim().replace(/^\.?\/+/, '').replace(/\/+$/, '')
    // Unlike git's, every pattern is one of the root.
    return { negated, matches: pattern === '' || pattern === '.' ? undefined : ignore({ ignorecase: false }).add(`/${pattern}`) }
  })
  return (path) => {
    let out = false
    for (const { negated, matches } of rules) if (out === negated && matches?.ignores(path)) out = !negated
    return out
  }
}

async function rulesOf(folder: string, dockerfile: string): Promise<(path: string) => boolean> {
  const read = (name: string): Promise<string | undefined> => readFile(join(folder, name), 'utf8').catch((e: NodeJS.ErrnoException) => { if (e.code === 'ENOENT') return undefined; throw e })
  const rules = ignoreRules((await read(`${dockerfile}${IGNORE_FILE}`)) ?? (await read(IGNORE_FILE)) ?? '')
  // The engine needs these two, whatever they say.
  return (path) => path !== dockerfile && path !== IGNORE_FILE && rules(path)
}

/** Adds what is in a folder. A folder that is left out is looked into all the same: a later rule may take something of it back in. */
async function addFolder(tar: Pack, root: string, relative: string, ignored: (path: string) => boolean, signal: AbortSignal): Promise<void> {
  for (const name of (await readdir(join(root, relative))).sort()) {
    signal.throwIfAborted()
    const path = relative ? `${relative}/${name}` : name
    const at = join(root, path)
    const s = await lstat(at)
    const header = { name: path, mode: s.mode & 0o7777, mtime: s.mtime, uid: 0, gid: 0 }
    const out = ignored(path)
    if (s.isDirectory()) {
      if (!out) tar.entry({ ...header, type: 'directory' })
      await addFolder(tar, root, path, ignored, signal)
    } else if (out) continue
    else if (s.isSymbolicLink()) tar.entry({ ...header, type: 'symlink', linkname: await readlink(at) })
    else if (s.isFile()) {
      // As much as was announced: a file that grows meanwhile must not break the stream.
      if (s.size === 0) tar.entry(header, '')
      else await pipeline(createReadStream(at, { end: s.size - 1 }), tar.entry({ ...header, size: s.size }), { signal })
    }
  }
}

/** Rejects when the folder or its Dockerfile is not there. The stream fails with what failed on the way, and ends early when the signal aborts. */
export async function buildContext(folder: string, dockerfile: string, signal: AbortSignal): Promise<Readable> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) throw new Error(`${folder} is not a folder`)
  if (!(await lstat(join(folder, dockerfile)).catch(() => undefined))?.isFile()) throw new Error(`there is no ${dockerfile} in ${folder}`)
  const ignored = await rulesOf(folder, dockerfile)
  const tar = pack()
  addFolder(tar, folder, '', ignored, signal).then(() => tar.finalize(), (e: Error) => tar.destroy(e))
  return tar as unknown as Readable
}
