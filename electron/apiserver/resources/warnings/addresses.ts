/** Addresses and ranges that are read as they are meant, and should be written otherwise. Source: apimachinery's validation of addresses. */
import { isIP } from 'node:net'
import { formatCidr, parseCidr } from '../../../../shared/ipv4.ts'

const FUTURE = 'will be considered invalid in a future Kubernetes release: use'

/** The form of RFC 5952. `text` is an IPv6 address. */
function canonicalIpv6(text: string): string {
  const inner = new URL(`http://[${text}]/`).hostname
  return inner.slice(1, -1)
}

const mapped = /^::ffff:(?:0{1,4}:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/** The IPv4 address inside of an IPv6 one; undefined: it is none of these. `canonical`: as canonicalIpv6 gives it. */
function ipv4Inside(canonical: string): string | undefined {
  const match = mapped.exec(canonical)
  if (!match) return undefined
  const [high = 0, low = 0] = match.slice(1).map((part) => Number.parseInt(part, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** What is not an address is validation's. */
export function addressWarnings(to: string[], path: string, value: string | undefined): void {
  if (!value || isIP(value) !== 6 || value.includes('%')) return
  const canonical = canonicalIpv6(value)
  const inside = ipv4Inside(canonical)
  if (inside !== undefined) to.push(`${path}: non-standard IP address ${JSON.stringify(value)} ${FUTURE} ${JSON.stringify(inside)}`)
  else if (canonical !== value) to.push(`${path}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`)
}

/** The bits of an IPv6 address, as eight numbers of 16. */
function words(canonical: string): number[] {
  const [left = '', right] = canonical.split('::')
  const read = (text: string): number[] => (text ? text.split(':').map((part) => Number.parseInt(part, 16)) : [])
  const [before, after] = [read(left), read(right ?? '')]
  return [...before, ...Array.from({ length: right === undefined ? 0 : 8 - before.length - after.length }, () => 0), ...after]
}

/** The first address of the range. */
function firstOf(canonical: string, bits: number): string {
  const masked = words(canonical).map((word, i) => word & (0xff_ff << Math.min(16, Math.max(0, 16 * (i + 1) - bits))) & 0xff_ff)
  return canonicalIpv6(masked.map((word) => word.toString(16)).join(':'))
}

const ambiguous = (path: string, value: string, range: string, alone: string): string => `${path}: CIDR value ${JSON.stringify(value)} is ambiguous in this context (should be ${JSON.stringify(range)} or ${JSON.stringify(alone)}?)`

export function rangeWarnings(to: string[], path: string, value: string | undefined): void {
  const [address = '', length = ''] = value?.split('/') ?? []
  const bits = Number(length)
  if (!value || !/^\d{1,3}$/.test(length)) return
  if (isIP(address) === 4) {
    const range = parseCidr(value)
    if (range && formatCidr(range) !== `${address}/${bits}`) to.push(ambiguous(path, value, formatCidr(range), `${address}/32`))
    return
  }
  if (isIP(address) !== 6 || address.includes('%') || bits > 128) return
  const canonical = canonicalIpv6(address)
  const inside = ipv4Inside(canonical)
  if (inside !== undefined && bits >= 96) {
    const range = parseCidr(`${inside}/${bits - 96}`)
    if (range) to.push(`${path}: non-standard CIDR value ${JSON.stringify(value)} ${FUTURE} ${JSON.stringify(formatCidr(range))}`)
    return
  }
  const first = firstOf(canonical, bits)
  if (first !== canonical) to.push(ambiguous(path, value, `${first}/${bits}`, `${canonical}/128`))
  else if (`${canonical}/${bits}` !== value) to.push(`${path}: IPv6 CIDR value ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(`${canonical}/${bits}`)})`)
}
