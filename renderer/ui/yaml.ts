/** JSON data as YAML for reading. Only what the Kubernetes API sends: no anchors, no tags, no dates. */
import '../../shared/numbers.ts'

/** Plain text that YAML would read as something else, or that would break its line. */
const needsQuotes = (s: string): boolean =>
  s === '' || /^[\s]|[\s]$|^[-?:,[\]{}#&*!|>'"%@`]|: |:$| #/.test(s) || [...s].some((c) => c < ' ') || /^(true|false|yes|no|on|off|null|~|\.inf|\.nan)$/i.test(s) || /^[-+.\d][\d_.eExXoO:+-]*[a-fA-F\d]*$/.test(s)

const scalar = (v: unknown): string => (typeof v === 'string' ? (needsQuotes(v) ? JSON.stringify(v) : v) : v === undefined ? 'null' : JSON.stringify(v))

function lines(value: unknown, indent: string): string[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown) => {
      const [first, ...rest] = isEmpty(item) || !isNested(item) ? [scalar(item)] : lines(item, `${indent}  `)
      return [`${indent}- ${(first ?? '').trimStart()}`, ...rest]
    })
  return Object.entries(value as object).flatMap(([key, v]: [string, unknown]) => {
    const name = scalar(key)
    if (typeof v === 'string' && v.includes('\n') && /^\S/.test(v) && !v.includes('\r')) {
      const body = v.endsWith('\n') ? v.slice(0, -1) : v
      return [`${indent}${name}: |${v.endsWith('\n\n') ? '+' : v.endsWith('\n') ? '' : '-'}`, ...body.split('\n').map((l) => (l === '' ? '' : `${indent}  ${l}`))]
    }
    if (isEmpty(v) || !isNested(v)) return [`${indent}${name}: ${scalar(v)}`]
    return [`${indent}${name}:`, ...lines(v, Array.isArray(v) ? indent : `${indent}  `)]
  })
}
const isNested = (v: unknown): v is object => typeof v === 'object' && v !== null
const isEmpty = (v: unknown): boolean => isNested(v) && Object.keys(v).length === 0

/** Leaves out managedFields, which drown everything else, as kubectl does. */
export function toYaml(object: unknown): string {
  const { metadata, ...rest } = object as { metadata?: Record<string, unknown>; [field: string]: unknown }
  const { managedFields: _, ...shown } = metadata ?? {}
  const ordered = { ...pick(rest, ['apiVersion', 'kind']), ...(metadata ? { metadata: shown } : {}), ...rest }
  return `${lines(ordered, '').join('\n')}\n`
}
const pick = (o: Record<string, unknown>, keys: string[]): object => Object.fromEntries(keys.filter((k) => k in o).map((k) => [k, o[k]]))
