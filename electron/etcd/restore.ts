/**
 * Puts a snapshot in the place of a store that is closed. A new folder is made beside the old one and is complete and on disk before
 * either is renamed, so that whoever opens the store after a kill, with `settleRestore` first, finds the old state or the new one:
 *
 *     etcd                                   old        –          old kept as etcd.before-restore-<time>
 *     etcd.new     snapshot-….db.tmp → snapshot-….db    whole      renamed to etcd
 *
 * The new state goes on above every revision that the old one gave out (as etcd's --bump-revision has it), so that no version means
 * two things: whoever watches from an older one is told that it is gone, and lists again. What objects were before the restore is still
 * to be read: the old log is the beginning of the new one's history, and the footer of what was put back says that it is no compaction.
 */
import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DIRECTORY_MODE, FILE_MODE, listFolder, snapshotName, syncDirectory } from './files.ts'
import { HISTORY_FOLDER } from './history.ts'
import { scanFile } from './scan.ts'
import { footerLine, type Look, type SnapshotFacts, verifySnapshot } from './snapshot-file.ts'

/** Room for revisions that a damaged end of the old log no longer tells. */
const BUMP = 1000

export interface Restored extends SnapshotFacts {
  /** The revision at which the new store goes on. */
  readonly goesOnAt: number
  /** Where the old folder is now; undefined: there was none. */
  readonly kept: string | undefined
}
export interface RestoreOptions {
  /** The snapshot. */
  readonly file: string
  /** The store's folder: of no process that runs. */
  readonly directory: string
  /** Milliseconds since 1970: names what is kept. */
  readonly now: number
  /** Looks at each key; throws a SnapshotError when it is not to be restored here. */
  readonly look?: Look
  /** Told before each step that changes the disk. For tests. */
  readonly before?: (step: string) => void
}

const newFolder = (directory: string): string => `${directory}.new`
/** How kept folders of the store `directory` begin. */
export const keptPrefix = (directory: string): string => `${basename(directory)}.before-restore-`

/** The highest revision that the files of a folder know of, sound or not; 0: none. Changes nothing. */
async function highestRevision(directory: string): Promise<number> {
  if (!existsSync(directory)) return 0
  const { segments, snapshots } = await listFolder(directory)
  let highest = Math.max(0, ...snapshots.map((s) => s.revision), ...segments.map((s) => s.first - 1))
  // Older segments hold nothing above the first revision of the next one that counts.
  const last = segments.at(-1)
  if (last) {
    const { badAtEnd } = await scanFile(join(directory, last.name), ({ revision }) => { highest = Math.max(highest, revision) })
    highest += badAtEnd
  }
  return highest
}

/** Rejects with a SnapshotError that says what is wrong with the file; then, and after any other failure before the swap, the store is as it was. */
export async function restoreSnapshot({ file, directory, now, look, before = () => undefined }: RestoreOptions): Promise<Restored> {
  // Before anything is copied: most of what is no snapshot is found out here.
  await verifySnapshot(file, file, look)
  const fresh = newFolder(directory)
  const parent = dirname(directory)
  let facts: SnapshotFacts
  let goesOnAt: number
  try {
    before('make')
    await rm(fresh, { recursive: true, force: true })
    await mkdir(fresh, { mode: DIRECTORY_MODE })
    const temporary = join(fresh, 'snapshot.db.tmp')
    before('copy')
    await copyFile(file, temporary)
    // What is restored is what was read here, whatever happens to the file meanwhile.
    facts = await verifySnapshot(temporary, file, look)
    goesOnAt = Math.max(facts.revision, await highestRevision(directory)) + BUMP
    before('footer')
    await replaceFooter(temporary, facts, goesOnAt)
    before('keep the past')
    await keepPast(directory, fresh)
    before('complete')
    await rename(temporary, join(fresh, snapshotName(goesOnAt)))
    await syncDirectory(fresh)
    await syncDirectory(parent)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
  let kept: string | undefined
  if (existsSync(directory)) {
    kept = join(parent, `${keptPrefix(directory)}${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`)
    before('keep the old')
    await rename(directory, kept)
  }
  before('take the new')
  try {
    await rename(fresh, directory)
  } catch (error) {
    if (kept) await rename(kept, directory)
    throw error
  }
  before('sync')
  await syncDirectory(parent)
  return { ...facts, goesOnAt, kept }
}

/** The old log and its history become the new history. By name only: the old folder stays whole, so that a rename undoes the restore. */
async function keepPast(directory: string, fresh: string): Promise<void> {
  const history = join(fresh, HISTORY_FOLDER)
  for (const from of [join(directory, HISTORY_FOLDER), directory]) {
    if (!existsSync(from)) continue
    const { segments, snapshots } = await listFolder(from)
    if (!segments.length && !snapshots.length) continue
    await mkdir(history, { recursive: true, mode: DIRECTORY_MODE })
    for (const { name } of [...segments, ...snapshots]) await link(join(from, name), join(history, name)).catch(() => copyFile(join(from, name), join(history, name))) // a file system that has no second names
  }
  if (existsSync(history)) await syncDirectory(history)
}

/** The footer is all that tells at which revision the state is, and that it was put there. */
async function replaceFooter(path: string, { revision, keys, bytes }: SnapshotFacts, newRevision: number): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.chmod(FILE_MODE)
    const end = bytes - Buffer.byteLength(footerLine({ revision, keys }))
    await handle.truncate(end)
    await handle.write(footerLine({ revision: newRevision, keys, restored: true }), end)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Ends a restore that was cut off: before the store is opened. A new folder that is whole takes the empty place; one that is not, or
 * whose place is not empty, goes.
 */
export async function settleRestore(directory: string): Promise<void> {
  const fresh = newFolder(directory)
  if (!existsSync(fresh)) return
  // A snapshot with its final name is complete and on disk.
  if (!existsSync(directory) && (await listFolder(fresh)).snapshots.length) await rename(fresh, directory)
  else await rm(fresh, { recursive: true, force: true })
  await syncDirectory(dirname(directory))
}
