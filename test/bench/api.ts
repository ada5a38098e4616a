/** The API server under the load generator `apibench.mjs` (PILOTHOUSE_APIBENCH names the file), beside a floor of its own. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, root } from '../integration/app.ts'
import type { Figure } from './figures.ts'

const file = process.env['PILOTHOUSE_APIBENCH'] ?? join(root, '..', 'shared', 'bench', 'apibench.mjs')
interface Phase { [key: string]: number | { p50_ms?: number; p99_ms?: number } | undefined; error?: never }

export async function api(): Promise<Figure[]> {
  if (!existsSync(file)) throw new Error(`The load generator is not at ${file}; name it with PILOTHOUSE_APIBENCH.`)
  const app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] })
  try {
    const out = join(mkdtempSync(join(tmpdir(), 'apibench-')), 'out.json')
    await new Promise<void>((resolve, reject) => {
      const child = execFile(process.execPath, [file, '--kubeconfig', app.ready.kubeconfig, '--out', out], { maxBuffer: 64 << 20 }, (e) => (existsSync(out) ? resolve() : reject(e ?? new Error('no result'))))
      child.stderr?.pipe(process.stderr)
    })
    const result = JSON.parse(readFileSync(out, 'utf8')) as { phases: Record<string, Phase>; failed?: number }
    console.log(JSON.stringify(result.phases))
    const number = (phase: string, ...path: string[]): number => {
      let v: unknown = result.phases[phase]
      for (const key of path) v = (v as Record<string, unknown> | undefined)?.[key]
      return typeof v === 'number' ? v : Number.NaN
    }
    return [
      { name: 'create 1 KiB, 16 at once', value: number('createConc', 'per_second'), unit: '/s', aim: '≥ 1200' },
      { name: 'get, 16 at once', value: number('get', 'per_second'), unit: '/s', aim: '' },
      { name: 'update, 16 at once', value: number('update', 'per_second'), unit: '/s', aim: '' },
      { name: 'delete, 16 at once', value: number('delete', 'per_second'), unit: '/s', aim: '' },
      { name: 'one Deployment to 500 pods', value: number('deployment', 'seconds'), unit: 's', aim: '< 0.4' },
      { name: 'delete a namespace of 1,000 objects', value: number('nsdelete', 'seconds'), unit: 's', aim: '< 1.5' },
    ]
  } finally {
    await app.dispose()
  }
}
