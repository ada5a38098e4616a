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
