/**
 * The lines of one query, as a window over the store: it begins at the newest lines (or around one line), follows what
 * comes, and goes on in both directions. While following is paused, what comes is kept aside, and when that is too much
 * it is only counted: it is in the store, and read from there. So nothing is ever lost, and the window never grows.
 */
import { StatusError, toStatusError } from '../../../shared/errors.ts'
import type { Status } from '../../../shared/api/meta.ts'
import type { LogBatch, LogCursor, LogSearch } from '../../../shared/logs/types.ts'
import { browserFrame, type Frame } from '../../cache/store.ts'
import type { Transport } from '../../transport/transport.ts'
import { LineBuffer, MOST_LINES, type End, type Line } from './lines.ts'

/** Lines of a step in a direction. */
export const STEP = 1_000

export interface FeedState {
  readonly lines: readonly Line[]
  readonly pods: number
  /** Nothing is known yet. */
  readonly loading: boolean
  readonly error: StatusError | undefined
  /** A search is under way. */
  readonly searching: { readonly searched: number; readonly total: number } | undefined
  /** A search was stopped before its end. */
  readonly stopped: boolean
  /** There are lines beyond the window's ends. */
  readonly older: boolean
  readonly newer: boolean
  /** What comes is shown as it comes. */
  readonly live: boolean
  /** Lines that came while it is not. */
  readonly waiting: number
  /** Rises with the lines that have come since it was opened. */
  readonly arrived: number
}
const START: FeedState = { lines: [], pods: 0, loading: true, error: undefined, searching: undefined, stopped: false, older: false, newer: false, live: true, waiting: 0, arrived: 0 }

export interface FeedOptions {
  readonly transport: Transport
  readonly query: string
  /** Whether lines can still come: not where the query ends in the past. */
  readonly follows: boolean
  /** Begin around this line. */
  readonly line?: number | undefined
  readonly frame?: Frame
  readonly most?: number
}

export class LogFeed {
  readonly #o: FeedOptions
  readonly #listeners = new Set<() => void>()
  #state: FeedState = START
  #buffer: LineBuffer
  #running = false
  /** Of the follow: all up to this id has been looked at; 0: nothing is known. */
  #last = 0
  #endFollow: (() => void) | undefined
  #endSearch: (() => void) | undefined
  /** Where the search under way goes. */
  #direction: End = 'newest'
  /** More came during it than was kept aside. */
  #overflow = false
  #stop = new AbortController()
  /** Come since the last frame; and since it was paused. */
  #coming: LogBatch[] = []
  #held: LogBatch[] = []
  #heldCount = 0
  #cancelFrame: (() => void) | undefined

  constructor(options: FeedOptions) {
    this.#o = options
    this.#buffer = this.#empty()
    this.#state = { ...START, live: options.follows && options.line === undefined }
  }

  /** Whether lines can still come. */
  get follows(): boolean {
    return this.#o.follows
  }
  get = (): FeedState => this.#state
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#stop = new AbortController()
    if (this.#state.error) this.#set({ error: undefined })
    this.#follow()
    const { loading, live, lines } = this.#state
    if (loading && this.#o.line !== undefined) void this.#around(this.#o.line, this.#stop.signal)
    else if (loading || (live && this.#last === 0)) this.#read({ order: 'newest' }, lines.length > 0)
    // What came meanwhile is not told by the follow, which begins now.
    else if (this.#last === 0) this.#set({ newer: true })
  }
  stop(): void {
    this.#running = false
    this.#stop.abort()
    this.#endFollow?.()
    this.#endFollow = undefined
    this.#breakOff()
    this.#flush()
  }
  /** After a lost connection or an error: goes on where it was. */
  retry = (): void => {
    if (!this.#running) return
    this.stop()
    this.start()
  }

  older = (): void => {
    const [first] = this.#buffer.lines
    if (!this.#state.older || this.#endSearch) return
    if (!first) return this.#read({ order: 'newest' })
    this.#read({ order: 'newest', after: cursor(first) })
  }
  newer = (): void => {
    const last = this.#buffer.lines.at(-1)
    if (!this.#state.newer || this.#endSearch || !last) return
    // What was kept aside until now is in the store already, so the search finds it.
    this.#forgetHeld()
    this.#read({ order: 'oldest', after: cursor(last) })
  }
  /** The window moves to an end of everything. */
  toOldest = (): void => {
    this.#quit()
    if (!this.#state.older && this.#state.lines.length > 0) return this.pause()
    this.#forgetHeld()
    this.#set({ live: false, waiting: 0 })
    this.#read({ order: 'oldest' }, true)
  }
  toNewest = (): void => {
    if (!this.#state.newer) return this.#catchUp()
    this.#quit()
    this.#forgetHeld()
    this.#set({ live: this.#o.follows, newer: false, waiting: 0 })
    this.#read({ order: 'newest' }, true)
  }
  pause = (): void => {
    if (!this.#state.live) return
    this.#flush()
    this.#set({ live: false, waiting: 0 })
  }
  /** The search that is under way is given up; what it found stays. */
  cancel = (): void => {
    if (!this.#endSearch) return
    this.#breakOff()
    this.#set({ loading: false, stopped: true })
  }

  /** All that was kept aside is shown, and then what comes. */
  #catchUp(): void {
    const held = this.#held
    this.#forgetHeld()
    let cut = 0
    for (const batch of held) cut += this.#add(batch, 'oldest')
    this.#set({ live: this.#o.follows, waiting: 0, ...(cut > 0 ? { older: true } : {}) })
  }
  #forgetHeld(): void {
    this.#held = []
    this.#heldCount = 0
  }
  #empty(): LineBuffer {
    return new LineBuffer(this.#o.most ?? MOST_LINES)
  }
  #add(batch: LogBatch, cut: End): number {
    const [first] = this.#buffer.lines
    // Older than the window, whose beginning is not that of everything: it is found when the window goes there.
    const entries = this.#state.older && first && cut === 'oldest' ? batch.entries.filter((e) => e.time >= first.time) : batch.entries
    return this.#buffer.add({ sources: batch.sources, entries }, cut)
  }

  #follow(): void {
    if (!this.#o.follows) return
    const { transport, query } = this.#o
    this.#endFollow = transport.subscribe('logs.follow', { query, ...(this.#last > 0 ? { after: this.#last } : {}) }, (message) => {
      this.#last = message.last
      this.#coming.push(message)
      this.#cancelFrame ??= (this.#o.frame ?? browserFrame)(() => this.#apply())
    }, (status) => this.#ended(status))
  }
  #flush(): void {
    this.#cancelFrame?.()
    this.#apply()
  }
  /** Once a frame, however many messages have come. */
  #apply(): void {
    this.#cancelFrame = undefined
    const coming = this.#coming
    this.#coming = []
    if (coming.length === 0) return
    const count = coming.reduce((n, b) => n + b.entries.length, 0)
    const arrived = this.#state.arrived + count
    if (this.#state.live) {
      let cut = 0
      for (const batch of coming) cut += this.#add(batch, 'oldest')
      return this.#set({ arrived, ...(cut > 0 ? { older: true } : {}) })
    }
    // Behind the window's end there are lines already, so these are read with them; but not when that is being done now.
    if (!this.#state.newer || this.#endSearch) {
      this.#held.push(...coming)
      this.#heldCount += count
    }
    const much = this.#heldCount > (this.#o.most ?? MOST_LINES)
    if (much) {
      this.#forgetHeld()
      this.#overflow = true
    }
    this.#set({ arrived, waiting: this.#state.waiting + count, newer: this.#state.newer || much })
  }

  #quit(): void {
    this.#endSearch?.()
    this.#endSearch = undefined
  }
  /** There may be more where the search was going. */
  #breakOff(): void {
    if (!this.#endSearch) return
    this.#quit()
    this.#set({ searching: undefined, ...(this.#direction === 'newest' ? { older: true } : { newer: true }) })
  }
  /** @param anew its lines take the place of the window's, when they come */
  #read(search: Omit<LogSearch, 'query' | 'limit'>, anew = false): void {
    const { transport, query } = this.#o
    const cut: End = search.order === 'newest' ? 'newest' : 'oldest'
    let replaced = !anew
    this.#direction = search.order ?? 'newest'
    this.#overflow = false
    this.#set({ searching: { searched: 0, total: 0 }, stopped: false, error: undefined })
    this.#endSearch = transport.subscribe('logs.search', { ...search, query, limit: STEP }, (message) => {
      // Until something is found the old window stays, so that nothing flickers.
      if (!replaced && (message.entries.length > 0 || message.done)) {
        this.#buffer = this.#empty()
        replaced = true
      }
      const cuts = this.#buffer.add(message, cut) > 0
      if (message.done) this.#endSearch = undefined
      const more = message.done?.more
      const ends = cut === 'newest' ? { newer: this.#state.newer || cuts, ...(more === undefined ? {} : { older: more }) } : { older: search.after ? this.#state.older || cuts : cuts, ...(more === undefined ? {} : { newer: more || this.#overflow }) }
      this.#set({ ...ends, ...(cuts && cut === 'newest' ? { live: false } : {}), loading: this.#state.loading && !message.done && message.entries.length === 0, searching: message.done ? undefined : { searched: message.searched, total: message.total } })
      if (message.done && !this.#state.newer && cut === 'oldest') this.#joined()
    }, (status) => {
      this.#endSearch = undefined
      if (status) this.#ended(status)
      else this.#set({ searching: undefined, loading: false })
    })
  }
  /** The window's end is that of everything: what came during the search belongs to it. */
  #joined(): void {
    const held = this.#held
    this.#forgetHeld()
    let cut = 0
    for (const batch of held) cut += this.#add(batch, 'oldest')
    this.#set({ waiting: 0, ...(cut > 0 ? { older: true } : {}) })
  }
  async #around(id: number, signal: AbortSignal): Promise<void> {
    try {
      const found = await this.#o.transport.call('logs.context', { id, before: 0, after: 0, of: 'all' }, signal)
      if (signal.aborted) return
      this.#buffer.add(found, 'oldest')
      this.#set({ older: true, newer: true, loading: false })
      const [line] = this.#buffer.lines
      if (line) this.#both(cursor(line))
    } catch (error) {
      if (!signal.aborted) this.#set({ loading: false, error: toStatusError(error) })
    }
  }
  /** First what was before the line, then what came after. */
  #both(at: LogCursor): void {
    this.#read({ order: 'newest', after: at })
    const end = this.subscribe(() => {
      if (this.#endSearch) return
      end()
      if (this.#running && !this.#state.stopped && !this.#state.error) this.newer()
    })
  }

  #ended(status: Status | undefined): void {
    if (!this.#running) return
    this.#endFollow?.()
    this.#endFollow = undefined
    this.#breakOff()
    if (status) this.#set({ error: new StatusError(status), loading: false, searching: undefined })
  }
  #set(change: Partial<FeedState>): void {
    this.#state = { ...this.#state, ...change, lines: this.#buffer.lines, pods: this.#buffer.pods }
    for (const listener of this.#listeners) listener()
  }
}
const cursor = ({ time, nanos, id }: LogCursor): LogCursor => ({ time, nanos, id })
