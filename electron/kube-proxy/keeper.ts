/**
 * Keeps the rules of this cluster in the kernel: takes hold of a set of chain names, applies what has changed, and puts all in place
 * again when somebody has taken it away. Changes that come together are one sync; one runs at a time; each is bounded in time.
 */
import type { Clock, Timer } from '../../shared/clock.ts'
import { healthText } from '../../shared/component-health.ts'
import { logger } from '../../shared/log.ts'
import type { Health } from '../client/component.ts'
import { restore, save, type NetworkHost } from './host.ts'
import { jumpLines, jumpRemovals } from './jumps.ts'
import { chainNames, suffixOf, type ChainNames } from './names.ts'
import { mergeRules, restoreInput } from './restore.ts'
import { emptyRules, type RuleSet } from './rules.ts'
import { MARKED, ownChains, ownerOf, ownerRule, ownNames, parseSaved, type Saved } from './saved.ts'

const log = logger('kube-proxy')
/** How often it is looked whether the rules are still there, in ms: nothing tells when somebody flushes them. */
const VERIFY_MS = 30_000
/** After a sync, at least this long until the next, so that a storm of changes leaves room for others. */
const REST_MS = 20
const RETRY_FIRST_MS = 1_000
const RETRY_LAST_MS = 30_000

export interface RuleKeeperOptions {
  readonly host: NetworkHost
  readonly clusterId: string
  readonly clock: Clock
  /** All rules as they are to be; pure. */
  compute(names: ChainNames): RuleSet
  /** After each sync that worked, with how long it took in ms. */
  onSync?(milliseconds: number, full: boolean): void
  onFailure?(error: Error): void
}
export interface RuleKeeper {
  /** Something has changed. Resolves when it is applied, or when it is stopped; a failure is tried again. */
  sync(): Promise<void>
  /** Looks whether all is in place, and puts it there if not. */
  verify(): void
  health(): Health
  /** Ends after the sync under way; the rules stay. */
  stop(): Promise<void>
}

/** The owner's mark in each table that can be flushed: it goes with the rest. */
function canaries(names: ChainNames, clusterId: string): RuleSet {
  const rules = emptyRules()
  for (const table of MARKED) rules[table].set(names.canary, [ownerRule(clusterId)])
  return rules
}

/** Whether everything of ours is where it belongs. */
export function intact(saved: Saved, names: ChainNames, clusterId: string): boolean {
  const marked = MARKED.every((table) => saved[table].get(names.canary)?.some((rule) => rule.includes(ownerRule(clusterId))))
  return marked && !Object.keys(jumpLines(saved, names)).length
}

/** The plain names where nobody has them; else those with our suffix. Two that claim at once cannot both win: the chain is made, not found. */
async function claim(host: NetworkHost, saved: Saved, clusterId: string): Promise<ChainNames> {
  for (const names of [chainNames(''), chainNames(suffixOf(clusterId))]) {
    if (ownerOf(saved, names, clusterId) !== 'free') continue
    try {
      await restore(host, `*nat\n-N ${names.canary}\n-A ${names.canary} ${ownerRule(clusterId)}\nCOMMIT\n`)
      return names
    } catch (error) {
      if (ownerOf(parseSaved(await save(host)), names, clusterId) === 'free') throw error
    }
  }
  throw new Error('the names of the chains are all taken by other clusters on this machine')
}

/** Takes every rule and chain of the cluster away. Resolves with whether there was any. */
export async function removeRules(host: NetworkHost, clusterId: string): Promise<boolean> {
  const saved = parseSaved(await save(host))
  const names = ownNames(saved, clusterId)
  if (!names) return false
  await restore(host, restoreInput(ownChains(saved, names), emptyRules(), jumpRemovals(saved, names)))
  return true
}

export function createRuleKeeper({ host, clusterId, clock, compute, onSync, onFailure }: RuleKeeperOptions): RuleKeeper {
  let names: ChainNames | undefined
  let applied: RuleSet = emptyRules()
  /** What is in the kernel is not known. */
  let lost = true
  let dirty = false
  let doubtful = false
  let stopped = false
  let problem: string | undefined = 'the rules have not been applied yet'
  let running: Promise<void> | undefined
  let timer: Timer | undefined
  let next: Timer | undefined
  let retry = RETRY_FIRST_MS
  let waiting: (() => void)[] = []

  const takeHold = async (): Promise<void> => {
    let saved = parseSaved(await save(host))
    // All our marks may have been flushed: what nobody else has marked since is still ours.
    const held = names && ['unmarked', 'free'].includes(ownerOf(saved, names, clusterId)) ? names : undefined
    names = ownNames(saved, clusterId) ?? held
    if (!names) {
      names = await claim(host, saved, clusterId)
      saved = parseSaved(await save(host))
      log.info('the chains are ours', { names: names.suffix ? `with the suffix ${names.suffix}` : 'plain', how: host.how })
    }
    const wanted = mergeRules(compute(names), canaries(names, clusterId))
    await restore(host, restoreInput(ownChains(saved, names), wanted, jumpLines(saved, names)))
    applied = wanted
    lost = false
  }
  const applyChanges = async (): Promise<void> => {
    const wanted = mergeRules(compute(names as ChainNames), canaries(names as ChainNames, clusterId))
    const input = restoreInput(applied, wanted)
    if (input) await restore(host, input)
    applied = wanted
  }
  const once = async (changed: boolean): Promise<void> => {
    const began = performance.now()
    if (doubtful && !lost) {
      doubtful = false
      lost = !intact(parseSaved(await save(host)), names as ChainNames, clusterId)
      if (lost) log.warning('somebody has changed our rules: all are put in place again')
    }
    const full = lost
    if (full) await takeHold()
    else if (changed) await applyChanges()
    else return
    onSync?.(performance.now() - began, full)
  }
  const loop = async (): Promise<void> => {
    while ((dirty || doubtful) && !stopped) {
      const told = waiting
      waiting = []
      const changed = dirty
      dirty = false
      try {
        await once(changed)
        problem = undefined
        retry = RETRY_FIRST_MS
        for (const tell of told) tell()
      } catch (error) {
        waiting = [...told, ...waiting]
        // Half of it may be there.
        lost = true
        dirty = true
        const said = (error as Error).message
        if (said !== problem) log.error('the rules cannot be applied, will try again', { error: error as Error })
        problem = said
        onFailure?.(error as Error)
        next?.cancel()
        next = clock.after(retry, () => { next = undefined; wake() })
        retry = Math.min(retry * 2, RETRY_LAST_MS)
        return
      }
      if (changed) await new Promise<void>((resolve) => clock.after(REST_MS, resolve))
    }
  }
  function wake(): void {
    if (stopped || running || next) return
    running = loop().finally(() => {
      running = undefined
      if (!next && (dirty || doubtful)) wake()
    })
  }
  const verifyLater = (): void => {
    timer = clock.after(VERIFY_MS, () => { doubtful = true; wake(); verifyLater() })
  }
  verifyLater()

  return {
    sync() {
      if (stopped) return Promise.resolve()
      dirty = true
      const done = new Promise<void>((resolve) => waiting.push(resolve))
      wake()
      return done
    },
    verify() {
      doubtful = true
      wake()
    },
    health: () => (problem === undefined ? { healthy: true, message: healthText(names?.suffix ? 'proxy.suffix' : 'proxy', { how: host.how, suffix: names?.suffix ?? '' }) } : { healthy: false, message: problem }),
    async stop() {
      stopped = true
      timer?.cancel()
      next?.cancel()
      await running
      for (const tell of waiting.splice(0)) tell()
    },
  }
}
