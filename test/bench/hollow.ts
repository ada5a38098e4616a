/** 1,000 pods on 100 hollow nodes, created in process: how many a second are bound. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pods } from '../../shared/api/resources.ts'
import { Cluster } from '../../electron/cluster/cluster.ts'
import { appRoot, rendererOf, resourcesOf } from '../../electron/cluster/places.ts'
import { type Figure, median } from './figures.ts'

const PODS = 1000
const NODES = 100
const RUNS = 10

export async function hollow(): Promise<Figure[]> {
  const home = join(mkdtempSync(join(tmpdir(), 'pilothouse-bench-')), 'home')
  const root = appRoot()
  const cluster = new Cluster({ home, runtime: 'hollow', nodes: NODES, port: 0, resources: resourcesOf(root), renderer: rendererOf(root) })
  await cluster.start()
  const rates: number[] = []
  try {
    const client = cluster.clientFor('bench', ['system:masters'])
    for (let run = 0; run < RUNS; run++) {
      const bound = new Set<string>()
      const stop = new AbortController()
      const { metadata } = await client.list(Pods, { namespace: 'default' })
      const all = (async () => {
        for await (const e of client.watch(Pods, { namespace: 'default', resourceVersion: metadata.resourceVersion ?? '' }, stop.signal)) {
          if (e.type !== 'ERROR' && e.object.spec?.nodeName) bound.add(e.object.metadata.name)
          if (bound.size === PODS) return
        }
      })()
      const began = performance.now()
      await Promise.all(Array.from({ length: PODS }, (_, i) => client.create(Pods, {
        metadata: { name: `p-${run}-${i}`, namespace: 'default' },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'busybox:local', resources: { requests: { cpu: '10m', memory: '16Mi' } } }] },
      })))
      await all
      rates.push(PODS / ((performance.now() - began) / 1000))
      stop.abort()
      await client.deleteCollection(Pods, { namespace: 'default', gracePeriodSeconds: 0 })
      while ((await client.list(Pods, { namespace: 'default' })).items.length) await new Promise((resolve) => setTimeout(resolve, 100))
    }
  } finally {
    await cluster.stop()
    rmSync(join(home, '..'), { recursive: true, force: true })
  }
  return [{ name: `${PODS} pods on ${NODES} hollow nodes, created and bound, median of ${RUNS}`, value: median(rates), unit: '/s', aim: '≥ 2000' }]
}
