/** The container engine is not there, goes away, comes back, and hangs; the cluster says so, waits, and carries on. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeList } from '../../shared/api/meta.ts'
import type { Node, Pod } from '../../shared/api/types.ts'
import { App, eventually, resetHome } from '../integration/app.ts'
import { BUSYBOX, ensureBusybox } from '../integration/busybox.ts'
import { clusterId, leftOn, seenOn } from './engine-view.ts'
import { PrivateEngine } from './private-engine.ts'

interface Facts { name: string; uid: string | undefined; id: string | undefined; started: string | undefined; restarts: number | undefined }
/** A limit for what never comes, not for slow machines. */
const PATIENCE_MS = 240_000
let engine: PrivateEngine
let app: App

const ready = async (): Promise<{ status: string; reason: string; message: string }> => {
  const condition = (await app.json<Node>('35', ['get', 'node', 'pilothouse'])).status?.conditions?.find((c) => c.type === 'Ready')
  return { status: condition?.status ?? '', reason: condition?.reason ?? '', message: condition?.message ?? '' }
}
const nodeIs = (status: 'True' | 'False') => eventually(`Ready is ${status}`, ready, (c) => c.status === status, PATIENCE_MS)
const pods = async (): Promise<Pod[]> => [...(await app.json<KubeList<Pod>>('35', ['get', 'pods'])).items]
const allRun = (list: Pod[], n: number): boolean => list.length === n && list.every((p) => p.status?.phase === 'Running' && p.status.containerStatuses?.[0]?.ready && p.status.conditions?.find((c) => c.type === 'Ready')?.status === 'True' && !p.metadata.deletionTimestamp)
const running = (n: number) => eventually(`${n} pods run`, pods, (l) => allRun(l, n), PATIENCE_MS)
const facts = (list: Pod[]): Facts[] => list.map((p) => {
  const s = p.status?.containerStatuses?.[0]
  return { name: p.metadata.name, uid: p.metadata.uid, id: s?.containerID, started: s?.state?.running?.startedAt, restarts: s?.restartCount }
}).sort((a, b) => a.name.localeCompare(b.name))
/** Two pods that end at once when they are told to. */
const web = (): Promise<string> => app.ok('35', ['create', '-f', '-'], { input: JSON.stringify({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: BUSYBOX, command: ['sleep', '86400'] }] } } },
}) })
/** Each request of kubectl is answered, whatever the engine does: what waited for one that hangs would wait for ten seconds and more. */
async function responsive(): Promise<void> {
  expect(await app.kubectl('35', ['get', 'nodes,pods,deployments', '-A', '--request-timeout=9s'])).toMatchObject({ code: 0, stderr: '' })
}
/** Nothing double and nothing left over on the engine. */
const clean = (n: number) => eventually(`${n} containers and sandboxes`, async () => (await seenOn(engine.docker, clusterId(app.home))).map((c) => `${c.kind} ${c.pod} ${c.running}`), (l) => l.length === 2 * n && l.every((c) => c.endsWith('true')), PATIENCE_MS)

async function finish(): Promise<void> {
  engine.thaw()
  if (app) {
    await app.stop()
    const id = clusterId(app.home)
    await resetHome(app.home, engine.env)
    expect(await leftOn(engine.docker, id)).toEqual([])
    rmSync(join(app.home, '..'), { recursive: true, force: true })
  }
}

describe('an engine whose containers outlive it', () => {
  beforeAll(async () => {
    engine = new PrivateEngine({ live: true })
    app = await App.start({ env: engine.env })
  })
  afterAll(async () => {
    try {
      await finish()
    } finally {
      await engine.dispose()
    }
  })

  it('without it the node is NotReady and says why, and pods wait', async () => {
    expect(await nodeIs('False')).toMatchObject({ reason: 'KubeletNotReady', message: expect.stringMatching(/engine does not answer/) })
    await web()
    await eventually('two pods wait', pods, (l) => l.length === 2 && l.every((p) => p.status?.phase === 'Pending'))
    await responsive()
  })

  it('when it comes up the node is Ready by itself and the pods start', async () => {
    await engine.start()
    await ensureBusybox(engine.docker)
    expect(await nodeIs('True')).toMatchObject({ reason: 'KubeletReady' })
    await running(2)
    await clean(2)
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('away with %s and back: NotReady, then Ready; the same containers, none restarted', async (signal) => {
    const before = facts(await running(2))
    await engine.stop(signal)
    await nodeIs('False')
    await responsive()
    // A pod whose engine is away does not lose its containers' state.
    expect(facts(await pods())).toEqual(before)
    await engine.start()
    await nodeIs('True')
    expect(facts(await running(2))).toEqual(before)
    await clean(2)
  })

  it('what was asked for while it was away is done when it is back', async () => {
    const before = facts(await running(2))
    await engine.stop()
    await nodeIs('False')
    await app.ok('35', ['scale', 'deployment/web', '--replicas=1'])
    await app.ok('35', ['run', 'late', `--image=${BUSYBOX}`, '--overrides={"spec":{"tolerations":[{"operator":"Exists"}]}}', '--command', '--', 'sleep', '86400'])
    await engine.start()
    const after = await running(2)
    const kept = facts(after).filter((f) => f.name.startsWith('web-'))
    expect(kept).toHaveLength(1)
    expect(before).toContainEqual(kept[0])
    await clean(2)
    await app.ok('35', ['delete', 'pod', 'late', '--grace-period=1'])
    await app.ok('35', ['scale', 'deployment/web', '--replicas=2'])
    await running(2)
  })

  it('the app and the engine both die; they come back in either order', async () => {
    const before = facts(await running(2))
    await engine.stop('SIGKILL')
    await app.kill()
    app = await App.start({ home: app.home, env: engine.env })
    await nodeIs('False')
    await engine.start()
    await nodeIs('True')
    expect(facts(await running(2))).toEqual(before)
    await clean(2)
  })

  it('one that hangs is noticed; the API stays responsive; nothing is restarted when it goes on', async () => {
    const before = facts(await running(2))
    engine.freeze()
    const began = performance.now()
    const condition = await nodeIs('False')
    console.log(`engine-restart: a hung engine was noticed after ${Math.round((performance.now() - began) / 1000)} s: ${condition.message}`)
    for (let i = 0; i < 5; i++) await responsive()
    await app.ok('35', ['scale', 'deployment/web', '--replicas=3'])
    engine.thaw()
    await nodeIs('True')
    const after = facts(await running(3))
    for (const one of before) expect(after).toContainEqual(one)
    await clean(3)
    await app.ok('35', ['scale', 'deployment/web', '--replicas=2'])
    await running(2)
    await clean(2)
  })

  it('an app that starts with a hung engine is ready all the same, and adopts when the engine goes on', async () => {
    const before = facts(await running(2))
    await app.kill()
    engine.freeze()
    app = await App.start({ home: app.home, env: engine.env })
    await nodeIs('False')
    await responsive()
    engine.thaw()
    await nodeIs('True')
    expect(facts(await running(2))).toEqual(before)
    await clean(2)
  })

  it('a hung engine does not keep the app from stopping', async () => {
    engine.freeze()
    // By itself, and within the minute after which `stop` gives up: the engine would keep it for longer.
    await expect(app.stop()).resolves.toBeTypeOf('number')
    engine.thaw()
    app = await App.start({ home: app.home, env: engine.env })
    await running(2)
  })
})

describe('an engine that takes its containers along', () => {
  beforeAll(async () => {
    engine = new PrivateEngine({ live: false })
    await engine.start()
    await ensureBusybox(engine.docker)
    app = await App.start({ env: engine.env })
  })
  afterAll(async () => {
    try {
      await finish()
    } finally {
      await engine.dispose()
    }
  })

  it('back again, each pod runs again in its place: same pods, one restart told, nothing double', async () => {
    await web()
    const before = facts(await running(2))
    await engine.stop()
    await nodeIs('False')
    await engine.start()
    await nodeIs('True')
    const after = await eventually('restarted', pods, (l) => allRun(l, 2) && facts(l).every((f) => f.restarts === 1), PATIENCE_MS)
    expect(facts(after).map((f) => f.uid)).toEqual(before.map((f) => f.uid))
    await eventually('sandboxes and containers', async () => (await seenOn(engine.docker, clusterId(app.home))).filter((c) => c.running).map((c) => c.kind).sort(), (l) => l.join() === 'container,container,sandbox,sandbox')
  })
})
