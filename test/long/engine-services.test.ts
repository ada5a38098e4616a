/** An engine that starts again takes bridge ports, addresses and perhaps rules along; Services are there again when its pods are. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Pod, Service } from '../../shared/api/types.ts'
import { App, eventually, resetHome } from '../integration/app.ts'
import { PrivateEngine } from './private-engine.ts'

let engine: PrivateEngine
let app: App
beforeAll(async () => {
  engine = new PrivateEngine({ live: false })
  await engine.start()
  app = await App.start({ env: engine.env })
})
afterAll(async () => {
  try {
    if (app) {
      await app.stop()
      await resetHome(app.home, engine.env)
      rmSync(join(app.home, '..'), { recursive: true, force: true })
    }
  } finally {
    await engine?.dispose()
  }
})

const ask = (url: string): Promise<string> => fetch(url, { signal: AbortSignal.timeout(2_000), headers: { connection: 'close' } }).then((r) => String(r.status), (e: Error & { cause?: { code?: string } }) => e.cause?.code ?? e.name)
const pods = async (): Promise<Pod[]> => (await app.json<{ items: Pod[] }>('35', ['get', 'pods'])).items
const ready = (n: number): Promise<Pod[]> => eventually(`${n} pods are ready`, pods, (l) => l.length === n && l.every((p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')))

it('Services work again after the engine was started again', async () => {
  await app.ok('35', ['create', 'deployment', 'web', '--image=pilothouse.dev/hello:1', '--replicas=2'])
  await app.ok('35', ['expose', 'deployment', 'web', '--port=80', '--type=NodePort'])
  await ready(2)
  const { clusterIP, ports } = (await app.json<Service>('35', ['get', 'service', 'web'])).spec
  const [cluster, local] = [`http://${clusterIP}/`, `http://127.0.0.1:${ports?.[0]?.nodePort}/`]
  for (const url of [cluster, local]) await eventually(url, () => ask(url), (t) => t === '200')
  await engine.stop()
  await engine.start()
  await eventually('the pods are made again', pods, (l) => l.every((p) => (p.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0))
  await ready(2)
  for (const url of [cluster, local]) expect(await eventually(url, () => ask(url), (t) => t === '200')).toBe('200')
  const { bridge, serviceCIDR } = JSON.parse(readFileSync(join(app.home, 'network.json'), 'utf8')) as { bridge: string; serviceCIDR: string }
  // There may be one more: an engine that ends while a sandbox starts leaves its port behind.
  await eventually('every port of the bridge sends back', async () => readdirSync(`/sys/class/net/${bridge}/brif`).map((port) => readFileSync(`/sys/class/net/${port}/brport/hairpin_mode`, 'utf8').trim()), (modes) => modes.length >= 2 && modes.every((m) => m === '1'))
  expect(execFileSync('ip', ['route'], { encoding: 'utf8' })).toContain(`${serviceCIDR} dev ${bridge}`)
})
