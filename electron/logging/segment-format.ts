/**
 * How entries lie in a segment file: one JSON text a line. A source is written once, when its first entry comes:
 *   {"id":0,"stream":"stdout","namespace":"default","pod":"web","podUid":"…","container":"c","node":"n","restart":0}
 *   [time, sequence, source id, "text"]
 * A line that is not whole JSON is a torn one.
 */
import type { LogEntry } from '../../shared/ipc.ts'

/** All of an entry but time, sequence and text. */
export type Source = Pick<LogEntry, 'stream' | 'namespace' | 'pod' | 'podUid' | 'container' | 'node' | 'restart'>
export type Draft = Omit<LogEntry, 'sequence'>

export interface SourceLine extends Source {
  readonly id: number
}
export type EntryLine = readonly [time: number, sequence: number, source: number, text: string]

export const sourceKey = (s: Source): string => JSON.stringify([s.stream, s.namespace, s.pod, s.podUid, s.container, s.node, s.restart])
export const sourceOf = ({ stream, namespace, pod, podUid, container, node, restart }: Source): Source => ({ stream, namespace, pod, podUid, container, node, restart })

export const encodeSource = (id: number, source: Source): string => `${JSON.stringify({ id, ...sourceOf(source) })}\n`
export const encodeEntry = (time: number, sequence: number, source: number, text: string): string => `[${time},${sequence},${source},${JSON.stringify(text)}]\n`

/** undefined: the line is torn or foreign. */
export function decodeLine(line: string): SourceLine | EntryLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (Array.isArray(value)) {
    const [time, sequence, source, text] = value as unknown[]
    return typeof time === 'number' && typeof sequence === 'number' && typeof source === 'number' && typeof text === 'string' ? [time, sequence, source, text] : undefined
  }
  const s = value as SourceLine | null
  return s && typeof s === 'object' && typeof s.id === 'number' && typeof s.pod === 'string' ? s : undefined
}
export const isEntry = (line: SourceLine | EntryLine): line is EntryLine => Array.isArray(line)
