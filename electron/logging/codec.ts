/** Compression of blocks: zstd where Node has it (22.15 and later), deflate otherwise. A block says which it is. */
import * as zlib from 'node:zlib'
import { promisify } from 'node:util'

export type Codec = 'z' | 'd'
export const bestCodec: Codec = typeof zlib.zstdCompress === 'function' ? 'z' : 'd'

const deflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.deflate)

/** Runs beside the event loop. */
export function compress(codec: Codec, data: Buffer): Promise<Buffer> {
  if (codec === 'd') return deflate(data, { level: 3 })
  return new Promise((resolve, reject) => zlib.zstdCompress(data, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 3 } }, (error, result) => (error ? reject(error) : resolve(result))))
}
/** @param size of the result: one buffer of just that size is much faster than many. Throws when the data is damaged. */
export function decompress(codec: Codec, data: Buffer, size: number): Buffer {
  const options = { chunkSize: Math.min(Math.max(64, size), 4 * 1024 * 1024), maxOutputLength: Math.max(1, size) }
  return codec === 'z' ? zlib.zstdDecompressSync(data, options) : zlib.inflateSync(data, options)
}
