/**
 * Variables out of files that a pod's containers have written into its emptyDirs (`valueFrom.fileKeyRef`): lines `NAME='value'`, as a
 * POSIX shell reads them. Source: KEP-3721; Kubernetes documentation, "Define Environment Variable Values Using An Init Container".
 */
import { constants } from 'node:fs'
import { open, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Container } from '../../shared/api/types.ts'
import { ContainerConfigError } from './env.ts'
import { safePath, type Place } from './volumes/types.ts'

/** More than the kernel takes as one variable. */
const MOST_BYTES = 1 << 20

/** The value of a name; undefined: it is not there. Lines after it are not looked at. Throws Error with the number of the line that is none. */
export function envFileValue(text: string, name: string): string | undefined {
  let line = 1
  let at = 0
  const fail = (why: string): never => { throw new Error(`${why} at line ${line}`) }
  while (at < text.length) {
    const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at)
    const start = text.slice(at, end)
    const spaces = start.length - start.trimStart().length
    if (start.trim() === '' || start[spaces] === '#') {
      at = end + 1
      line++
      continue
    }
    const equals = start.indexOf('=')
    const key = equals < 0 ? '' : start.slice(spaces, equals)
    if (key === '') fail(`invalid environment variable format ${JSON.stringify(start)}`)
    if (/\s/.test(key)) fail("whitespace before '=' is not allowed")
    const open = at + equals + 1
    if (text[open] !== "'") fail(/\s/.test(text[open] ?? '') && text[open] !== '\n' ? "whitespace after '=' is not allowed" : 'value must be enclosed in single quotes')
    const close = text.indexOf("'", open + 1)
    if (close < 0) fail('unclosed single quote')
    const after = text.indexOf('\n', close) < 0 ? text.length : text.indexOf('\n', close)
    if (!/^\s*(#|$)/.test(text.slice(close + 1, after))) fail('unexpected content after closing quote')
    const value = text.slice(open + 1, close)
    if (key === name) return value
    line += value.split('\n').length
    at = after + 1
  }
  return undefined
}

/**
 * A file below `root`, as text; undefined: there is none. Containers write there: a link may not lead out of the volume, a pipe does not
 * hold us up, and a file has its end. Linux knows what is open; elsewhere the path that was looked up counts.
 */
async function readBelow(root: string, path: string): Promise<string | undefined> {
  const real = await realpath(root)
  const below = (found: string): boolean => found.startsWith(`${real}/`)
  const at = await realpath(join(real, path)).catch((e: NodeJS.ErrnoException) => { if (e.code === 'ENOENT') return undefined; throw e })
  if (at === undefined) return undefined
  if (!below(at)) throw new Error('it leads out of its volume')
  const handle = await open(at, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if (process.platform === 'linux' && !below(await readlink(`/proc/self/fd/${handle.fd}`))) throw new Error('it leads out of its volume')
    const { size } = await handle.stat().then((s) => (s.isFile() ? s : Promise.reject(new Error('it is no file'))))
    if (size > MOST_BYTES) throw new Error(`it is longer than ${MOST_BYTES} bytes`)
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

/** Values of a container's variables that come out of files, by the variable's name; one that is optional and not there is absent. Rejects with ContainerConfigError. */
export async function envFileValues(container: Container, places: ReadonlyMap<string, Place>): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>()
  for (const { name, valueFrom } of container.env ?? []) {
    const ref = valueFrom?.fileKeyRef
    if (!ref) continue
    const where = `file ${JSON.stringify(ref.path)} of volume ${JSON.stringify(ref.volumeName)}`
    const place = places.get(ref.volumeName)
    if (!place) throw new ContainerConfigError(`volume ${JSON.stringify(ref.volumeName)} of the environment variable ${name} does not exist`)
    if (place.engineVolume !== undefined) throw new ContainerConfigError(`cannot read ${where}: the engine keeps the volume in memory`)
    try {
      const text = await readBelow(place.path, safePath(ref.path))
      const value = text === undefined ? undefined : envFileValue(text, ref.key)
      if (value !== undefined) values.set(name, value)
      else if (!ref.optional) throw new Error(text === undefined ? 'it does not exist' : `it has no key ${JSON.stringify(ref.key)}`)
    } catch (e) {
      throw new ContainerConfigError(`couldn't get the environment variable ${name} out of ${where}: ${(e as Error).message}`, { cause: e })
    }
  }
  return values
}
