import { expect, it } from 'vitest'
import { StatefulSets } from '../../../shared/api/resources.ts'
import type { Pod, StatefulSet } from '../../../shared/api/types.ts'
import { ownPort } from '../../ports.ts'
import { namespace, ok } from '../cluster.ts'
import { type Collection, follow, isReady, living, of, pods, scaleLife, SLEEP, statusLife, template, untilPods } from './helpers.ts'

const labels = { app: 's' }
const REVISION = 'controller-revision-hash'
/** Ready while the file is there; the test puts it there, and takes it away. */
const PROBE = { readinessProbe: { exec: { command: ['test', '-f', '/tmp/ready'] }, periodSeconds: 1, timeoutSeconds: 30, failureThreshold: 1, successThreshold: 1 } }
const set = (replicas: number, spec: object = {}, container: object = {}): object => ({
  spec: { replicas, serviceName: 's', selector: { matchLabels: labels }, template: template(labels, `touch /tmp/ready; ${SLEEP}`, { container }), ...spec },
})
const names = (list: readonly Pod[]): string[] => living(list).map((p) => p.metadata.name).sort()
const untilReady = (ns: string, ...wanted: string[]): Promise<Pod[]> => untilPods(ns, `ready: ${wanted.join()}`, (l) => names(l).join() === wanted.join() && l.every(isReady))
const unready = (ns: string, name: string): Promise<string> => ok(['exec', '-n', ns, name, '--', 'rm', '/tmp/ready'])
const ready = (ns: string, name: string): Promise<string> => ok(['exec', '-n', ns, name, '--', 'touch', '/tmp/ready'])
const env = (value: string): object => ({ spec: { template: { spec: { containers: [{ name: 'c', env: [{ name: 'V', value }] }] } } } })
const revisions = async (ns: string): Promise<Record<string, string>> => Object.fromEntries((await pods(ns).list()).map((p) => [p.metadata.name, p.metadata.labels?.[REVISION] ?? '']))
const settled = (s: Collection<StatefulSet>, what: string): Promise<StatefulSet> =>
  s.until('s', what, (o) => o.status?.observedGeneration === o.metadata.generation && o.status?.updateRevision === o.status?.currentRevision && o.status?.readyReplicas === o.spec.replicas && o.status?.updatedReplicas === o.spec.replicas)

it.concurrent('ordered scaling, halt if unhealthy', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const seen = await follow(pods(ns), 'app=s')
  await of(StatefulSets, ns).create('s', set(1, {}, PROBE))
  await untilReady(ns, 's-0')
  await unready(ns, 's-0')
  await pods(ns).until('s-0', 'unwell', (p) => !isReady(p))
  await of(StatefulSets, ns).patch('s', { spec: { replicas: 3 } }, 'scale')
  await of(StatefulSets, ns).until('s', 'it has heard', (s) => s.status?.observedGeneration === s.metadata.generation)
  expect(names(await pods(ns).list())).toEqual(['s-0'])
  await ready(ns, 's-0')
  await untilReady(ns, 's-0', 's-1', 's-2')
  for (const name of ['s-0', 's-1', 's-2']) await unready(ns, name)
  await of(StatefulSets, ns).until('s', 'all are unwell', (s) => !s.status?.readyReplicas)
  await of(StatefulSets, ns).patch('s', { spec: { replicas: 0 } }, 'scale')
  await of(StatefulSets, ns).until('s', 'it has heard', (s) => s.status?.observedGeneration === s.metadata.generation)
  expect(names(await pods(ns).list())).toEqual(['s-0', 's-1', 's-2'])
  // The last one goes as soon as those before it are well, though it is not itself.
  for (const name of ['s-0', 's-1']) await ready(ns, name)
  await untilPods(ns, 'all gone', (l) => l.length === 0)
  const of_ = (type: string): string[] => seen.events.filter((e) => e.type === type).map((e) => (e.object as Pod).metadata.name)
  expect(of_('ADDED')).toEqual(['s-0', 's-1', 's-2'])
  expect(of_('DELETED')).toEqual(['s-2', 's-1', 's-0'])
  seen.close()
})
it.concurrent('burst scaling', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(StatefulSets, ns)
  await sets.create('s', set(1, { podManagementPolicy: 'Parallel' }, PROBE))
  await untilReady(ns, 's-0')
  await unready(ns, 's-0')
  await pods(ns).until('s-0', 'unwell', (p) => !isReady(p))
  await sets.patch('s', { spec: { replicas: 3 } }, 'scale')
  await untilPods(ns, 'three are there, though the first is unwell', (l) => names(l).join() === 's-0,s-1,s-2' && l.filter(isReady).length === 2)
  await unready(ns, 's-1')
  await pods(ns).until('s-1', 'unwell', (p) => !isReady(p))
  await sets.patch('s', { spec: { replicas: 0 } }, 'scale')
  await untilPods(ns, 'all gone', (l) => l.length === 0)
})
it.concurrent('rolling updates and roll backs', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(StatefulSets, ns)
  await sets.create('s', set(3))
  const first = await settled(sets, 'made')
  const seen = await follow(pods(ns), 'app=s')
  await sets.strategic('s', env('new'))
  const second = await settled(sets, 'updated')
  expect(second.status?.currentRevision).not.toBe(first.status?.currentRevision)
  expect(Object.values(await revisions(ns))).toEqual(Array(3).fill(second.status?.currentRevision))
  expect(seen.events.filter((e) => e.type === 'DELETED').map((e) => (e.object as Pod).metadata.name)).toEqual(['s-2', 's-1', 's-0'])
  await sets.strategic('s', { spec: { template: { spec: { containers: [{ name: 'c', env: null }] } } } })
  const third = await settled(sets, 'rolled back')
  expect(third.status?.currentRevision).toBe(first.status?.currentRevision)
  expect(Object.values(await revisions(ns))).toEqual(Array(3).fill(first.status?.currentRevision))
  seen.close()
})
it.concurrent('canary + phased updates', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(StatefulSets, ns)
  const partition = (n: number): object => ({ spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: n } } } })
  await sets.create('s', set(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 3 } } }))
  const { status: old } = await settled(sets, 'made')
  await sets.strategic('s', env('new'))
  const { status: now } = await sets.until('s', 'there is a new revision', (s) => s.status?.updateRevision !== old?.updateRevision && s.status?.observedGeneration === s.metadata.generation)
  const [before, after] = [now?.currentRevision ?? '', now?.updateRevision ?? '']
  expect(await revisions(ns)).toEqual({ 's-0': before, 's-1': before, 's-2': before })
  await sets.patch('s', partition(2))
  await sets.until('s', 'the canary runs', (s) => s.status?.updatedReplicas === 1 && s.status.readyReplicas === 3)
  expect(await revisions(ns)).toEqual({ 's-0': before, 's-1': before, 's-2': after })
  // Whoever is deleted comes back as its ordinal says.
  for (const name of ['s-0', 's-2']) {
    const { uid } = (await pods(ns).get(name)).metadata
    await pods(ns).remove(name)
    await untilPods(ns, `${name} is back`, (l) => l.some((p) => p.metadata.name === name && p.metadata.uid !== uid && isReady(p)))
  }
  expect(await revisions(ns)).toEqual({ 's-0': before, 's-1': before, 's-2': after })
  await sets.patch('s', partition(1))
  await sets.until('s', 'two are new', (s) => s.status?.updatedReplicas === 2 && s.status.readyReplicas === 3)
  await sets.patch('s', partition(0))
  await settled(sets, 'all are new')
  expect(await revisions(ns)).toEqual({ 's-0': after, 's-1': after, 's-2': after })
})
it.concurrent('recreate evicted', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  // A pod that its node does not take fails there; the set makes it anew, until it is taken.
  const { spec } = template(labels, SLEEP) as { spec: { containers: object[] } }
  const claim = (hostPort: number): object => ({ ...spec.containers[0], ports: [{ containerPort: 80, hostPort }] })
  const port = await ownPort()
  await pods(ns).create('holder', { spec: { ...spec, containers: [claim(port)], nodeName: 'pilothouse' } })
  await pods(ns).until('holder', 'runs', (p) => p.status?.phase === 'Running')
  const sets = of(StatefulSets, ns)
  const seen = await follow(pods(ns), 'app=s')
  await sets.create('s', { spec: { replicas: 1, serviceName: 's', selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { ...spec, containers: [claim(port)], nodeName: 'pilothouse' } } } })
  await seen.saw('it failed and was removed', (e) => e.type === 'DELETED' && (e.object as Pod).status?.phase === 'Failed')
  await pods(ns).remove('holder')
  await untilPods(ns, 'it runs', (l) => l[0]?.status?.phase === 'Running', 'app=s')
  seen.close()
})
it.concurrent('scale subresource', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(StatefulSets, ns).create('s', set(1))
  await untilReady(ns, 's-0')
  await scaleLife(of(StatefulSets, ns), 's')
})
it.concurrent('list/patch/delete collection', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(StatefulSets, ns)
  await sets.create('s', set(1), { labels: { batch: ns } })
  await untilReady(ns, 's-0')
  expect((await sets.list(`batch=${ns}`)).map((s) => s.metadata.name)).toEqual(['s'])
  await sets.strategic('s', { metadata: { labels: { step: 'patched' } }, spec: { replicas: 2, template: { spec: { containers: [{ name: 'c', env: [{ name: 'V', value: 'x' }] }] } } } })
  const patched = await settled(sets, 'two of the new')
  expect([patched.metadata.labels?.['step'], patched.status?.readyReplicas]).toEqual(['patched', 2])
  await sets.removeAll(`batch=${ns}`)
  await sets.gone('s')
})
it.concurrent('status', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(StatefulSets, ns).create('s', set(1))
  await untilReady(ns, 's-0')
  await statusLife(of(StatefulSets, ns), 's')
})
