/** Minutes of deploying, scaling, updating and deleting: afterwards everything is as it was before. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterEach, describe, expect, it } from 'vitest'
import type { KubeList, KubeObject } from '../../shared/api/meta.ts'
import type { Deployment } from '../../shared/api/types.ts'
import { App, eventually, resetHome } from '../integration/app.ts'
import { BUSYBOX } from '../integration/busybox.ts'
import { Api } from '../bench/http.ts'
import { clusterId, leftOn, seenOn } from './engine-view.ts'
import { held, INSPECTED, metric, type Held } from './inspector.ts'
import { createRandom, pause, type Random } from './random.ts'

const docker = new Docker()
const random = createRandom()
console.log(`soak: PILOTHOUSE_SEED=${random.seed}`)
const MB = 1024 * 1024

interface Plan { windows: number; windowMs: number; workers: number; most: number; image: string; command: string[] }
interface Quiet extends Held { watches: number; watchers: number; keys: number; events: number; pods: number; asked: number }

/** One user who keeps changing his mind; leaves nothing behind but what the namespace holds. Answers how many pods he asked for. */
async function churn(api: Api, namespace: string, plan: Plan, until: number, dice: Random): Promise<number> {
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`
  let asked = 0
  for (let n = 0; Date.now() < until; n++) {
    const name = `d${n}`
    const replicas = dice.whole(1, plan.most)
    asked += replicas
    await api.send('POST', deployments, { metadata: { name }, spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: plan.image, command: plan.command }] } } } })
    // Somebody looks on, and looks away again.
    const watch = await api.watch(`/api/v1/namespaces/${namespace}/pods?watch=1`, () => undefined)
    for (let step = dice.whole(0, 3); step > 0; step--) {
      // Half of the time it has not settled yet.
      if (dice.whole(0, 1)) await eventually(`${namespace}/${name} settles`, () => api.get<Deployment>(`${deployments}/${name}`), (d) => d.status?.observedGeneration === d.metadata.generation && d.status?.readyReplicas === d.spec?.replicas && d.status?.updatedReplicas === d.spec?.replicas && d.status?.replicas === d.spec?.replicas)
      else await pause(dice.whole(0, 300))
      const to = dice.whole(1, plan.most)
      asked += to
      await change(api, `${deployments}/${name}`, (d) => { d.spec!.replicas = to; if (dice.whole(0, 1)) d.spec!.template.spec!.containers[0]!.env = [{ name: 'STEP', value: String(step) }] })
    }
    await api.send('DELETE', `${deployments}/${name}?propagationPolicy=${dice.whole(0, 1) ? 'Background' : 'Foreground'}`)
    watch.close()
  }
  return asked
}
async function change(api: Api, path: string, edit: (d: Deployment) => void): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const d = structuredClone(await api.get<Deployment>(path))
    edit(d)
    try {
      await api.send('PUT', path, d)
      return
    } catch (e) {
      // While forty pods become ready the status is written all the time: who retries at once can lose for long.
      if (attempt > 50 || !/: 409 /.test((e as Error).message)) throw e
      await pause(random.whole(1, 20))
    }
  }
}
const items = async (api: Api, path: string): Promise<number> => (await api.get<KubeList<KubeObject>>(path)).items.length

/** The store remembers its last 10,000 changes for watchers that come late. They are made small ones, so that what is left is held by somebody else. */
const HISTORY = 10_000
async function forgetHistory(api: Api): Promise<void> {
  const writers = 16
  await Promise.all(Array.from({ length: writers }, async (_, i) => {
    const path = '/api/v1/namespaces/default/configmaps'
    await api.send('POST', path, { metadata: { name: `filler-${i}` } })
    for (let n = 0; n < HISTORY / writers; n++) await api.send('PUT', `${path}/filler-${i}`, { metadata: { name: `filler-${i}` }, data: { n: String(n) } })
    await api.send('DELETE', `${path}/filler-${i}`)
  }))
}

async function measure(app: App, api: Api, asked = 0): Promise<Quiet> {
  await forgetHistory(api)
  const text = await app.ok('35', ['get', '--raw', '/metrics'])
  const [events, pods] = await Promise.all([items(api, '/api/v1/events'), items(api, '/api/v1/pods')])
  return { ...(await held(app)), watches: metric(text, 'apiserver_longrunning_requests'), watchers: metric(text, 'etcd_debugging_mvcc_watcher_total'), keys: metric(text, 'etcd_debugging_mvcc_keys_total'), events, pods, asked }
}

/** Windows of churn, each in namespaces of its own which are then deleted; what is held is measured in the quiet after each. */
async function soak(app: App, plan: Plan): Promise<{ start: Quiet; quiet: Quiet[] }> {
  const api = new Api(app.ready)
  const start = await measure(app, api)
  const quiet: Quiet[] = []
  for (let window = 0; window < plan.windows; window++) {
    const namespaces = Array.from({ length: plan.workers }, (_, i) => `soak-${window}-${i}`)
    for (const name of namespaces) await api.send('POST', '/api/v1/namespaces', { metadata: { name } })
    await eventually('service accounts', () => items(api, '/api/v1/serviceaccounts'), (n) => n >= plan.workers)
    const until = Date.now() + plan.windowMs
    const inWindow = (await Promise.all(namespaces.map((n) => churn(api, n, plan, until, createRandom(random.whole(0, 1e9)))))).reduce((a, b) => a + b, 0)
    await eventually('all pods are gone', () => items(api, '/api/v1/pods'), (n) => n === 0)
    // A pod has at most some ten things to tell: scheduled, pulled, created, started, killing, and its owners' side of it.
    expect(await items(api, '/api/v1/events')).toBeLessThan(20 * inWindow + 500)
    for (const name of namespaces) await api.send('DELETE', `/api/v1/namespaces/${name}`)
    await eventually('namespaces are gone', async () => (await api.get<KubeList<KubeObject>>('/api/v1/namespaces')).items.map((n) => n.metadata.name).filter((n) => n.startsWith('soak-')), (l) => l.length === 0)
    quiet.push(await measure(app, api, inWindow))
    const q = quiet.at(-1)!
    console.log(`soak: window ${window}: ${inWindow} pods asked for; heap ${(q.heap / MB).toFixed(1)} MB, external ${(q.external / MB).toFixed(1)} MB, resident ${(q.resident / MB).toFixed(0)} MB, ${q.descriptors} descriptors, ${q.watches} watches, ${q.watchers} watchers, ${q.keys} keys, ${q.events} events`)
  }
  return { start, quiet }
}

/**
 * Code is compiled and bounded caches fill in the first windows. What is kept for each pod after that, on purpose, is where its
 * logs are: its lines outlive it until log retention takes them, at about 1 kB of index for each container (measured: 1.1).
 * A pod object held for each would be 4 kB and more, in several caches.
 */
const KEPT_FOR_POD = 2_000
const NOISE = 4 * MB
/** Recorders remember 4096 events each (some 6 kB for a pod, in scheduler and controllers): on a slow machine the first windows do not fill them. */
const REMEMBERED = 4096
const REMEMBERED_FOR_POD = 6_000
function judge({ start, quiet }: Awaited<ReturnType<typeof soak>>): void {
  const half = quiet.slice(Math.floor(quiet.length / 2) - 1)
  const asked = half.slice(1).reduce((n, q) => n + q.asked, 0)
  const before = quiet.slice(0, quiet.indexOf(half[0]!) + 1).reduce((n, q) => n + q.asked, 0)
  const [first, last] = [half[0]!, half.at(-1)!]
  console.log(`soak: heap by window: ${quiet.map((q) => (q.heap / MB).toFixed(1)).join(' ')} MB`)
  // `external` is the store's segment in writing (up to 4 MB) and buffers of connections: it goes up and down.
  expect(last.external).toBeLessThan(first.external + 16 * MB)
  expect(last.heap - first.heap).toBeLessThan(NOISE + KEPT_FOR_POD * asked + REMEMBERED_FOR_POD * Math.min(asked, Math.max(0, REMEMBERED - before)))
  // The allocator keeps pages: resident memory may go up and down, not up by half again.
  expect(last.resident).toBeLessThan(first.resident * 1.5)
  // Watchers that begin with the first question (of what a kubelet may read, say) have begun by the end of the first window.
  expect({ watches: last.watches, watchers: last.watchers, pods: last.pods }).toEqual({ watches: quiet[0]?.watches, watchers: quiet[0]?.watchers, pods: 0 })
  // Kept connections of the tests' own client come and go.
  expect(last.descriptors).toBeLessThan(start.descriptors + 50)
  expect(last.keys).toBeLessThan(start.keys + 100)
  expect(last.events).toBeLessThan(start.events + 100)
}

let app: App | undefined
// Also of a test that has failed nothing is left on the engine.
afterEach(async () => {
  await app?.dispose()
  app = undefined
})

describe('soak', () => {
  it('three minutes on 50 hollow nodes leave nothing behind', async () => {
    app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '50'], env: INSPECTED })
    judge(await soak(app, { windows: 5, windowMs: 36_000, workers: 4, most: 40, image: 'example.com/any:1', command: [] }))
    const { home } = app
    await app.dispose()
    app = undefined
    expect(() => readdirSync(home)).toThrow(/ENOENT/)
  })

  it('a minute and a half on the engine leaves no container, network, volume or folder behind', async () => {
    app = await App.start({ env: INSPECTED })
    const cluster = clusterId(app.home)
    judge(await soak(app, { windows: 4, windowMs: 20_000, workers: 2, most: 3, image: BUSYBOX, command: ['sleep', '86400'] }))
    expect(await seenOn(docker, cluster)).toEqual([])
    expect(await leftOn(docker, cluster)).toEqual([`network pilothouse-${cluster}`])
    expect(readdirSync(join(app.home, 'kubelet', 'pods'))).toEqual([])
    await app.stop()
    await resetHome(app.home)
    rmSync(join(app.home, '..'), { recursive: true, force: true })
    expect(await leftOn(docker, cluster)).toEqual([])
    app = undefined
  })
})
