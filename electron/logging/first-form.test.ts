import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realClock } from '../../shared/clock.ts'
import type { LogRecord } from '../../shared/logs/types.ts'
import { layoutBytes, readLayout } from './block-file.ts'
import { openLogStore } from './store.ts'
import { inline } from './testing.ts'
import type { LogStore } from './types.ts'

/** What a store had on disk when blocks were of the first form: `LINES` lines as below, with an index, lines that are few, and a journal. */
const LINES = 500
const line = (i: number): unknown[] => [i + 1, 1_000 + i - (i % 50 ? 0 : 30), i, i % 9 ? 'info' : 'error', podOf(i), textOf(i)]
const podOf = (i: number): string => `p${5 - Math.min(5, Math.floor(Math.log2(1 + ((i * 7919) % 64))))}`
const textOf = (i: number): string => `${i % 7 ? '' : '\u001b[31m'}line ${i}${i % 7 ? '' : '\u001b[0m'} of größe ${((i * 2_654_435_761) % 2 ** 32).toString(16)}`
const all = Array.from({ length: LINES }, (_, i) => i)

describe('a store that was written before blocks had their second form', () => {
  let directory: string
  let store: LogStore
  const open = async (): Promise<LogStore> => (store = await openLogStore({ directory, clock: realClock, thread: inline, codec: 'd', blockBytes: 2_200, segmentBytes: 5_000 }))
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'first-form-'))
    const files = JSON.parse(brotliDecompressSync(await readFile(join(import.meta.dirname, 'first-form.fixture.br'))).toString()) as Record<string, string>
    for (const [name, data] of Object.entries(files)) await writeFile(join(directory, name), data, 'base64')
    await open()
  })
  afterAll(async () => {
    await store.close()
    await rm(directory, { recursive: true })
  })
  async function search(query: string): Promise<unknown[][]> {
    const found: unknown[][] = []
    await store.search({ query, order: 'oldest', limit: 10_000 }, ({ entries, sources }) => {
      for (const e of entries as LogRecord[]) found.push([e.id, e.time, e.nanos, e.level, sources[e.source]?.pod, e.text])
    })
    return found
  }
  const shows = async (): Promise<void> => {
    const wanted = (fits: (i: number) => boolean): unknown[][] => all.filter(fits).map(line).sort((a, b) => (a[1] as number) - (b[1] as number) || (a[2] as number) - (b[2] as number))
    expect(await search('')).toEqual(wanted(() => true))
    expect(await search('pod:p5')).toEqual(wanted((i) => podOf(i) === 'p5'))
    expect(await search('level>=error größe')).toEqual(wanted((i) => i % 9 === 0))
    expect(await search('/line \\d*7 /')).toEqual(wanted((i) => i % 10 === 7))
    expect(await search('dropped')).toEqual([])
  }
  const kinds = async (): Promise<string[]> => {
    const found: string[] = []
    for (const name of (await readdir(directory)).filter((f) => f.endsWith('.seg')).sort()) {
      const bytes = await readFile(join(directory, name))
      for (let at = 0; at < bytes.length;) {
        const l = readLayout(bytes.subarray(at))
        if (!l) throw new Error('no block where one should begin')
        found.push(`${l.form}${l.few ? ' few' : ''}${l.words ? ' with words' : ''}`)
        at += layoutBytes(l)
      }
    }
    return found
  }

  it('is read, with its index and without', async () => {
    expect(new Set(await kinds())).toEqual(new Set(['1 with words', '1 few']))
    await shows()
    await store.close()
    for (const name of await readdir(directory)) if (name.endsWith('.idx')) await rm(join(directory, name))
    await open()
    await shows()
  })
  it('and goes on in the second form', async () => {
    const source = { stream: 'stdout' as const, namespace: 'n', podUid: '', container: 'c', node: '', restart: 0, workload: '', labels: {} }
    for (let i = LINES; i < 2 * LINES; i++) {
      all.push(i)
      await store.append({ ...source, pod: podOf(i) }, [{ time: line(i)[1] as number, nanos: i, rank: i % 9 ? 3 : 5, text: textOf(i) }])
    }
    await store.flush()
    await shows()
    await store.close()
    await open()
    await shows()
    expect(new Set(await kinds())).toEqual(new Set(['1 with words', '1 few', '2 with words', '2 few']))
  })
})
