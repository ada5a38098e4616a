/**
 * Removes images that nobody uses when the disk fills. Only those that this kubelet has pulled itself, while they were not
 * there before: an engine is its user's own, and so are the images that he brought. What is in use by any container of the
 * engine, ours or not, stays. Source: Kubernetes documentation, "Garbage collection"; kubernetes pkg/kubelet/images/image_gc_manager.go.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import type { HostFacts } from './host.ts'
import { knowsImageUse } from './runtime/capabilities.ts'
import { RuntimeError, type ContainerRuntime, type ImageInfo } from './runtime/types.ts'

const log = logger('kubelet')
/** Shares of the disk that are used. */
export const HIGH = 0.85
export const LOW = 0.8
/** A desktop's disk may be fuller than a server's for its owner's own reasons: with this much left, in bytes, there is no hurry. */
const PLENTY = 10 * 2 ** 30
export const MIN_AGE_MS = 120_000

interface Pulled {
  /** References by which it was pulled. */
  names: string[]
  since: number
  lastUsed: number
}

/** How many bytes must go; 0: none. */
export function toFree(disk: HostFacts['disk']): number {
  if (!disk || disk.available > PLENTY || disk.total - disk.available < disk.total * HIGH) return 0
  return Math.max(0, Math.ceil(disk.total * (1 - LOW) - disk.available))
}

export interface ImageCollector {
  /** It was not there, and now is. */
  pulled(reference: string, image: ImageInfo): Promise<void>
  /** Frees at least so many bytes, the longest unused first, or as many as can be. Resolves with how many. */
  free(bytes: number): Promise<number>
}

/** `file`: what was pulled, kept between starts. */
export function createImageCollector(runtime: ContainerRuntime, clock: Clock, file: string): ImageCollector {
  let known: Map<string, Pulled> | undefined
  let turn: Promise<unknown> = Promise.resolve()
  /** One after the other: all of them write the file. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work)
    turn = next.catch(() => undefined) // Its caller sees the failure.
    return next
  }
  const read = async (): Promise<Map<string, Pulled>> => {
    if (known) return known
    try {
      known = new Map(Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, Pulled>))
    } catch (e) {
      // Without its list the kubelet takes no image for its own.
      if ((e as NodeJS.ErrnoException).code !== 'ENOENT') log.warning('cannot read the list of pulled images', { file, error: e as Error })
      known = new Map()
    }
    return known
  }
  const write = async (): Promise<void> => {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(await read())))
    await rename(`${file}.new`, file)
  }
  const removeNames = async (id: string, pulled: Pulled): Promise<boolean> => {
    try {
      for (const name of pulled.names) await runtime.removeImage(name)
      return true
    } catch (e) {
      if (e instanceof RuntimeError && (e.reason === 'NotFound' || e.reason === 'ImageNotFound')) return true
      log.warning('cannot remove an image', { image: id, names: pulled.names.join(' '), error: e as Error })
      return false
    }
  }
  return {
    pulled: (reference, image) => inTurn(async () => {
      const all = await read()
      const before = all.get(image.id)
      all.set(image.id, { names: [...new Set([...(before?.names ?? []), reference])], since: before?.since ?? clock.now(), lastUsed: clock.now() })
      await write()
    }),
    free: (bytes) => inTurn(async () => {
      const all = await read()
      if (!knowsImageUse(runtime) || !all.size) return 0
      const [used, present] = await Promise.all([runtime.imagesInUse(), runtime.listImages()])
      const sizes = new Map(present.map((i) => [i.id, i.sizeBytes]))
      const now = clock.now()
      for (const [id, p] of all) {
        if (!sizes.has(id)) all.delete(id)
        else if (used.has(id)) p.lastUsed = now
      }
      let freed = 0
      for (const [id, p] of [...all].toSorted(([, a], [, b]) => a.lastUsed - b.lastUsed || a.since - b.since)) {
        if (freed >= bytes) break
        if (used.has(id) || now - p.lastUsed < MIN_AGE_MS || now - p.since < MIN_AGE_MS || !(await removeNames(id, p))) continue
        all.delete(id)
        freed += sizes.get(id) ?? 0
        log.info('removed an image that nobody uses', { image: id, names: p.names.join(' ') })
      }
      await write()
      return freed
    }),
  }
}
