/**
 * How fast lost nodes are emptied, zone by zone: when many fall silent at once it is more likely the network, and moving
 * everything would make it worse. Source: Kubernetes docs, "Nodes: rate limits on eviction".
 */
import type { Node } from '../../shared/api/types.ts'

export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption'

/** Nodes a second. Source: --node-eviction-rate, --secondary-node-eviction-rate. */
const RATE = 0.1
const SECONDARY_RATE = 0.01
/** Source: --unhealthy-zone-threshold, --large-cluster-size-threshold. */
const UNHEALTHY_SHARE = 0.55
const LARGE = 50
/** Fewer than this are no disruption of a zone. */
const LEAST_UNHEALTHY = 3

export const zoneOf = (node: Node): string => `${node.metadata.labels?.['topology.kubernetes.io/region'] ?? ''}/${node.metadata.labels?.['topology.kubernetes.io/zone'] ?? ''}`

export function zoneState(ready: number, notReady: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption'
  return notReady >= LEAST_UNHEALTHY && notReady / (ready + notReady) >= UNHEALTHY_SHARE ? 'PartialDisruption' : 'Normal'
}
/** A zone that is wholly lost while others are well is emptied as any; where all are lost nobody asks. */
export const evictionRate = (state: ZoneState, size: number): number => (state !== 'PartialDisruption' ? RATE : size > LARGE ? SECONDARY_RATE : 0)

/** Which nodes are ready, by zone. */
export class Zones {
  readonly #ready = new Map<string, Set<string>>()
  readonly #notReady = new Map<string, Set<string>>()
  readonly #next = new Map<string, number>()

  /** Answers whether the state of the zone is another now. `ready` undefined: the node is gone. */
  note(zone: string, name: string, ready: boolean | undefined): boolean {
    const before = this.state(zone)
    for (const [sets, here] of [[this.#ready, ready === true], [this.#notReady, ready === false]] as const) {
      const set = sets.get(zone) ?? new Set()
      if (here) sets.set(zone, set.add(name))
      else if (set.delete(name) && !set.size) sets.delete(zone)
    }
    return this.state(zone) !== before
  }
  get anyReady(): boolean {
    return this.#ready.size > 0
  }
  state(zone: string): ZoneState {
    return zoneState(this.#ready.get(zone)?.size ?? 0, this.#notReady.get(zone)?.size ?? 0)
  }
  /** Asks for the turn of one node to be emptied: 0, it has it; else ms until it may ask again, Infinity while the zone is as it is. */
  turn(zone: string, now: number): number {
    const rate = evictionRate(this.state(zone), (this.#ready.get(zone)?.size ?? 0) + (this.#notReady.get(zone)?.size ?? 0))
    if (rate === 0) return Infinity
    const next = this.#next.get(zone) ?? 0
    if (now < next) return next - now
    this.#next.set(zone, now + 1000 / rate)
    return 0
  }
}
