/** Debian's docker-registry on a free port of 127.0.0.1, with its files in a temporary folder. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { ownPort } from '../ports.ts'
import { until } from './until.ts'

export const USER = { username: 'puller', password: 's3cret' }
/** `htpasswd -Bbn puller s3cret` */
const HTPASSWD = 'puller:$2y$05$jZQ70fPX/UXZnHZXlOJmIeEUqe5CILBEH05.9T.XfBGNrI37ZtxAW\n'

export interface Registry {
  readonly host: string
  /** Pushes `from` as `name`, with a layer of its own, and removes it from the engine again. */
  push(docker: Docker, from: string, name: string): Promise<string>
  stop(): Promise<void>
}

const drain = async (docker: Docker, stream: NodeJS.ReadableStream): Promise<void> => {
  await new Promise<void>((resolve, reject) => docker.modem.followProgress(stream, (e: Error | null, all: { error?: string }[]) => {
    const error = e ?? all.find((m) => m.error)
    if (error) reject(e ?? new Error((error as { error: string }).error))
    else resolve()
  }))
}

/** @param attempts a port that was free may be somebody's when the registry asks for it */
export async function startRegistry(secured: boolean, attempts = 3): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'))
  const host = `127.0.0.1:${await ownPort()}`
  await writeFile(join(folder, 'htpasswd'), HTPASSWD)
  await writeFile(join(folder, 'config.yml'), [
    'version: 0.1', 'log: { level: error }', `storage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }`, `http: { addr: ${host} }`,
    ...(secured ? [`auth: { htpasswd: { realm: test, path: ${join(folder, 'htpasswd')} } }`] : []), '',
  ].join('\n'))
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (c: Buffer) => { said = (said + c.toString()).slice(-2_000) })
  const ended = new Promise<false>((resolve) => child.once('exit', () => resolve(false)))
  const answers = until('the registry', () => fetch(`http://${host}/v2/`).then((r) => r.status === (secured ? 401 : 200), () => child.exitCode !== null))
  if (!(await Promise.race([answers, ended]))) {
    await rm(folder, { recursive: true, force: true })
    if (attempts > 1) return startRegistry(secured, attempts - 1)
    throw new Error(`the registry does not start: ${said}`)
  }
  return {
    host,
    async push(docker, from, name) {
      const reference = `${host}/${name}`
      const [repo, tag] = [reference.slice(0, reference.lastIndexOf(':')), reference.slice(reference.lastIndexOf(':') + 1)]
      const container = await docker.createContainer({ Image: from, Cmd: ['true'] })
      try {
        const tar = pack()
        tar.entry({ name: 'tmp/own' }, randomBytes(3 << 20))
        tar.finalize()
        await container.putArchive(tar as unknown as NodeJS.ReadableStream, { path: '/' })
        await container.commit({ repo, tag })
      } finally {
        await container.remove({ force: true })
      }
      await drain(docker, await docker.getImage(reference).push({ authconfig: { ...USER, serveraddress: host } }))
      await docker.getImage(reference).remove({ force: true })
      return reference
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface LimitedDoor {
  readonly host: string
  /** How many connections have reached their limit. */
  cut(): number
  /** From now on everything goes through. */
  heal(): void
  stop(): Promise<void>
}

/**
 * Another address of a registry, whose answers end after so many bytes of a connection, as if it died while it gives a layer; or with
 * `silent` come no further.
 */
export async function startLimitedDoor(registry: string, bytes: number, { silent = false } = {}): Promise<LimitedDoor> {
  const [host = '', port] = registry.split(':')
  let limit = bytes
  let cuts = 0
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const behind = connect(Number(port), host)
    open.add(client)
    let sent = 0
    const end = (): void => { client.destroy(); behind.destroy(); open.delete(client) }
    client.on('error', end).on('close', end)
    behind.on('error', end).on('close', end)
    client.pipe(behind)
    behind.on('data', (chunk: Buffer) => {
      sent += chunk.length
      if (sent > limit) {
        cuts++
        if (silent) behind.pause()
        else end()
      } else if (!client.write(chunk)) { behind.pause(); client.once('drain', () => behind.resume()) }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`, cut: () => cuts, heal() { limit = Infinity },
    stop: () => new Promise((resolve) => { for (const s of open) s.destroy(); server.close(() => resolve()) }),
  }
}
