/**
 * Kubernetes objects as CEL values, typed by their schema where there is one: whole numbers are ints, numbers doubles,
 * times timestamps, bytes bytes. Source: Kubernetes documentation, "Common Expression Language in Kubernetes: type integration".
 */
import { isCelList, isCelMap, isCelUint, type CelInput, type CelValue } from '@bufbuild/cel'
import { create } from '@bufbuild/protobuf'
import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt'
import type { Schema, Schemas } from '../schema.ts'

const RESERVED = new Set(['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'])
const ESCAPES: readonly (readonly [string, string])[] = [['__', '__underscores__'], ['.', '__dot__'], ['-', '__dash__'], ['/', '__slash__']]

/** A property's name as an expression writes it. */
export function escapeName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !name.includes('__')) return name
  return name.split('__').map((part) => ESCAPES.slice(1).reduce((text, [from, to]) => text.replaceAll(from, to), part)).join('__underscores__')
}

const BACK: readonly (readonly [string, string])[] = [...ESCAPES.slice(1), ['__', '__underscores__']]
/** The property that an expression means by a name: the way back of `escapeName`. */
export function unescapeName(name: string): string {
  const word = /^__(.+)__$/.exec(name)?.[1]
  if (word !== undefined && RESERVED.has(word)) return word
  return BACK.reduce((text, [plain, escaped]) => text.replaceAll(escaped, plain), name)
}

function timestamp(text: string): CelInput | undefined {
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
  if (Number.isNaN(at)) return undefined
  const fraction = (/\.(\d{1,9})/.exec(text)?.[1] ?? '').padEnd(9, '0')
  return create(TimestampSchema, { seconds: BigInt(Math.floor(at / 1000)), nanos: Number(fraction) })
}
const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9, d: 24 * 3600e9 }
function duration(text: string): CelInput | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)]
  if (!parts.length || parts.map((p) => p[0]).join('') !== text.replace(/^[-+]/, '')) return undefined
  const nanos = BigInt(Math.round(parts.reduce((sum, p) => sum + Number(p[1]) * (UNITS[p[2] as string] as number), 0))) * (text.startsWith('-') ? -1n : 1n)
  return create(DurationSchema, { seconds: nanos / 1_000_000_000n, nanos: Number(nanos % 1_000_000_000n) })
}

function textToCel(value: string, format: string | undefined): CelInput {
  switch (format) {
    case 'date-time':
    case 'micro-time':
    case 'date':
      return timestamp(value) ?? value
    case 'duration':
      return duration(value) ?? value
    case 'byte':
      return new Uint8Array(Buffer.from(value, 'base64'))
    default:
      return value
  }
}

/** @param schema absent: nothing is known of the value */
export function toCel(value: unknown, schema: Schema | undefined, schemas: Schemas): CelInput {
  const type = schema?.ref ? schemas[schema.ref] : schema
  switch (typeof value) {
    case 'string':
      return textToCel(value, type?.format)
    case 'number':
      return type?.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value
    case 'bigint':
      return type?.type === 'number' ? Number(value) : value
    case 'boolean':
      return value
    case 'object': {
      if (value === null) return null
      if (Array.isArray(value)) return value.map((item) => toCel(item, type?.items, schemas))
      const out = new Map<string, CelInput>()
      for (const [key, item] of Object.entries(value)) {
        if (item === undefined) continue
        const property = type?.properties?.[key]
        const given = toCel(item, property ?? type?.additionalProperties, schemas)
        out.set(key, given)
        // A property goes by its escaped name as well.
        if (property) {
          const escaped = escapeName(key)
          if (escaped !== key) out.set(escaped, given)
        }
      }
      return out as CelInput
    }
    default:
      return null
  }
}

/** What messages call the type of a result. */
export function celTypeOf(value: CelValue): string {
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'double'
  if (typeof value === 'boolean') return 'bool'
  if (value instanceof Uint8Array) return 'bytes'
  if (isCelUint(value)) return 'uint'
  return isCelList(value) ? 'list' : isCelMap(value) ? 'map' : typeof value
}

/** A result as JSON: for messages, annotations and patches. */
export function fromCel(value: CelValue): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (isCelUint(value)) return Number(value.value)
  if (isCelList(value)) return [...value].map(fromCel)
  if (isCelMap(value)) return Object.fromEntries([...value].map(([key, item]) => [String(key), fromCel(item)]))
  const message = (value as { message?: Record<string, unknown> }).message
  if (message && 'seconds' in message) return new Date(Number(message['seconds'] as bigint) * 1000 + Number(message['nanos']) / 1e6).toISOString()
  return message && 'text' in message ? message['text'] : String(value)
}
