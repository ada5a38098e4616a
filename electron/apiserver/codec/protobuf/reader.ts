/** The protocol buffer wire format: a cursor over bytes. Faults throw ProtobufError. Source: protobuf.dev, "Encoding". */
export class ProtobufError extends Error {}

const text = new TextDecoder('utf-8', { fatal: true })
const bytes64 = new DataView(new ArrayBuffer(8))

export class Reader {
  readonly bytes: Uint8Array
  at: number
  end: number
  /** The two halves of the last varint. */
  #high = 0
  #low = 0
  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }
  get done(): boolean {
    return this.at >= this.end
  }
  /** An unsigned varint below 2^32 (tags, lengths, enumerations). */
  uint32(): number {
    const value = this.int64()
    if (value < 0 || value > 0xffffffff) throw new ProtobufError('proto: integer overflow')
    return value
  }
  /** A signed varint. Exact up to 2^53. */
  int64(): number {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw new ProtobufError('unexpected EOF')
      const byte = this.bytes[this.at++] as number
      const part = byte & 0x7f
      if (shift < 28) low |= part << shift
      else if (shift === 28) {
        low |= part << 28
        high |= part >> 4
      } else if (shift < 63) high |= part << (shift - 32)
      else high |= part << 31
      if (byte < 0x80) {
        this.#high = high | 0
        this.#low = low >>> 0
        return this.#high * 4294967296 + this.#low
      }
    }
    throw new ProtobufError('proto: integer overflow')
  }
  /** A signed varint; beyond 2^53 as a bigint. */
  exactInt64(): number | bigint {
    const value = this.int64()
    return Number.isSafeInteger(value) ? value : (BigInt(this.#high) << 32n) + BigInt(this.#low)
  }
  double(): number {
    if (this.at + 8 > this.end) throw new ProtobufError('unexpected EOF')
    for (let i = 0; i < 8; i++) bytes64.setUint8(i, this.bytes[this.at++] as number)
    return bytes64.getFloat64(0, true)
  }
  /** The end of a length-delimited field that starts here. */
  limit(): number {
    const length = this.uint32()
    const end = this.at + length
    if (end > this.end) throw new ProtobufError('unexpected EOF')
    return end
  }
  slice(): Uint8Array {
    const end = this.limit()
    const part = this.bytes.subarray(this.at, end)
    this.at = end
    return part
  }
  string(): string {
    const part = this.slice()
    try {
      return text.decode(part)
    } catch {
      throw new ProtobufError('proto: invalid UTF-8 in a string')
    }
  }
  skip(wireType: number): void {
    if (wireType === 0) this.int64()
    else if (wireType === 1) this.at += 8
    else if (wireType === 2) this.at = this.limit()
    else if (wireType === 5) this.at += 4
    else throw new ProtobufError(`proto: illegal wireType ${wireType}`)
    if (this.at > this.end) throw new ProtobufError('unexpected EOF')
  }
}
