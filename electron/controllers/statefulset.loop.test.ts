import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ControllerRevisions, Pods, StatefulSets } from '../../shared/api/resources.ts'
import type { Pod, StatefulSet } from '../../shared/api/types.ts'
import { retryOnConflict } from '../client/index.ts'
import { startLoop, type Loop } from './testing.ts'

const namespace = 'default'
let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
})
afterAll(() => loop.close())

const draft = (name: string, replicas: number, spec: object = {}): Parameters<typeof loop.client.create<StatefulSet>>[1] => ({
  metadata: { name, namespace }, spec: { replicas, serviceName: 'svc', selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'x:1' }] } }, ...spec },
})
const get = (name: string): Promise<StatefulSet> => loop.client.get(StatefulSets, name, namespace)
const pods = async (name: string): Promise<Pod[]> => (await loop.client.list(Pods, { namespace, labelSelector: `app=${name}` })).items
const change = (name: string, edit: (s: StatefulSet) => void): Promise<StatefulSet> => retryOnConflict(async () => {
  const copy = structuredClone(await get(name))
  edit(copy)
  return loop.client.update(StatefulSets, copy)
})
const setImage = (name: string, image: string): Promise<StatefulSet> => change(name, (s) => void (s.spec.template.spec!.containers[0]!.image = image))
const settled = (name: string, replicas: number): Promise<StatefulSet> => loop.until(async () => {
  const s = await get(name)
  const t = s.status
  return t?.observedGeneration === s.metadata.generation && t?.replicas === replicas && (t.readyReplicas ?? 0) === replicas && t.currentRevision === t.updateRevision && s
}, `${name} with ${replicas}`)
const images = async (name: string): Promise<string> => (await pods(name)).map((p) => `${p.metadata.name}=${p.spec.containers[0]?.image}`).sort().join(' ')
/** Names of the pods in the order in which they came and went, from now on. */
const record = (name: string): { readonly log: string[]; stop(): void } => {
  const log: string[] = []
  const mine = (p: Pod): boolean => p.metadata.labels?.app === name
  const seen = new Set((loop.informers.informer(Pods).list(namespace)).map((p) => p.metadata.uid))
  const stop = loop.informers.informer(Pods).addHandlers({ onAdd: (p) => void (mine(p) && !seen.has(p.metadata.uid) && log.push(`+${p.metadata.name}`)), onDelete: (p) => void (mine(p) && log.push(`-${p.metadata.name}`)) })
  return { log, stop }
}

describe('a StatefulSet, on the real API server', () => {
  it('comes up, rolls and goes in order', async () => {
    const { log, stop } = record('web')
    await loop.client.create(StatefulSets, draft('web', 3))
    await settled('web', 3)
    expect(log.splice(0)).toEqual(['+web-0', '+web-1', '+web-2'])
    const [first] = await pods('web')
    expect(first).toMatchObject({ metadata: { labels: { 'statefulset.kubernetes.io/pod-name': 'web-0', 'apps.kubernetes.io/pod-index': '0' } }, spec: { hostname: 'web-0', subdomain: 'svc' } })
    expect(first?.metadata.labels?.['controller-revision-hash']).toBe((await get('web')).status?.updateRevision)
    await setImage('web', 'x:2')
    await settled('web', 3)
    expect(log.splice(0)).toEqual(['-web-2', '+web-2', '-web-1', '+web-1', '-web-0', '+web-0'])
    expect(await images('web')).toBe('web-0=x:2 web-1=x:2 web-2=x:2')
    await loop.client.patch(StatefulSets, 'web', namespace, 'merge', { spec: { replicas: 1 } }, { subresource: 'scale' })
    await settled('web', 1)
    expect(log.splice(0)).toEqual(['-web-2', '-web-1'])
    stop()
  })

  it('halts at a pod that does not get ready, and goes back to the first revision', async () => {
    await loop.client.create(StatefulSets, draft('halt', 3))
    await settled('halt', 3)
    loop.readyWhen = (p) => p.spec.containers[0]?.image !== 'broken'
    await setImage('halt', 'broken')
    await loop.until(async () => (await images('halt')) === 'halt-0=x:1 halt-1=x:1 halt-2=broken', 'stuck at the first')
    await loop.clock.advance(60_000)
    expect(await images('halt')).toBe('halt-0=x:1 halt-1=x:1 halt-2=broken')
    const history = (await loop.client.list(ControllerRevisions, { namespace, labelSelector: 'app=halt' })).items
    expect(history.map((r) => r.revision).sort()).toEqual([1, 2])
    await loop.client.patch(StatefulSets, 'halt', namespace, 'strategic', history.find((r) => r.revision === 1)!.data)
    // As in Kubernetes, a pod that never got ready has to be removed by hand.
    await loop.until(async () => (await get('halt')).status?.observedGeneration === 3, 'seen')
    await loop.client.delete(Pods, 'halt-2', namespace, { gracePeriodSeconds: 0 })
    await settled('halt', 3)
    expect(await images('halt')).toBe('halt-0=x:1 halt-1=x:1 halt-2=x:1')
    loop.readyWhen = () => true
  })

  it('updates down to the partition, and keeps the old template below it', async () => {
    await loop.client.create(StatefulSets, draft('part', 3, { podManagementPolicy: 'Parallel', updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }))
    await settled('part', 3)
    await setImage('part', 'x:2')
    await loop.until(async () => (await images('part')) === 'part-0=x:1 part-1=x:1 part-2=x:2' && (await get('part')).status?.readyReplicas === 3, 'partition')
    await loop.client.delete(Pods, 'part-1', namespace, { gracePeriodSeconds: 0 })
    await loop.until(async () => (await pods('part')).length === 3 && (await get('part')).status?.readyReplicas === 3, 'made again')
    expect(await images('part')).toBe('part-0=x:1 part-1=x:1 part-2=x:2')
    await change('part', (s) => void (s.spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }))
    await settled('part', 3)
    expect(await images('part')).toBe('part-0=x:2 part-1=x:2 part-2=x:2')
  })

  it('makes a failed pod again under its name, and counts from where it is told', async () => {
    await loop.client.create(StatefulSets, draft('heal', 2, { ordinals: { start: 4 } }))
    await settled('heal', 2)
    expect((await pods('heal')).map((p) => p.metadata.name).sort()).toEqual(['heal-4', 'heal-5'])
    const failed = await loop.client.get(Pods, 'heal-4', namespace)
    await loop.client.updateStatus(Pods, { ...failed, status: { ...failed.status, phase: 'Failed', conditions: [] } })
    await loop.until(async () => {
      const now = (await pods('heal')).find((p) => p.metadata.name === 'heal-4')
      return now && now.metadata.uid !== failed.metadata.uid && now.status?.phase === 'Running'
    }, 'recreated')
    await loop.client.delete(StatefulSets, 'heal', namespace, { propagationPolicy: 'Background' })
    await loop.until(async () => (await pods('heal')).length === 0, 'gone with the set')
  })
})
