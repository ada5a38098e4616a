/** Compression of blocks: zstd where Node has it (22.15 and later), deflate otherwise. A block says which it is. */
import * as zlib from 'node:zlib'

export type Codec = 'z' | 'd'
export const bestCodec: Codec = typeof zlib.zstdCompressSync === 'function' ? 'z' : 'd'

/** Takes milliseconds: for the thread. */
export function compress(codec: Codec, data: Uint8Array): Buffer {
  if (codec === 'd') return zlib.deflateSync(data, { level: 3 })
  return zlib.zstdCompressSync(data, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 3 } })
}
/** @param size of the result: one buffer of just that size is much faster than many. Throws when the data is damaged. */
export function decompress(codec: Codec, data: Buffer, size: number): Buffer {
  const options = { chunkSize: Math.min(Math.max(64, size), 4 * 1024 * 1024), maxOutputLength: Math.max(1, size) }
  return codec === 'z' ? zlib.zstdDecompressSync(data, options) : zlib.inflateSync(data, options)
}
