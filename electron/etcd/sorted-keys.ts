/**
 * An ordered set of keys: a list of sorted blocks, as the leaves of a B+ tree without the tree. Insert and remove move at
 * most one block's keys, so 5,000 keys are never sorted again because of one write; a prefix is a contiguous run.
 */
const BLOCK = 512

/** The first index in `list` whose key is not less than `key` (code unit order). */
function lowerBound(list: readonly string[], key: string): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The smallest string that is greater than every string with this prefix; undefined: there is none. */
export function prefixEnd(prefix: string): string | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const unit = prefix.charCodeAt(i)
    if (unit < 0xffff) return prefix.slice(0, i) + String.fromCharCode(unit + 1)
  }
  return undefined
}

export class SortedKeys {
  /** Never an empty block; blocks in order. */
  #blocks: string[][] = []
  #size = 0

  constructor(keys: Iterable<string> = []) {
    const all = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    for (let i = 0; i < all.length; i += BLOCK) this.#blocks.push(all.slice(i, i + BLOCK))
    this.#size = all.length
  }

  get size(): number {
    return this.#size
  }

  /** The block that holds `key`, or would: the last one whose first key is not greater. */
  #block(key: string): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#blocks[middle] as string[])[0] as string <= key) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  add(key: string): void {
    const at = this.#block(key)
    const block = this.#blocks[at]
    if (!block) {
      this.#blocks.push([key])
      this.#size = 1
      return
    }
    const i = lowerBound(block, key)
    if (block[i] === key) return
    block.splice(i, 0, key)
    this.#size++
    if (block.length > BLOCK * 2) this.#blocks.splice(at, 1, block.slice(0, BLOCK), block.slice(BLOCK))
  }

  delete(key: string): void {
    const at = this.#block(key)
    const block = this.#blocks[at]
    const i = block ? lowerBound(block, key) : 0
    if (!block || block[i] !== key) return
    block.splice(i, 1)
    this.#size--
    if (!block.length) this.#blocks.splice(at, 1)
  }

  /** How many keys are less than `key`. */
  #rank(key: string): number {
    const at = this.#block(key)
    let rank = 0
    for (let i = 0; i < at; i++) rank += (this.#blocks[i] as string[]).length
    const block = this.#blocks[at]
    return block ? rank + lowerBound(block, key) : 0
  }

  /** How many keys are in [start, end); no `end`: up to the last. */
  count(start: string, end: string | undefined): number {
    return Math.max(0, (end === undefined ? this.#size : this.#rank(end)) - this.#rank(start))
  }

  /** The keys in [start, end) in order, at most `limit` of them (0: all). */
  slice(start: string, end: string | undefined, limit = 0): string[] {
    const out: string[] = []
    let at = this.#block(start)
    let i = this.#blocks[at] ? lowerBound(this.#blocks[at] as string[], start) : 0
    for (; at < this.#blocks.length; at++, i = 0) {
      const block = this.#blocks[at] as string[]
      for (; i < block.length; i++) {
        const key = block[i] as string
        if (end !== undefined && key >= end) return out
        out.push(key)
        if (limit && out.length >= limit) return out
      }
    }
    return out
  }
}
