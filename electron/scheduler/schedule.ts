/** One scheduling decision: filter, score, choose. Pure: reads a snapshot, changes nothing, and does not wait. */
import type { CycleContext, FilterPlan, Plugin } from './framework.ts'
import { KnownNodes, shapeOf } from './known-nodes.ts'
import type { NodeRejection } from './messages.ts'
import type { NodeInfo } from './node-info.ts'
import type { Nominator } from './nominator.ts'
import type { PodInfo } from './pod-info.ts'
import { withNode } from './snapshot.ts'

/** Weighted score of one plugin, for each scored node. */
export interface PluginScores {
  readonly plugin: string
  readonly weight: number
  /** 0..100, before the weight; in the order of the decision's `feasible`. */
  readonly scores: readonly number[]
}

/** Nodes of each kind (feasible, rejected) that are told of one decision. Of thousands, nobody reads the figures; each decision would hold on to them. */
export const NODES_TOLD = 100

export interface Decision {
  /** The node chosen; undefined when none is feasible. */
  readonly node?: string
  /** How many nodes there are, and how many of these were looked at. */
  readonly total: number
  readonly evaluated: number
  /** The filters that had something to say, in the order in which a node is put before them; the first one that says no decides. */
  readonly filters: readonly string[]
  /** Of the feasible nodes those that are told: the first NODES_TOLD, then the chosen one. */
  readonly feasible: readonly string[]
  /** How many more are feasible. */
  readonly left: number
  readonly rejections: ReadonlyMap<string, NodeRejection>
  /** Empty when there was nothing to choose between. */
  readonly scores: readonly PluginScores[]
}

/** From this many nodes on, only a share of them is looked at. */
const MIN_FEASIBLE = 100
/** How many feasible nodes are enough, of `total`. Source: upstream's percentageOfNodesToScore default. */
export function enoughNodes(total: number): number {
  if (total < MIN_FEASIBLE) return total
  const percent = Math.max(5, 50 - Math.floor(total / 125))
  return Math.max(MIN_FEASIBLE, Math.floor((total * percent) / 100))
}

interface NamedPlan {
  readonly plugin: string
  readonly plan: FilterPlan
}
const plansOf = (plugins: readonly Plugin[], pod: PodInfo, context: CycleContext): NamedPlan[] =>
  plugins.flatMap((plugin) => { const plan = plugin.preFilter?.(pod, context); return plan ? [{ plugin: plugin.name, plan }] : [] })

function run(plans: readonly NamedPlan[], node: NodeInfo): NodeRejection | undefined {
  for (const { plugin, plan } of plans) {
    const no = plan.filter(node)
    if (no) return { ...no, plugin }
  }
  return undefined
}

export class Algorithm {
  readonly #plugins: readonly Plugin[]
  readonly #random: () => number
  readonly #nominator: Nominator | undefined
  readonly #known = new KnownNodes()
  // What a decision is worked out in. Kept from one to the next: of a thousand nodes it would be 50 KB of garbage a pod.
  readonly #feasible: NodeInfo[] = []
  /** Of as many as there are in `#feasible`: where in the snapshot they are. May be longer. */
  readonly #positions: number[] = []
  readonly #sheets = new Map<string, number[]>()
  readonly #ties: number[] = []
  /** Where the next search starts, so that every node gets its turn. */
  #start = 0

  /** `random` breaks ties; answers 0 <= x < 1. */
  constructor(plugins: readonly Plugin[], random: () => number, nominator?: Nominator) {
    this.#plugins = plugins
    this.#random = random
    this.#nominator = nominator
  }

  /** Whether the pod would be let onto a node if that was as given. */
  fits(pod: PodInfo, context: CycleContext, node: NodeInfo): boolean {
    const view = { ...context, snapshot: withNode(context.snapshot, node) }
    return this.#check(pod, view, plansOf(this.#plugins, pod, view), node) === undefined
  }

  /** With what waits for room there, where it has to be respected, and without: what waits may still go elsewhere. */
  #check(pod: PodInfo, context: CycleContext, plans: readonly NamedPlan[], node: NodeInfo): NodeRejection | undefined {
    const no = run(plans, node)
    const heeded = no ? undefined : this.#nominator?.heeded(pod, node.name)
    if (!heeded?.length) return no
    const fuller = node.clone()
    for (const p of heeded) fuller.addPod(p)
    return run(plansOf(this.#plugins, pod, { ...context, snapshot: withNode(context.snapshot, fuller) }), fuller)
  }

  schedule(pod: PodInfo, context: CycleContext): Decision {
    const { positions, rejections, evaluated, filters } = this.#filter(pod, context)
    const nodes = this.#feasible
    const scores = nodes.length > 1 ? this.#score(pod, nodes, positions, context) : []
    const best = nodes.length > 1 ? this.#best(nodes.length, scores) : 0
    const node = nodes[best]?.name
    const told = <T>(all: readonly T[]): T[] => {
      const part = all.slice(0, NODES_TOLD)
      if (best >= NODES_TOLD) part.push(all[best] as T)
      return part
    }
    const feasible = told(nodes).map((n) => n.name)
    return {
      total: context.snapshot.nodes.length, evaluated, filters, feasible, left: nodes.length - feasible.length, rejections,
      scores: scores.map(({ plugin, weight, scores: of }) => ({ plugin, weight, scores: told(of) })), ...(node === undefined ? {} : { node }),
    }
  }

  /** Leaves the feasible nodes in `#feasible`. `positions`: where in the snapshot they are; undefined: what is said of them holds for this pod only. */
  #filter(pod: PodInfo, context: CycleContext): { positions?: readonly number[]; rejections: Map<string, NodeRejection>; evaluated: number; filters: string[] } {
    const all = context.snapshot.nodes
    const plans = plansOf(this.#plugins, pod, context)
    const filters = plans.map((p) => p.plugin)
    const feasible = this.#feasible
    const rejections = new Map<string, NodeRejection>()
    // Room was made for it there: no other node is asked while it fits.
    const nominated = context.snapshot.get(this.#nominator?.nodeOf(pod.uid) ?? '')
    if (nominated && plans.every((p) => !p.plan.only || p.plan.only.has(nominated.name)) && !this.#check(pod, context, plans, nominated)) {
      feasible[0] = nominated
      feasible.length = 1
      return { rejections, evaluated: 1, filters }
    }
    const narrowing = plans.find((p) => p.plan.only)
    const nodes = narrowing ? [...(narrowing.plan.only as ReadonlySet<string>)].flatMap((name) => context.snapshot.get(name) ?? []) : all
    const enough = enoughNodes(nodes.length)
    const start = narrowing ? 0 : this.#start % Math.max(1, nodes.length)
    const alike = !narrowing && !this.#nominator?.size && plans.every((p) => p.plan.local)
    if (alike) this.#known.turnTo(`${filters.join()} ${shapeOf(pod)}`)
    let evaluated = 0
    let count = 0
    for (let at = start; evaluated < nodes.length && count < enough; evaluated++) {
      const node = nodes[at] as NodeInfo
      const rejection = alike ? this.#judge(plans, at, node) : this.#check(pod, context, plans, node)
      if (rejection) rejections.set(node.name, rejection)
      else {
        feasible[count] = node
        this.#positions[count++] = at
      }
      if (++at === nodes.length) at = 0
    }
    feasible.length = count
    if (!narrowing) this.#start = start + evaluated
    if (narrowing && !count) {
      const out: NodeRejection = { plugin: narrowing.plugin, reasons: [`node(s) didn't satisfy plugin(s) [${narrowing.plugin}]`], unresolvable: true }
      for (const node of all) if (!rejections.has(node.name)) rejections.set(node.name, out)
    }
    return { ...(alike ? { positions: this.#positions } : {}), rejections, evaluated, filters }
  }

  /** As #check where nobody waits for room and all filters are local. */
  #judge(plans: readonly NamedPlan[], at: number, node: NodeInfo): NodeRejection | undefined {
    if (this.#known.knows(at, node)) return this.#known.verdict(at)
    const no = run(plans, node)
    this.#known.learn(at, node, no)
    return no
  }

  #score(pod: PodInfo, nodes: readonly NodeInfo[], positions: readonly number[] | undefined, context: CycleContext): PluginScores[] {
    const result: PluginScores[] = []
    for (const plugin of this.#plugins) {
      const plan = plugin.preScore?.(pod, nodes, context)
      if (!plan) continue
      const scores = this.#sheet(plugin.name, nodes.length)
      if (plan.local && positions) this.#known.scores(plugin.name, positions, nodes, plan.score, scores)
      else for (let i = 0; i < nodes.length; i++) scores[i] = plan.score(nodes[i] as NodeInfo)
      plan.normalize?.(scores, nodes)
      result.push({ plugin: plugin.name, weight: plugin.weight, scores })
    }
    return result
  }

  #sheet(plugin: string, length: number): number[] {
    let sheet = this.#sheets.get(plugin)
    if (!sheet) this.#sheets.set(plugin, (sheet = []))
    sheet.length = length
    return sheet
  }

  /** Index of the greatest sum; among equals each has the same chance. */
  #best(count: number, scores: readonly PluginScores[]): number {
    let bestScore = -Infinity
    const ties = this.#ties
    let tied = 0
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (const s of scores) sum += s.weight * (s.scores[i] ?? 0)
      if (sum > bestScore) { bestScore = sum; ties[0] = i; tied = 1 }
      else if (sum === bestScore) ties[tied++] = i
    }
    return ties[Math.floor(this.#random() * tied)] ?? 0
  }
}
