/** The history of usage, full: a day every 15 s and two weeks every 5 minutes of busy pods; its size, and what a question takes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COARSE_MS, createHistory, FINE_MS, LIMIT_BYTES } from '../../electron/metrics/history/index.ts'
import { simulatedRound } from '../../electron/metrics/history/testing.ts'
import { Tier } from '../../electron/metrics/history/tier.ts'
import type { Figure } from './figures.ts'

const DAY = 86_400_000
/** As many pods as two nodes take. */
const CONTAINERS = 220
const START = Date.parse('2026-01-01T00:00:00Z')

export async function history(): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'history-bench-'))
  try {
    // The coarse one as the history itself fills it, without the two weeks of rounds that it would take.
    const coarse = new Tier({ directory, name: 'coarse', keepMs: 14 * DAY, limitBytes: LIMIT_BYTES * 0.4, blockRounds: 24 })
    await coarse.open()
    for (let at = START; at < START + 13 * DAY; at += COARSE_MS) await coarse.add(simulatedRound(at, CONTAINERS, at / COARSE_MS))
    const store = createHistory(directory)
    const end = START + 14 * DAY
    let most = 0
    for (let at = end - DAY; at < end; at += FINE_MS) {
      await store.add(simulatedRound(at, CONTAINERS, at / FINE_MS))
      most = Math.max(most, store.bytes)
    }
    const asked = async (spanMs: number): Promise<[seconds: number, points: number, covered: number]> => {
      const began = performance.now()
      const { times } = await store.read((leaf) => leaf.namespace === 'team-1', end - spanMs, end)
      return [(performance.now() - began) / 1000, times.length, ((times.at(-1) ?? 0) - (times[0] ?? 0)) / spanMs]
    }
    const [day, weeks] = [await asked(DAY), await asked(14 * DAY)]
    if (Math.min(day[2], weeks[2]) < 0.95) throw new Error(`only ${Math.round(Math.min(day[2], weeks[2]) * 100)} % of the time is covered`)
    return [
      { name: `history of ${CONTAINERS} containers, on disk at most`, value: most / 1e6, unit: 'MB', aim: '≤ 64' },
      { name: 'a chart of a day', value: day[0], unit: 's', aim: '' },
      { name: 'a chart of two weeks', value: weeks[0], unit: 's', aim: '' },
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
