/** `npm start -- snapshot save|restore FILE`: of a cluster that runs through its API, as its administrator; of one that does not by opening its store. */
import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { settleRestore } from '../etcd/restore.ts'
import { snapshotOf, type SnapshotFacts, writeSnapshotFile } from '../etcd/snapshot-file.ts'
import { openStore } from '../etcd/store.ts'
import { type DataDirectory, findDataDirectory } from './data-directory.ts'
import { FolderInUseError, lockFolder } from './lock.ts'
import { restoreInto } from './snapshots.ts'

/** Without a sign of life for this long a connection is given up. */
const SILENCE_MS = 30_000

function clusterOf(home: string): DataDirectory {
  const data = findDataDirectory(home)
  if (!data) throw new Error(`${resolve(home)} holds no cluster; name its folder with --home.`)
  return data
}

/** undefined: a Pilothouse uses the folder. */
const tryLock = (data: DataDirectory): Promise<(() => Promise<void>) | undefined> => lockFolder(data.root).catch((error: unknown) => {
  if (error instanceof FolderInUseError) return undefined
  throw error
})

/** Resolves with what to tell the user. Rejects with what went wrong, as a sentence. */
export async function save(home: string, file: string): Promise<string> {
  const data = clusterOf(home)
  const unlock = await tryLock(data)
  const facts = unlock ? await saveClosed(data, file).finally(unlock) : await writeSnapshotFile(file, download(data))
  return `Saved ${objects(facts)} at revision ${facts.revision}, ${Math.ceil(facts.bytes / 1024)} KiB: ${resolve(file)}`
}

const objects = ({ keys }: SnapshotFacts): string => (keys === 1 ? '1 object' : `${keys} objects`)

/** Values stay the text that they are. */
const asText = { encode: (text: string) => text, decode: (text: string) => text }

async function saveClosed(data: DataDirectory, file: string): Promise<SnapshotFacts> {
  await settleRestore(data.etcd)
  if (!existsSync(data.etcd)) throw new Error(`The cluster of ${data.root} has no state yet.`)
  // What is kept of the past is for the cluster to say.
  const retention = { bytes: Infinity, milliseconds: Infinity }
  const store = await openStore({ directory: data.etcd, codec: asText, retention, log: (level, message, fields) => { if (level !== 'info') process.stderr.write(`${message} ${JSON.stringify(fields ?? {})}\n`) } })
  try {
    return await writeSnapshotFile(file, snapshotOf(store, asText))
  } finally {
    await store.close()
  }
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[]
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[]
}

/** What the running cluster answers, as it comes. */
async function* download(data: DataDirectory): AsyncGenerator<Buffer> {
  const silent = `The Pilothouse that uses ${data.root} does not answer. If it is starting or stopping, try again in a moment`
  if (!existsSync(data.kubeconfig)) throw new Error(`${silent}.`)
  const { clusters: [c], users: [u] } = parse(readFileSync(data.kubeconfig, 'utf8')) as Kubeconfig
  if (!c || !u) throw new Error(`${data.kubeconfig} names no cluster.`)
  const text = (base64: string): Buffer => Buffer.from(base64, 'base64')
  const message = await new Promise<IncomingMessage>((done, failed) => {
    const asked = request(new URL('/snapshot', c.cluster.server), { ca: text(c.cluster['certificate-authority-data']), cert: text(u.user['client-certificate-data']), key: text(u.user['client-key-data']), agent: false, timeout: SILENCE_MS }, done)
    asked.once('timeout', () => asked.destroy(new Error(`nothing came for ${SILENCE_MS / 1000} s`)))
    asked.once('error', (error) => failed(new Error(`${silent} (${error.message}).`)))
    asked.end()
  })
  if (message.statusCode === 200) return yield* message as AsyncIterable<Buffer>
  const refusal = (await message.toArray()).join('')
  throw new Error(`The cluster of ${data.root} gave no snapshot: ${(JSON.parse(refusal) as { message?: string }).message ?? message.statusCode}`)
}

/** Resolves with what to tell the user. Rejects while a Pilothouse runs there, or when the file is not whole; then nothing has changed. */
export async function restore(home: string, file: string): Promise<string> {
  const data = clusterOf(home)
  const unlock = await tryLock(data)
  if (!unlock) throw new Error(`A Pilothouse runs on ${data.root}. Stop it, then run this again; or use File > Restore Snapshot in its window.`)
  const restored = await restoreInto(data, resolve(file), Date.now()).finally(unlock)
  return [
    `Restored ${objects(restored)} of revision ${restored.revision}; the cluster goes on at revision ${restored.goesOnAt} when it starts.`,
    ...(restored.kept ? [`What was there before is kept, and may be removed when nothing of it is missed: ${restored.kept}`] : []),
  ].join('\n')
}
