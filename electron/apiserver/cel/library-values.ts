/** Kubernetes' CEL libraries of values: quantity, URL, IP and CIDR. Source: Kubernetes documentation, "Common Expression Language in Kubernetes: CEL options, language features, and libraries". */
import { isIP } from 'node:net'
import { celFunc, celMethod, CelScalar, mapType, listType, type CelFunc } from '@bufbuild/cel'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../shared/quantity.ts'
import { make, textOf, types } from './types.ts'

const { STRING, BOOL, INT, DOUBLE } = CelScalar
const { Quantity, URL: Url, IP, CIDR } = types

const NANO = 1_000_000_000n
/** A quantity's text here is its billionths, so that equal ones are equal. */
const q = (value: unknown): bigint => BigInt(textOf(value))
const quantityOf = (nanos: bigint) => make('Quantity', String(nanos)) as never
const compare = (a: bigint, b: bigint): number => (a > b ? 1 : a < b ? -1 : 0)

const quantities: CelFunc[] = [
  celFunc('quantity', [STRING], Quantity, (text) => {
    const parsed = parseQuantity(text)
    if (!parsed) throw new Error(QUANTITY_SYNTAX)
    return quantityOf(parsed.nanos)
  }),
  celFunc('isQuantity', [STRING], BOOL, (text) => parseQuantity(text) !== undefined),
  celMethod('sign', Quantity, [], INT, function () { return BigInt(compare(q(this), 0n)) }),
  celMethod('isInteger', Quantity, [], BOOL, function () { return q(this) % NANO === 0n }),
  celMethod('asInteger', Quantity, [], INT, function () {
    if (q(this) % NANO !== 0n) throw new Error('cannot convert value to integer')
    return q(this) / NANO
  }),
  celMethod('asApproximateFloat', Quantity, [], DOUBLE, function () { return Number(q(this)) / 1e9 }),
  celMethod('compareTo', Quantity, [Quantity], INT, function (other) { return BigInt(compare(q(this), q(other))) }),
  celMethod('isGreaterThan', Quantity, [Quantity], BOOL, function (other) { return q(this) > q(other) }),
  celMethod('isLessThan', Quantity, [Quantity], BOOL, function (other) { return q(this) < q(other) }),
  celMethod('add', Quantity, [Quantity], Quantity, function (other) { return quantityOf(q(this) + q(other)) }),
  celMethod('add', Quantity, [INT], Quantity, function (other) { return quantityOf(q(this) + other * NANO) }),
  celMethod('sub', Quantity, [Quantity], Quantity, function (other) { return quantityOf(q(this) - q(other)) }),
  celMethod('sub', Quantity, [INT], Quantity, function (other) { return quantityOf(q(this) - other * NANO) }),
]

/** Go's url.ParseRequestURI: an absolute URL, or a path that begins with a slash. */
export function parseUrl(text: string): { scheme: string; host: string; hostname: string; port: string; path: string; query: Map<string, string[]> } | undefined {
  const absolute = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(text)
  const local = absolute ? null : /^()()(\/[^?]*)(?:\?(.*))?$/.exec(text)
  const match = absolute ?? local
  if (!match || /[\s]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return undefined
  const [, scheme = '', authority = '', path = '', search = ''] = match
  const host = authority.replace(/^.*@/, '')
  const port = /:(\d*)$/.exec(host.replace(/^\[[^\]]*\]/, ''))?.[1] ?? ''
  if (/:[^\d\]]*$/.test(host) && !host.startsWith('[') && host.includes(':') && !/:\d*$/.test(host)) return undefined
  const hostname = host.replace(/:\d*$/, '').replace(/^\[([^\]]*)\]$/, '$1')
  const query = new Map<string, string[]>()
  for (const [key, value] of new URLSearchParams(search)) query.set(key, [...(query.get(key) ?? []), value])
  return { scheme: scheme.toLowerCase(), host, hostname, port, path: path.replace(/[^\x21-\x7e]/g, encodeURIComponent), query }
}
const url = (value: unknown): NonNullable<ReturnType<typeof parseUrl>> => parseUrl(textOf(value)) as NonNullable<ReturnType<typeof parseUrl>>
const urls: CelFunc[] = [
  celFunc('url', [STRING], Url, (text) => {
    if (!parseUrl(text)) throw new Error(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`)
    return make('URL', text) as never
  }),
  celFunc('isURL', [STRING], BOOL, (text) => parseUrl(text) !== undefined),
  celMethod('getScheme', Url, [], STRING, function () { return url(this).scheme }),
  celMethod('getHost', Url, [], STRING, function () { return url(this).host }),
  celMethod('getHostname', Url, [], STRING, function () { return url(this).hostname }),
  celMethod('getPort', Url, [], STRING, function () { return url(this).port }),
  celMethod('getEscapedPath', Url, [], STRING, function () { return url(this).path }),
  celMethod('getQuery', Url, [], mapType(STRING, listType(STRING)), function () { return url(this).query as never }),
]

interface Address { readonly family: 4 | 6; readonly bits: bigint }

function parseIp(text: string): Address | undefined {
  const family = isIP(text)
  if (family === 4) {
    // Go takes no leading zeros.
    if (/(^|\.)0\d/.test(text)) return undefined
    return { family: 4, bits: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) }
  }
  // Neither zones nor IPv4 in IPv6's clothes.
  if (family !== 6 || text.includes('%') || text.includes('.')) return undefined
  const [head = '', tail] = text.split('::')
  const left = head ? head.split(':') : []
  const right = tail === undefined ? [] : tail ? tail.split(':') : []
  const parts = tail === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return { family: 6, bits: parts.reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n) }
}
function ipText({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.')
  const parts = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 65535n).toString(16)).join(':')
  return new URL(`http://[${parts}]/`).hostname.slice(1, -1)
}
const ip = (value: unknown): Address => parseIp(textOf(value)) as Address
const mustIp = (text: string): Address => {
  const found = parseIp(text)
  if (!found) throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string: unable to parse IP`)
  return found
}
const within = ({ family, bits }: Address, four: readonly [string, number] | undefined, six: readonly [string, number] | undefined): boolean => {
  const range = family === 4 ? four : six
  if (!range) return false
  const shift = BigInt((family === 4 ? 32 : 128) - range[1])
  return bits >> shift === (parseIp(range[0]) as Address).bits >> shift
}
const isLoopback = (a: Address): boolean => within(a, ['127.0.0.0', 8], ['::1', 128])
const isUnspecified = (a: Address): boolean => a.bits === 0n
const isMulticast = (a: Address): boolean => within(a, ['224.0.0.0', 4], ['ff00::', 8])
const isLinkLocal = (a: Address): boolean => within(a, ['169.254.0.0', 16], ['fe80::', 10])
const isBroadcast = (a: Address): boolean => a.family === 4 && a.bits === 0xffffffffn

interface Range { readonly address: Address; readonly prefix: number }
function parseCidr(text: string): Range | undefined {
  const slash = text.lastIndexOf('/')
  const address = slash < 0 ? undefined : parseIp(text.slice(0, slash))
  const bits = text.slice(slash + 1)
  if (!address || !/^(0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > (address.family === 4 ? 32 : 128)) return undefined
  return { address, prefix: Number(bits) }
}
const cidr = (value: unknown): Range => parseCidr(textOf(value)) as Range
const mustCidr = (text: string): Range => {
  const found = parseCidr(text)
  if (!found) throw new Error(`network address parse error during conversion from string: ${JSON.stringify(text)} is no CIDR`)
  return found
}
const hostBits = ({ address, prefix }: Range): bigint => BigInt((address.family === 4 ? 32 : 128) - prefix)
const masked = (r: Range): Range => ({ prefix: r.prefix, address: { family: r.address.family, bits: (r.address.bits >> hostBits(r)) << hostBits(r) } })
const holdsIp = (r: Range, a: Address): boolean => r.address.family === a.family && r.address.bits >> hostBits(r) === a.bits >> hostBits(r)
const holdsCidr = (r: Range, other: Range): boolean => other.prefix >= r.prefix && holdsIp(r, masked(other).address)

const networks: CelFunc[] = [
  celFunc('ip', [STRING], IP, (text) => make('IP', ipText(mustIp(text))) as never),
  celFunc('isIP', [STRING], BOOL, (text) => parseIp(text) !== undefined),
  celFunc('ip.isCanonical', [STRING], BOOL, (text) => ipText(mustIp(text)) === text),
  celFunc('string', [IP], STRING, textOf),
  celMethod('family', IP, [], INT, function () { return BigInt(ip(this).family) }),
  celMethod('isUnspecified', IP, [], BOOL, function () { return isUnspecified(ip(this)) }),
  celMethod('isLoopback', IP, [], BOOL, function () { return isLoopback(ip(this)) }),
  celMethod('isLinkLocalMulticast', IP, [], BOOL, function () { return within(ip(this), ['224.0.0.0', 24], ['ff02::', 16]) }),
  celMethod('isLinkLocalUnicast', IP, [], BOOL, function () { return isLinkLocal(ip(this)) }),
  celMethod('isGlobalUnicast', IP, [], BOOL, function () {
    const a = ip(this)
    return !isUnspecified(a) && !isLoopback(a) && !isMulticast(a) && !isLinkLocal(a) && !isBroadcast(a)
  }),
  celFunc('cidr', [STRING], CIDR, (text) => { mustCidr(text); return make('CIDR', text) as never }),
  celFunc('isCIDR', [STRING], BOOL, (text) => parseCidr(text) !== undefined),
  celFunc('string', [CIDR], STRING, textOf),
  celMethod('containsIP', CIDR, [STRING], BOOL, function (text) { return holdsIp(cidr(this), mustIp(text)) }),
  celMethod('containsIP', CIDR, [IP], BOOL, function (other) { return holdsIp(cidr(this), ip(other)) }),
  celMethod('containsCIDR', CIDR, [STRING], BOOL, function (text) { return holdsCidr(cidr(this), mustCidr(text)) }),
  celMethod('containsCIDR', CIDR, [CIDR], BOOL, function (other) { return holdsCidr(cidr(this), cidr(other)) }),
  celMethod('ip', CIDR, [], IP, function () { return make('IP', ipText(cidr(this).address)) as never }),
  celMethod('masked', CIDR, [], CIDR, function () { const r = masked(cidr(this)); return make('CIDR', `${ipText(r.address)}/${r.prefix}`) as never }),
  celMethod('prefixLength', CIDR, [], INT, function () { return BigInt(cidr(this).prefix) }),
]

export const valueLibraries: readonly CelFunc[] = [...quantities, ...urls, ...networks]
