import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigMaps, Deployments, Leases, Namespaces, Nodes, Pods, ReplicaSets, ServiceAccounts } from '../../shared/api/resources.ts'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Node, Pod } from '../../shared/api/types.ts'
import { rfc3339, rfc3339Micro } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { retryOnConflict } from '../client/index.ts'
import { startLoop, type Loop } from './testing.ts'

let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
})
afterAll(() => loop.close())

const orUndefined = async <T>(ask: Promise<T>): Promise<T | undefined> => {
  try {
    return await ask
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
const gone = async (ask: Promise<unknown>): Promise<boolean> => (await orUndefined(ask)) === undefined

describe('a namespace', () => {
  const name = 'life'
  const account = () => orUndefined(loop.client.get(ServiceAccounts, 'default', name))
  const ca = () => orUndefined(loop.client.get(ConfigMaps, 'kube-root-ca.crt', name))
  it('gets its account and the CA, and gets them back', async () => {
    await loop.client.create(Namespaces, { metadata: { name } })
    await loop.until(account, 'account')
    expect((await loop.until(ca, 'CA')).data).toEqual({ 'ca.crt': 'PEM' })
    await loop.client.patch(ConfigMaps, 'kube-root-ca.crt', name, 'merge', { data: { 'ca.crt': 'other' } })
    await loop.client.delete(ServiceAccounts, 'default', name)
    await loop.until(account, 'account again')
    await loop.until(async () => (await ca())?.data?.['ca.crt'] === 'PEM', 'CA again')
  })
  it('goes with a thousand config maps, and names the finalizer that holds it', async () => {
    await Promise.all(Array.from({ length: 1000 }, (_, i) => loop.client.create(ConfigMaps, { metadata: { name: `m${i}`, namespace: name } })))
    await loop.client.create(ConfigMaps, { metadata: { name: 'held', namespace: name, finalizers: ['example.com/hold'] } })
    await loop.client.delete(Namespaces, name)
    const held = await loop.until(async () => {
      const n = await loop.client.get(Namespaces, name)
      return n.status?.conditions?.some((c) => c.type === 'NamespaceFinalizersRemaining' && c.status === 'True') && n
    }, 'the finalizer is named')
    expect(held.status).toMatchObject({ phase: 'Terminating' })
    expect(held.status?.conditions?.find((c) => c.type === 'NamespaceContentRemaining')?.message).toContain('configmaps. has 1 resource instances')
    expect(held.status?.conditions?.find((c) => c.type === 'NamespaceFinalizersRemaining')?.message).toContain('example.com/hold in 1 resource instances')
    await loop.client.patch(ConfigMaps, 'held', name, 'merge', { metadata: { finalizers: null } })
    await loop.until(() => gone(loop.client.get(Namespaces, name)), 'namespace gone')
    expect((await loop.client.list(ConfigMaps, { namespace: name })).items).toEqual([])
  })
  it('keeps everything else until its pods are gone', async () => {
    await loop.client.create(Namespaces, { metadata: { name: 'ordered' } })
    await loop.client.create(ConfigMaps, { metadata: { name: 'used', namespace: 'ordered' } })
    await loop.until(() => orUndefined(loop.client.get(ServiceAccounts, 'default', 'ordered')), 'account')
    await loop.client.create(Pods, { metadata: { name: 'p', namespace: 'ordered', finalizers: ['example.com/hold'] }, spec: { containers: [{ name: 'c', image: 'x' }] } })
    await loop.client.delete(Namespaces, 'ordered')
    await loop.until(async () => (await loop.client.get(Namespaces, 'ordered')).status?.conditions?.some((c) => c.type === 'NamespaceContentRemaining' && c.status === 'True'), 'pod holds')
    expect(await orUndefined(loop.client.get(ConfigMaps, 'used', 'ordered'))).toBeDefined()
    await loop.client.patch(Pods, 'p', 'ordered', 'merge', { metadata: { finalizers: null } })
    await loop.until(() => gone(loop.client.get(Namespaces, 'ordered')), 'namespace gone')
  })
})

describe('garbage collection', () => {
  const namespace = 'default'
  const make = async (name: string): Promise<void> => {
    await loop.client.create(Deployments, {
      metadata: { name, namespace },
      spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'x' }] } } },
    })
    await loop.until(async () => (await loop.client.get(Deployments, name, namespace)).status?.availableReplicas === 2, 'deployed')
  }
  const left = async (name: string): Promise<string> => {
    const labelSelector = `app=${name}`
    const [d, r, p] = await Promise.all([orUndefined(loop.client.get(Deployments, name, namespace)), loop.client.list(ReplicaSets, { namespace, labelSelector }), loop.client.list(Pods, { namespace, labelSelector })])
    return `${d ? 1 : 0} ${r.items.length} ${p.items.length}`
  }
  it('in the background: first the owner, then the rest', async () => {
    await make('bg')
    await loop.client.delete(Deployments, 'bg', namespace, { propagationPolicy: 'Background' })
    await loop.until(async () => (await left('bg')) !== '1 1 2', 'going')
    expect(await orUndefined(loop.client.get(Deployments, 'bg', namespace))).toBeUndefined()
    await loop.until(async () => (await left('bg')) === '0 0 0', 'all gone')
  })
  it('in the foreground: the owner goes last', async () => {
    await make('fg')
    const order: string[] = []
    const listen = (type: typeof Deployments | typeof ReplicaSets | typeof Pods) =>
      loop.informers.informer<KubeObject>(type).addHandlers({ onDelete: (o) => (o.metadata.labels?.app === 'fg' || o.metadata.name === 'fg') && order.push(type.kind) })
    const ends = [listen(Deployments), listen(ReplicaSets), listen(Pods)]
    await loop.client.delete(Deployments, 'fg', namespace, { propagationPolicy: 'Foreground' })
    await loop.until(async () => order.length === 4, 'all gone')
    for (const end of ends) end()
    expect(order).toEqual(['Pod', 'Pod', 'ReplicaSet', 'Deployment'])
    expect(await left('fg')).toBe('0 0 0')
  })
  it('not at all: orphans stay, and are adopted by a new owner', async () => {
    await make('or')
    const before = (await loop.client.list(ReplicaSets, { namespace, labelSelector: 'app=or' })).items[0]!
    await loop.client.delete(Deployments, 'or', namespace, { propagationPolicy: 'Orphan' })
    await loop.until(async () => (await left('or')) === '0 1 2', 'orphans')
    expect((await loop.client.get(ReplicaSets, before.metadata.name, namespace)).metadata.ownerReferences ?? []).toEqual([])
    await make('or')
    const after = (await loop.client.list(ReplicaSets, { namespace, labelSelector: 'app=or' })).items
    expect(after.map((r) => r.metadata.uid)).toEqual([before.metadata.uid])
    expect(after[0]?.metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', name: 'or', controller: true }])
  })
  it('a dependent of an owner that never was', async () => {
    await loop.client.create(ConfigMaps, { metadata: { name: 'lost', namespace, ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'no-such-uid' }] } })
    const kept = await loop.client.create(ConfigMaps, { metadata: { name: 'owned', namespace } })
    const lost = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'no-such-uid' }
    await loop.client.create(ConfigMaps, { metadata: { name: 'half', namespace, ownerReferences: [lost, { ...lost, name: 'owned', uid: kept.metadata.uid! }] } })
    await loop.until(() => gone(loop.client.get(ConfigMaps, 'lost', namespace)), 'collected')
    const half = await loop.until(async () => {
      const map = await loop.client.get(ConfigMaps, 'half', namespace)
      return map.metadata.ownerReferences?.length === 1 && map
    }, 'the absent owner is struck out')
    expect(half.metadata.ownerReferences?.[0]?.name).toBe('owned')
  })
  it('a ReplicaSet lets a relabelled pod go, replaces it, and takes it back', async () => {
    await make('adopt')
    const [pod] = (await loop.client.list(Pods, { namespace, labelSelector: 'app=adopt' })).items
    const { name } = pod!.metadata
    await loop.client.patch(Pods, name, namespace, 'merge', { metadata: { labels: { app: 'free' } } })
    await loop.until(async () => !(await loop.client.get(Pods, name, namespace)).metadata.ownerReferences?.length, 'released')
    await loop.until(async () => (await left('adopt')) === '1 1 2', 'replaced')
    await loop.client.patch(Pods, name, namespace, 'merge', { metadata: { labels: { app: 'adopt' } } })
    await loop.until(async () => (await left('adopt')) === '1 1 2', 'one too many goes')
    const owner = (await loop.client.list(ReplicaSets, { namespace, labelSelector: 'app=adopt' })).items[0]!
    const mine = (await loop.client.list(Pods, { namespace, labelSelector: 'app=adopt' })).items
    expect(mine.map((p) => p.metadata.ownerReferences?.[0]?.uid)).toEqual([owner.metadata.uid, owner.metadata.uid])
  })
})

describe('what is there already when the controllers start', () => {
  it('is brought to what it should be', async () => {
    const later = await startLoop(async (client) => {
      await client.create(Deployments, {
        metadata: { name: 'early', namespace: 'default' },
        spec: { replicas: 2, selector: { matchLabels: { app: 'early' } }, template: { metadata: { labels: { app: 'early' } }, spec: { containers: [{ name: 'c', image: 'x' }] } } },
      })
      await client.create(ConfigMaps, { metadata: { name: 'lost', namespace: 'default', ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'no-such-uid' }] } })
      await client.create(Namespaces, { metadata: { name: 'going' } })
      await client.delete(Namespaces, 'going')
    })
    try {
      expect(later.manager.health().healthy).toBe(true)
      await later.until(async () => (await later.client.get(Deployments, 'early', 'default')).status?.availableReplicas === 2, 'deployed')
      await later.until(() => gone(later.client.get(ConfigMaps, 'lost', 'default')), 'collected')
      await later.until(() => gone(later.client.get(Namespaces, 'going')), 'namespace gone')
    } finally {
      await later.close()
    }
    expect(later.manager.health().healthy).toBe(false)
    expect(later.clock.waiting).toBe(0)
  })
})

describe('nodes', () => {
  const ready = (status: string) => [{ type: 'Ready', status, reason: 'KubeletReady', message: '', lastHeartbeatTime: rfc3339(loop.clock.now()), lastTransitionTime: rfc3339(loop.clock.now()) }]
  const post = (name: string, status = 'True'): Promise<Node> =>
    retryOnConflict(async () => {
      const node = await loop.client.get(Nodes, name)
      return loop.client.updateStatus(Nodes, { ...node, status: { ...node.status, conditions: ready(status) } })
    })
  const renew = (name: string) => loop.client.patch(Leases, name, 'kube-node-lease', 'merge', { spec: { renewTime: rfc3339Micro(loop.clock.now()) } })
  const taints = async (name: string): Promise<string> => ((await loop.client.get(Nodes, name)).spec?.taints ?? []).map((t) => `${t.key.split('/')[1]}:${t.effect}`).sort().join(' ')
  const bind = async (name: string, node: string, tolerationSeconds?: number): Promise<Pod> => {
    const tolerations = ['not-ready', 'unreachable'].map((t) => ({ key: `node.kubernetes.io/${t}`, operator: 'Exists', effect: 'NoExecute', ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }) }))
    return loop.client.create(Pods, { metadata: { name, namespace: 'default' }, spec: { nodeName: node, tolerations, containers: [{ name: 'c', image: 'x' }] } })
  }
  it('become schedulable when ready, unreachable when silent, and are forgiven at once', async () => {
    for (const name of ['n1', 'n2']) {
      // Admission taints what is not known to be well.
      const { spec } = await loop.client.create(Nodes, { metadata: { name } })
      expect(spec?.taints?.map((t) => `${t.key}:${t.effect}`)).toEqual(['node.kubernetes.io/not-ready:NoSchedule'])
      await loop.client.create(Leases, { metadata: { name, namespace: 'kube-node-lease' }, spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: rfc3339Micro(loop.clock.now()) } })
      await post(name)
      await loop.until(async () => (await taints(name)) === '', 'schedulable')
    }
    await bind('short', 'n1', 30)
    await bind('forever', 'n1')
    const isReady = async (name: string): Promise<string | undefined> => (await loop.client.get(Pods, name, 'default')).status?.conditions?.find((c) => c.type === 'Ready')?.status
    await loop.until(async () => (await isReady('forever')) === 'True', 'pod ready')
    for (let s = 0; s < 55; s += 5) {
      await renew('n2')
      await loop.clock.advance(5_000)
    }
    await loop.until(async () => (await taints('n1')) === 'unreachable:NoExecute unreachable:NoSchedule', 'unreachable')
    expect((await loop.client.get(Nodes, 'n1')).status?.conditions?.find((c) => c.type === 'Ready')).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' })
    expect(await taints('n2')).toBe('')
    await loop.until(async () => (await isReady('forever')) === 'False', 'pod not ready')
    expect(await orUndefined(loop.client.get(Pods, 'short', 'default'))).toBeDefined()
    for (let s = 0; s < 35; s += 5) {
      await renew('n2')
      await loop.clock.advance(5_000)
    }
    await loop.until(() => gone(loop.client.get(Pods, 'short', 'default')), 'evicted')
    expect(await orUndefined(loop.client.get(Pods, 'forever', 'default'))).toBeDefined()
    await renew('n1')
    await post('n1')
    await loop.until(async () => (await taints('n1')) === '', 'forgiven')
  })
  it('out of service, lose at once what should have ended there', async () => {
    await loop.client.create(Nodes, { metadata: { name: 'dead' }, spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoSchedule' }] }, status: { conditions: ready('Unknown') } })
    await bind('stuck', 'dead')
    await bind('stays', 'dead')
    await loop.client.patch(Pods, 'stuck', 'default', 'merge', { metadata: { finalizers: ['example.com/held'] } })
    await loop.client.delete(Pods, 'stuck', 'default')
    await loop.until(async () => (await loop.client.get(Pods, 'stuck', 'default')).metadata.deletionGracePeriodSeconds === 0, 'deleted by force')
    await loop.client.patch(Pods, 'stuck', 'default', 'merge', { metadata: { finalizers: null } })
    await loop.until(() => gone(loop.client.get(Pods, 'stuck', 'default')), 'gone')
    expect((await loop.client.get(Pods, 'stays', 'default')).metadata.deletionTimestamp).toBeUndefined()
    await loop.client.delete(Nodes, 'dead')
  })
  it('that are gone lose their pods after a while', async () => {
    await loop.client.delete(Nodes, 'n1')
    await loop.until(() => !loop.informers.informer(Nodes).get('n1'), 'seen')
    expect(await orUndefined(loop.client.get(Pods, 'forever', 'default'))).toBeDefined()
    await loop.clock.advance(41_000)
    await loop.until(() => gone(loop.client.get(Pods, 'forever', 'default')), 'collected')
  })
})

describe('owners in a circle', () => {
  it('go all the same', async () => {
    const pods: Pod[] = []
    for (const name of ['c1', 'c2', 'c3']) pods.push(await loop.client.create(Pods, { metadata: { name, namespace: 'default', labels: { circle: 'yes' } }, spec: { containers: [{ name: 'c', image: 'x' }] } }))
    for (const [i, pod] of pods.entries()) {
      const owner = pods[(i + 2) % 3]
      await loop.client.patch(Pods, pod.metadata.name, 'default', 'merge', { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: owner?.metadata.name, uid: owner?.metadata.uid, blockOwnerDeletion: true }] } })
    }
    await loop.client.delete(Pods, 'c1', 'default', { propagationPolicy: 'Foreground' })
    expect(await loop.until(async () => (await loop.client.list(Pods, { namespace: 'default', labelSelector: 'circle=yes' })).items.length === 0, 'the circle is gone')).toBe(true)
  })
})
