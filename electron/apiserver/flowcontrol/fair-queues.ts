/** Requests that wait at one priority level, in queues that are served in turn: each gets about as many seats as any other. */
import { deal } from './dealer.ts'

export interface Queuing {
  readonly queues: number
  readonly handSize: number
  readonly queueLengthLimit: number
}
interface Queue<T> {
  readonly items: T[]
  /** Seats that it has been given, or would have been, had it always had somebody waiting. */
  served: number
}

export class FairQueues<T extends { readonly width: number }> {
  /** Those in which somebody waits. */
  readonly #queues = new Map<number, Queue<T>>()
  #served = 0
  size = 0

  /** Puts the item into the shortest queue of its flow's hand. Answers false when that is full. */
  add(flow: string, item: T, { queues, handSize, queueLengthLimit }: Queuing): boolean {
    let at = -1
    let least = Infinity
    for (const card of deal(flow, queues, handSize)) {
      const length = this.#queues.get(card)?.items.length ?? 0
      if (length < least) [at, least] = [card, length]
    }
    if (least >= queueLengthLimit) return false
    const queue = this.#queues.get(at)
    if (queue) queue.items.push(item)
    // Who has not waited has saved nothing up.
    else this.#queues.set(at, { items: [item], served: this.#served })
    this.size++
    return true
  }

  #next(): [number, Queue<T>] | undefined {
    let best: [number, Queue<T>] | undefined
    for (const entry of this.#queues) if (!best || entry[1].served < best[1].served) best = entry
    return best
  }

  /** Whose turn it is. */
  peek(): T | undefined {
    return this.#next()?.[1].items[0]
  }

  /** Takes out whose turn it is. */
  take(): T | undefined {
    const next = this.#next()
    if (!next) return undefined
    const [at, queue] = next
    const item = queue.items.shift() as T
    this.#served = queue.served
    queue.served += item.width
    this.#drop(at, queue)
    return item
  }

  /** Takes out one that will not wait any longer. */
  remove(item: T): void {
    for (const [at, queue] of this.#queues) {
      const i = queue.items.indexOf(item)
      if (i < 0) continue
      queue.items.splice(i, 1)
      this.#drop(at, queue)
      return
    }
  }

  /** As they are now, for people to read. */
  get queues(): readonly { readonly index: number; readonly items: readonly T[]; readonly served: number }[] {
    return [...this.#queues].map(([index, { items, served }]) => ({ index, items: [...items], served })).sort((a, b) => a.index - b.index)
  }

  #drop(at: number, queue: Queue<T>): void {
    this.size--
    if (!queue.items.length) this.#queues.delete(at)
  }
}
