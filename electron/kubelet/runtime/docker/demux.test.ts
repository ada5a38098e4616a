import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { copy, demux } from './demux.ts'

const frame = (stream: number, text: string): Buffer => {
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([head, Buffer.from(text)])
}
const bytes = Buffer.concat([frame(1, 'out'), frame(2, 'err'), frame(1, ''), frame(1, 'more')])

async function split(chunks: Buffer[]): Promise<[string, string]> {
  const [out, err] = [new PassThrough(), new PassThrough()]
  const texts = Promise.all([out, err].map(async (s) => Buffer.concat(await s.toArray() as Buffer[]).toString()))
  await demux(Readable.from(chunks), out, err).finally(() => { out.end(); err.end() })
  return texts as Promise<[string, string]>
}

describe('demux', () => {
  it.each([1, 2, 3, 7, 8, 9, 100])('tells outputs apart, however the stream is cut: every %d bytes', async (size) => {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
    expect(await split(chunks)).toEqual(['outmore', 'err'])
  })
  it('does not take half a frame for a whole one', async () => {
    await expect(split([bytes.subarray(0, bytes.length - 1)])).rejects.toThrow('in the middle of a frame')
  })
  it.each(['demux', 'copy'])('%s takes no more than the reader does, and ends when the reader has gone', async (name) => {
    let taken = 0
    const from = new Readable({ highWaterMark: 1, read() { taken++; this.push(name === 'copy' ? 'x'.repeat(1000) : frame(1, 'x'.repeat(1000))) } })
    const out = new PassThrough({ highWaterMark: 5000 })
    const done = name === 'copy' ? copy(from, out) : demux(from, out, new PassThrough())
    await expect.poll(() => out.writableNeedDrain).toBe(true)
    const before = taken
    await new Promise((resolve) => setImmediate(resolve))
    expect(taken).toBe(before)
    out.destroy()
    await expect(done).rejects.toThrow('aborted')
    expect(from.destroyed).toBe(true)
  })
})
