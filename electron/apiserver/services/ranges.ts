/**
 * The ranges from which Services get their addresses: that of the cluster, and those of ServiceCIDRs that are ready. Which
 * addresses are taken is counted for all ranges together, since they may overlap.
 */
import { cidrContains, parseCidr } from '../../../shared/ipv4.ts'
import { ipv4Range } from './ipv4.ts'
import type { NumberPool, NumberPoolOptions } from './number-pool.ts'

/** The API server's own Service and, by custom, cluster DNS. */
const RESERVED = [1, 10]
/** A range needs a network, a broadcast address and something between. */
const LONGEST_PREFIX = 30

export interface AddressRanges {
  /** The texts of the ranges, the cluster's first. */
  readonly cidrs: readonly string[]
  has(address: number): boolean
  contains(address: number): boolean
  take(address: number): void
  release(address: number): void
  /** From the cluster's range, and when that is full from the others in turn; undefined: all are full. */
  next(): number | undefined
  /** What there is beside the cluster's range. Ranges that are not IPv4, or are too small, are left out. */
  setOthers(cidrs: readonly string[]): void
}

export function createAddressRanges(cidr: string, random?: NumberPoolOptions['random']): AddressRanges {
  const taken = new Map<number, number>()
  const pools = new Map<string, NumberPool>()
  const add = (text: string, reserved: readonly number[]): void => {
    const { pool } = ipv4Range(text, reserved, random)
    pools.set(text, pool)
    const range = parseCidr(text)
    for (const [address, times] of taken) if (range && cidrContains(range, address)) for (let i = 0; i < times; i++) pool.take(address)
  }
  const those = (address: number): NumberPool[] => [...pools.values()].filter((pool) => pool.contains(address))
  add(cidr, RESERVED)
  return {
    get cidrs() {
      return [...pools.keys()]
    },
    has: (address) => taken.has(address),
    contains: (address) => those(address).length > 0,
    take(address) {
      taken.set(address, (taken.get(address) ?? 0) + 1)
      for (const pool of those(address)) pool.take(address)
    },
    release(address) {
      const held = taken.get(address) ?? 0
      if (held > 1) taken.set(address, held - 1)
      else taken.delete(address)
      for (const pool of those(address)) pool.release(address)
    },
    next() {
      for (const pool of pools.values()) {
        const found = pool.next()
        if (found !== undefined) return found
      }
      return undefined
    },
    setOthers(cidrs) {
      const usable = cidrs.filter((text) => {
        const range = parseCidr(text)
        return range !== undefined && range.bits <= LONGEST_PREFIX
      })
      for (const text of pools.keys()) if (text !== cidr && !usable.includes(text)) pools.delete(text)
      for (const text of usable) if (!pools.has(text)) add(text, [])
    },
  }
}
