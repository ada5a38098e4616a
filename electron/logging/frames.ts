/**
 * The texts of a block, packed in frames of whole lines. What is unpacked of less than 128 KiB lies in memory that malloc has at hand; of
 * more, each page is asked of the system anew, which takes as long as unpacking does. And who needs a few lines unpacks those frames alone.
 *
 *   0 frames (u32)   4 of each: bytes packed, and not (u32)   then the frames
 */
import { arrange } from './arrange.ts'
import { compress, type Codec } from './codec.ts'
import { free, textStart, type Columns } from './columns.ts'

/** Of text, at most, but for a line that is longer by itself. */
const FRAME_BYTES = 112 * 1024

export interface Frame {
  /** Where its text begins in the block's, and its bytes. */
  readonly start: number
  readonly raw: number
  /** The same of it packed, in the section. */
  readonly at: number
  readonly packed: number
}

/** The texts in order (arrange.ts); one after the other the parts are the section. Takes milliseconds: for the thread. */
export function packFrames(codec: Codec, c: Columns): Buffer[] {
  const lengths = Uint32Array.from({ length: c.count }, (_, i) => (c.ends[i] as number) - textStart(c, i))
  const order = new Uint32Array(c.count)
  arrange(c.count, c.sources, c.ranks, lengths, { starts: new Uint32Array(c.count), order })
  const frames: Buffer[] = []
  const sizes: number[] = []
  let text = Buffer.allocUnsafeSlow(FRAME_BYTES)
  let bytes = 0
  const pack = (): void => {
    const frame = compress(codec, text.subarray(0, bytes))
    frames.push(frame)
    sizes.push(frame.length, bytes)
    bytes = 0
  }
  for (const line of order) {
    const start = textStart(c, line)
    const end = (c.ends[line] as number) + 1
    if (bytes && bytes + end - start > FRAME_BYTES) pack()
    if (end - start > text.length) {
      free(text)
      text = Buffer.allocUnsafeSlow(end - start)
    }
    bytes += c.text.copy(text, bytes, start, end)
  }
  if (bytes) pack()
  free(text)
  const table = Buffer.allocUnsafe(4 + 4 * sizes.length)
  table.writeUInt32LE(frames.length, 0)
  sizes.forEach((n, i) => table.writeUInt32LE(n, 4 + 4 * i))
  return [table, ...frames]
}

/** undefined: the section is damaged. @param raw bytes of all texts */
export function readFrames(section: Buffer, raw: number): readonly Frame[] | undefined {
  const count = section.length < 4 ? Infinity : section.readUInt32LE(0)
  if (4 + 8 * count > section.length) return undefined
  const frames: Frame[] = []
  let start = 0
  let at = 4 + 8 * count
  for (let i = 0; i < count; i++) {
    const frame = { start, at, packed: section.readUInt32LE(4 + 8 * i), raw: section.readUInt32LE(8 + 8 * i) }
    frames.push(frame)
    start += frame.raw
    at += frame.packed
  }
  return start === raw && at === section.length ? frames : undefined
}
