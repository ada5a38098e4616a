/**
 * Shuffle sharding: each flow may wait in a few of the many queues, and which these are depends on its name alone. So two
 * flows seldom share all their queues, and one that floods its own leaves the others a way.
 * Source: Kubernetes documentation, "API Priority and Fairness: queuing".
 */
import { createHash } from 'node:crypto'

/** As many bits of a hash may be used up in dealing. */
export const MAX_HASH_BITS = 60

/** How many bits it takes to deal every hand of `handSize` queues out of `queues` in every order. */
export function entropyBits(queues: number, handSize: number): number {
  let bits = 0
  for (let i = 0; i < handSize; i++) bits += Math.log2(queues - i)
  return Math.ceil(bits)
}

/** The hand of a flow: `handSize` different numbers below `queues`. */
export function deal(flow: string, queues: number, handSize: number): readonly number[] {
  let hash = createHash('sha256').update(flow).digest().readBigUInt64BE() & ((1n << BigInt(MAX_HASH_BITS)) - 1n)
  const hand: number[] = []
  for (let i = 0; i < handSize; i++) {
    const left = BigInt(queues - i)
    // The number of a queue among those that have not been dealt yet …
    let card = Number(hash % left)
    hash /= left
    // … and among all.
    for (const taken of hand.toSorted((a, b) => a - b)) if (card >= taken) card++
    hand.push(card)
  }
  return hand
}
