/** Small checks that every kind uses. Each takes a path and adds what it finds to `errors`. */
import { isIP } from 'node:net'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { percentOf } from '../../../../shared/int-or-string.ts'
import { formatCidr, parseCidr } from '../../../../shared/ipv4.ts'
import { dns1123Subdomain, portName } from '../../../../shared/labels.ts'
import { jsonEqual } from '../../json.ts'

export type Errors = FieldError[]

export const NON_NEGATIVE = 'must be greater than or equal to 0'
export const IMMUTABLE = 'field is immutable'
export const MAX_INT32 = 2_147_483_647
const PORT_RANGE = 'must be between 1 and 65535, inclusive'
const PERCENT = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"

/** Says each sentence of a failed name check. A name that is not there is an empty one. */
export function say(errors: Errors, path: string, value: unknown = '', sentences: readonly string[]): void {
  for (const sentence of sentences) errors.push(field.invalid(path, value, sentence))
}

export function nonNegative(errors: Errors, path: string, value: number | undefined): void {
  if (value !== undefined && value < 0) errors.push(field.invalid(path, value, NON_NEGATIVE))
}

/** Required, then one of `supported`; `asGiven`: they are told in this order, and not sorted. */
export function oneOf(errors: Errors, path: string, value: string | undefined, supported: readonly string[], asGiven = false): void {
  if (value === undefined || value === '') errors.push(field.required(path))
  else if (!supported.includes(value)) errors.push(field.notSupported(path, value, supported, asGiven))
}
/** One of `supported`, or absent. */
export function optionalOneOf(errors: Errors, path: string, value: string | undefined, supported: readonly string[], asGiven = false): void {
  if (value !== undefined && !supported.includes(value)) errors.push(field.notSupported(path, value, supported, asGiven))
}

export const isPort = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535
export function port(errors: Errors, path: string, value: number): void {
  if (!isPort(value)) errors.push(field.invalid(path, value, PORT_RANGE))
}
/** A port's number or its name. */
export function portOrName(errors: Errors, path: string, value: number | string | undefined): void {
  if (typeof value === 'string') say(errors, path, value, portName(value))
  else port(errors, path, value ?? 0)
}

/** A whole number that is not negative, or a percentage. */
export function countOrPercent(errors: Errors, path: string, value: number | string | undefined): void {
  if (typeof value === 'number') nonNegative(errors, path, value)
  else if (value !== undefined && percentOf(value) === undefined) errors.push(field.invalid(path, value, PERCENT))
}

export function ip(errors: Errors, path: string, value: string): void {
  if (isIP(value) === 0) errors.push(field.invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'))
}
export function cidr(errors: Errors, path: string, value: string): void {
  const [address = '', bits = '', ...rest] = value.split('/')
  const family = isIP(address)
  const ok = family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  if (!ok) errors.push(field.invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'))
}

/** A range as it is written in full: by the first of its addresses. */
export function canonicalCidr(errors: Errors, path: string, value: string): void {
  const before = errors.length
  cidr(errors, path, value)
  const range = errors.length === before ? parseCidr(value) : undefined
  if (range && formatCidr(range) !== value) errors.push(field.invalid(path, value, `must not have bits set beyond the prefix length; did you mean ${JSON.stringify(formatCidr(range))}?`))
}

/**
 * An address that others can reach, and that means the same everywhere.
 * @param own loopback is as good: an endpoint of a machine that has no network has no other address. Upstream refuses it.
 */
export function ordinaryIp(errors: Errors, path: string, value: string, own: 'loopback' | undefined = undefined): void {
  const family = isIP(value)
  if (family === 0) errors.push(field.invalid(path, value, 'must be a valid IP address'))
  else if (value === '0.0.0.0' || (family === 6 && /^[0:]+$/.test(value))) errors.push(field.invalid(path, value, `may not be unspecified (${value})`))
  else if (!own && (value.startsWith('127.') || value === '::1')) errors.push(field.invalid(path, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
  else if (value.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/i.test(value)) errors.push(field.invalid(path, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'))
  else if (value.startsWith('224.0.0.') || /^ff02:/i.test(value)) errors.push(field.invalid(path, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'))
}

const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const HTTP_PATH_RE = new RegExp(`^${HTTP_PATH}$`)

/** `example.com/controller`. */
export function domainPath(errors: Errors, path: string, value: string): void {
  const slash = value.indexOf('/')
  if (value === '') errors.push(field.required(path))
  else if (slash < 1 || slash === value.length - 1) errors.push(field.invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")'))
  else {
    say(errors, path, value.slice(0, slash), dns1123Subdomain(value.slice(0, slash)))
    const rest = value.slice(slash + 1)
    if (!HTTP_PATH_RE.test(rest)) errors.push(field.invalid(path, rest, `Invalid path (regex used for validation is '${HTTP_PATH}')`))
  }
}

/** Of a user or a group. */
export function numericId(errors: Errors, path: string, value: number | undefined): void {
  if (value !== undefined && (value < 0 || value > MAX_INT32)) errors.push(field.invalid(path, value, `must be between 0 and ${MAX_INT32}, inclusive`))
}

/** As localPath, and not a name that the kubelet keeps for itself. */
export function nonReservedPath(errors: Errors, path: string, value: string): void {
  localPath(errors, path, value)
  if (value.startsWith('..') && !value.startsWith('../')) errors.push(field.invalid(path, value, "must not start with '..'"))
}

/** Paths inside a volume stay inside it. */
export function localPath(errors: Errors, path: string, value: string): void {
  if (value.startsWith('/')) errors.push(field.invalid(path, value, 'must be a relative path'))
  noBacksteps(errors, path, value)
}
export function noBacksteps(errors: Errors, path: string, value: string): void {
  if (value.split('/').includes('..')) errors.push(field.invalid(path, value, "must not contain '..'"))
}

/** Deep equality of plain JSON; absent and undefined are the same. */
export const equal = jsonEqual
