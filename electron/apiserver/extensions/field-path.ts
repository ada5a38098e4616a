/**
 * Paths of fields as a definition names them, below a schema: `.spec.containers`, `['with-dashes']`. Sources: the API's description of
 * ValidationRule.fieldPath, and apiextensions' ValidFieldPath, whose sentences these are.
 */
import { valueSchema, type JsonSchema } from './json-schema.ts'

const QUOTED = /'(?:[^'\\]|\\.)*'?/y
const WORD = /[^.[\]]+/y
const ESCAPED: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', "'": "'", '\\': '\\' }

export interface FieldPath {
  /** As errors say it, `a.b[key]`; below a map it begins with a bracket. */
  readonly path: string
  readonly names: readonly string[]
  readonly schema: JsonSchema
}
/** What cannot be read of a path, or is not there. */
export class FieldPathError extends Error {}

function tokens(text: string): string[] {
  const out: string[] = []
  for (let at = 0; at < text.length;) {
    const char = text[at] as string
    const pattern = char === "'" ? QUOTED : WORD
    pattern.lastIndex = at
    const token = '.[]'.includes(char) ? char : (pattern.exec(text)?.[0] ?? char)
    out.push(token)
    at += token.length
  }
  return out
}

function literal(token: string): string {
  if (token.length < 2 || !token.startsWith("'") || !token.endsWith("'")) throw new FieldPathError(`expected single quoted string but got ${token}`)
  return token.slice(1, -1).replace(/\\(.)/g, (escape, char: string) => {
    const found = ESCAPED[char]
    if (found === undefined) throw new FieldPathError(`invalid string literal: invalid escape char ${escape}`)
    return found
  })
}

/** @param brackets they may be used. Throws FieldPathError */
export function readFieldPath(schema: JsonSchema, text: string, brackets = true): FieldPath {
  const rest = tokens(text)
  const names: string[] = []
  let at = schema
  let path = ''
  const next = (): string => {
    const token = rest.shift()
    if (token === undefined) throw new FieldPathError('unexpected end of JSON path')
    return token
  }
  const enter = (name: string): void => {
    const property = at.properties?.[name]
    const values = at.properties ? undefined : valueSchema(at)
    if (!property && !values) throw new FieldPathError('does not refer to a valid field')
    path += property ? `${path && '.'}${name}` : `[${name}]`
    names.push(name)
    at = (property ?? values) as JsonSchema
  }
  while (rest.length) {
    const token = next()
    if (token === '[') {
      if (!brackets) throw new FieldPathError('array notation is not allowed')
      enter(literal(next()))
      const end = next()
      if (end !== ']') throw new FieldPathError(`expected ] but got ${end}`)
    } else if (token === '.') enter(next())
    else throw new FieldPathError(`expected [ or . but got: ${token}`)
  }
  return { path, names, schema: at }
}

/** undefined: it is no path, or leads to what the schema does not have. */
export function fieldPathIn(schema: JsonSchema, text: string): string | undefined {
  try {
    return readFieldPath(schema, text).path
  } catch (error) {
    if (error instanceof FieldPathError) return undefined
    throw error
  }
}
