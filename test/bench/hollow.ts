/** Pods on hollow nodes, created in process: how many a second are bound; and what a thousand of them weigh. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pods } from '../../shared/api/resources.ts'
import { Cluster } from '../../electron/cluster/cluster.ts'
import { appRoot, rendererOf, resourcesOf } from '../../electron/cluster/places.ts'
import type { Client } from '../../electron/client/types.ts'
import { App } from '../integration/app.ts'
import { type Figure, median, residentMiB } from './figures.ts'
import { Api } from './http.ts'

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'busybox:local', resources: { requests: { cpu: '10m', memory: '16Mi' } } }] }

/** Pods a second, from the first create to the last binding, and to the last pod that runs, as a watch sees them. */
interface Rates {
  readonly bound: number
  readonly running: number
}

async function rate(client: Client, run: number, pods: number): Promise<Rates> {
  const seen = new Set<string>()
  const running = new Set<string>()
  const stop = new AbortController()
  const { metadata } = await client.list(Pods, { namespace: 'default' })
  let bound = 0
  const all = (async () => {
    for await (const e of client.watch(Pods, { namespace: 'default', resourceVersion: metadata.resourceVersion ?? '' }, stop.signal)) {
      if (e.type === 'ERROR' || !e.object.spec?.nodeName) continue
      seen.add(e.object.metadata.name)
      if (seen.size === pods && !bound) bound = performance.now()
      if (e.object.status?.phase === 'Running') running.add(e.object.metadata.name)
      if (running.size === pods) return
    }
  })()
  const began = performance.now()
  await Promise.all(Array.from({ length: pods }, (_, i) => client.create(Pods, { metadata: { name: `p-${run}-${i}`, namespace: 'default' }, spec })))
  await all
  const perSecond = (until: number): number => pods / ((until - began) / 1000)
  const rates = { bound: perSecond(bound), running: perSecond(performance.now()) }
  stop.abort()
  await client.deleteCollection(Pods, { namespace: 'default', gracePeriodSeconds: 0 })
  while ((await client.list(Pods, { namespace: 'default' })).items.length) await wait(100)
  return rates
}

async function rates(nodes: number, pods: number, runs: number): Promise<Rates[]> {
  const home = join(mkdtempSync(join(tmpdir(), 'pilothouse-bench-')), 'home')
  const root = appRoot()
  const cluster = new Cluster({ home, runtime: 'hollow', nodes, port: 0, resources: resourcesOf(root), renderer: rendererOf(root) })
  await cluster.start()
  try {
    // The nodes' own beginning (leases, ranges of addresses) is not what is measured.
    await wait(5_000)
    const client = cluster.clientFor('bench', ['system:masters'])
    const result: Rates[] = []
    for (let run = 0; run < runs; run++) result.push(await rate(client, run, pods))
    return result
  } finally {
    await cluster.stop()
    rmSync(join(home, '..'), { recursive: true, force: true })
  }
}


/** MiB that the headless process holds with so many pods that only look as if they ran, a while after. Linux only. */
async function weight(pods: number): Promise<number> {
  const app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '10'] })
  try {
    const api = new Api(app.ready)
    const selector = { matchLabels: { app: 'w' } }
    await api.send('POST', '/apis/apps/v1/namespaces/default/deployments', { metadata: { name: 'w' }, spec: { replicas: pods, selector, template: { metadata: { labels: selector.matchLabels }, spec } } })
    for (;;) {
      const d = await api.get<{ status?: { readyReplicas?: number } }>('/apis/apps/v1/namespaces/default/deployments/w')
      if (d.status?.readyReplicas === pods) break
      await wait(250)
    }
    await wait(30_000)
    return residentMiB(app.process.pid as number)
  } finally {
    await app.dispose()
  }
}

export async function hollow(): Promise<Figure[]> {
  const few = await rates(100, 1000, 20)
  const many = await rates(1000, 5000, 3)
  return [
    { name: '1000 pods on 100 hollow nodes, created and bound, the first of a fresh process', value: few[0]?.bound ?? Number.NaN, unit: '/s', aim: '' },
    { name: '1000 pods on 100 hollow nodes, created and bound, median of 20', value: median(few.map((r) => r.bound)), unit: '/s', aim: '≥ 2000' },
    { name: 'the same, until all of them run', value: median(few.map((r) => r.running)), unit: '/s', aim: '' },
    { name: '5000 pods on 1000 hollow nodes, created and bound, median of 3', value: median(many.map((r) => r.bound)), unit: '/s', aim: '≥ 1500' },
    { name: 'the same, until all of them run', value: median(many.map((r) => r.running)), unit: '/s', aim: '' },
    { name: 'resident memory, headless, 1000 hollow pods', value: await weight(1000), unit: 'MiB', aim: '< 250' },
  ]
}
