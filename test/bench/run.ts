/** Runs the measurements named on the command line, or all. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../integration/app.ts'
import { api } from './api.ts'
import { dashboard } from './dashboard.ts'
import { dns } from './dns.ts'
import { type Figure, table } from './figures.ts'
import { history } from './metrics-history.ts'
import { hollow } from './hollow.ts'
import { idle } from './idle.ts'
import { load } from './load.ts'
import { logPage } from './log-page.ts'
import { logs } from './logs.ts'
import { pods } from './pods.ts'
import { services } from './services.ts'
import { startup } from './startup.ts'
import { store } from './store.ts'
import { wire } from './wire.ts'

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { lines: { type: 'string' } } })
const benches: Record<string, () => Promise<Figure[]>> = { startup, idle, store, api, pods, services, hollow, dashboard, dns, logs: () => logs(values.lines === undefined ? undefined : Number(values.lines)), logPage, history, load, wire }
const unknown = wanted.filter((n) => !(n in benches))
if (unknown.length) {
  console.error(`No such measurement: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(' ')}`)
  process.exit(2)
}
const machine = `${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}`
console.log(machine)
const all: Figure[] = []
for (const name of wanted.length ? wanted : Object.keys(benches)) {
  console.log(`\n${name}`)
  const figures = await (benches[name] as () => Promise<Figure[]>)()
  console.log(table(figures))
  all.push(...figures)
}
mkdirSync(join(root, 'test-results'), { recursive: true })
writeFileSync(join(root, 'test-results', 'bench.json'), `${JSON.stringify({ date: new Date().toISOString(), machine, figures: all }, null, 2)}\n`)
process.exit(0)
