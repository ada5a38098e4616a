/** Compression of blocks: zstd where Node has it (22.15 and later), deflate otherwise. A block says which it is. */
import * as zlib from 'node:zlib'

export type Codec = 'z' | 'd'
export const bestCodec: Codec = typeof zlib.zstdCompressSync === 'function' ? 'z' : 'd'

/** Takes milliseconds: for the thread. */
export function compress(codec: Codec, data: Uint8Array): Buffer {
  // Room for what nearly all are packed into: one buffer instead of dozens.
  const chunkSize = Math.ceil(data.length / 2) + 1024
  if (codec === 'd') return zlib.deflateSync(data, { level: 3, chunkSize })
  return zlib.zstdCompressSync(data, { chunkSize, params: { [zlib.constants.ZSTD_c_compressionLevel]: 3 } })
}
// A buffer that is just filled is followed by another one; and what is part of the pool that small ones share cannot be freed at once.
const options = (size: number, chunk = 4 * 1024 * 1024): { chunkSize: number; maxOutputLength: number } => ({ chunkSize: Math.min(Math.max(size + 64, Buffer.poolSize / 2), chunk), maxOutputLength: Math.max(1, size) })
/**
 * Throws when the data is damaged.
 * @param size of the result: one buffer of just that size is much faster than many
 * @param chunk where only a bound of the size is known: bytes that are got at a time
 */
export function decompress(codec: Codec, data: Buffer, size: number, chunk?: number): Buffer {
  return codec === 'z' ? zlib.zstdDecompressSync(data, options(size, chunk)) : zlib.inflateSync(data, options(size, chunk))
}
