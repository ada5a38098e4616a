/** A process that fills a store with lines of 200 pods of which none is rare, and searches it: each has 28 in a block. `log-many-pods.mjs DIRECTORY THREAD` prints what it measured as JSON. */
import { median } from './figures.ts'
import { textOf, timeOf } from './log-lines.ts'
import { grown, opened } from './log-process.ts'

const LINES = 1_000_000
const MANY = 200
const QUERIES = { pod: 'pod:web-7', word: 'pod:web-7 cart' } as const
export type ManyPodsFigures = Readonly<Record<keyof typeof QUERIES, number>>

const [directory, threadScript] = process.argv.slice(2) as [string, string]
const source = (n: number): Parameters<Awaited<ReturnType<typeof opened>>['append']>[0] => ({ stream: 'stdout', namespace: `ns-${n % 8}`, pod: `web-${n}`, podUid: `u-${n}`, container: 'app', node: 'n', restart: 0, workload: `Deployment/web-${n % 20}`, labels: { app: `web-${n % 20}` } })
const sources = Array.from({ length: MANY }, (_, n) => source(n))

const filled = await opened(directory, threadScript)
/** So many lines come at once, those of a pod together, as a collector reads them. */
const TURN = 1_000
for (let from = 0; from < LINES; from += TURN) {
  const lines = sources.map((): { time: number; nanos: number; rank: number; text: string }[] => [])
  for (let i = from; i < from + TURN; i++) lines[Math.floor(((i * 2_654_435_761) % 2 ** 32) / 2 ** 32 * MANY)]?.push({ ...timeOf(i), rank: i % 20 ? 3 : 4, text: textOf(i, LINES) })
  for (const [n, some] of lines.entries()) if (some.length) await filled.append(sources[n] as (typeof sources)[number], some)
}
await filled.close()

await grown()
const store = await opened(directory, threadScript)
async function search(query: string): Promise<number> {
  const started = performance.now()
  await store.search({ query, limit: 1_000 }, () => undefined)
  return performance.now() - started
}
await search('warm-up')
const figures: Record<string, number> = {}
for (const [name, query] of Object.entries(QUERIES)) {
  const times: number[] = []
  for (let i = 0; i < 7; i++) times.push(await search(query))
  figures[name] = median(times)
}
await store.close()
process.stdout.write(JSON.stringify(figures))
