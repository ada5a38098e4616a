/**
 * Rounds as bytes: first who was measured (JSON), then for each leaf when (a bit a round) and its values, field by field, as
 * differences of whole numbers of variable length (7 bits a byte, low ones first, zigzag). What does not change costs a
 * byte a round, and next to nothing once it is compressed; who looks for one leaf passes over the others. Pure.
 */
import { FIELDS, type Leaf, type Round, type Sums } from './types.ts'

/** What one step of a stored number is: a tenth of a millicore, a KiB, a byte a second. */
const UNITS = [0.1, 1024, 1, 1, 1, 1, 1] as const
const WIDTH = FIELDS.length
type LeafRow = [namespace: string, pod: string, container: string, node: string, workloads: readonly string[], bytes: number]
interface Head {
  /** The first, and each one's distance to the one before. */
  readonly times: readonly number[]
  readonly leaves: readonly LeafRow[]
}

class Bytes {
  #data = Buffer.allocUnsafe(4096)
  length = 0
  put(n: number): void {
    if (this.#data.length - this.length < 16) this.#data = Buffer.concat([this.#data, Buffer.allocUnsafe(this.#data.length)])
    for (; n >= 0x80; n = Math.floor(n / 128)) this.#data[this.length++] = (n % 128) | 0x80
    this.#data[this.length++] = n
  }
  signed(n: number): void {
    this.put(n < 0 ? -2 * n - 1 : 2 * n)
  }
  get all(): Buffer {
    return this.#data.subarray(0, this.length)
  }
}
export const keyOfLeaf = (leaf: Leaf): string => `${leaf.namespace}/${leaf.pod}/${leaf.container}/${leaf.node}/${leaf.workloads.join('/')}`

export function encodeRounds(rounds: readonly Round[]): Buffer {
  const leaves = new Map<string, { leaf: Leaf; at: Map<number, readonly number[]> }>()
  for (const [i, round] of rounds.entries()) for (const { leaf, values } of round.samples) {
    const key = keyOfLeaf(leaf)
    const known = leaves.get(key)
    if (known) known.at.set(i, values)
    else leaves.set(key, { leaf, at: new Map([[i, values]]) })
  }
  const body = new Bytes()
  const rows: LeafRow[] = []
  for (const { leaf, at } of leaves.values()) {
    const start = body.length
    for (let i = 0; i < rounds.length; i += 7) {
      let bits = 0
      for (let k = 0; k < 7; k++) if (at.has(i + k)) bits |= 1 << k
      body.put(bits)
    }
    for (let field = 0; field < WIDTH; field++) {
      let before = 0
      for (const values of at.values()) {
        const n = Math.round((values[field] ?? 0) / (UNITS[field] as number))
        body.signed(n - before)
        before = n
      }
    }
    rows.push([leaf.namespace, leaf.pod, leaf.container, leaf.node, leaf.workloads, body.length - start])
  }
  const head: Head = { times: rounds.map((r, i) => r.time - (rounds[i - 1]?.time ?? 0)), leaves: rows }
  const text = Buffer.from(JSON.stringify(head))
  const size = Buffer.alloc(4)
  size.writeUInt32LE(text.length)
  return Buffer.concat([size, text, body.all])
}

interface Cursor {
  readonly head: Head
  readonly times: readonly number[]
  /** Calls back with each leaf and the place of its bytes. */
  each(told: (leaf: Leaf, at: number) => void): void
}
function opened(data: Buffer): Cursor {
  const size = data.readUInt32LE(0)
  const head = JSON.parse(data.toString('utf8', 4, 4 + size)) as Head
  let time = 0
  return {
    head,
    times: head.times.map((n) => (time += n)),
    each(told) {
      let at = 4 + size
      for (const [namespace, pod, container, node, workloads, bytes] of head.leaves) {
        told({ namespace, pod, container, node, workloads }, at)
        at += bytes
      }
    },
  }
}
/** The values of the leaf whose bytes begin at `at`. */
function values(data: Buffer, at: number, count: number, told: (round: number, field: number, value: number) => void): void {
  const take = (): number => {
    let n = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = data[at++]
      if (byte === undefined) throw new RangeError('a block of the history ends too soon')
      if (byte < 0x80) return n + byte * scale
      n += (byte & 0x7f) * scale
    }
  }
  const there: number[] = []
  for (let i = 0; i < count; i += 7) {
    const bits = take()
    for (let k = 0; k < 7; k++) if (bits & (1 << k)) there.push(i + k)
  }
  for (let field = 0; field < WIDTH; field++) {
    let n = 0
    for (const round of there) {
      const step = take()
      n += step % 2 ? -(step + 1) / 2 : step / 2
      told(round, field, n * (UNITS[field] as number))
    }
  }
}

/** Throws RangeError or SyntaxError when the bytes are no rounds. */
export function sumsOf(data: Buffer, wanted: (leaf: Leaf) => boolean): Sums {
  const { times, each } = opened(data)
  const sums: Sums = { times, values: new Float64Array(times.length * WIDTH), present: new Uint8Array(times.length) }
  each((leaf, at) => {
    if (!wanted(leaf)) return
    values(data, at, times.length, (round, field, value) => {
      sums.present[round] = 1
      sums.values[round * WIDTH + field] = (sums.values[round * WIDTH + field] ?? 0) + value
    })
  })
  return sums
}

export function decodeRounds(data: Buffer): Round[] {
  const { times, each } = opened(data)
  const rounds = times.map((time) => ({ time, samples: new Map<Leaf, number[]>() }))
  each((leaf, at) => values(data, at, times.length, (round, field, value) => {
    const samples = rounds[round]?.samples
    const own = samples?.get(leaf) ?? []
    own[field] = value
    samples?.set(leaf, own)
  }))
  return rounds.map(({ time, samples }) => ({ time, samples: [...samples].map(([leaf, own]) => ({ leaf, values: own })) }))
}
