/** Cluster DNS by itself: 1,000 Services, asked over UDP by another process as fast as it answers; and the most it takes of one core for that. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { listen } from '../../electron/dns/listen.ts'
import { createCounts } from '../../electron/dns/metrics.ts'
import { createResponder } from '../../electron/dns/respond.ts'
import { recordsOf } from '../../electron/dns/service-records.ts'
import { service } from '../../electron/dns/testing.ts'
import { Zone } from '../../electron/dns/zone.ts'
import type { Figure } from './figures.ts'

const SERVICES = 1000
const SECONDS = 3
const CLIENT_MS = 30_000

const nobody = { underWay: 0, ask: () => Promise.reject(new Error('this zone has no neighbours')), stop: () => undefined }

export async function dns(): Promise<Figure[]> {
  const zone = new Zone('cluster.local', '10.96.0.10')
  for (let i = 0; i < SERVICES; i++) zone.set(`default/s${i}`, recordsOf(service(`s${i}`, { clusterIP: `10.96.${i >> 8}.${i & 255}` }), [], 'cluster.local'))
  const server = await listen('127.0.0.1', 0, createResponder({ zone, hasNamespace: () => true, isOurs: () => true }, nobody, createCounts({ server: () => '', underWay: () => 0, names: () => zone.size })))
  try {
    const before = process.cpuUsage()
    const started = performance.now()
    const child = fork(fileURLToPath(new URL('dns-client.ts', import.meta.url)), [String(server.port), String(SECONDS), String(SERVICES)], { execArgv: ['--disable-warning=ExperimentalWarning'] })
    const answers = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => { child.kill('SIGKILL'); reject(new Error('the asking process did not end')) }, CLIENT_MS)
      child.once('message', (n) => { clearTimeout(timer); resolve(n as number) })
      child.once('exit', (code) => { clearTimeout(timer); reject(new Error(`the asking process ended with ${code}`)) })
    })
    const used = process.cpuUsage(before)
    const cores = (used.user + used.system) / 1000 / (performance.now() - started)
    return [
      { name: 'DNS answers, 1,000 Services, UDP', value: answers / SECONDS, unit: '/s', aim: '≥ 10000' },
      { name: 'cores that the server took for it', value: cores, unit: 'cores', aim: '' },
    ]
  } finally {
    await server.close()
  }
}
