/**
 * What API priority and fairness is at, as text for people: /debug/api_priority_and_fairness/. Columns as Kubernetes' page of that
 * name has them, of which those about virtual time are not ours: queues here are served by the seats that they have had.
 */
import { rfc3339 } from '../../../shared/clock.ts'
import type { FlowControl } from './flow-control.ts'
import type { Reason } from './levels.ts'

type Row = readonly (string | number | boolean)[]

/** Columns stand below each other, and a comma ends a cell. */
function table(head: readonly string[], rows: readonly Row[]): string {
  const all = [head, ...rows.map((row) => row.map((cell) => String(cell)))]
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length + 2)))
  return all.map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : `${cell},`.padEnd(widths[i] as number))).join('')}\n`).join('')
}

function levels(flow: FlowControl): string {
  const tallies = [...flow.tallies]
  const sum = (level: string, of: (t: (typeof tallies)[number]) => number): number => tallies.reduce((n, t) => (t.level === level ? n + of(t) : n), 0)
  const rejected = (level: string, ...reasons: Reason[]): number => sum(level, (t) => reasons.reduce((n, reason) => n + (t.rejected[reason] ?? 0), 0))
  return table(
    ['PriorityLevelName', 'ActiveQueues', 'IsIdle', 'IsQuiescing', 'WaitingRequests', 'ExecutingRequests', 'DispatchedRequests', 'RejectedRequests', 'TimedoutRequests', 'CancelledRequests'],
    flow.levels.map(({ name, running, waiting, queues, gone }) => [
      name, queues.length, running === 0 && waiting === 0, gone, waiting, running, sum(name, (t) => t.dispatched), rejected(name, 'queue-full', 'concurrency-limit'), rejected(name, 'time-out'), rejected(name, 'cancelled'),
    ]),
  )
}

const queues = (flow: FlowControl): string => table(
  ['PriorityLevelName', 'Index', 'PendingRequests', 'SeatsServed', 'InitialSeatsSum', 'MaxSeatsSum'],
  flow.levels.flatMap(({ name, queues: some }) => some.map(({ index, items, served }) => [name, index, items.length, served, items.reduce((n, i) => n + i.width, 0), Math.max(...items.map((i) => i.width))])),
)

const requests = (flow: FlowControl): string => table(
  ['PriorityLevelName', 'FlowSchemaName', 'QueueIndex', 'RequestIndexInQueue', 'FlowDistingsher', 'ArriveTime', 'InitialSeats'],
  flow.levels.flatMap(({ name, queues: some }) => some.flatMap(({ index, items }) => items.map(({ flow: of, since, width }, i) => {
    const slash = of.indexOf('/')
    return [name, of.slice(0, slash), index, i, of.slice(slash + 1), rfc3339(since), width]
  }))),
)

const DUMPS: Readonly<Record<string, (flow: FlowControl) => string>> = { dump_priority_levels: levels, dump_queues: queues, dump_requests: requests }
export const DUMP_PATHS = Object.keys(DUMPS).map((name) => `/debug/api_priority_and_fairness/${name}`)

/** undefined: there is no dump of this name. */
export const dump = (flow: FlowControl, name: string): string | undefined => (Object.hasOwn(DUMPS, name) ? DUMPS[name]?.(flow) : undefined)
