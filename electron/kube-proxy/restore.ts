/** The difference between two sets of rules, as input of `iptables-restore --noflush`: only chains that changed are written. Each table is one transaction. */
import { emptyRules, type RuleSet, type Table } from './rules.ts'

export const TABLES: readonly Table[] = ['raw', 'mangle', 'nat', 'filter']

const same = (a: readonly string[] | undefined, b: readonly string[]): boolean => a !== undefined && a.length === b.length && a.every((rule, i) => rule === b[i])

/**
 * @param present what is there; a chain in it that is wanted no more is removed
 * @param first lines to run before the chains of a table: what takes hold of them
 * @returns empty when nothing changes
 */
export function restoreInput(present: RuleSet, wanted: RuleSet, first: Partial<Record<Table, readonly string[]>> = {}): string {
  let text = ''
  for (const table of TABLES) {
    const declared: string[] = []
    const rules: string[] = []
    const gone: string[] = []
    for (const [chain, lines] of wanted[table]) {
      if (same(present[table].get(chain), lines)) continue
      declared.push(`:${chain} - [0:0]`)
      for (const line of lines) rules.push(`-A ${chain} ${line}`)
    }
    for (const chain of present[table].keys()) if (!wanted[table].has(chain)) {
      declared.push(`:${chain} - [0:0]`)
      gone.push(`-X ${chain}`)
    }
    const lines = [...declared, ...(first[table] ?? []), ...rules, ...gone]
    if (lines.length) text += `*${table}\n${lines.join('\n')}\nCOMMIT\n`
  }
  return text
}

/** Both together; no chain is in both. */
export function mergeRules(...sets: readonly RuleSet[]): RuleSet {
  const all = emptyRules()
  for (const set of sets) for (const table of TABLES) for (const [chain, rules] of set[table]) all[table].set(chain, rules)
  return all
}
