/**
 * Long answers go out a part at a time, each when the one before has left: others have their turn between, a reader that is slow holds one part and not
 * the whole, and the same memory carries part after part. As one write, 6 MB are copied, encrypted and copied again in fresh pages,
 * in one step of the event loop: twice the time of all parts together.
 */
import type { ServerResponse } from 'node:http'

export const PART_BYTES = 128 * 1024
/** A reader that takes nothing for so long is let go. */
const STALLED_MS = 60_000
/** Buffers that wait for the next answer, at most. */
const KEPT = 4
const kept: Buffer[] = []

/** Writes to one response, each time when the last has left. */
class Writer {
  readonly #response: ServerResponse
  readonly #timer: NodeJS.Timeout
  #left: () => void = () => undefined

  constructor(response: ServerResponse, stalledMs: number) {
    this.#response = response
    this.#timer = setTimeout(() => response.destroy(), stalledMs).unref()
    response.on('close', this.#gone)
  }
  readonly #gone = (): void => this.#left()

  /** Resolves when the bytes have left, or nobody is there any more: then false. */
  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#response.destroyed) return false
    this.#timer.refresh()
    await new Promise<void>((resolve) => {
      this.#left = resolve
      this.#response.write(bytes, () => resolve())
    })
    return !this.#response.destroyed
  }
  end(): void {
    clearTimeout(this.#timer)
    this.#response.off('close', this.#gone)
  }
}

/** Sends what is there already; the head has been written. */
export async function sendBytesInParts(bytes: Uint8Array, response: ServerResponse, stalledMs = STALLED_MS): Promise<void> {
  const writer = new Writer(response, stalledMs)
  try {
    let at = 0
    for (; bytes.byteLength - at > PART_BYTES; at += PART_BYTES) if (!(await writer.write(bytes.subarray(at, at + PART_BYTES)))) return
    response.end(bytes.subarray(at))
  } finally {
    writer.end()
  }
}

/** Sends pieces of any length as they are asked for, gathered into parts; the head has been written, without a length. */
export async function sendPieces(pieces: Iterable<Uint8Array>, response: ServerResponse, stalledMs = STALLED_MS): Promise<void> {
  const writer = new Writer(response, stalledMs)
  const part = kept.pop() ?? Buffer.allocUnsafeSlow(PART_BYTES)
  try {
    let filled = 0
    for (const piece of pieces) {
      for (let at = 0; at < piece.byteLength;) {
        const taken = piece.subarray(at, at + PART_BYTES - filled)
        part.set(taken, filled)
        at += taken.byteLength
        if ((filled += taken.byteLength) < PART_BYTES) continue
        if (!(await writer.write(part))) return
        filled = 0
      }
    }
    if (filled && !(await writer.write(part.subarray(0, filled)))) return
    response.end()
  } finally {
    writer.end()
    // One whose reader has gone may still be in use below.
    if (!response.destroyed && kept.length < KEPT) kept.push(part)
  }
}
