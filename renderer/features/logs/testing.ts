/** For tests: a log store behind a Transport, which answers when it is told to. */
import { notFound, serviceUnavailable, type StatusError } from '../../../shared/errors.ts'
import type { LogBatch, LogFollow, LogFollowMessage, LogRecord, LogSearch, LogSearchMessage, LogSource } from '../../../shared/logs/types.ts'
import { Value } from '../../lib/value.ts'
import type { Transport } from '../../transport/transport.ts'

export const source = (pod = 'a', more: Partial<LogSource> = {}): LogSource => ({ stream: 'stdout', namespace: 'x', pod, podUid: pod, container: 'c', node: 'n', restart: 0, workload: '', labels: {}, ...more })
/** A line whose time is its id. */
export const line = (id: number): LogRecord => ({ id, time: id, nanos: 0, level: '', source: 0, text: `line ${id}` })
export const unavailable = serviceUnavailable('not now')

interface Open<R, M> {
  readonly request: R
  readonly tell: (message: M) => void
  readonly end: (status?: StatusError['status']) => void
}
const batch = (entries: readonly LogRecord[]): LogBatch => ({ sources: { 0: source() }, entries })

export class FakeStore {
  readonly #lines: LogRecord[] = []
  #search: Open<LogSearch, LogSearchMessage> | undefined
  #follow: Open<LogFollow, LogFollowMessage> | undefined
  readonly transport: Transport = {
    connection: new Value({ state: 'open' as const, since: 0, epoch: 1 }),
    call: (async (_name: string, { id }: { id: number }) => {
      const found = this.#lines.find((l) => l.id === id)
      if (!found) throw notFound({ group: '', resource: 'lines' }, String(id))
      return batch([found])
    }) as Transport['call'],
    subscribe: ((name: string, request: unknown, tell: (message: unknown) => void, end: (status?: StatusError['status']) => void) => {
      if (name === 'logs.search') {
        const own = (this.#search = { request: request as LogSearch, tell, end })
        return () => { if (this.#search === own) this.#search = undefined }
      }
      const own = (this.#follow = { request: request as LogFollow, tell, end })
      const { after } = own.request
      if (after !== undefined) this.#tell(this.#lines.filter((l) => l.id > after))
      return () => { if (this.#follow === own) this.#follow = undefined }
    }) as Transport['subscribe'],
    close: () => undefined,
  }

  get searching(): boolean {
    return this.#search !== undefined
  }
  get following(): boolean {
    return this.#follow !== undefined
  }
  /** Takes new lines in, and tells who follows. */
  write(lines: readonly LogRecord[]): void {
    this.#lines.push(...lines)
    this.#tell(lines)
  }
  #tell(lines: readonly LogRecord[]): void {
    if (lines.length > 0) this.#follow?.tell({ ...batch(lines), last: this.#lines.at(-1)?.id ?? 0, behind: 0 })
  }
  /** Answers the search that is under way; with `part`, only its first lines. */
  answer(part?: number): void {
    const search = this.#search
    if (!search) throw new Error('nobody searches')
    const { order = 'newest', after, limit = 1_000 } = search.request
    const ordered = order === 'newest' ? this.#lines.toReversed() : this.#lines
    const all = ordered.filter((l) => !after || (order === 'newest' ? l.id < after.id : l.id > after.id))
    if (part !== undefined) return search.tell({ ...batch(all.slice(0, part)), searched: 1, total: 2 })
    this.#search = undefined
    search.tell({ ...batch(all.slice(0, limit)), searched: 2, total: 2, done: { more: all.length > limit } })
    search.end()
  }
  fail(error: StatusError): void {
    this.#search?.end(error.status)
  }
  lose(): void {
    const [search, follow] = [this.#search, this.#follow]
    this.#search = undefined
    this.#follow = undefined
    search?.end(unavailable.status)
    follow?.end(unavailable.status)
  }
  /** Calls are answered then. */
  settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 0) })
}
