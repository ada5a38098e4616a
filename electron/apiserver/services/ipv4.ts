/** The range of Service addresses. */
import { parseIpv4 } from '../../../shared/ipv4.ts'
import { NumberPool, type NumberPoolOptions } from './number-pool.ts'

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
