/** The API server under the load generator `apibench.mjs` (PILOTHOUSE_APIBENCH names the file), beside a floor of its own. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, root } from '../integration/app.ts'
import { type Figure, residentMiB } from './figures.ts'

const file = process.env['PILOTHOUSE_APIBENCH'] ?? join(root, '..', 'shared', 'bench', 'apibench.mjs')
interface Phase { [key: string]: number | { p50_ms?: number; p99_ms?: number } | undefined; error?: never }

/** All of its loads, or those that are named. */
async function generate(app: App, ...options: string[]): Promise<Record<string, Phase>> {
  const out = join(mkdtempSync(join(tmpdir(), 'apibench-')), 'out.json')
  await new Promise<void>((resolve, reject) => {
    const child = execFile(process.execPath, [file, '--kubeconfig', app.ready.kubeconfig, '--out', out, ...options], { maxBuffer: 64 << 20 }, (e) => (existsSync(out) ? resolve() : reject(e ?? new Error('no result'))))
    child.stderr?.pipe(process.stderr)
  })
  const { phases } = JSON.parse(readFileSync(out, 'utf8')) as { phases: Record<string, Phase> }
  console.log(JSON.stringify(phases))
  return phases
}

/** The loads that a server without Kubernetes can carry, under the app's certificates. */
async function bare(app: App): Promise<Record<string, Phase>> {
  const pki = join(app.home, 'pki')
  const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'bare-server.ts'), join(pki, 'apiserver.crt'), join(pki, 'apiserver.key'), mkdtempSync(join(tmpdir(), 'bare-'))], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [port] = await Promise.race([once(server.stdout, 'data'), once(server, 'exit').then(() => { throw new Error('the bare server has ended') })]) as [Buffer]
    return await generate(app, '--server', `https://127.0.0.1:${Number(port)}`, '--only', 'floor,createSeq,createConc,get,update,delete,list,watch,schedule')
  } finally {
    server.kill()
  }
}

function numberAt(phases: Record<string, Phase>, path: readonly string[]): number {
  let v: unknown = phases
  for (const key of path) v = (v as Record<string, unknown> | undefined)?.[key]
  return typeof v === 'number' ? v : Number.NaN
}

export async function api(): Promise<Figure[]> {
  if (!existsSync(file)) throw new Error(`The load generator is not at ${file}; name it with PILOTHOUSE_APIBENCH.`)
  const app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] })
  try {
    const phases = await generate(app)
    const after = residentMiB(app.process.pid as number)
    await new Promise((resolve) => setTimeout(resolve, 15_000))
    const rested = residentMiB(app.process.pid as number)
    const again = await generate(app, '--only', 'createSeq,createConc,schedule')
    const floor = await bare(app)
    const number = (...path: string[]): number => numberAt(phases, path)
    const figure = (name: string, path: string[], unit: string, aim: string): Figure => ({ name, value: numberAt(phases, path), unit, aim, floor: numberAt(floor, path) })
    const warm = (name: string, path: string[], unit: string, aim: string): Figure => ({ name: `${name}, in a process that has done it before`, value: numberAt(again, path), unit, aim })
    const each = (phase: string, name: string, aim: string, aimP99 = ''): Figure[] => [
      figure(`${name}, 16 at once`, [...phase.split('.'), 'per_second'], '/s', aim),
      figure(`${name}, 16 at once, 50th percentile`, [...phase.split('.'), 'latency', 'p50_ms'], 'ms', ''),
      figure(`${name}, 16 at once, 99th percentile`, [...phase.split('.'), 'latency', 'p99_ms'], 'ms', aimP99),
    ]
    const both = (name: string, path: string[], p50: string, p99: string): Figure[] => [
      figure(`${name}, 50th percentile`, [...path, 'p50_ms'], 'ms', p50),
      figure(`${name}, 99th percentile`, [...path, 'p99_ms'], 'ms', p99),
    ]
    return [
      ...each('floor.concurrent', 'GET /version', '≥ 3500'),
      ...both('create 1 KiB, one after the other', ['createSeq', 'latency'], '≤ 1.5', '≤ 4'),
      ...each('createConc', 'create 1 KiB', '≥ 2000', '≤ 25'),
      ...each('get', 'get', '≥ 3200'),
      ...each('update', 'update', '≥ 1600'),
      ...each('delete', 'delete', '≥ 1800'),
      ...both('list 1,000 pods', ['list', '1000_consistent', 'latency'], '≤ 15', ''),
      ...both('list 5,000 pods', ['list', '5000_consistent', 'latency'], '≤ 60', '≤ 120'),
      ...both('watch, acknowledged to delivered, 20 watchers', ['watch', 'ack_to_event'], '≤ 0.4', '≤ 2'),
      figure('1,000 pods by API and bound, 100 nodes', ['schedule', '100_nodes', 'pods_per_second'], '/s', '≥ 1000'),
      figure('1,000 pods by API and bound, 1,000 nodes', ['schedule', '1000_nodes', 'pods_per_second'], '/s', '≥ 1000'),
      { name: 'one Deployment to 500 pods', value: number('deployment', 'seconds'), unit: 's', aim: '< 0.3' },
      { name: 'delete a namespace of 1,000 objects', value: number('nsdelete', 'seconds'), unit: 's', aim: '< 1' },
      warm('create 1 KiB, one after the other, 50th percentile', ['createSeq', 'latency', 'p50_ms'], 'ms', '≤ 1.5'),
      warm('create 1 KiB, one after the other, 99th percentile', ['createSeq', 'latency', 'p99_ms'], 'ms', '≤ 4'),
      warm('create 1 KiB, 16 at once', ['createConc', 'per_second'], '/s', '≥ 2000'),
      warm('create 1 KiB, 16 at once, 99th percentile', ['createConc', 'latency', 'p99_ms'], 'ms', '≤ 25'),
      warm('1,000 pods by API and bound, 100 nodes', ['schedule', '100_nodes', 'pods_per_second'], '/s', '≥ 1000'),
      warm('1,000 pods by API and bound, 1,000 nodes', ['schedule', '1000_nodes', 'pods_per_second'], '/s', '≥ 1000'),
      { name: 'resident memory, right after all this', value: after, unit: 'MiB', aim: '' },
      { name: 'resident memory, 15 s after all this', value: rested, unit: 'MiB', aim: '< 300' },
    ]
  } finally {
    await app.dispose()
  }
}
