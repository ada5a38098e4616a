/** A file of frames, which only grows: length, checksum, the times of its first and last round, compressed rounds. What a crash cut off is told by its checksum. */
import { promisify } from 'node:util'
import { crc32, deflateRaw, inflateRaw } from 'node:zlib'

const HEAD = 24
const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

export interface Frame {
  /** Of the first and the last round, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Compressed. */
  readonly body: Buffer
}

export async function frameOf(rounds: Buffer, from: number, to: number): Promise<Buffer> {
  const body = await deflate(rounds)
  const frame = Buffer.alloc(HEAD + body.length)
  frame.writeUInt32LE(body.length, 0)
  frame.writeDoubleLE(from, 8)
  frame.writeDoubleLE(to, 16)
  body.copy(frame, HEAD)
  frame.writeUInt32LE(crc32(frame.subarray(8)), 4)
  return frame
}
export const roundsOf = (frame: Frame): Promise<Buffer> => inflate(frame.body)

/** The whole frames from the beginning of a file, and how many bytes they are. */
export function framesOf(file: Buffer): { frames: Frame[]; whole: number } {
  const frames: Frame[] = []
  let at = 0
  while (file.length - at >= HEAD) {
    const end = at + HEAD + file.readUInt32LE(at)
    if (end > file.length || crc32(file.subarray(at + 8, end)) !== file.readUInt32LE(at + 4)) break
    frames.push({ from: file.readDoubleLE(at + 8), to: file.readDoubleLE(at + 16), body: file.subarray(at + HEAD, end) })
    at = end
  }
  return { frames, whole: at }
}
