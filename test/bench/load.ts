/**
 * The API server in a crowd: ten thousand requests under way at once, and a thousand watchers of one resource. How long the
 * app's event loop kept others waiting is measured inside the app; client and app share the machine's cores.
 */
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { join } from 'node:path'
import { parse } from 'yaml'
import { App, eventually } from '../integration/app.ts'
import { type Figure, quantile } from './figures.ts'
import { Api } from './http.ts'

const REQUESTS = 10_000
const WATCHERS = 1000
const EVENTS = 20
const MAPS = '/api/v1/namespaces/default/configmaps'

interface Delay { p50: number; p99: number; max: number }

/** The delay since the last time that it was asked for. */
async function delayOf(app: App): Promise<Delay> {
  const before = app.output.length
  app.process.kill('SIGUSR2')
  const lines = await eventually('the delay', async () => app.output.slice(before).filter((l) => l.startsWith('LOOP ')), (l) => l.length > 0)
  return JSON.parse((lines[0] as string).slice('LOOP '.length)) as Delay
}

/** All at once over 500 connections; answers how many got which status, and how long each took, in ms. */
async function crowd(app: App): Promise<{ statuses: Map<string, number>; times: number[] }> {
  const config = parse(readFileSync(app.ready.kubeconfig, 'utf8')) as { clusters: { cluster: Record<string, string> }[]; users: { user: Record<string, string> }[] }
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64')
  const user = config.users[0]?.user ?? {}
  const agent = new https.Agent({ keepAlive: true, maxSockets: 500, ca: bytes(config.clusters[0]?.cluster['certificate-authority-data']), cert: bytes(user['client-certificate-data']), key: bytes(user['client-key-data']) })
  const statuses = new Map<string, number>()
  const times: number[] = []
  await Promise.all(Array.from({ length: REQUESTS }, (_, i) => new Promise<void>((resolve) => {
    const body = i % 4 ? undefined : JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'crowd-' }, data: { text: 'x'.repeat(500) } })
    const began = performance.now()
    const done = (status: string): void => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      times.push(performance.now() - began)
      resolve()
    }
    const request = https.request(`${app.ready.apiServer}${body ? MAPS : `${MAPS}/kube-root-ca.crt`}`, { method: body ? 'POST' : 'GET', agent, headers: body ? { 'content-type': 'application/json' } : {} }, (response) => {
      response.resume()
      response.on('end', () => done(String(response.statusCode)))
    })
    request.on('error', (e: NodeJS.ErrnoException) => done(e.code ?? e.message))
    request.end(body)
  })))
  agent.destroy()
  return { statuses, times }
}

export async function load(): Promise<Figure[]> {
  const app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'], env: { NODE_OPTIONS: `--import=${join(import.meta.dirname, 'loop-delay.mjs')}` } })
  try {
    const api = new Api(app.ready)
    await eventually('the first config map', () => api.get<{ items: unknown[] }>(MAPS), ({ items }) => items.length > 0)
    await delayOf(app)
    const { statuses, times } = await crowd(app)
    const inCrowd = await delayOf(app)
    console.log(JSON.stringify({ statuses: [...statuses], inCrowd }))
    // Each watcher has a connection: agents of 32 sockets each.
    const clients = Array.from({ length: Math.ceil(WATCHERS / 30) }, () => new Api(app.ready))
    let heard = 0
    for (let i = 0; i < WATCHERS; i++) await (clients[Math.floor(i / 30)] as Api).watch(`${MAPS}?watch=true&labelSelector=of=load`, () => { heard++ })
    await delayOf(app)
    const began = performance.now()
    for (let i = 0; i < EVENTS; i++) await api.send('POST', MAPS, { metadata: { generateName: 'load-', labels: { of: 'load' } }, data: { text: 'x'.repeat(1000) } })
    await eventually('all events', async () => heard, (n) => n === WATCHERS * EVENTS)
    const took = performance.now() - began
    const watched = await delayOf(app)
    console.log(JSON.stringify({ watched }))
    // It lives.
    await api.get('/version')
    const of = (status: string): number => statuses.get(status) ?? 0
    return [
      { name: `${REQUESTS} requests at once: delay of the event loop, 99th percentile`, value: inCrowd.p99, unit: 'ms', aim: '< 100' },
      { name: 'its longest delay', value: inCrowd.max, unit: 'ms', aim: '' },
      // Who is one too many for his priority level is told to come again, as upstream does.
      { name: 'requests answered with success', value: of('200') + of('201'), unit: '', aim: '' },
      { name: 'refused for now (429)', value: of('429'), unit: '', aim: '' },
      { name: 'answered in no such way', value: REQUESTS - of('200') - of('201') - of('429'), unit: '', aim: '≤ 0' },
      { name: 'an answer in the crowd, 99th percentile', value: quantile(times, 0.99), unit: 'ms', aim: '' },
      { name: `${EVENTS} events to ${WATCHERS} watchers`, value: took, unit: 'ms', aim: '' },
      { name: 'delay of the event loop meanwhile, 99th percentile', value: watched.p99, unit: 'ms', aim: '< 100' },
    ]
  } finally {
    await app.dispose()
  }
}
