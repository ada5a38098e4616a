/**
 * Prometheus' text format, strictly: a line that is not in it makes the whole text worth nothing, as with Prometheus. Pure.
 * Source: Prometheus documentation, "Exposition formats: text-based format".
 */
export interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** NaN and the infinities are values, too. */
  readonly value: number
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped'
}

/** More than this of one pod is somebody's mistake. */
export const MOST_SERIES = 5000
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\[\\"n])*)"[ \t]*/y
const END = /[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/y
const TYPES: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped'])
const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' }

/** undefined: no number of Go's. */
function number(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (/^[+-]?nan$/i.test(text)) return Number.NaN
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || /^0x[0-9a-f]+$/i.test(text) ? Number(text) : undefined
}
/** A histogram's and a summary's series have endings. */
function typeOf(name: string, types: ReadonlyMap<string, Series['type']>): Series['type'] {
  const own = types.get(name)
  if (own) return own
  const family = types.get(name.replace(/_(bucket|sum|count)$/, ''))
  return family === 'histogram' || family === 'summary' ? family : 'untyped'
}

/** Throws an Error that says which line is wrong. */
export function parsePrometheus(text: string): Series[] {
  const types = new Map<string, Series['type']>()
  const found: Series[] = []
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^[ \t]+|\r$/g, '')
    const wrong = (what: string): Error => new Error(`line ${i + 1}: ${what}: ${JSON.stringify(line.slice(0, 80))}`)
    if (line === '') continue
    if (line.startsWith('#')) {
      const [, keyword, name = '', type = ''] = line.split(/[ \t]+/)
      if (keyword !== 'TYPE') continue
      if (!TYPES.has(type)) throw wrong('unknown type of metric')
      types.set(name, type as Series['type'])
      continue
    }
    NAME.lastIndex = 0
    const name = NAME.exec(line)?.[0]
    if (!name) throw wrong('a name of a metric is expected')
    let at = NAME.lastIndex
    const labels: Record<string, string> = {}
    if (line[at] === '{') {
      at++
      for (;;) {
        if (line[at] === '}') break
        LABEL.lastIndex = at
        const label = LABEL.exec(line)
        if (!label) {
          if (/^[ \t]*\}/.test(line.slice(at))) { at = line.indexOf('}', at); break }
          throw wrong('a label is expected')
        }
        at = LABEL.lastIndex
        labels[label[1] as string] = (label[2] as string).replace(/\\[\\"n]/g, (escape) => ESCAPES[escape] ?? escape)
        if (line[at] === ',') at++
        else if (line[at] !== '}') throw wrong('a comma or a closing brace is expected')
      }
      at++
    }
    END.lastIndex = at
    const rest = END.exec(line[at] === ' ' || line[at] === '\t' ? line : `${line.slice(0, at)} ${line.slice(at)}`)
    const value = rest && number(rest[1] as string)
    if (value === undefined || value === null) throw wrong('a number is expected')
    if (found.length >= MOST_SERIES) throw new Error(`more than ${MOST_SERIES} series`)
    found.push({ name, labels, value, type: typeOf(name, types) })
  }
  return found
}
