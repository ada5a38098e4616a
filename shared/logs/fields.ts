/** Lines that are data: JSON objects, and logfmt (`level=info msg="all is well" took=3ms`). */

/** The object that a line is, also behind what a logger puts before it on the same line (a time, a level); undefined: none. */
export function jsonFields(text: string): Readonly<Record<string, unknown>> | undefined {
  const at = text.indexOf('{')
  // Behind a longer beginning a brace is part of a sentence.
  if (at < 0 || at > 64 || !/\}\s*$/.test(text.slice(-8))) return undefined
  try {
    const value: unknown = JSON.parse(at === 0 ? text : text.slice(at))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    // Most lines with a brace are no JSON; that is no fault.
    return undefined
  }
}

const PAIR = /(?:^|\s)([A-Za-z_][\w.@/-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/g
/** The pairs of a line; undefined when there is none. Of a key that is there twice the last one counts, as with JSON. */
export function logfmtFields(text: string): Readonly<Record<string, string>> | undefined {
  if (!text.includes('=')) return undefined
  let fields: Record<string, string> | undefined
  for (const [, key, raw] of text.matchAll(PAIR) as Iterable<[string, string, string]>) (fields ??= Object.create(null) as Record<string, string>)[key] = raw.startsWith('"') ? unquote(raw) : raw
  return fields
}
function unquote(raw: string): string {
  try {
    return JSON.parse(raw) as string
  } catch {
    return raw.slice(1, -1)
  }
}

/** What stands at a path (`http.status`, `items.0.name`); a key that has dots itself is found too. */
export function fieldAt(fields: unknown, path: string): unknown {
  if (typeof fields !== 'object' || fields === null) return undefined
  if (Object.hasOwn(fields, path)) return (fields as Record<string, unknown>)[path]
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot)
    if (!Object.hasOwn(fields, head)) continue
    const inner = fieldAt((fields as Record<string, unknown>)[head], path.slice(dot + 1))
    if (inner !== undefined) return inner
  }
  return undefined
}
