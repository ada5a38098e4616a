/** Process start to READY, as the app itself reports it (from the process's own start), with the engine there. */
import { App } from '../integration/app.ts'
import { type Figure, median } from './figures.ts'

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

export async function startup(): Promise<Figure[]> {
  const [empty, full] = [await emptyStarts(), await fullStarts()]
  return [
    { name: 'start to READY, empty folder, median of 7', value: median(empty), unit: 'ms', aim: '< 1000' },
    { name: 'start to READY, empty folder, slowest of 7', value: Math.max(...empty), unit: 'ms', aim: '' },
    { name: `start to READY, ${OBJECTS} objects, median of 7`, value: median(full), unit: 'ms', aim: '< 1300' },
    { name: `start to READY, ${OBJECTS} objects, slowest of 7`, value: Math.max(...full), unit: 'ms', aim: '' },
  ]
}
