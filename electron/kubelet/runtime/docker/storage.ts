/**
 * What a container keeps on disk beside its volumes: its own layer and its log. Where the layer is a folder that this process may read it
 * is counted there, until it is large enough to know; elsewhere the engine counts it, which walks through all of it.
 */
import { stat } from 'node:fs/promises'
import type Docker from 'dockerode'
import { folderSize } from '../../folder-size.ts'
import { RuntimeError } from '../types.ts'
import type { Engine } from './engine.ts'
import { LOG_FILES } from './specs.ts'

/** Places remembered; they never change while a container is. */
const KNOWN = 1_000
const SIZE_LIMIT_MS = 30_000

interface Place {
  /** Absent: the engine must be asked. */
  readonly layer?: string
  readonly log: string
}

const fileSize = (path: string): Promise<number> => stat(path).then((s) => s.blocks * 512, (e: NodeJS.ErrnoException) => { if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(e.code ?? '')) return 0; throw e })

/** @param readable whether this process may read the engine's folders */
export function createStorageReader(engine: Engine, readable: boolean): (id: string, enough: number) => Promise<number> {
  const places = new Map<string, Place>()
  const inspect = async (id: string, options: object = {}): Promise<(Docker.ContainerInspectInfo & { SizeRw?: number }) | undefined> => {
    try {
      return await engine.call('measure a container', 'Unknown', (d) => d.getContainer(id).inspect(options) as Promise<Docker.ContainerInspectInfo & { SizeRw?: number }>, SIZE_LIMIT_MS)
    } catch (e) {
      if (e instanceof RuntimeError && e.reason === 'NotFound') return undefined
      throw e
    }
  }
  const placeOf = async (id: string): Promise<Place | undefined> => {
    const known = places.get(id)
    if (known) return known
    const info = await inspect(id)
    if (!info) return undefined
    const layer = (info.GraphDriver?.Data as { UpperDir?: string } | undefined)?.UpperDir
    const place = { ...(readable && layer ? { layer } : {}), log: info.LogPath }
    if (places.size >= KNOWN) places.clear()
    places.set(id, place)
    return place
  }
  return async (id, enough) => {
    const place = await placeOf(id)
    if (!place) return 0
    let size = 0
    // The engine turns a log over by giving the old one a number.
    for (let n = 0; place.log && n < LOG_FILES; n++) size += await fileSize(n ? `${place.log}.${n}` : place.log)
    if (size > enough) return size
    return size + (place.layer === undefined ? ((await inspect(id, { size: true }))?.SizeRw ?? 0) : await folderSize(place.layer, enough - size))
  }
}
