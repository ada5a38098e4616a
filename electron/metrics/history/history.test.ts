import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeRounds, encodeRounds, sumsOf } from './block.ts'
import { COARSE_MS, createHistory, FINE_MS } from './index.ts'
import { simulatedRound } from './testing.ts'
import { Tier } from './tier.ts'
import type { Leaf, Round } from './types.ts'

/** At the beginning of a window of five minutes. */
const START = Date.parse('2026-01-01T00:00:00Z')
const leaf = (pod: string, container = 'app'): Leaf => ({ namespace: 'shop', pod, container, node: 'n1', workloads: ['Deployment/web'] })
const round = (time: number, ...cpu: [leaf: Leaf, cpu: number, restarts?: number][]): Round => ({ time, samples: cpu.map(([own, value, restarts = 0]) => ({ leaf: own, values: [value, 1024 * Math.floor(value), 1, 2, 3, 4, restarts] })) })
const all = (): boolean => true

let directory: string
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'history-')) })
afterEach(() => rm(directory, { recursive: true }))
const bytesOnDisk = async (): Promise<number> => (await Promise.all((await readdir(directory)).map(async (f) => (await stat(join(directory, f))).size))).reduce((a, b) => a + b, 0)

describe('rounds as bytes', () => {
  const [a, b] = [leaf('a'), leaf('b', 'side')]
  const rounds = [round(START, [a, 10]), round(START + 15_000, [a, 20.5], [b, 1e7, 3]), round(START + 30_000), round(START + 45_000, [b, 0])]
  test('come back as they were', () => {
    const sorted = decodeRounds(encodeRounds(rounds))
    expect(sorted).toEqual(rounds)
    expect(decodeRounds(encodeRounds([round(START)]))).toEqual([round(START)])
  })
  test('are summed for whom they are wanted', () => {
    const { times, values, present } = sumsOf(encodeRounds(rounds), all)
    expect([times, [...present]]).toEqual([rounds.map((r) => r.time), [1, 1, 0, 1]])
    expect(Array.from(values.slice(7, 14))).toEqual([1e7 + 20.5, 1024 * (1e7 + 20), 2, 4, 6, 8, 3])
    expect([...sumsOf(encodeRounds(rounds), (l) => l.pod === 'b').present]).toEqual([0, 1, 0, 1])
  })
})

describe('a tier', () => {
  const options = () => ({ directory, name: 'fine', keepMs: 120_000, limitBytes: 1e6, blockRounds: 4 })
  const times = async (tier: Tier): Promise<number[]> => {
    const found: number[] = []
    await tier.visit(0, Number.POSITIVE_INFINITY, (data) => void found.push(...decodeRounds(data).map((r) => r.time)))
    return found
  }
  test('what is older than it keeps goes, a segment at a time', async () => {
    const tier = new Tier(options())
    await tier.open()
    for (let i = 0; i < 40; i++) await tier.add(round(START + i * 10_000, [leaf('a'), i]))
    const kept = await times(tier)
    expect(kept[0]).toBeGreaterThanOrEqual(START + (40 - 12 - 8) * 10_000)
    expect(kept[0]).toBeLessThanOrEqual(START + (40 - 12) * 10_000)
    expect(kept.at(-1)).toBe(START + 390_000)
  })

  test('cut off at any byte, it has all rounds before and goes on', async () => {
    const written = new Tier(options())
    await written.open()
    const expected = Array.from({ length: 10 }, (_, i) => START + i * 1000)
    for (const time of expected) await written.add(round(time, [leaf('a'), time % 7]))
    const files = await Promise.all((await readdir(directory)).map(async (f) => [join(directory, f), await readFile(join(directory, f))] as const))
    expect(files.map(([f]) => f.replace(/^.*fine/, 'fine')).sort()).toEqual([`fine-${START}.seg`, 'fine.head'])
    for (const [path, data] of files) {
      for (let cut = 0; cut < data.length; cut += path.endsWith('head') ? 3 : 17) {
        for (const [other, whole] of files) await writeFile(other, other === path ? whole.subarray(0, cut) : whole)
        const tier = new Tier(options())
        await tier.open()
        const found = await times(tier)
        // Of the head what is before the cut, and all that is sealed; of a segment that is cut, the head.
        const inHead = path.endsWith('head')
        expect(found).toEqual(inHead ? expected.slice(0, found.length) : [...expected.slice(0, found.length - 2), ...expected.slice(8)])
        expect(found.length).toBeGreaterThanOrEqual(inHead ? 8 : 2)
        await tier.add(round(START + 60_000, [leaf('a'), 1]))
        expect(await times(tier)).toEqual([...found, START + 60_000])
        const again = new Tier(options())
        await again.open()
        expect(await times(again)).toEqual([...found, START + 60_000])
      }
    }
  })

  test('junk behind the last frame is cut off; a head that was sealed before the crash counts once', async () => {
    const tier = new Tier(options())
    await tier.open()
    for (let i = 0; i < 3; i++) await tier.add(round(START + i, [leaf('a'), i]))
    const head = await readFile(join(directory, 'fine.head'))
    await tier.add(round(START + 3, [leaf('a'), 3]))
    await writeFile(join(directory, 'fine.head'), head)
    await appendFile(join(directory, `fine-${START}.seg`), Buffer.alloc(50, 7))
    const again = new Tier(options())
    await again.open()
    expect(await times(again)).toEqual([0, 1, 2, 3].map((i) => START + i))
  })
})

describe('the history', () => {
  test('every measurement of the last day, sums for any scope, and gaps where nothing was measured', async () => {
    const history = createHistory(directory)
    for (let i = 0; i < 50; i++) await history.add(round(START + i * FINE_MS, [leaf('a'), 100, i === 10 ? 1 : 0], [leaf('b'), 50]))
    await history.add(round(START + 100 * FINE_MS, [leaf('a'), 7]))
    const end = START + 100 * FINE_MS
    const found = await history.read(all, START, end)
    expect(found.stepMs).toBe(FINE_MS)
    expect(found.cpu).toEqual([...Array.from({ length: 50 }, () => 150), null, 7])
    expect([found.restarts[10], found.restarts[11], found.memory[0]]).toEqual([1, 0, 1024 * 150])
    expect((await history.read((l) => l.pod === 'b', START, end)).cpu.slice(48)).toEqual([50, 50, null, null])
    expect((await history.read((l) => l.pod === 'c', START, end)).times).toEqual([])
    expect((await history.read(all, START + FINE_MS, START + 2 * FINE_MS)).times).toEqual([START + FINE_MS, START + 2 * FINE_MS])
  })

  test('a long range has no more points than a screen, as means; restarts are added up', async () => {
    const history = createHistory(directory)
    for (let i = 0; i < 24; i++) await history.add(round(START + i * FINE_MS, [leaf('a'), i % 4, 1]))
    const found = await history.read(all, START + 24 * FINE_MS - 86_400_000, START + 24 * FINE_MS)
    expect(found.stepMs).toBe(4 * FINE_MS)
    expect(found.cpu).toEqual([1.5, 1.5, 1.5, 1.5, 1.5, 1.5].map((n) => expect.closeTo(n)))
    expect(found.restarts).toEqual([4, 4, 4, 4, 4, 4])
  })

  test('means of five minutes outlive the day, also over a restart in the midst of one', async () => {
    let history = createHistory(directory)
    for (let i = 0; i < 50; i++) {
      if (i === 30) history = createHistory(directory)
      // b is there in half of the second window.
      await history.add(round(START + i * FINE_MS, [leaf('a'), i < 20 ? 100 : 200, i === 5 || i === 6 ? 1 : 0], ...(i >= 20 && i < 30 ? [[leaf('b'), 50] as [Leaf, number]] : [])))
    }
    const found = await history.read(all, START - 3 * 86_400_000, START + 40 * FINE_MS)
    expect(found.stepMs).toBe(COARSE_MS)
    expect(found.times.slice(0, 2)).toEqual([START + COARSE_MS, START + 2 * COARSE_MS])
    expect(found.cpu.slice(0, 2)).toEqual([100, 225])
    expect(found.restarts.slice(0, 2)).toEqual([2, 0])
  })

  test('within its bound at every moment, whatever runs; the newest is there', async () => {
    const limit = 120_000
    const history = createHistory(directory, limit)
    let most = 0
    const rounds = 400
    for (let i = 0; i < rounds; i++) {
      await history.add(simulatedRound(START + i * FINE_MS, 60, i))
      if (i % 8 === 0) most = Math.max(most, await bytesOnDisk())
    }
    expect(most).toBeLessThanOrEqual(limit)
    expect(await bytesOnDisk()).toBe(history.bytes)
    const end = START + (rounds - 1) * FINE_MS
    const found = await history.read(all, end - 20 * FINE_MS, end)
    expect(found.times).toHaveLength(21)
    expect(found.cpu.every((n) => n !== null)).toBe(true)
  })

  test('a disk that refuses is said, and what is measured is kept in memory', async () => {
    await writeFile(join(directory, 'file'), '')
    const history = createHistory(join(directory, 'file', 'below'))
    await history.add(round(START, [leaf('a'), 1]))
    expect(history.problem).toMatch(/ENOTDIR/)
  })
})
