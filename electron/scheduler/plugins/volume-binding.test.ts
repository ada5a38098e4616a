import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../shared/clock.ts'
import { Nodes, PersistentVolumeClaims, PersistentVolumes, Pods, StorageClasses, type ResourceType } from '../../../shared/api/resources.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../../shared/api/types.ts'
import type { Client } from '../../client/types.ts'
import { FakeCluster } from '../fake-cluster.ts'
import { makeContext, makeNode, makePod, type PodOptions } from '../fixtures.ts'
import { createScheduler } from '../index.ts'
import { podInfo } from '../pod-info.ts'
import { podClaims, takeOn, type StorageLookups } from './volume-claims.ts'

const claim = (name: string, more: { spec?: object; metadata?: object; status?: object } = {}): PersistentVolumeClaim => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1', ...more.metadata },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'late', ...more.spec }, status: { phase: 'Pending', ...more.status },
}) as PersistentVolumeClaim
const BOUND = { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }
const volume = (name: string, node?: string, more: object = {}): PersistentVolume => ({
  apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, resourceVersion: '1' }, status: { phase: 'Available' },
  spec: {
    accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, storageClassName: 'late', ...more,
    ...(node ? { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }] } } } : {}),
  },
}) as PersistentVolume
const classOf = (name: string, volumeBindingMode: string, provisioner = 'p'): StorageClass => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, provisioner, volumeBindingMode })
const CLASSES = [classOf('late', 'WaitForFirstConsumer'), classOf('manual', 'WaitForFirstConsumer', 'kubernetes.io/no-provisioner'), classOf('now', 'Immediate')]
const lookups = (claims: PersistentVolumeClaim[], volumes: PersistentVolume[] = []): StorageLookups => ({
  claim: (_n, name) => claims.find((c) => c.metadata.name === name), volume: (name) => volumes.find((v) => v.metadata.name === name), volumes: () => volumes, storageClass: (name) => CLASSES.find((c) => c.metadata.name === name),
})
const withClaims = (...names: string[]): PodOptions => ({ spec: { volumes: names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })) } })
const pod = podInfo(makePod('p', withClaims('c')))
const nodeInfo = (name: string) => makeContext([makeNode(name)], []).snapshot.nodes[0]!

describe('what stands in the way of a pod', () => {
  it.each<[string, PersistentVolumeClaim[], PersistentVolume[], string]>([
    ['no claim', [], [], 'persistentvolumeclaim "c" not found'],
    ['a claim that goes', [claim('c', { metadata: { deletionTimestamp: 'x' } })], [], 'persistentvolumeclaim "c" is being deleted'],
    ['no volume yet, and none to wait for', [claim('c', { spec: { storageClassName: 'now' } })], [], 'pod has unbound immediate PersistentVolumeClaims'],
    ['no class', [claim('c', { spec: { storageClassName: '' } })], [], 'pod has unbound immediate PersistentVolumeClaims'],
    ['a volume of its choice', [claim('c', { spec: { volumeName: 'v' } })], [volume('v')], 'pod has unbound immediate PersistentVolumeClaims'],
    ['a volume that has gone', [claim('c', { spec: { volumeName: 'v' }, metadata: BOUND })], [], 'persistentvolumeclaim "c" bound to non-existent persistentvolume "v"'],
  ])('%s', (_n, claims, volumes, why) => expect(podClaims(pod, lookups(claims, volumes))).toBe(why))
  it('an ephemeral claim that is not there yet, or another\'s', () => {
    const own = podInfo(makePod('p', { uid: 'u', spec: { volumes: [{ name: 'v', ephemeral: {} }] } }))
    expect(podClaims(own, lookups([]))).toBe('waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v"')
    expect(podClaims(own, lookups([claim('p-v')]))).toBe('PVC default/p-v was not created for pod default/p (pod is not owner)')
    expect(podClaims(own, lookups([claim('p-v', { metadata: { ownerReferences: [{ controller: true, uid: 'u' }] } })]))).toMatchObject({ delayed: [{ metadata: { name: 'p-v' } }] })
  })
})

describe('on a node', () => {
  it.each<[string, PersistentVolumeClaim, PersistentVolume[], string]>([
    ['its bound volume is there', claim('c', { spec: { volumeName: 'v' }, metadata: BOUND }), [volume('v', 'n')], ''],
    ['its bound volume is elsewhere', claim('c', { spec: { volumeName: 'v' }, metadata: BOUND }), [volume('v', 'm')], 'node(s) had volume node affinity conflict'],
    ['one that fits is there', claim('c'), [volume('v', 'n'), volume('w', 'm')], 'c=v'],
    ['one is made', claim('c'), [volume('w', 'm')], 'c=made'],
    ['one is being made', claim('c', { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'n' } } }), [volume('v', 'n')], 'c=made'],
    ['one is being made elsewhere', claim('c', { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'm' } } }), [], "node(s) didn't find available persistent volumes to bind"],
    ['nobody makes one', claim('c', { spec: { storageClassName: 'manual' } }), [volume('w', 'm')], "node(s) didn't find available persistent volumes to bind"],
    ['another has taken it', claim('c', { spec: { storageClassName: 'manual' } }), [volume('taken', 'n', { storageClassName: 'manual' })], "node(s) didn't find available persistent volumes to bind"],
  ])('%s', (_n, c, volumes, expected) => {
    const storage = lookups([c], volumes)
    const plan = takeOn(podClaims(pod, storage) as never, nodeInfo('n'), storage, (v) => v.metadata.name === 'taken')
    expect(typeof plan === 'string' ? plan : [...plan].map(([of, v]) => `${of.metadata.name}=${v?.metadata.name ?? 'made'}`).join()).toBe(expected)
  })
})

describe('the scheduler', () => {
  const start = async (...objects: [ResourceType, object][]) => {
    const cluster = new FakeCluster()
    for (const c of CLASSES) cluster.of(StorageClasses).set(c)
    for (const [type, object] of objects) cluster.of(type).set(object as never)
    const writes: string[] = []
    const client = {
      ...cluster.client,
      patch: async (type: ResourceType, name: string, namespace: string, kind: string, body: { metadata?: { annotations: Record<string, string> } }) => {
        if (type !== (PersistentVolumeClaims as ResourceType)) return cluster.client.patch(type as never, name, namespace, kind as never, body)
        writes.push(`${name}: ${JSON.stringify(body.metadata?.annotations)}`)
        const now = cluster.of(PersistentVolumeClaims).get(name, namespace)!
        cluster.of(PersistentVolumeClaims).set({ ...now, metadata: { ...now.metadata, annotations: { ...now.metadata.annotations, ...body.metadata?.annotations } } })
      },
      update: async (_type: ResourceType, object: PersistentVolume) => { writes.push(`${object.metadata.name} for ${object.spec.claimRef?.name}`); cluster.of(PersistentVolumes).set(object) },
    } as unknown as Client
    const clock = new FakeClock()
    const scheduler = createScheduler({ client, informers: cluster.informers, clock, recorder: cluster.recorder })
    await scheduler.start()
    const rest = async (): Promise<void> => { for (let i = 0; i < 10; i++) await new Promise((r) => setImmediate(r)) }
    await rest()
    return { cluster, writes, rest, clock, stop: () => scheduler.stop() }
  }
  const bindClaim = (cluster: FakeCluster, name: string, to: string): void => {
    const now = cluster.of(PersistentVolumeClaims).get(name, 'default')!
    cluster.of(PersistentVolumeClaims).set({ ...now, metadata: { ...now.metadata, annotations: { ...now.metadata.annotations, ...BOUND.annotations } }, spec: { ...now.spec, volumeName: to } })
  }
  it('chooses the node, has the volume made there, and binds the pod when it is', async () => {
    const { cluster, writes, rest, stop } = await start([Nodes, makeNode('n')], [PersistentVolumeClaims, claim('c')], [Pods, makePod('p', withClaims('c'))])
    expect([writes, cluster.nodeOf('p')]).toEqual([['c: {"volume.kubernetes.io/selected-node":"n"}'], undefined])
    cluster.of(PersistentVolumes).set(volume('made', 'n'))
    bindClaim(cluster, 'c', 'made')
    await rest()
    expect(cluster.nodeOf('p')).toBe('n')
    await stop()
  })
  it('keeps a volume for the pod that it has promised it to', async () => {
    const late = (name: string): PersistentVolumeClaim => claim(name, { spec: { storageClassName: 'manual' } })
    const { cluster, writes, stop } = await start([Nodes, makeNode('n')], [PersistentVolumes, volume('v', 'n', { storageClassName: 'manual' })], [PersistentVolumeClaims, late('a')], [PersistentVolumeClaims, late('b')], [Pods, makePod('p', withClaims('a'))], [Pods, makePod('q', withClaims('b'))])
    expect(writes).toEqual(['v for a'])
    expect(cluster.events.filter((e) => e.reason === 'FailedScheduling').map((e) => [e.pod, e.message.split('. ')[0]])).toEqual([['q', "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind"]])
    await stop()
  })
  it('tries again elsewhere when the volume cannot be made', async () => {
    const { cluster, rest, stop } = await start([Nodes, makeNode('n')], [PersistentVolumeClaims, claim('c')], [Pods, makePod('p', withClaims('c'))])
    cluster.of(PersistentVolumeClaims).set(claim('c', { metadata: { resourceVersion: '3' } }))
    await rest()
    expect(cluster.events.map((e) => e.message)).toEqual(['running PreBind plugin "VolumeBinding": selectedNode annotation reset for PVC "c"'])
    await stop()
  })
  it('says what the pod waits for, and goes on when it is there', async () => {
    const { cluster, rest, clock, stop } = await start([Nodes, makeNode('n')], [Pods, makePod('p', withClaims('c'))])
    expect(cluster.events[0]?.message).toMatch(/^0\/1 nodes are available: persistentvolumeclaim "c" not found\. no new claims to deallocate, preemption: 0\/1 nodes are available: 1 Preemption is not helpful for scheduling\.$/)
    cluster.of(PersistentVolumes).set(volume('v', 'n'))
    cluster.of(PersistentVolumeClaims).set(claim('c', { spec: { volumeName: 'v' }, metadata: BOUND }))
    await rest()
    await clock.advance(1_000)
    await rest()
    expect(cluster.nodeOf('p')).toBe('n')
    await stop()
  })
  it('lets one pod at a time have a claim of ReadWriteOncePod', async () => {
    const alone = claim('c', { spec: { volumeName: 'v', accessModes: ['ReadWriteOncePod'] }, metadata: BOUND })
    const { cluster, stop } = await start([Nodes, makeNode('n')], [PersistentVolumes, volume('v', 'n')], [PersistentVolumeClaims, alone], [Pods, makePod('first', { ...withClaims('c'), on: 'n' })], [Pods, makePod('p', withClaims('c'))])
    expect(cluster.events[0]?.message).toContain('node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode')
    await stop()
  })
})
