/** Where to go on with a container's log: what is stored of its last seconds, so that no line is kept twice and none is missed. */
import type { ContainerState, LogLine } from '../kubelet/runtime/types.ts'
import type { LogEntry } from '../../shared/ipc.ts'
import { parseTimestamp } from './timestamp.ts'
import type { LogStore } from './types.ts'

/** stdout and stderr are stamped apart, so that a container's lines can be out of order by a little. */
const OVERLAP_MS = 2_000
const MAX_PAGES = 10

export interface Resume {
  /** What to ask the runtime for; undefined: from the beginning. */
  readonly since: number | undefined
  /** Is this line new? Each stored line answers for one line of the same time, stream and text. */
  isNew(line: LogLine, time: number): boolean
}

/** Nothing is stored: everything is new. */
export const fromBeginning: Resume = { since: undefined, isNew: () => true }

const key = (time: number, stream: string, text: string): string => `${time} ${stream} ${text}`

export async function resumeFrom(store: LogStore, container: ContainerState, signal: AbortSignal): Promise<Resume> {
  await store.flush()
  const text = store.lastTimestamp(container.pod.uid, container.name, container.attempt)
  const last = text === undefined ? undefined : parseTimestamp(text)
  if (last === undefined) return fromBeginning
  const stored = new Map<string, number>()
  const from = last - OVERLAP_MS
  /** Up to here everything is taken as stored. */
  let cut = -Infinity
  let before: Pick<LogEntry, 'time' | 'sequence'> | undefined
  for (let page = 0; ; page++) {
    const { entries, more } = await store.query({
      pods: [`${container.pod.namespace}/${container.pod.name}`], containers: [container.name], from, limit: 10_000,
      ...(before ? { before: { time: before.time, sequence: before.sequence } } : {}),
    }, signal)
    for (const e of entries) {
      if (e.podUid !== container.pod.uid || e.restart !== container.attempt) continue
      const k = key(e.time, e.stream, e.text)
      stored.set(k, (stored.get(k) ?? 0) + 1)
    }
    before = entries[0]
    if (!more || !before) break
    if (page + 1 >= MAX_PAGES) {
      cut = before.time
      break
    }
  }
  // Nothing of its last seconds is left (retention): the time is all there is to go by.
  if (!stored.size) cut = last
  return {
    since: from,
    isNew(line, time) {
      if (time < from || time <= cut) return false
      if (!stored.size) return true
      const k = key(time, line.stream, line.text)
      const n = stored.get(k) ?? 0
      if (!n) return true
      if (n === 1) stored.delete(k)
      else stored.set(k, n - 1)
      return false
    },
  }
}

/** More than this in two seconds, and the store is asked instead. */
const MOST_RECENT = 2_000

/** The last lines of one follower: where its stream ends and is opened again, it goes on from memory and asks nothing of the store. */
export class Recent {
  #lines: { readonly time: number; readonly key: string }[] = []
  #last = -Infinity
  /** Lines up to here have been forgotten: there were too many. */
  #forgotten = -Infinity

  /** Every line that the runtime gives, also those that are stored already. */
  add(time: number, line: LogLine): void {
    if (time > this.#last) this.#last = time
    this.#lines.push({ time, key: key(time, line.stream, line.text) })
    let old = 0
    while ((this.#lines[old]?.time ?? Infinity) < this.#last - OVERLAP_MS) old++
    if (old) this.#lines.splice(0, old)
    if (this.#lines.length <= MOST_RECENT) return
    this.#lines = []
    this.#forgotten = this.#last
  }

  /** undefined: nothing is known, or too much. */
  resume(): Resume | undefined {
    if (this.#last === -Infinity || this.#forgotten >= this.#last - OVERLAP_MS) return undefined
    const known = new Map<string, number>()
    for (const l of this.#lines) known.set(l.key, (known.get(l.key) ?? 0) + 1)
    const since = this.#last - OVERLAP_MS
    return {
      since,
      isNew(line, time) {
        if (time < since) return false
        const k = key(time, line.stream, line.text)
        const n = known.get(k) ?? 0
        if (n) known.set(k, n - 1)
        return n === 0
      },
    }
  }
}
