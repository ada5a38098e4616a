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
  /** 0..100, before the weight; in the order of `feasible`. */
  readonly scores: readonly number[]
}

export interface Decision {
  /** The node chosen; undefined when none is feasible. */
  readonly node?: string
  /** How many nodes there are, and how many of these were looked at. */
  readonly total: number
  readonly evaluated: number
  /** The filters that had something to say, in the order in which a node is put before them; the first one that says no decides. */
  readonly filters: readonly string[]
  readonly feasible: readonly string[]
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
    const all = context.snapshot.nodes
    const { feasible, positions, rejections, evaluated, filters } = this.#filter(pod, context)
    const base = { total: all.length, evaluated, filters, feasible: feasible.map((n) => n.name), rejections }
    if (feasible.length <= 1) return { ...base, scores: [], ...(feasible[0] ? { node: feasible[0].name } : {}) }
    const scores = this.#score(pod, feasible, positions, context)
    return { ...base, scores, node: (feasible[this.#best(feasible.length, scores)] as NodeInfo).name }
  }

  /** `positions`: where in the snapshot the feasible nodes are; undefined: what is said of them holds for this pod only. */
  #filter(pod: PodInfo, context: CycleContext): { feasible: NodeInfo[]; positions?: number[]; rejections: Map<string, NodeRejection>; evaluated: number; filters: string[] } {
    const all = context.snapshot.nodes
    const plans = plansOf(this.#plugins, pod, context)
    const filters = plans.map((p) => p.plugin)
    // Room was made for it there: no other node is asked while it fits.
    const nominated = context.snapshot.get(this.#nominator?.nodeOf(pod.uid) ?? '')
    if (nominated && plans.every((p) => !p.plan.only || p.plan.only.has(nominated.name)) && !this.#check(pod, context, plans, nominated)) return { feasible: [nominated], rejections: new Map(), evaluated: 1, filters }
    const feasible: NodeInfo[] = []
    const rejections = new Map<string, NodeRejection>()
    const narrowing = plans.find((p) => p.plan.only)
    const nodes = narrowing ? [...(narrowing.plan.only as ReadonlySet<string>)].flatMap((name) => context.snapshot.get(name) ?? []) : all
    const enough = enoughNodes(nodes.length)
    const start = narrowing ? 0 : this.#start % Math.max(1, nodes.length)
    const positions: number[] | undefined = narrowing || this.#nominator?.size || !plans.every((p) => p.plan.local) ? undefined : []
    if (positions) this.#known.turnTo(`${filters.join()} ${shapeOf(pod)}`)
    let evaluated = 0
    for (; evaluated < nodes.length && feasible.length < enough; evaluated++) {
      const at = (start + evaluated) % nodes.length
      const node = nodes[at] as NodeInfo
      const rejection = positions ? this.#judge(plans, at, node) : this.#check(pod, context, plans, node)
      if (rejection) rejections.set(node.name, rejection)
      else {
        feasible.push(node)
        positions?.push(at)
      }
    }
    if (!narrowing) this.#start = start + evaluated
    if (narrowing && !feasible.length) {
      const out: NodeRejection = { plugin: narrowing.plugin, reasons: [`node(s) didn't satisfy plugin(s) [${narrowing.plugin}]`], unresolvable: true }
      for (const node of all) if (!rejections.has(node.name)) rejections.set(node.name, out)
    }
    return { feasible, ...(positions ? { positions } : {}), rejections, evaluated, filters }
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
      const scores = plan.local && positions ? this.#known.scores(plugin.name, positions, nodes, plan.score) : nodes.map((n) => plan.score(n))
      plan.normalize?.(scores, nodes)
      result.push({ plugin: plugin.name, weight: plugin.weight, scores })
    }
    return result
  }

  /** Index of the greatest sum; among equals each has the same chance. */
  #best(count: number, scores: readonly PluginScores[]): number {
    let bestScore = -Infinity
    let ties: number[] = []
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (const s of scores) sum += s.weight * (s.scores[i] ?? 0)
      if (sum > bestScore) { bestScore = sum; ties = [i] }
      else if (sum === bestScore) ties.push(i)
    }
    return ties[Math.floor(this.#random() * ties.length)] ?? 0
  }
}
