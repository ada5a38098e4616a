/** IPv4 addresses and ranges as numbers. */

/** `10.96.0.1` as a number; undefined: no such address. */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (!match) return undefined
  let value = 0
  for (const part of match.slice(1)) {
    if (Number(part) > 255) return undefined
    value = value * 256 + Number(part)
  }
  return value
}
export const formatIpv4 = (value: number): string => [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.')

/** A range: its first address, how many it has, and the length of its prefix. */
export interface Ipv4Cidr {
  readonly first: number
  readonly size: number
  readonly bits: number
}

/** `10.96.0.0/12`, also where the address is not the first of its network; undefined: no such range. */
export function parseCidr(text: string): Ipv4Cidr | undefined {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text)
  const address = match ? parseIpv4(match[1] ?? '') : undefined
  const bits = Number(match?.[2])
  if (address === undefined || bits > 32) return undefined
  const size = 2 ** (32 - bits)
  return { first: Math.floor(address / size) * size, size, bits }
}
export const formatCidr = ({ first, bits }: Pick<Ipv4Cidr, 'first' | 'bits'>): string => `${formatIpv4(first)}/${bits}`

export const cidrContains = (cidr: Ipv4Cidr, address: number): boolean => address >= cidr.first && address < cidr.first + cidr.size
export const cidrsOverlap = (a: Ipv4Cidr, b: Ipv4Cidr): boolean => a.first < b.first + b.size && b.first < a.first + a.size

/** The text of the n-th address of a range. Throws RangeError when the text is no range or has no such address. */
export function addressOf(cidr: string, n: number): string {
  const range = parseCidr(cidr)
  if (!range || n >= range.size) throw new RangeError(`${JSON.stringify(cidr)} has no address ${n}`)
  return formatIpv4(range.first + n)
}

/** What is left of a range without others, as ranges in order. */
export function subtractCidrs(from: Ipv4Cidr, without: readonly Ipv4Cidr[]): Ipv4Cidr[] {
  const hits = without.filter((w) => cidrsOverlap(from, w))
  if (!hits.length) return [from]
  if (hits.some((w) => w.bits <= from.bits)) return []
  const size = from.size / 2
  const half = (first: number): Ipv4Cidr => ({ first, size, bits: from.bits + 1 })
  return [half(from.first), half(from.first + size)].flatMap((part) => subtractCidrs(part, hits))
}
