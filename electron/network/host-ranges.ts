/** The ranges that this machine has already: its interfaces' networks, and where there is a routing table, its routes. */
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { formatCidr, parseCidr } from '../../shared/ipv4.ts'

/** Destinations in /proc/net/route but for the default; addresses in it are little-endian hexadecimal. `without`: interfaces to pass over. */
export function routeRanges(table: string, without: readonly string[] = []): string[] {
  const ranges: string[] = []
  for (const line of table.split('\n').slice(1)) {
    const [name, destination, , , , , , mask] = line.trim().split(/\s+/)
    if (!name || !destination || !mask || mask === '00000000' || without.includes(name)) continue
    const first = [6, 4, 2, 0].reduce((n, at) => n * 256 + Number.parseInt(destination.slice(at, at + 2), 16), 0)
    const bits = [...Number.parseInt(mask, 16).toString(2)].filter((b) => b === '1').length
    ranges.push(formatCidr({ first, bits }))
  }
  return ranges
}

/** @param without interfaces whose networks are our own */
export function hostRanges(without: readonly string[] = []): string[] {
  const ranges: string[] = []
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (without.includes(name)) continue
    for (const a of addresses ?? []) {
      const range = a.family === 'IPv4' && !a.internal && a.cidr ? parseCidr(a.cidr) : undefined
      if (range) ranges.push(formatCidr(range))
    }
  }
  if (process.platform !== 'linux') return ranges
  try {
    return [...ranges, ...routeRanges(readFileSync('/proc/net/route', 'utf8'), without)]
  } catch (e) {
    if (!['ENOENT', 'EACCES'].includes((e as NodeJS.ErrnoException).code ?? '')) throw e
    return ranges
  }
}
