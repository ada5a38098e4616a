import { expect, it } from 'vitest'
import { bestCodec, compress, decompress } from './codec.ts'
import { free } from './columns.ts'

it.each((['d', bestCodec] as const).flatMap((codec) => [1, 100, 4_000, 40_000, 70_000, 500_000].map((size) => [codec, size] as const)))('%s: what is unpacked of %i bytes is as it was, and can be freed at once', (codec, size) => {
  const data = Buffer.from(Array.from({ length: size }, (_, i) => 97 + ((i * 7) % 26)))
  const unpacked = decompress(codec, compress(codec, data), size)
  expect(unpacked.equals(data)).toBe(true)
  free(unpacked)
  expect(unpacked.length).toBe(0)
})
