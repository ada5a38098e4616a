/** Memory and CPU of the headless process that nobody looks at: an empty cluster, and one with pods that run. Linux only: read from /proc. */
import { readFileSync } from 'node:fs'
import Docker from 'dockerode'
import { App } from '../integration/app.ts'
import { BUSYBOX, ensureBusybox } from '../integration/busybox.ts'
import { type Figure, residentMiB } from './figures.ts'
import { Api } from './http.ts'

const SETTLE = 30_000
const WINDOW = 60_000
const PODS = 50
/** Clock ticks a second (USER_HZ), fixed at 100 on Linux. */
const TICKS = 100

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}
/** Percent of one core over the window, once it has come to rest. */
async function cpuAtRest(pid: number): Promise<number> {
  await wait(SETTLE)
  const began = cpuSeconds(pid)
  await wait(WINDOW)
  return ((cpuSeconds(pid) - began) / (WINDOW / 1000)) * 100
}

export async function idle(): Promise<Figure[]> {
  await ensureBusybox(new Docker())
  const app = await App.start()
  try {
    const pid = app.process.pid as number
    const empty = { cpu: await cpuAtRest(pid), memory: residentMiB(pid) }
    const api = new Api(app.ready)
    const at = '/apis/apps/v1/namespaces/default/deployments'
    const labels = { app: 'idle' }
    const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sleep', '36000'] }] }
    await api.send('POST', at, { metadata: { name: 'idle' }, spec: { replicas: PODS, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } })
    while ((await api.get<{ status?: { readyReplicas?: number } }>(`${at}/idle`)).status?.readyReplicas !== PODS) await wait(1000)
    const full = await cpuAtRest(pid)
    return [
      { name: 'resident memory, idle, empty cluster', value: empty.memory, unit: 'MiB', aim: '< 120' },
      { name: 'CPU, idle, of one core', value: empty.cpu, unit: '%', aim: '< 0.5' },
      { name: `CPU, idle, ${PODS} running pods, of one core`, value: full, unit: '%', aim: '< 2' },
    ]
  } finally {
    await app.dispose()
  }
}
