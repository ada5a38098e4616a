/**
 * The part of kubectl's JSONPath that columns and scale paths use: fields (`.a.b`, `['a.b']`), indexes (`[0]`, `[-1]`),
 * `[*]`, `.*`, and filters (`[?(@.type=="Ready")]`). Source: Kubernetes documentation, "JSONPath Support".
 */
type Step = (values: unknown[]) => unknown[]
export type JsonPath = (object: unknown) => unknown[]

/** What cannot be read of a path. */
export class JsonPathError extends Error {}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldStep = (name: string): Step => (values) => values.flatMap((v) => (isObject(v) && v[name] !== undefined ? [v[name]] : []))
const allStep: Step = (values) => values.flatMap((v) => (Array.isArray(v) ? (v as unknown[]) : isObject(v) ? Object.values(v) : []))
const indexStep = (index: number): Step => (values) => values.flatMap((v) => (Array.isArray(v) && v.at(index) !== undefined ? [v.at(index) as unknown] : []))

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

/** A path of plain field names: `.spec.replicas`, `.metadata.labels['a.b']`. undefined: it is something else. */
export function simplePath(path: string): string[] | undefined {
  const names: string[] = []
  let rest = path
  while (rest) {
    const match = /^\.((?:\\.|[^.[\]\\\s])+)/.exec(rest) ?? /^\[['"]([^'"]+)['"]\]/.exec(rest)
    if (!match) return undefined
    names.push((match[1] ?? '').replace(/\\(.)/g, '$1'))
    rest = rest.slice(match[0].length)
  }
  return names.length ? names : undefined
}
