/** How packets come into our chains: rules in the built-in chains, before everybody else's that end a packet's way (the engine's among them). */
import type { ChainNames } from './names.ts'
import { jumpsTo, targetOf, type Saved } from './saved.ts'
import type { Table } from './rules.ts'

export interface Jump {
  readonly table: Table
  readonly chain: string
  readonly match: string
  readonly target: keyof Omit<ChainNames, 'suffix' | 'service' | 'endpoint' | 'content'>
  readonly comment: string
}

const NEW = '-m conntrack --ctstate NEW '
/** In the order in which they are to stand in each chain. */
export const JUMPS: readonly Jump[] = [
  { table: 'raw', chain: 'PREROUTING', match: '', target: 'zones', comment: 'kubernetes udp connections' },
  { table: 'raw', chain: 'OUTPUT', match: '', target: 'zones', comment: 'kubernetes udp connections' },
  { table: 'mangle', chain: 'FORWARD', match: '', target: 'policy', comment: 'kubernetes network policies' },
  { table: 'nat', chain: 'PREROUTING', match: '', target: 'services', comment: 'kubernetes service portals' },
  { table: 'nat', chain: 'OUTPUT', match: '', target: 'services', comment: 'kubernetes service portals' },
  { table: 'nat', chain: 'POSTROUTING', match: '', target: 'postrouting', comment: 'kubernetes postrouting rules' },
  { table: 'filter', chain: 'INPUT', match: NEW, target: 'proxyFirewall', comment: 'kubernetes load balancer firewall' },
  { table: 'filter', chain: 'INPUT', match: '', target: 'nodePorts', comment: 'kubernetes health check service ports' },
  { table: 'filter', chain: 'INPUT', match: NEW, target: 'externalServices', comment: 'kubernetes externally-visible service portals' },
  { table: 'filter', chain: 'INPUT', match: '', target: 'firewall', comment: 'kubernetes local addresses' },
  { table: 'filter', chain: 'FORWARD', match: NEW, target: 'proxyFirewall', comment: 'kubernetes load balancer firewall' },
  { table: 'filter', chain: 'FORWARD', match: NEW, target: 'services', comment: 'kubernetes service portals' },
  { table: 'filter', chain: 'FORWARD', match: NEW, target: 'externalServices', comment: 'kubernetes externally-visible service portals' },
  { table: 'filter', chain: 'FORWARD', match: '', target: 'forward', comment: 'kubernetes forwarding rules' },
  { table: 'filter', chain: 'OUTPUT', match: NEW, target: 'proxyFirewall', comment: 'kubernetes load balancer firewall' },
  { table: 'filter', chain: 'OUTPUT', match: NEW, target: 'services', comment: 'kubernetes service portals' },
  { table: 'filter', chain: 'OUTPUT', match: NEW, target: 'externalServices', comment: 'kubernetes externally-visible service portals' },
]

const ruleOf = (jump: Jump, names: ChainNames): string => `${jump.match}-m comment --comment "${jump.comment}" -j ${names[jump.target]}`
const key = (table: Table, chain: string): string => `${table} ${chain}`

/** Whether our jumps are all there, in order, and no rule of the engine's stands before them. */
function inPlace(rules: readonly string[], wanted: readonly string[]): boolean {
  const at = wanted.map((target) => rules.findIndex((rule) => targetOf(rule) === target))
  if (at.some((n) => n < 0) || at.some((n, i) => i > 0 && n < (at[i - 1] ?? 0))) return false
  const engine = rules.findIndex((rule) => targetOf(rule)?.startsWith('DOCKER'))
  return engine < 0 || Math.max(...at) < engine
}

/**
 * Lines of iptables-restore that put the jumps where they belong, for each table; none where they stand well. Ours are taken
 * out and put in again at the top; nobody else's move.
 */
export function jumpLines(saved: Saved, names: ChainNames): Partial<Record<Table, string[]>> {
  const lines: Partial<Record<Table, string[]>> = {}
  const groups = new Map<string, Jump[]>()
  for (const jump of JUMPS) groups.set(key(jump.table, jump.chain), [...(groups.get(key(jump.table, jump.chain)) ?? []), jump])
  for (const jumps of groups.values()) {
    const { table, chain } = jumps[0] as Jump
    const present = saved[table].get(chain) ?? []
    const old = jumpsTo(saved, table, names).filter(([where]) => where === chain)
    if (old.length === jumps.length && inPlace(present, jumps.map((jump) => names[jump.target]))) continue
    const out = (lines[table] ??= [])
    for (const [where, rule] of old) out.push(`-D ${where} ${rule}`)
    jumps.forEach((jump, i) => out.push(`-I ${chain} ${i + 1} ${ruleOf(jump, names)}`))
  }
  return lines
}

/** Lines that take all our jumps out. */
export function jumpRemovals(saved: Saved, names: ChainNames): Partial<Record<Table, string[]>> {
  const lines: Partial<Record<Table, string[]>> = {}
  for (const table of ['raw', 'mangle', 'nat', 'filter'] as const) {
    const found = jumpsTo(saved, table, names).map(([chain, rule]) => `-D ${chain} ${rule}`)
    if (found.length) lines[table] = found
  }
  return lines
}
