/**
 * One process for each data folder. The lock is a listening local socket named after the folder: the system takes it back
 * when the process ends, however it ends, so no stale lock can outlive a SIGKILL (a pid file would).
 */
import { createHash } from 'node:crypto'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export class FolderInUseError extends Error {
  constructor(folder: string) {
    super(`Another Pilothouse is using ${folder}. Use that one, stop it, or choose another folder with --home.`)
    this.name = 'FolderInUseError'
  }
}

/**
 * As long as an abstract name can be. Node up to 20 fills shorter ones up with zeros and later releases do not, so that the
 * same shorter name would be two locks: one for each, and both would write the same folder.
 */
const ABSTRACT_BYTES = 108

/** Abstract sockets and named pipes vanish with their process; elsewhere a socket file may be left behind. */
function addressOf(folder: string): { path: string; leavesFile: boolean } {
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 24)
  if (process.platform === 'linux') return { path: `\0pilothouse-${digest}`.padEnd(ABSTRACT_BYTES, '-'), leavesFile: false }
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\pilothouse-${digest}`, leavesFile: false }
  return { path: join(tmpdir(), `pilothouse-${digest}.sock`), leavesFile: true }
}

const listen = (path: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen(path, () => {
      server.unref()
      resolve(server)
    })
  })

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.setTimeout(1000, () => { socket.destroy(); resolve(true) })
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => resolve(false))
  })

/** Rejects with FolderInUseError while another process holds the folder. The answer releases it. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const { path, leavesFile } = addressOf(folder)
  let server: Server
  try {
    server = await listen(path)
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw e
    if (!leavesFile || (await answers(path))) throw new FolderInUseError(folder)
    rmSync(path, { force: true })
    server = await listen(path)
  }
  return () => new Promise((resolve) => server.close(() => resolve()))
}
