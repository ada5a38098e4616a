/** IPv4 addresses as numbers, and the range of Service addresses. */
import { NumberPool, type NumberPoolOptions } from './number-pool.ts'

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

/** The static band at the low end of a range: at least 16 addresses, at most 256, a sixteenth of the range between. */
export const staticBand = (size: number): number => Math.min(Math.max(16, Math.floor(size / 16)), 256)

export interface Ipv4Range {
  readonly cidr: string
  readonly pool: NumberPool
}

/**
 * @param cidr `10.96.0.0/12`
 * @param reserved offsets from the network's own address that are given only to who asks for them
 */
export function ipv4Range(cidr: string, reserved: readonly number[], random?: NumberPoolOptions['random']): Ipv4Range {
  const [base = '', bits = ''] = cidr.split('/')
  const network = parseIpv4(base)
  const length = Number(bits)
  if (network === undefined || !/^\d+$/.test(bits) || length > 30) throw new RangeError(`${JSON.stringify(cidr)} is no range of IPv4 addresses`)
  const size = 2 ** (32 - length)
  if (network % size !== 0) throw new RangeError(`${cidr} does not begin at the first address of its network`)
  const pool = new NumberPool({
    first: network + 1, last: network + size - 2, dynamicFrom: network + Math.min(staticBand(size), size - 1), reserved: reserved.map((offset) => network + offset),
    ...(random ? { random } : {}),
  })
  return { cidr, pool }
}
