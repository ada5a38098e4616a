/** The files of a store's folder: their names, and the few ways of touching a disk that survive a crash. */
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pad } from './record.ts'

export const FILE_MODE = 0o600
export const DIRECTORY_MODE = 0o700

/** A file of the log. `first` is the first revision it may hold: what an older segment has from there on was never acknowledged. */
export interface SegmentName {
  readonly type: 'segment'
  readonly name: string
  readonly sequence: number
  readonly first: number
}
/** A file with every key that was live at `revision`. It may hold younger states too; the log then has these as well. */
export interface SnapshotName {
  readonly type: 'snapshot'
  readonly name: string
  readonly revision: number
}

export const segmentName = (sequence: number, first: number): string => `segment-${String(sequence).padStart(8, '0')}-${pad(first)}.db`
/** A segment file that has no first revision yet. */
export const spareName = (sequence: number): string => `segment-${String(sequence).padStart(8, '0')}-spare.db.tmp`
export const snapshotName = (revision: number): string => `snapshot-${pad(revision)}.db`

export interface Folder {
  /** In order of sequence. */
  readonly segments: readonly SegmentName[]
  /** Newest first. */
  readonly snapshots: readonly SnapshotName[]
  /** Half-made files of a process that died: a snapshot before its rename, NeDB's own temporary file. */
  readonly leftovers: readonly string[]
}

/** What is in the folder. Files with other names are nobody's business here. */
export async function listFolder(directory: string): Promise<Folder> {
  const segments: SegmentName[] = []
  const snapshots: SnapshotName[] = []
  const leftovers: string[] = []
  for (const name of await readdir(directory)) {
    const segment = /^segment-(\d+)-(\d+)\.db$/.exec(name)
    const snapshot = /^snapshot-(\d+)\.db$/.exec(name)
    if (segment) segments.push({ type: 'segment', name, sequence: Number(segment[1]), first: Number(segment[2]) })
    else if (snapshot) snapshots.push({ type: 'snapshot', name, revision: Number(snapshot[1]) })
    else if (/^(segment|snapshot)-.*\.db(\.tmp|~)$/.test(name)) leftovers.push(name)
  }
  segments.sort((a, b) => a.sequence - b.sequence)
  snapshots.sort((a, b) => b.revision - a.revision)
  return { segments, snapshots, leftovers }
}

/** Makes names (new, renamed, removed) durable. Windows cannot open a folder: there the file system's journal does it. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function removeFiles(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(directory, name), { force: true })
}

/** Lets everything else on the event loop have its turn. */
export const breathe = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

/** Milliseconds of loop time that a piece of background work may take before it breathes. */
export const SLICE_MS = 4
