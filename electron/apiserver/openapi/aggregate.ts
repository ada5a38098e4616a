/**
 * Asks other servers for their documents when somebody asks for all of them, and remembers what they said: for a minute it is
 * not asked for again, then by its tag. Source: kube-aggregator's OpenAPI controllers, which ask as often, but of themselves.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../../../shared/clock.ts'
import { logger } from '../../../shared/log.ts'
import type { Answer } from '../connect/post.ts'
import { asThird } from './convert.ts'
import type { Document } from './index.ts'
import { isObject, partOf } from './merge.ts'
import type { Elsewhere, Others, Remote, Told } from './others.ts'
import { encodeOpenApiV2 } from './protobuf.ts'
import type { Filled } from './second.ts'

const FRESH_MS = 60_000
/** How long until one that did not answer is asked again. */
const AGAIN_MS = 5_000
const log = logger('kube-apiserver')

/** One document of a server's. */
interface Kept<T> {
  /** Until when it is not asked for again. */
  until: number
  etag?: string | undefined
  value?: T | undefined
  /** Being asked for. */
  asking?: Promise<void> | undefined
}
interface Server {
  as: object
  readonly index: Kept<Told['index']>
  readonly second: Kept<{ readonly part: Filled; readonly info: unknown; readonly hash: string }>
  /** Of one that has no version 3: made of its version 2. */
  third?: Document | undefined
}

const hashOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex').toUpperCase()
const pathOf = ({ group, version }: Remote): string => `apis/${group}/${version}`
const header = ({ headers }: Answer, name: string): string | undefined => (typeof headers[name] === 'string' ? headers[name] : undefined)

/** Entries that are about the server's own group. */
function entriesOf(remote: Remote, body: unknown): Told['index'] {
  const paths = isObject(body) && isObject(body['paths']) ? body['paths'] : {}
  const own = [`apis/${remote.group}`, pathOf(remote)]
  return Object.fromEntries(Object.entries(paths).flatMap(([path, entry]) => {
    const url = isObject(entry) ? entry['serverRelativeURL'] : undefined
    return own.includes(path) && typeof url === 'string' && url.startsWith('/openapi/v3/') ? [[path, { serverRelativeURL: url }]] : []
  }))
}

export function createAggregate(remotes: () => readonly Remote[], clock: Clock): Others {
  const servers = new Map<string, Server>()
  let told: Told | undefined

  /** Those there are, and what is known of each. */
  function current(): [Remote, Server][] {
    const now = remotes()
    const names = new Set(now.map((r) => r.name))
    for (const name of servers.keys()) if (!names.has(name)) servers.delete(name)
    return now.map((remote) => {
      let server = servers.get(remote.name)
      if (!server) servers.set(remote.name, (server = { as: remote.as, index: { until: 0 }, second: { until: 0 } }))
      // It has come back, or has other kinds: what it said may be old.
      if (server.as !== remote.as) server.index.until = server.second.until = 0
      server.as = remote.as
      return [remote, server]
    })
  }

  /** @param absent what it means that there is no such document */
  function keep<T>(remote: Remote, kept: Kept<T>, path: string, read: (body: Buffer) => T | Promise<T>, absent: () => T | Promise<T>): Promise<void> | undefined {
    if (kept.asking) return kept.asking
    if (!remote.answers || clock.now() < kept.until) return undefined
    const ask = async (): Promise<void> => {
      kept.until = clock.now() + AGAIN_MS
      try {
        const answer = await remote.get(path, { accept: 'application/json', ...(kept.etag ? { 'if-none-match': kept.etag } : {}) })
        if (answer.status === 200) {
          kept.value = await read(answer.body)
          kept.etag = header(answer, 'etag')
        } else if (answer.status === 404) {
          kept.etag = undefined
          kept.value = await absent()
        } else if (answer.status !== 304) throw new Error(`it answered ${answer.status}`)
        kept.until = clock.now() + FRESH_MS
      } catch (error) {
        log.warning('the OpenAPI document of another server could not be had', { apiService: remote.name, path, error: error as Error })
      } finally {
        kept.asking = undefined
      }
    }
    return (kept.asking = ask())
  }

  const second = (remote: Remote, server: Server): Promise<void> | undefined => keep(remote, server.second, '/openapi/v2', async (body) => {
    const document: unknown = JSON.parse(body.toString('utf8'))
    if (!isObject(document)) throw new Error('it is no object')
    const part = partOf(document, `/${pathOf(remote)}/`)
    // What has no form in protobuf would take everybody's document along.
    await encodeOpenApiV2({ paths: part.paths, definitions: part.components })
    return { part, info: document['info'], hash: hashOf(JSON.stringify(part)) }
  }, () => ({ part: { paths: {}, components: {} }, info: undefined, hash: '' }))

  const index = (remote: Remote, server: Server): Promise<void> | undefined => keep(remote, server.index, '/openapi/v3', (body) => {
    server.third = undefined
    return entriesOf(remote, JSON.parse(body.toString('utf8')))
  }, async () => {
    await second(remote, server)
    const { part, info, hash } = server.second.value ?? { hash: '' }
    if (!part || !Object.keys(part.paths).length) return {}
    let bytes: Uint8Array | undefined
    server.third = { etag: hash, bytes: () => (bytes ??= Buffer.from(JSON.stringify(asThird(part, info)))) }
    return { [pathOf(remote)]: { serverRelativeURL: `/openapi/v3/${pathOf(remote)}?hash=${hash}` } }
  })

  /** Made anew where something has changed. */
  function tell(): void {
    const all = current().map(([, server]) => server)
    const indices = all.flatMap((s) => (s.index.value ? [s.index.value] : []))
    const parts = all.flatMap((s) => (s.second.value ? [s.second.value] : []))
    const tag = hashOf(JSON.stringify([indices, parts.map((p) => p.hash)]))
    if (told?.tag !== tag) told = { tag, index: Object.assign({}, ...indices) as Told['index'], parts: parts.map((p) => p.part) }
  }
  const all = async (ask: (remote: Remote, server: Server) => Promise<void> | undefined): Promise<void> => {
    await Promise.all(current().map(([remote, server]) => ask(remote, server)))
    tell()
  }
  return {
    told: () => told,
    indices: () => all(index),
    parts: () => all(second),
    async v3(path): Promise<Document | Elsewhere | undefined> {
      const isOf = (remote: Remote): boolean => path === pathOf(remote) || path === `apis/${remote.group}`
      await Promise.all(current().filter(([remote]) => isOf(remote)).map(([remote, server]) => index(remote, server)))
      tell()
      const found = current().find(([remote, server]) => isOf(remote) && server.index.value && Object.hasOwn(server.index.value, path))
      return found && (found[1].third ?? { forward: (request) => found[0].forward(request) })
    },
  }
}
