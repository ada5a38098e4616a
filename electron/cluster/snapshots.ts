/**
 * Snapshots of the whole cluster state: taken through the API server, by whoever may take everything, and put back while no store is
 * open. What is outside of the store (volumes, images, logs, keys, certificates) is not in them.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Status } from '../../shared/api/meta.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { StatusError } from '../../shared/errors.ts'
import type { ApiServer, UserInfo } from '../apiserver/types.ts'
import { restoreSnapshot, type Restored } from '../etcd/restore.ts'
import { type Look, SnapshotError, type SnapshotFacts, verifySnapshot, writeSnapshotFile } from '../etcd/snapshot-file.ts'
import type { DataDirectory } from './data-directory.ts'
import { readBody } from './read-body.ts'

export { SnapshotError, type Restored, type SnapshotFacts }

/** Saves what the API server holds now. Rejects with a SnapshotError or a StatusError. */
export async function saveThrough(api: ApiServer, user: UserInfo, file: string): Promise<SnapshotFacts> {
  const gone = new AbortController()
  const { body } = await api.handle({ method: 'GET', path: '/snapshot', query: new URLSearchParams(), headers: {}, signal: gone.signal, user, inProcess: true, remote: 'dashboard' })
  if (body.type !== 'stream') throw new StatusError((await readBody(body)) as Status)
  const pieces: Readable = body.stream
  try {
    return await writeSnapshotFile(file, pieces as AsyncIterable<Uint8Array>)
  } finally {
    pieces.destroy()
    gone.abort()
  }
}

/** The Service of the API server itself: at the same address for as long as a cluster lives. */
const OWN_SERVICE = '/registry/core/services/default/kubernetes'

/** Refuses a state whose Services are at addresses that this cluster's network does not have: nothing would be reached there. */
const sameNetwork = (data: DataDirectory, file: string): Look => {
  const here = existsSync(data.network) ? (JSON.parse(readFileSync(data.network, 'utf8')) as Partial<ClusterNetwork>).apiServerIP : undefined
  return (key, text) => {
    if (here === undefined || key !== OWN_SERVICE) return
    const there = (JSON.parse(text) as { spec?: { clusterIP?: string } }).spec?.clusterIP
    if (there !== here) throw new SnapshotError(`${file} is of another cluster: its API server is at ${there} for pods, and this one's is at ${here}.`)
  }
}

/** Reads the whole file and says what it holds; rejects with a SnapshotError when it cannot be restored to this cluster. */
export const verifyFor = (data: DataDirectory, file: string): Promise<SnapshotFacts> => verifySnapshot(file, file, sameNetwork(data, file))

/** Puts a snapshot in the place of the store, which nobody has open. Rejects with a SnapshotError; then nothing has changed. */
export const restoreInto = (data: DataDirectory, file: string, now: number): Promise<Restored> => restoreSnapshot({ file, directory: data.etcd, now, look: sameNetwork(data, file) })
