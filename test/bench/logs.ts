/**
 * The log store by itself: lines through the collector's reader into the store, bytes on disk, and searches over what
 * is there. `BENCH_LOG_LINES` says how many; default one million.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '../../shared/clock.ts'
import type { LogSearchMessage } from '../../shared/logs/types.ts'
import type { LogLine } from '../../electron/kubelet/runtime/types.ts'
import { ContainerReader } from '../../electron/logging/container-reader.ts'
import { openLogStore } from '../../electron/logging/store.ts'
import type { LogStore } from '../../electron/logging/types.ts'
import { formatNanos } from '../../shared/logs/time.ts'
import { type Figure, median } from './figures.ts'

const LINES = Number(process.env['BENCH_LOG_LINES'] ?? 1_000_000)
const START = 1_767_225_600_000
const paths = ['/api/cart', '/api/products', '/healthz', '/api/orders', '/login']

/** About 100 bytes, as web servers write them; one in 200,000 is something rare. */
function text(i: number): string {
  const id = ((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')
  if (i % 200_000 === 123_456) return `ERROR payment gateway answered zebrafish after ${i % 977} ms req=${id}`
  return `${i % 20 ? 'INFO ' : 'WARN '} GET ${paths[i % paths.length]}?page=${i % 37} ${i % 50 ? 200 : 503} ${i % 977}ms req=${id} user=${i % 5_000} agent="Mozilla/5.0"`
}
async function* lines(): AsyncGenerator<LogLine> {
  for (let i = 0; i < LINES; i++) yield { timestamp: formatNanos(START + Math.floor(i / 50), (i % 50) * 20_000), stream: 'stdout', text: text(i) }
}
async function search(store: LogStore, query: string, limit: number): Promise<{ first: number; all: number; lines: number }> {
  const started = performance.now()
  let first = Number.NaN
  let found = 0
  await store.search({ query, limit }, (m: LogSearchMessage) => {
    if (m.entries.length && Number.isNaN(first)) first = performance.now() - started
    found += m.entries.length
  })
  return { first, all: performance.now() - started, lines: found }
}

export async function logs(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-logs-'))
  const options = { directory, clock: realClock, limitBytes: 8 * 2 ** 30 }
  let store = await openLogStore(options)
  try {
    let raw = 0
    for (let i = 0; i < LINES; i += 100) raw += (text(i).length + 1) * 100
    const cpu = process.cpuUsage()
    const started = performance.now()
    const reader = new ContainerReader({ store, clock: realClock, origin: 'bench', source: (stream) => ({ stream, namespace: 'shop', pod: 'web', podUid: 'u', container: 'app', node: 'n', restart: 0, workload: 'Deployment/web', labels: { app: 'web' } }) })
    await reader.copy(lines())
    await store.flush()
    const seconds = (performance.now() - started) / 1000
    const used = process.cpuUsage(cpu)
    // At rest nothing is being sealed, and opened anew the index is read from its files.
    await store.close()
    const bytes = (await Promise.all((await readdir(directory)).map(async (f) => (await stat(join(directory, f))).size))).reduce((a, b) => a + b)
    store = await openLogStore(options)
    await search(store, 'warm-up', 1)
    const five = async (query: string, limit: number) => {
      const times = []
      for (let i = 0; i < 5; i++) times.push(await search(store, query, limit))
      return { first: median(times.map((t) => t.first)), all: median(times.map((t) => t.all)) }
    }
    const rare = await five('zebrafish', 1_000)
    const absent = await five('7e57ab1e0c', 1_000)
    const regex = await five('/9[0-4]{2}ms req=f+0/', 10_000)
    const newest = await five('', 1_000)
    const selection = await five('level>=warn namespace:shop', 1_000)
    return [
      { name: `lines collected (${LINES} lines, ${Math.round(raw / 2 ** 20)} MiB)`, value: LINES / seconds, unit: '/s', aim: '≥ 100000' },
      { name: 'cores taken for it', value: (used.user + used.system) / 1e6 / seconds, unit: 'cores', aim: '' },
      { name: 'bytes on disk a line', value: bytes / LINES, unit: 'B', aim: '' },
      { name: 'on disk, of the raw text', value: bytes / raw, unit: '', aim: '≤ 0.25' },
      { name: 'a rare word, all answered', value: rare.all, unit: 'ms', aim: '< 300' },
      { name: 'a word that is nowhere', value: absent.all, unit: 'ms', aim: '< 300' },
      { name: 'a regular expression over everything', value: regex.all, unit: 'ms', aim: '< 2000' },
      { name: 'its first line', value: regex.first, unit: 'ms', aim: '< 100' },
      { name: 'the newest 1,000 lines', value: newest.all, unit: 'ms', aim: '< 30' },
      { name: 'the newest 1,000 lines of a level', value: selection.all, unit: 'ms', aim: '' },
    ]
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
}
