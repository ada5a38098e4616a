import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Deployments, Events, Pods, ReplicaSets } from '../../shared/api/resources.ts'
import type { Deployment, Pod, ReplicaSet } from '../../shared/api/types.ts'
import { retryOnConflict } from '../client/index.ts'
import { findCondition } from './deployment-status.ts'
import { startLoop, type Loop } from './testing.ts'

let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
})
afterAll(() => loop.close())

const namespace = 'default'
const draft = (name: string, image: string, replicas: number, spec: object = {}): Parameters<typeof loop.client.create<Deployment>>[1] => ({
  metadata: { name, namespace },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image }] } }, ...spec },
})
const get = (name: string): Promise<Deployment> => loop.client.get(Deployments, name, namespace)
const sets = async (name: string): Promise<ReplicaSet[]> => (await loop.client.list(ReplicaSets, { namespace, labelSelector: `app=${name}` })).items
const pods = async (name: string): Promise<Pod[]> => (await loop.client.list(Pods, { namespace, labelSelector: `app=${name}` })).items
const change = (name: string, edit: (d: Deployment) => void): Promise<Deployment> =>
  retryOnConflict(async () => {
    const d = structuredClone(await get(name))
    edit(d)
    return loop.client.update(Deployments, d)
  })
/** What `kubectl rollout status` waits for. */
const rolledOut = (name: string): Promise<Deployment> =>
  loop.until(async () => {
    const d = await get(name)
    const n = d.spec.replicas ?? 1
    const s = d.status ?? {}
    return (s.observedGeneration ?? 0) >= (d.metadata.generation ?? 0) && (s.replicas ?? 0) === n && (s.updatedReplicas ?? 0) === n && (s.availableReplicas ?? 0) === n && findCondition(s.conditions, 'Progressing')?.reason === 'NewReplicaSetAvailable' && d
  }, `rollout of ${name}`)
const setImage = (name: string, image: string): Promise<Deployment> => change(name, (d) => void (d.spec.template.spec!.containers[0]!.image = image))

describe('a Deployment, on the real API server', () => {
  it('rolls out, rolls on, rolls back, and keeps its history', async () => {
    await loop.client.create(Deployments, draft('web', 'x:1', 3))
    const first = await rolledOut('web')
    expect(first.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1')
    expect(first.status?.conditions?.map((c) => `${c.type}=${c.status}/${c.reason}`).sort()).toEqual(['Available=True/MinimumReplicasAvailable', 'Progressing=True/NewReplicaSetAvailable'])
    const [one] = await sets('web')
    expect(one).toMatchObject({ metadata: { annotations: { 'deployment.kubernetes.io/desired-replicas': '3', 'deployment.kubernetes.io/max-replicas': '4' } }, status: { replicas: 3, readyReplicas: 3, fullyLabeledReplicas: 3 } })
    const hash = one!.metadata.labels!['pod-template-hash']!
    expect(one!.metadata.name).toBe(`web-${hash}`)
    for (const pod of await pods('web')) {
      expect(pod.metadata.name).toMatch(new RegExp(`^web-${hash}-[bcdfghjklmnpqrstvwxz2456789]{5}$`))
      expect(pod.metadata.ownerReferences).toMatchObject([{ kind: 'ReplicaSet', uid: one!.metadata.uid, controller: true, blockOwnerDeletion: true }])
    }

    let most = 0
    let least = 99
    const count = (): void => {
      const mine = loop.informers.informer(Pods).list(namespace).filter((p) => p.metadata.labels?.app === 'web' && !p.metadata.deletionTimestamp)
      most = Math.max(most, mine.length)
      least = Math.min(least, mine.filter((p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')).length)
    }
    const counting = loop.informers.informer(Pods).addHandlers({ onUpdate: count, onDelete: count })
    await setImage('web', 'x:2')
    await rolledOut('web')
    counting()
    expect([most, least]).toEqual([4, 3])
    expect((await sets('web')).map((s) => `${s.metadata.annotations?.['deployment.kubernetes.io/revision']}:${s.spec.replicas}`).sort()).toEqual(['1:0', '2:3'])

    await setImage('web', 'x:1')
    const back = await rolledOut('web')
    expect(back.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
    const after = await sets('web')
    expect(after).toHaveLength(2)
    expect(after.find((s) => s.metadata.name === one!.metadata.name)).toMatchObject({ metadata: { annotations: { 'deployment.kubernetes.io/revision': '3', 'deployment.kubernetes.io/revision-history': '1' } }, spec: { replicas: 3 } })
    const messages = async (): Promise<string[]> => (await loop.client.list(Events, { namespace })).items.filter((e) => e.reason === 'ScalingReplicaSet').map((e) => e.message ?? '')
    await loop.until(async () => (await messages()).includes(`Scaled up replica set web-${hash} from 0 to 3`), 'event')
  })

  it('recreates: no new pod while an old one is there', async () => {
    await loop.client.create(Deployments, draft('re', 'x:1', 2, { strategy: { type: 'Recreate' } }))
    await rolledOut('re')
    let mixed = 0
    const remove = loop.informers.informer(Pods).addHandlers({
      onAdd: () => {
        const images = new Set(loop.informers.informer(Pods).list(namespace).filter((p) => p.metadata.labels?.app === 're').map((p) => p.spec.containers[0]?.image))
        if (images.size > 1) mixed++
      },
    })
    await setImage('re', 'x:2')
    await rolledOut('re')
    remove()
    expect(mixed).toBe(0)
    expect((await pods('re')).map((p) => p.spec.containers[0]?.image)).toEqual(['x:2', 'x:2'])
  })

  it('stops at a broken image, exceeds its deadline, and recovers', async () => {
    loop.readyWhen = (pod) => pod.spec.containers[0]?.image !== 'broken'
    await loop.client.create(Deployments, draft('bad', 'x:1', 3, { progressDeadlineSeconds: 60 }))
    await rolledOut('bad')
    await setImage('bad', 'broken')
    await loop.until(async () => (await sets('bad')).length === 2 && (await get('bad')).status?.updatedReplicas === 1, 'surge')
    await loop.clock.advance(62_000)
    const late = await loop.until(async () => {
      const d = await get('bad')
      return findCondition(d.status?.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded' && d
    }, 'deadline')
    expect(late.status).toMatchObject({ availableReplicas: 3, updatedReplicas: 1, unavailableReplicas: 1 })
    await setImage('bad', 'x:1')
    await rolledOut('bad')
  })

  it('scales in the middle of a paused rollout in proportion, and goes on when resumed', async () => {
    loop.readyWhen = (pod) => pod.spec.containers[0]?.image !== 'slow'
    await loop.client.create(Deployments, draft('prop', 'x:1', 10, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }))
    await rolledOut('prop')
    await setImage('prop', 'slow')
    const sizes = async (): Promise<number[]> => (await sets('prop')).map((s) => s.spec.replicas ?? 0).sort((a, b) => a - b)
    await loop.until(async () => (await sizes()).join() === '5,8', 'in the middle')
    await change('prop', (d) => {
      d.spec.paused = true
      d.spec.replicas = 30
    })
    await loop.until(async () => (await sizes()).join() === '13,20', 'proportional')
    const paused = await loop.until(async () => findCondition((await get('prop')).status?.conditions, 'Progressing')?.reason === 'DeploymentPaused', 'paused')
    expect(paused).toBe(true)
    loop.readyWhen = () => true
    for (const pod of await pods('prop')) if (pod.spec.containers[0]?.image === 'slow') await loop.client.patch(Pods, pod.metadata.name, namespace, 'merge', { metadata: { annotations: { touched: '1' } } })
    await change('prop', (d) => void (d.spec.paused = false))
    await rolledOut('prop')
    expect(await sizes()).toEqual([0, 30])
  })

  it('cleans up old sets beyond the limit, and waits minReadySeconds', async () => {
    await loop.client.create(Deployments, draft('old', 'x:1', 1, { revisionHistoryLimit: 1, minReadySeconds: 30 }))
    await loop.until(async () => ((await get('old')).status?.readyReplicas ?? 0) === 1, 'ready')
    expect((await get('old')).status?.availableReplicas).toBeUndefined()
    for (const image of ['x:2', 'x:3', 'x:4']) {
      await loop.clock.advance(31_000)
      await rolledOutSlowly('old')
      await setImage('old', image)
    }
    await rolledOutSlowly('old')
    await loop.until(async () => (await sets('old')).length === 2, 'history of one')
  })
  const rolledOutSlowly = async (name: string): Promise<void> => {
    await loop.until(async () => {
      await loop.clock.advance(5_000)
      const d = await get(name)
      return (d.status?.observedGeneration ?? 0) >= (d.metadata.generation ?? 0) && d.status?.updatedReplicas === 1 && d.status.replicas === 1 && d.status.availableReplicas === 1
    }, `slow rollout of ${name}`)
  }

  it('makes 500 pods, and takes them all away with the Deployment', async () => {
    await loop.client.create(Deployments, draft('many', 'x:1', 500))
    const made = await rolledOut('many')
    expect(made.status).toMatchObject({ replicas: 500, readyReplicas: 500 })
    expect(await pods('many')).toHaveLength(500)
    await loop.client.delete(Deployments, 'many', namespace, { propagationPolicy: 'Background' })
    await loop.until(async () => (await pods('many')).length === 0 && (await sets('many')).length === 0, 'all gone')
  })
})
