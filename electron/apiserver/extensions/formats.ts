/** String formats that a custom resource's schema may name; others say nothing. Source: Kubernetes documentation of CustomResourceDefinition, `format`. */
import { isIP, isIPv4, isIPv6 } from 'node:net'
import { RE2JS } from 're2js'
import { lookUp } from '../json.ts'

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const uuid = (version: string) => (text: string): boolean => UUID.test(text) && text.replaceAll('-', '')[12]?.toLowerCase() === version
const HOSTNAME = /^(?=.{1,255}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\.?$/i
const EMAIL = /^[^\s@<>]+@[^\s@<>]+$/
/** Go's, and the longer units that the library of upstream's validation adds. */
const DURATION = /^[-+]?((\d+(\.\d*)?|\.\d+)\s*(ns|us|µs|ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)\s*)+$|^[-+]?0$/
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})([.,]\d+)?([Zz]|[+-]\d{2}:?\d{2})$/

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
function isUri(text: string): boolean {
  return URL.canParse(text) || (text.startsWith('/') && URL.canParse(text, 'http://localhost'))
}
function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/')
  const family = isIP(address)
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}
/** The Luhn sum. */
function isCreditCard(text: string): boolean {
  const digits = text.replace(/[ -]/g, '')
  if (!/^\d{13,19}$/.test(digits)) return false
  const sum = [...digits].reverse().reduce((total, digit, i) => total + (i % 2 ? ((Number(digit) * 2 - 1) % 9) + 1 - (Number(digit) === 0 ? 9 : 0) : Number(digit)), 0)
  return sum % 10 === 0
}

function isRegex(text: string): boolean {
  try {
    RE2JS.compile(text)
    return true
  } catch {
    // Not one: that is the answer.
    return false
  }
}

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = {
  'bsonobjectid': (t) => /^[0-9a-f]{24}$/i.test(t),
  'uri': isUri,
  'email': (t) => EMAIL.test(t),
  'hostname': (t) => HOSTNAME.test(t),
  'ipv4': isIPv4,
  'ipv6': isIPv6,
  'cidr': isCidr,
  'mac': (t) => /^([0-9a-f]{2}([:-]))([0-9a-f]{2}\2){4}([0-9a-f]{2}\2?){1}$/i.test(t) || /^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(t),
  'uuid': (t) => UUID.test(t),
  'uuid3': uuid('3'),
  'uuid4': uuid('4'),
  'uuid5': uuid('5'),
  'isbn': (t) => /^(97[89]-?)?\d{1,5}-?\d+-?\d+-?[\dX]$/i.test(t) && [10, 13].includes(t.replaceAll('-', '').length),
  'isbn10': (t) => t.replaceAll('-', '').length === 10 && /^\d{9}[\dX]$/i.test(t.replaceAll('-', '')),
  'isbn13': (t) => /^97[89]\d{10}$/.test(t.replaceAll('-', '')),
  'creditcard': isCreditCard,
  'ssn': (t) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(t),
  'hexcolor': (t) => /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(t),
  'rgbcolor': (t) => /^rgb\(\s*(\d{1,3}\s*,\s*){2}\d{1,3}\s*\)$/i.test(t) && (t.match(/\d+/g) ?? []).every((n) => Number(n) <= 255),
  'byte': (t) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(t),
  'password': () => true,
  'date': isDate,
  'duration': (t) => DURATION.test(t),
  'datetime': (t) => DATE_TIME.test(t) && !Number.isNaN(Date.parse(t.replace(' ', 'T').replace(',', '.'))),
  'date-time': (t) => DATE_TIME.test(t) && !Number.isNaN(Date.parse(t.replace(' ', 'T').replace(',', '.'))),
  'regex': isRegex,
  'k8s-short-name': (t) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(t) && t.length <= 63,
  'k8s-long-name': (t) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(t) && t.length <= 253,
}

/** undefined: no such format, or one that says nothing about strings. */
export const formatCheck = (format: string): ((text: string) => boolean) | undefined => lookUp(CHECKS, format)
