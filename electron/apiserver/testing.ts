/** For the tests of this room: a server over a real store in a temporary folder, and a short way to ask it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KubeObject, WatchEvent } from '../../shared/api/meta.ts'
import { FakeClock } from '../../shared/clock.ts'
import { openStore } from '../etcd/store.ts'
import type { Store } from '../etcd/types.ts'
import { storeCodec } from './encode.ts'
import { kinds } from './resources/index.ts'
import { loadSchemas } from './schema/load.ts'
import { createApiServer, type ApiServerOptions, type PilothouseApiServer } from './server.ts'
import type { ApiResponse, UserInfo, WatchStream } from './types.ts'

export const ADMIN: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }

export interface Answer {
  status: number
  // A test looks wherever it likes into an answer.
  body: Record<string, never> & { [field: string]: unknown }
  headers: Readonly<Record<string, string>>
  raw: ApiResponse
}
export interface World {
  server: PilothouseApiServer
  store: Store<KubeObject>
  clock: FakeClock
  ask(method: string, path: string, body?: object | string, headers?: Record<string, string>, user?: UserInfo): Promise<Answer>
  watch(path: string, signal?: AbortSignal): Promise<WatchStream>
  /** Turns the clock once what is being written now is on the disk: its time must not outrun a slow machine's. */
  turn(ms: number): Promise<void>
  /** As turn, little by little, until the work has ended: what waits by this clock for its end has time to come. */
  turnUntil<T>(work: Promise<T>): Promise<T>
  close(): Promise<void>
}

export async function startWorld(options: Partial<ApiServerOptions> = {}): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'apiserver-'))
  const store = await openStore<KubeObject>({ directory, codec: storeCodec })
  const clock = new FakeClock()
  const writing = new Set<Promise<unknown>>()
  const txn = store.txn.bind(store)
  store.txn = async (transaction) => {
    const task = txn(transaction)
    writing.add(task)
    return task.finally(() => { writing.delete(task) })
  }
  const schemas = loadSchemas(join(import.meta.dirname, '../../resources'))
  const server = await createApiServer({ store, kinds, schemas, clock, freeze: true, ...options })
  await server.bootstrap()
  const send = (method: string, path: string, body?: object | string, headers: Record<string, string> = {}, user = ADMIN, signal = new AbortController().signal): Promise<ApiResponse> => {
    const [pathname = '', query = ''] = path.split('?')
    const text = typeof body === 'string' ? body : body && JSON.stringify(body)
    return server.handle({
      method: method as 'GET', path: pathname, query: new URLSearchParams(query), user, signal,
      headers: { 'user-agent': 'test/1', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(text === undefined ? {} : { body: Buffer.from(text) }),
    })
  }
  const turn = async (ms: number): Promise<void> => {
    await Promise.allSettled(writing)
    await new Promise((resolve) => setTimeout(resolve, 2))
    await clock.advance(ms)
  }
  return {
    server, store, clock, turn,
    async turnUntil(work) {
      let ended = false
      const end = (): void => { ended = true }
      work.then(end, end)
      while (!ended) await turn(100)
      return work
    },
    async ask(method, path, body, headers, user) {
      const raw = await send(method, path, body, headers, user)
      const value = raw.body.type === 'object' ? raw.body.value : raw.body.type === 'bytes' ? (raw.body.contentType.includes('json') ? JSON.parse(Buffer.from(raw.body.bytes).toString()) : { text: Buffer.from(raw.body.bytes).toString() }) : {}
      return { status: raw.status, body: value as Answer['body'], headers: raw.headers ?? {}, raw }
    },
    async watch(path, signal) {
      const answer = await send('GET', `${path}${path.includes('?') ? '&' : '?'}watch=true`, undefined, {}, ADMIN, signal)
      if (answer.body.type !== 'watch') throw new Error(`no watch but ${JSON.stringify(answer.body)}`)
      return answer.body.stream
    },
    async close() {
      await server.close()
      await store.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The next events, short: `ADDED a`. */
export const short = (events: readonly WatchEvent[] | undefined): string[] | undefined =>
  events?.map((e) => `${e.type} ${(e.object as { metadata?: { name?: string } }).metadata?.name ?? (e.object as { reason?: string }).reason ?? ''}`.trim())
