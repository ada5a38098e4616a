/** What completions can offer: values that sources have, and names of fields in the newest lines. */
import type { KnownValues } from '../../shared/logs/complete.ts'
import { jsonFields, logfmtFields } from '../../shared/logs/fields.ts'
import type { LogSource, LogValueCounts } from '../../shared/logs/types.ts'

const MOST = 1_000

/** The most usual first. */
function byCount(texts: Iterable<string>): string[] {
  const counts = new Map<string, number>()
  for (const t of texts) if (t !== '' && (counts.size < MOST || counts.has(t))) counts.set(t, (counts.get(t) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([t]) => t)
}
function paths(value: unknown, prefix: string, depth: number): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 3) return prefix ? [prefix] : []
  return Object.entries(value).flatMap(([k, v]) => paths(v, prefix ? `${prefix}.${k}` : k, depth + 1))
}

/** What a source has under a key; undefined: sources have no such key. */
function valueOf(key: string): ((s: LogSource) => string) | undefined {
  switch (key) {
    case 'namespace': return (s) => s.namespace
    case 'pod': return (s) => (s.stream === 'component' || s.stream === 'audit' || (s.stream === 'event' && !s.workload.startsWith('Pod/')) ? '' : s.pod)
    case 'component': return (s) => (s.stream === 'component' ? s.pod : '')
    case 'container': return (s) => s.container
    case 'node': return (s) => s.node
    case 'uid': return (s) => s.podUid
    case 'workload': return (s) => s.workload
    case 'stream': return (s) => s.stream
    default: return key.startsWith('label.') ? (s) => s.labels[key.slice('label.'.length)] ?? '' : undefined
  }
}
const CHOSEN_FROM = ['stream', 'namespace', 'workload', 'pod', 'container', 'node', 'component']
const MOST_COUNTED = 200

/** @param lines how many each source has, by its number */
export function valueCounts(sources: readonly LogSource[], lines: ReadonlyMap<number, number>): LogValueCounts {
  return Object.fromEntries(CHOSEN_FROM.map((key) => {
    const value = valueOf(key) as (s: LogSource) => string
    const counts = new Map<string, number>()
    for (const [id, n] of lines) {
      const v = value(sources[id] as LogSource)
      if (v !== '') counts.set(v, (counts.get(v) ?? 0) + n)
    }
    return [key, Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_COUNTED))]
  }))
}

export function knownValues(sources: readonly LogSource[], newest: readonly string[]): KnownValues {
  const names = (prefix: string): string[] => {
    if (prefix === 'label.') return byCount(sources.flatMap((s) => Object.keys(s.labels)))
    return byCount(newest.flatMap((text) => {
      const json = prefix === 'logfmt.' ? undefined : jsonFields(text)
      return json ? paths(json, '', 0) : prefix === 'json.' ? [] : Object.keys(logfmtFields(text) ?? {})
    }))
  }
  return {
    values(key) {
      const value = valueOf(key)
      return value ? byCount(sources.map(value)) : []
    },
    names,
  }
}
