/**
 * The protocol buffer wire format, written from the end to the start: the length of a nested message is known when its head
 * is written, and nothing is measured twice. Source: protobuf.dev, "Encoding".
 */
const FIRST_SIZE = 4096

export class Writer {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE)
  #at = FIRST_SIZE

  /** Bytes written so far: the difference of two marks is the size of what stands between. */
  get mark(): number {
    return this.#bytes.length - this.#at
  }

  #take(count: number): number {
    if (this.#at < count) {
      const used = this.mark
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, used + count))
      this.#bytes.copy(grown, grown.length - used, this.#at)
      this.#bytes = grown
      this.#at = grown.length - used
    }
    return (this.#at -= count)
  }

  /** Negative numbers and those beyond 2^32 as 64 bits in two's complement. */
  varint(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0 && value <= 0xffffffff) {
      let rest = value
      let size = 1
      for (let v = value; v > 0x7f; v = Math.floor(v / 128)) size++
      let at = this.#take(size)
      for (; size > 1; size--) {
        this.#bytes[at++] = (rest & 0x7f) | 0x80
        rest >>>= 7
      }
      this.#bytes[at] = rest
      return
    }
    const parts: number[] = []
    let rest = BigInt.asUintN(64, typeof value === 'bigint' ? value : BigInt(Math.trunc(value)))
    for (; rest > 0x7fn; rest >>= 7n) parts.push(Number(rest & 0x7fn) | 0x80)
    parts.push(Number(rest))
    this.raw(Uint8Array.from(parts))
  }

  double(value: number): void {
    const at = this.#take(8)
    this.#bytes.writeDoubleLE(value, at)
  }

  raw(bytes: Uint8Array): void {
    // Room first: it may be in other bytes than before.
    const at = this.#take(bytes.length)
    this.#bytes.set(bytes, at)
  }

  text(text: string): void {
    const size = Buffer.byteLength(text)
    const at = this.#take(size)
    this.#bytes.write(text, at, size, 'utf8')
  }

  tag(number: number, wireType: 0 | 1 | 2): void {
    this.varint(number * 8 + wireType)
  }

  /** Length and tag of what was written since `mark`. */
  head(number: number, mark: number): void {
    this.varint(this.mark - mark)
    this.tag(number, 2)
  }

  /** A copy of its own. */
  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(this.#at))
  }
}
