/** Tells apart the outputs in one stream of the engine. Source: Docker Engine API, "Attach to a container", stream format. */
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

const HEADER = 8

/**
 * Copies until `from` ends, then ends both outputs; while one is full nothing more is taken. Both must be read.
 * Rejects when the stream fails or an output is closed before its end.
 */
export async function demux(from: Readable, stdout: Writable, stderr: Writable): Promise<void> {
  let header = Buffer.alloc(0)
  let to = stdout
  let left = 0
  for await (let chunk of from as AsyncIterable<Buffer>) {
    while (chunk.length) {
      if (left === 0) {
        const part = chunk.subarray(0, HEADER - header.length)
        chunk = chunk.subarray(part.length)
        header = Buffer.concat([header, part])
        if (header.length < HEADER) break
        to = header[0] === 2 ? stderr : stdout
        left = header.readUInt32BE(4)
        header = Buffer.alloc(0)
        continue
      }
      const part = chunk.subarray(0, left)
      chunk = chunk.subarray(part.length)
      left -= part.length
      await write(to, part)
    }
  }
  if (left || header.length) throw new Error('the engine ended a stream in the middle of a frame')
}

/** As demux, for a stream with a terminal behind it, which has one output and no frames. */
export async function copy(from: Readable, to: Writable): Promise<void> {
  for await (const chunk of from as AsyncIterable<Buffer>) await write(to, chunk)
}

/** Rejects when the output is destroyed, also while it is full. */
async function write(to: Writable, part: Buffer): Promise<void> {
  if (to.destroyed) throw new Error('the reader of an output has gone')
  if (to.write(part)) return
  const done = new AbortController()
  const closed = (): void => done.abort()
  to.once('close', closed)
  try {
    await once(to, 'drain', { signal: done.signal })
  } finally {
    to.off('close', closed)
  }
}
