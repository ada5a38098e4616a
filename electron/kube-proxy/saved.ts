/**
 * Reads what `iptables-save` says, and finds in it what is ours: the chains that can be reached from our top chains, and the
 * rules in the built-in chains that lead there. Everything else is somebody else's and never touched.
 */
import { chainNames, suffixOf, type ChainNames } from './names.ts'
import { emptyRules, type RuleSet, type Table } from './rules.ts'

export type Saved = Readonly<Record<Table, ReadonlyMap<string, readonly string[]>>>

const KNOWN: ReadonlySet<string> = new Set(['nat', 'filter', 'mangle', 'raw'])

/** Chain to rules as saved, each without `-A CHAIN`; built-in chains too. */
export function parseSaved(text: string): Saved {
  const saved = emptyRules()
  let table: Map<string, string[]> | undefined
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = KNOWN.has(line.slice(1)) ? saved[line.slice(1) as Table] : undefined
    else if (line.startsWith(':')) table?.set(line.slice(1, line.indexOf(' ')), [])
    else if (line.startsWith('-A ')) {
      const end = line.indexOf(' ', 3)
      table?.get(line.slice(3, end < 0 ? undefined : end))?.push(end < 0 ? '' : line.slice(end + 1))
    }
  }
  return saved
}

export const targetOf = (rule: string): string | undefined => /(?:^| )-[jg] (\S+)/.exec(rule)?.[1]

/** The comment that says whose the chains of one set of names are. */
export const ownerMark = (clusterId: string): string => `pilothouse ${clusterId}`
export const ownerRule = (clusterId: string): string => `-m comment --comment "${ownerMark(clusterId)}"`

const tops = (names: ChainNames): string[] => [
  names.services, names.nodePorts, names.postrouting, names.markMasq, names.forward, names.externalServices, names.proxyFirewall, names.firewall, names.canary, names.policy, names.zones,
]

/** Tables that carry the mark: where one is flushed, the others still say it. */
export const MARKED = ['mangle', 'nat', 'filter'] as const

/** Whose the names with this suffix are; `unmarked`: chains are there, and nobody says whose (another kind of Kubernetes, or all marks were flushed). */
export function ownerOf(saved: Saved, names: ChainNames, clusterId: string): 'free' | 'ours' | 'other' | 'unmarked' {
  const marks = MARKED.flatMap((table) => saved[table].get(names.canary) ?? [])
  if (marks.length) return marks.some((rule) => rule.includes(`"${ownerMark(clusterId)}"`)) ? 'ours' : 'other'
  return tops(names).some((chain) => MARKED.some((table) => saved[table].has(chain))) ? 'unmarked' : 'free'
}

/** The names under which this cluster has chains, if it has any. */
export function ownNames(saved: Saved, clusterId: string): ChainNames | undefined {
  return [chainNames(''), chainNames(suffixOf(clusterId))].find((names) => ownerOf(saved, names, clusterId) === 'ours')
}

const GENERATED = /^KUBE-(SVC|SEP|EXT|SVL|FW|NWPI|NWPE)-[A-Z2-7]{16}$/

/** Our chains with their rules as saved; with them what a flush has left: chains with generated names, empty, where nothing leads to. */
export function ownChains(saved: Saved, names: ChainNames): RuleSet {
  const own = emptyRules()
  for (const table of Object.keys(own) as Table[]) {
    const open = tops(names).filter((chain) => saved[table].has(chain))
    for (let chain = open.pop(); chain !== undefined; chain = open.pop()) {
      if (own[table].has(chain)) continue
      const rules = saved[table].get(chain) ?? []
      own[table].set(chain, [...rules])
      for (const rule of rules) {
        const target = targetOf(rule)
        if (target?.startsWith('KUBE-') && saved[table].has(target)) open.push(target)
      }
    }
    const used = new Set([...saved[table].values()].flat().map(targetOf))
    for (const [chain, rules] of saved[table]) if (!rules.length && GENERATED.test(chain) && !used.has(chain)) own[table].set(chain, [])
  }
  return own
}

const BUILT_IN = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'])

/** Rules in built-in chains that lead into ours, as `[chain, rule]`. */
export function jumpsTo(saved: Saved, table: Table, names: ChainNames): [string, string][] {
  const ours = new Set(tops(names))
  const found: [string, string][] = []
  for (const [chain, rules] of saved[table]) if (BUILT_IN.has(chain)) for (const rule of rules) if (ours.has(targetOf(rule) ?? '')) found.push([chain, rule])
  return found
}
