/** Process start to READY, as the app itself reports it (from the process's own start), with the engine there. */
import { App } from '../integration/app.ts'
import { type Figure, median } from './figures.ts'
import { Api } from './http.ts'

const RUNS = 7
const OBJECTS = 1000

async function emptyStarts(): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < RUNS; i++) {
    const app = await App.start()
    times.push(app.ready.startupMs)
    await app.dispose()
  }
  return times
}

async function fullStarts(): Promise<number[]> {
  let app = await App.start()
  const list = { apiVersion: 'v1', kind: 'List', items: Array.from({ length: OBJECTS }, (_, i) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c-${i}` }, data: { a: 'x'.repeat(1024) } })) }
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify(list), timeout: 300_000 })
  const times: number[] = []
  try {
    for (let i = 0; i < RUNS; i++) {
      await app.stop()
      app = await App.start({ home: app.home })
      times.push(app.ready.startupMs)
    }
  } finally {
    await app.dispose()
  }
  return times
}

/** A cold start without an engine, in ms since the process was asked for: READY; then the default ServiceAccount; then a Deployment's three pods. */
async function coldStart(): Promise<[ready: number, account: number, pods: number]> {
  const began = performance.now()
  const app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] })
  const since = (): number => performance.now() - began
  try {
    const ready = since()
    const api = new Api(app.ready)
    const at = '/api/v1/namespaces/default'
    while (!(await api.get<{ items: unknown[] }>(`${at}/serviceaccounts`)).items.length) await new Promise((r) => setTimeout(r, 5))
    const account = since()
    const labels = { app: 'first' }
    await api.send('POST', '/apis/apps/v1/namespaces/default/deployments', { metadata: { name: 'first' }, spec: { replicas: 3, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'hello' }] } } } })
    while ((await api.get<{ items: unknown[] }>(`${at}/pods`)).items.length < 3) await new Promise((r) => setTimeout(r, 5))
    return [ready, account, since()]
  } finally {
    await app.dispose()
  }
}

export async function startup(): Promise<Figure[]> {
  const [empty, full] = [await emptyStarts(), await fullStarts()]
  const cold: [number, number, number][] = []
  for (let i = 0; i < RUNS; i++) cold.push(await coldStart())
  return [
    ...(['READY', 'the default ServiceAccount', "a first Deployment's three pods exist"] as const).map((name, i): Figure => ({ name: `cold start to ${name}, median of ${RUNS}`, value: median(cold.map((times) => times[i] as number)), unit: 'ms', aim: ['< 800', '< 1000', '< 1200'][i] as string })),
    { name: 'start to READY, empty folder, median of 7', value: median(empty), unit: 'ms', aim: '< 1000' },
    { name: 'start to READY, empty folder, slowest of 7', value: Math.max(...empty), unit: 'ms', aim: '' },
    { name: `start to READY, ${OBJECTS} objects, median of 7`, value: median(full), unit: 'ms', aim: '< 1300' },
    { name: `start to READY, ${OBJECTS} objects, slowest of 7`, value: Math.max(...full), unit: 'ms', aim: '' },
  ]
}
