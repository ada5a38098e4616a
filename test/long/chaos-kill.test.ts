/** «Kill the app with SIGKILL at any instant and start it again: the same containers, none restarted, no state lost.» */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, describe, expect, it } from 'vitest'
import type { KubeList, KubeObject } from '../../shared/api/meta.ts'
import type { ConfigMap, Deployment, Pod } from '../../shared/api/types.ts'
import { App, eventually, resetHome, root } from '../integration/app.ts'
import { BUSYBOX } from '../integration/busybox.ts'
import { clusterId, leftOn, seenOn, type Seen } from './engine-view.ts'
import { Api, cutOff, Ledger } from './ledger.ts'
import { createRandom, pause } from './random.ts'

const docker = new Docker()
const random = createRandom()
console.log(`chaos-kill: PILOTHOUSE_SEED=${random.seed}`)

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const CONFIGMAPS = '/api/v1/namespaces/default/configmaps'
const PODS = '/api/v1/namespaces/default/pods'
const list = async <T extends KubeObject>(api: Api, path: string): Promise<T[]> => [...(await api.get<KubeList<T>>(path)).items]

/** Kills the process `ms` after it was made, ready or not. */
async function startAndKill(home: string, ms: number): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'out', 'main', 'headless.js'), '--home', home, '--port', '0', '--dashboard-port', '0'], { stdio: 'ignore' })
  const ended = new Promise((resolve) => { child.once('exit', resolve) })
  await pause(ms)
  child.kill('SIGKILL')
  await ended
}
async function end(app: App | undefined): Promise<void> {
  if (!app) return
  await app.stop()
  const id = clusterId(app.home)
  await resetHome(app.home)
  rmSync(join(app.home, '..'), { recursive: true, force: true })
  expect(await leftOn(docker, id)).toEqual([])
}

/** The deployments of the test: what is wished, by name, is in the ledger as `replicas/version`. */
class World {
  readonly ledger = new Ledger()
  readonly configs = new Ledger()
  app: App
  api: Api
  #version = 0
  #config = 0
  constructor(app: App) {
    this.app = app
    this.api = new Api(app.ready)
  }
  async restart(): Promise<void> {
    this.app = await App.start({ home: this.app.home })
    this.api = new Api(this.app.ready)
  }
  create(name: string, replicas: number, send: (d: object) => Promise<unknown> = (d) => this.api.send('POST', DEPLOYMENTS, d)): Promise<unknown> {
    const version = `v${this.#version++}`
    return this.ledger.write(name, `${replicas}/${version}`, () => send(deployment(name, replicas, version)))
  }
  /** By PUT of what was read, as a program does it; tries again when a controller was quicker. */
  async change(name: string, to: { replicas?: number; version?: boolean }): Promise<unknown> {
    const [replicas, version] = (this.ledger.value(name) ?? '1/v0').split('/') as [string, string]
    const wanted = { replicas: to.replicas ?? Number(replicas), version: to.version ? `v${this.#version++}` : version }
    const send = async (): Promise<unknown> => {
      for (let attempt = 0; ; attempt++) {
        const now = await this.api.get<Deployment>(`${DEPLOYMENTS}/${name}`)
        const next = structuredClone(now)
        next.spec!.replicas = wanted.replicas
        next.spec!.template.spec!.containers[0]!.env = [{ name: 'VERSION', value: wanted.version }]
        try {
          return await this.api.send('PUT', `${DEPLOYMENTS}/${name}`, next)
        } catch (e) {
          if (attempt > 20 || !/: 409 /.test((e as Error).message)) throw e
        }
      }
    }
    return this.ledger.write(name, `${wanted.replicas}/${wanted.version}`, send)
  }
  remove(name: string): Promise<unknown> {
    return this.ledger.write(name, undefined, () => this.api.send('DELETE', `${DEPLOYMENTS}/${name}?propagationPolicy=Background`))
  }
  note(): Promise<unknown> {
    const name = `note-${this.#config++}`
    return this.configs.write(name, name, () => this.api.send('POST', CONFIGMAPS, { metadata: { name }, data: { value: name } }))
  }
  /** What the API holds, in the ledgers' words. */
  async check(): Promise<string[]> {
    const [deployments, configs] = await Promise.all([list<Deployment>(this.api, DEPLOYMENTS), list<ConfigMap>(this.api, CONFIGMAPS)])
    return [
      ...this.ledger.compare(new Map(deployments.filter((d) => !d.metadata.deletionTimestamp).map((d) => [d.metadata.name, `${d.spec?.replicas}/${d.spec?.template.spec?.containers[0]?.env?.[0]?.value}`]))),
      ...this.configs.compare(new Map(configs.filter((c) => c.metadata.name.startsWith('note-')).map((c) => [c.metadata.name, c.data?.['value'] ?? '']))),
    ]
  }
  /** As wished, in the API and on the engine: nothing missing, nothing double, nothing left over. Empty when it is. */
  async unsettled(): Promise<string[]> {
    const [deployments, pods, seen] = await Promise.all([list<Deployment>(this.api, DEPLOYMENTS), list<Pod>(this.api, PODS), seenOn(docker, clusterId(this.app.home))])
    const wrong: string[] = []
    let wished = 0
    for (const d of deployments) {
      const n = d.spec?.replicas ?? 0
      wished += n
      const s = d.status ?? {}
      const counts = [s.replicas ?? 0, s.updatedReplicas ?? 0, s.readyReplicas ?? 0, s.availableReplicas ?? 0]
      if (s.observedGeneration !== d.metadata.generation || counts.some((c) => c !== n)) wrong.push(`deployment ${d.metadata.name}: ${n} wished, status ${JSON.stringify(counts)} of generation ${s.observedGeneration}/${d.metadata.generation}`)
    }
    if (pods.length !== wished) wrong.push(`${pods.length} pods instead of ${wished}`)
    for (const p of pods) if (p.metadata.deletionTimestamp || p.status?.phase !== 'Running' || !p.status.containerStatuses?.[0]?.ready) wrong.push(`pod ${p.metadata.name}: ${p.status?.phase}${p.metadata.deletionTimestamp ? ', terminating' : ''} ${JSON.stringify(p.status?.containerStatuses?.[0]?.state)}`)
    const uids = new Set(pods.map((p) => p.metadata.uid))
    for (const kind of ['container', 'sandbox']) {
      const mine = seen.filter((c) => c.kind === kind)
      if (mine.length !== wished) wrong.push(`${mine.length} of kind ${kind} on the engine instead of ${wished}`)
      for (const c of mine) if (!c.running || !uids.has(c.podUid)) wrong.push(`${kind} ${c.id.slice(0, 12)} of ${c.pod}: ${c.running ? 'runs without a pod' : 'does not run'}`)
    }
    return wrong
  }
  settle(what: string): Promise<string[]> {
    return eventually(what, () => this.unsettled(), (wrong) => wrong.length === 0, 240_000)
  }
}

const deployment = (name: string, replicas: number, version: string): object => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: BUSYBOX, command: ['sleep', '86400'], env: [{ name: 'VERSION', value: version }] }] } } },
})

/** Containers that ran when the app died and whose pod is still there: the same ones, running since the same moment, never restarted. */
async function adopted(world: World, before: readonly Seen[]): Promise<string[]> {
  const [pods, seen] = await Promise.all([list<Pod>(world.api, PODS), seenOn(docker, clusterId(world.app.home))])
  const now = new Map(seen.map((c) => [c.id, c]))
  const wrong: string[] = []
  for (const pod of pods) {
    const status = pod.status?.containerStatuses?.[0]
    if (status?.restartCount !== 0) wrong.push(`pod ${pod.metadata.name} has restart count ${status?.restartCount}: ${JSON.stringify(status?.lastState)}`)
    for (const c of before) {
      if (c.podUid !== pod.metadata.uid || !c.running) continue
      if (now.get(c.id)?.startedAt !== c.startedAt || !now.get(c.id)?.running) wrong.push(`${c.kind} ${c.id.slice(0, 12)} of ${c.pod} ran since ${c.startedAt}; now ${JSON.stringify(now.get(c.id))}`)
      if (c.kind === 'container' && status?.containerID !== `docker://${c.id}`) wrong.push(`pod ${pod.metadata.name} names ${status?.containerID} and not ${c.id}`)
    }
  }
  return wrong
}

/** Every one leaves work under way; the kill comes in the middle of it. */
const scenarios: Record<string, { most: number; work(w: World): Promise<unknown>[] }> = {
  'idle': { most: 1500, work: () => [] },
  'create deployment': { most: 1200, work: (w) => [w.create(`d${random.whole(1, 999_999)}`, random.whole(1, 3))] },
  'kubectl create deployment': { most: 1200, work: (w) => [w.create(`k${random.whole(1, 999_999)}`, 2, (d) => w.app.ok('35', ['create', '-f', '-'], { input: JSON.stringify(d) }))] },
  'scale up': { most: 1200, work: (w) => [w.change('steady', { replicas: random.whole(4, 6) })] },
  'scale down': { most: 1500, work: (w) => [w.change('steady', { replicas: random.whole(1, 2) })] },
  'rolling update': { most: 2500, work: (w) => [w.change('steady', { version: true })] },
  'deletion': { most: 1500, work: (w) => w.ledger.keys().filter((k) => k !== 'steady').map((k) => w.remove(k)) },
  'pod start': { most: 600, work: (w) => [w.create(`p${random.whole(1, 999_999)}`, 1)] },
  'after READY': { most: 300, work: () => [] },
}
const ROUNDS = 27

describe('SIGKILL at any instant', () => {
  let world: World | undefined
  afterAll(() => end(world?.app))

  it(`loses nothing and restarts nothing in ${ROUNDS} rounds`, async () => {
    const w = (world = new World(await App.start()))
    await w.create('steady', 3)
    await w.settle('the first deployment')
    const names = Object.keys(scenarios)
    for (let round = 0; round < ROUNDS; round++) {
      const name = names[round % names.length]!
      const scenario = scenarios[name]!
      const instant = random.whole(0, scenario.most)
      const label = `round ${round} (seed ${random.seed}): ${name}, killed after ${instant} ms`
      // In the background of everything else: writes that are answered, up to the last moment.
      let writing = true
      const notes = (async () => { for (let i = 0; writing && i < 50; i++) { await w.note(); await pause(10) } })()
      const work = Promise.allSettled([notes, ...scenario.work(w)])
      await pause(instant)
      await w.app.kill()
      writing = false
      for (const r of await work) if (r.status === 'rejected' && !cutOff(r.reason)) throw new Error(`${label}: ${String(r.reason)}`)
      const before = await seenOn(docker, clusterId(w.app.home))
      // Every third time the next start does not get far either.
      if (round % 3 === 2) for (let i = random.whole(1, 2); i > 0; i--) await startAndKill(w.app.home, random.whole(0, 300))
      // And sometimes it is killed as soon as it says that it is ready.
      if (name === 'after READY') { await w.restart(); await pause(random.whole(0, 300)); await w.app.kill() }
      await w.restart()
      expect({ round: label, wrong: await w.check() }).toEqual({ round: label, wrong: [] })
      await w.settle(label)
      expect({ round: label, wrong: await adopted(w, before) }).toEqual({ round: label, wrong: [] })
    }
    console.log(`chaos-kill: ${ROUNDS} kills, ${w.ledger.acknowledged + w.configs.acknowledged} acknowledged writes`)
  })
})

describe('SIGKILL under a flood of writes', () => {
  const ROUNDS_OF_FLOOD = 10
  let app: App | undefined
  afterAll(() => end(app))

  it(`loses no acknowledged write and brings back no deleted object in ${ROUNDS_OF_FLOOD} rounds`, async () => {
    app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] })
    const ledger = new Ledger()
    let serial = 0
    for (let round = 0; round < ROUNDS_OF_FLOOD; round++) {
      const api = new Api(app.ready)
      let writing = true
      const names = ledger.keys()
      const writer = async (own: string[]): Promise<void> => {
        while (writing) {
          const dice = random.whole(0, 9)
          const known = own[random.whole(0, own.length)]
          const value = `${round}-${serial++}`
          if (known && dice < 3) {
            if (ledger.value(known) === undefined) continue
            if (dice === 0) await ledger.write(known, undefined, () => api.send('DELETE', `${CONFIGMAPS}/${known}`))
            else await ledger.write(known, value, () => api.send('PUT', `${CONFIGMAPS}/${known}`, { metadata: { name: known }, data: { value } }))
          } else {
            const name = `flood-${serial}`
            own.push(name)
            await ledger.write(name, value, () => api.send('POST', CONFIGMAPS, { metadata: { name }, data: { value, filler: 'x'.repeat(random.whole(0, 4000)) } }))
          }
        }
      }
      // Each has keys of its own, so that the last answer decides.
      const writers = Promise.allSettled(Array.from({ length: 8 }, (_, i) => writer(names.filter((_, n) => n % 8 === i))))
      await pause(random.whole(50, 900))
      await app.kill()
      writing = false
      for (const r of await writers) if (r.status === 'rejected' && !cutOff(r.reason)) throw r.reason
      app = await App.start({ home: app.home, args: ['--runtime', 'hollow', '--nodes', '1'] })
      const there = (await list<ConfigMap>(new Api(app.ready), CONFIGMAPS)).filter((c) => c.metadata.name.startsWith('flood-'))
      const wrong = ledger.compare(new Map(there.map((c) => [c.metadata.name, c.data?.['value'] ?? ''])))
      expect({ round, seed: random.seed, wrong }).toEqual({ round, seed: random.seed, wrong: [] })
    }
    console.log(`chaos-kill: ${ledger.acknowledged} acknowledged writes in the flood`)
  })
})
