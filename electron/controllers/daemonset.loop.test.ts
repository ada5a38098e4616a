import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ControllerRevisions, DaemonSets, Nodes, Pods } from '../../shared/api/resources.ts'
import type { ControllerRevision, DaemonSet, Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { retryOnConflict } from '../client/index.ts'
import { startLoop, type Loop } from './testing.ts'
import { targetNode } from './daemonset-placement.ts'

const namespace = 'default'
let loop: Loop
const addNode = (name: string, labels: Record<string, string> = {}): Promise<unknown> => {
  const time = rfc3339(loop.clock.now())
  return loop.client.create(Nodes, { metadata: { name, labels }, status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: time, lastTransitionTime: time }] } })
}
beforeAll(async () => {
  loop = await startLoop()
  for (const name of ['n1', 'n2', 'n3']) await addNode(name, name === 'n3' ? { disk: 'ssd' } : {})
})
afterAll(() => loop.close())

const draft = (name: string, spec: object = {}, podSpec: object = {}): Parameters<typeof loop.client.create<DaemonSet>>[1] => ({
  metadata: { name, namespace }, spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'x:1' }], ...podSpec } }, ...spec },
})
const get = (name: string): Promise<DaemonSet> => loop.client.get(DaemonSets, name, namespace)
const pods = async (name: string): Promise<Pod[]> => (await loop.client.list(Pods, { namespace, labelSelector: `app=${name}` })).items
const history = async (name: string): Promise<ControllerRevision[]> => (await loop.client.list(ControllerRevisions, { namespace, labelSelector: `app=${name}` })).items
const setImage = (name: string, image: string): Promise<DaemonSet> => retryOnConflict(async () => {
  const copy = structuredClone(await get(name))
  copy.spec.template.spec!.containers[0]!.image = image
  return loop.client.update(DaemonSets, copy)
})
/** What `kubectl rollout status` waits for. */
const rolledOut = (name: string, nodes = 3): Promise<DaemonSet> => loop.until(async () => {
  const d = await get(name)
  const s = d.status
  return s !== undefined && (s.observedGeneration ?? 0) >= (d.metadata.generation ?? 0) && s.desiredNumberScheduled === nodes && (s.updatedNumberScheduled ?? 0) === nodes && (s.numberAvailable ?? 0) === nodes && d
}, `rollout of ${name}`)
const images = async (name: string): Promise<string> => (await pods(name)).map((p) => `${targetNode(p)}=${p.spec.containers[0]?.image}`).sort().join(' ')

describe('a DaemonSet, on the real API server', () => {
  it('runs on every node, follows the nodes, and goes with its pods', async () => {
    await loop.client.create(DaemonSets, draft('all'))
    await rolledOut('all')
    expect(await images('all')).toBe('n1=x:1 n2=x:1 n3=x:1')
    await addNode('n4')
    await rolledOut('all', 4)
    await loop.client.delete(Nodes, 'n4')
    await rolledOut('all', 3)
    await loop.client.delete(DaemonSets, 'all', namespace, { propagationPolicy: 'Background' })
    await loop.until(async () => (await pods('all')).length === 0 && (await history('all')).length === 0, 'all gone')
  })

  it('follows labels', async () => {
    await loop.client.create(DaemonSets, draft('some', {}, { nodeSelector: { disk: 'ssd' } }))
    await rolledOut('some', 1)
    expect(await images('some')).toBe('n3=x:1')
    await loop.client.patch(Nodes, 'n1', undefined, 'merge', { metadata: { labels: { disk: 'ssd' } } })
    await rolledOut('some', 2)
    await loop.client.patch(Nodes, 'n1', undefined, 'merge', { metadata: { labels: { disk: null } } })
    await loop.until(async () => (await images('some')) === 'n3=x:1', 'away from n1')
  })

  it('replaces a failed pod, and one that was deleted', async () => {
    await loop.client.create(DaemonSets, draft('heal'))
    await rolledOut('heal')
    const [first, second] = await pods('heal')
    await loop.client.updateStatus(Pods, { ...first!, status: { ...first!.status, phase: 'Failed' } })
    await loop.client.delete(Pods, second!.metadata.name, namespace, { gracePeriodSeconds: 0 })
    await loop.until(async () => {
      const now = await pods('heal')
      return now.length === 3 && now.every((p) => p.status?.phase === 'Running' && p.metadata.uid !== first!.metadata.uid && p.metadata.uid !== second!.metadata.uid)
    }, 'healed')
    expect(await images('heal')).toBe('n1=x:1 n2=x:1 n3=x:1')
  })

  it('rolls one node at a time, keeps its history, and goes back', async () => {
    await loop.client.create(DaemonSets, draft('roll', { revisionHistoryLimit: 2 }))
    await rolledOut('roll')
    let least = 3
    const remove = loop.informers.informer(Pods).addHandlers({
      onDelete: () => void (least = Math.min(least, loop.informers.informer(Pods).list(namespace).filter((p) => p.metadata.labels?.app === 'roll' && !p.metadata.deletionTimestamp && p.status?.phase === 'Running').length)),
    })
    await setImage('roll', 'x:2')
    await rolledOut('roll')
    remove()
    expect(least).toBe(2)
    expect(await images('roll')).toBe('n1=x:2 n2=x:2 n3=x:2')
    const both = await history('roll')
    expect(both.map((r) => r.revision).sort()).toEqual([1, 2])
    const one = both.find((r) => r.revision === 1)!
    expect(one).toMatchObject({ metadata: { ownerReferences: [{ kind: 'DaemonSet', controller: true }] }, data: { spec: { template: { $patch: 'replace', spec: { containers: [{ image: 'x:1' }] } } } } })
    // What `kubectl rollout undo` sends.
    await loop.client.patch(DaemonSets, 'roll', namespace, 'strategic', one.data)
    await rolledOut('roll')
    expect(await images('roll')).toBe('n1=x:1 n2=x:1 n3=x:1')
    expect((await history('roll')).map((r) => `${r.metadata.name === one.metadata.name}:${r.revision}`).sort()).toEqual(['false:2', 'true:3'])
    for (const image of ['x:5', 'x:6', 'x:7']) {
      await setImage('roll', image)
      await rolledOut('roll')
    }
    await loop.until(async () => (await history('roll')).map((r) => r.revision).sort().join() === '4,5,6', 'history of two and the present')
  })

  it('surges: the old pod goes when the new one works', async () => {
    await loop.client.create(DaemonSets, draft('surge', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }))
    await rolledOut('surge')
    loop.readyWhen = (p) => p.spec.containers[0]?.image !== 'slow'
    await setImage('surge', 'slow')
    await loop.until(async () => (await pods('surge')).length === 4, 'one more')
    loop.readyWhen = () => true
    for (const p of await pods('surge')) if (p.spec.containers[0]?.image === 'slow') await loop.client.patch(Pods, p.metadata.name, namespace, 'merge', { metadata: { annotations: { touched: '1' } } })
    await rolledOut('surge')
    await loop.until(async () => (await pods('surge')).length === 3, 'only new ones')
    expect(await images('surge')).toBe('n1=slow n2=slow n3=slow')
  })

  it('OnDelete waits for the user', async () => {
    await loop.client.create(DaemonSets, draft('manual', { updateStrategy: { type: 'OnDelete' } }))
    await rolledOut('manual')
    await setImage('manual', 'x:2')
    await loop.until(async () => {
      const d = await get('manual')
      return d.status?.observedGeneration === 2 && (d.status.updatedNumberScheduled ?? 0) === 0
    }, 'seen')
    expect(await images('manual')).toBe('n1=x:1 n2=x:1 n3=x:1')
    const there = await pods('manual')
    await loop.client.delete(Pods, there.find((p) => targetNode(p) === 'n2')!.metadata.name, namespace, { gracePeriodSeconds: 0 })
    await loop.until(async () => (await images('manual')) === 'n1=x:1 n2=x:2 n3=x:1', 'one replaced')
  })
})
