import { describe, expect, it } from 'vitest'
import { framedLines, plainLines } from './log-lines.ts'

const T = '2026-01-01T00:00:00.123456789Z'
const frame = (stream: number, text: string | Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(`${T} `), Buffer.from(text)])
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(body.length, 4)
  return Buffer.concat([head, body])
}
const inPieces = async function* (bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}
const all = async <T>(i: AsyncIterable<readonly T[]>): Promise<T[]> => { const r: T[] = []; for await (const some of i) r.push(...some); return r }

describe.each([1, 7, 1 << 20])('lines from chunks of %i bytes', (size) => {
  it('keeps streams apart and joins partial frames, also within a character', async () => {
    const euro = Buffer.from('€')
    const bytes = Buffer.concat([frame(1, 'one\n'), frame(1, Buffer.concat([Buffer.from('a'), euro.subarray(0, 1)])), frame(2, 'err\n'), frame(1, Buffer.concat([euro.subarray(1), Buffer.from('b\n')])), frame(1, '\n'), frame(1, 'no end')])
    expect(await all(framedLines(inPieces(bytes, size)))).toEqual([
      { timestamp: T, stream: 'stdout', text: 'one' }, { timestamp: T, stream: 'stderr', text: 'err' }, { timestamp: T, stream: 'stdout', text: 'a€b' },
      { timestamp: T, stream: 'stdout', text: '' }, { timestamp: T, stream: 'stdout', text: 'no end' },
    ])
  })
  it('reads a terminal', async () => {
    expect(await all(plainLines(inPieces(Buffer.from(`${T} one\r\n${T} two words\r\n${T} end`), size)))).toEqual(
      ['one', 'two words', 'end'].map((text) => ({ timestamp: T, stream: 'stdout', text })))
  })
})
