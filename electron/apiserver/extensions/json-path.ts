/**
 * kubectl's JSONPath, as far as columns use it: fields (`.a.b`, `['a.b']`), indexes (`[0]`, `[-1]`), slices (`[0:2]`), several at once (`[0,1]`),
 * `[*]`, `.*`, fields anywhere below (`..name`), and filters (`[?(@.type=="Ready")]`). Source: Kubernetes documentation, "JSONPath Support".
 */
type Step = (values: unknown[]) => unknown[]
export type JsonPath = (object: unknown) => unknown[]

/** What cannot be read of a path. */
export class JsonPathError extends Error {}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldStep = (name: string): Step => (values) => values.flatMap((v) => (isObject(v) && v[name] !== undefined ? [v[name]] : []))
const allStep: Step = (values) => values.flatMap((v) => (Array.isArray(v) ? (v as unknown[]) : isObject(v) ? Object.values(v) : []))
const indexStep = (index: number): Step => (values) => values.flatMap((v) => (Array.isArray(v) && v.at(index) !== undefined ? [v.at(index) as unknown] : []))

/** From, to (not reached) and every how many, counted from the end where negative. */
function sliceStep(from: string, to: string, by: string): Step {
  const every = by === '' ? 1 : Number(by)
  if (every < 1) throw new JsonPathError(`step must be >= 1`)
  return (values) => values.flatMap((v) => {
    if (!Array.isArray(v)) return []
    const some = (v as unknown[]).slice(from === '' ? 0 : Number(from), to === '' ? undefined : Number(to))
    return some.filter((_, i) => i % every === 0)
  })
}
const below = (value: unknown): unknown[] => [value, ...allStep([value]).flatMap(below)]
const anywhereStep = (name: string): Step => (values) => fieldStep(name)(values.flatMap(below))

function literal(text: string): unknown {
  if (/^'.*'$/.test(text) || /^".*"$/.test(text)) return text.slice(1, -1)
  if (text === 'true' || text === 'false') return text === 'true'
  if (text !== '' && !Number.isNaN(Number(text))) return Number(text)
  throw new JsonPathError(`unrecognized value ${text} in a filter`)
}

function filterStep(text: string): Step {
  const match = /^\s*@((?:\.[\w$-]+|\['[^']*'\])*)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\s*$/.exec(text)
  if (!match) throw new JsonPathError(`unrecognized filter ${text}`)
  const read = parseJsonPath(match[1] || '')
  const operator = match[2]
  const wanted = operator ? literal(match[3] ?? '') : undefined
  const holds = (item: unknown): boolean => {
    const [value] = read(item)
    if (!operator) return value !== undefined
    if (operator === '==') return value === wanted
    if (operator === '!=') return value !== wanted
    if (typeof value !== typeof wanted || (typeof value !== 'number' && typeof value !== 'string')) return false
    const [a, b] = [value, wanted as typeof value]
    return operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b
  }
  return (values) => values.flatMap((v) => (Array.isArray(v) ? v.filter(holds) : []))
}

/** The end of a bracket that begins at `from`, past quotes and parentheses. */
function closing(path: string, from: number): number {
  let quote = ''
  for (let i = from + 1; i < path.length; i++) {
    const c = path[i] as string
    if (quote) {
      if (c === quote) quote = ''
    } else if (c === "'" || c === '"') quote = c
    else if (c === ']') return i
  }
  throw new JsonPathError('unterminated array')
}

function bracketStep(inside: string): Step {
  const text = inside.trim()
  if (text === '*') return allStep
  const filter = /^\?\((.*)\)$/s.exec(text)
  if (filter) return filterStep(filter[1] ?? '')
  if (/^-?\d+$/.test(text)) return indexStep(Number(text))
  const slice = /^(-?\d*):(-?\d*)(?::(-?\d*))?$/.exec(text)
  if (slice) return sliceStep(slice[1] ?? '', slice[2] ?? '', slice[3] ?? '')
  const parts = text.match(/'[^']*'|"[^"]*"|[^,]+/g) ?? []
  if (parts.length > 1) {
    const steps = parts.map(bracketStep)
    return (values) => values.flatMap((v) => steps.flatMap((step) => step([v])))
  }
  const name = /^(['"])(.*)\1$/.exec(text)
  if (name) return fieldStep(name[2] ?? '')
  throw new JsonPathError(`invalid array index ${text}`)
}

/** @throws JsonPathError */
export function parseJsonPath(path: string): JsonPath {
  const steps: Step[] = []
  let at = 0
  while (at < path.length) {
    if (path[at] === '[') {
      const end = closing(path, at)
      steps.push(bracketStep(path.slice(at + 1, end)))
      at = end + 1
    } else if (path.startsWith('..', at)) {
      const match = /^\.\.([^.[\]]+)/.exec(path.slice(at))
      if (!match) throw new JsonPathError(`unrecognized character at ${at} of ${path}`)
      steps.push(anywhereStep(match[1] as string))
      at += match[0].length
    } else if (path[at] === '.') {
      const match = /^\.((?:\\.|[^.[\\])*)/.exec(path.slice(at)) as RegExpExecArray
      const name = (match[1] ?? '').replace(/\\(.)/g, '$1')
      at += match[0].length
      if (name === '*') steps.push(allStep)
      else if (name !== '') steps.push(fieldStep(name))
      else if (path[at] !== '[' && at < path.length) throw new JsonPathError(`unrecognized character at ${at} of ${path}`)
    } else throw new JsonPathError(`unrecognized character at ${at} of ${path}: it must begin with a dot`)
  }
  return (object) => steps.reduce<unknown[]>((values, take) => take(values), [object])
}
