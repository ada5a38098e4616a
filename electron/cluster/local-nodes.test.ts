import { afterEach, describe, expect, it } from 'vitest'
import type { LocalNode } from '../../shared/api/local-node.ts'
import { Deployments, Leases, LocalNodes, Nodes, PodDisruptionBudgets, Pods } from '../../shared/api/resources.ts'
import type { Node, Pod } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { type HollowCluster, startHollowCluster } from './testing.ts'

let cluster: HollowCluster
afterEach(() => cluster.close())

const gone = (e: unknown): undefined => { if (!isNotFound(e)) throw e }
const node = (name: string): Promise<Node | undefined> => cluster.client.get(Nodes, name).catch(gone)
const local = (name: string): Promise<LocalNode | undefined> => cluster.client.get(LocalNodes, name).catch(gone)
const ready = async (name: string): Promise<string | undefined> => (await node(name))?.status?.conditions?.find((c) => c.type === 'Ready')?.status
const running = async (name: string): Promise<string | undefined> => (await local(name))?.status?.conditions?.find((c) => c.type === 'Running')?.reason
const pods = async (on?: string): Promise<Pod[]> => (await cluster.client.list(Pods, { namespace: 'default' })).items.filter((p) => !on || p.spec.nodeName === on)
const well = (list: Pod[]): Pod[] => list.filter((p) => p.status?.phase === 'Running' && !p.metadata.deletionTimestamp)
const turn = (name: string, spec: object): Promise<unknown> => cluster.client.patch(LocalNodes, name, undefined, 'merge', { spec })

const FOR_A_MOMENT = ['not-ready', 'unreachable'].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }))
async function deploy(replicas: number): Promise<void> {
  await cluster.client.create(Deployments, {
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 1, tolerations: FOR_A_MOMENT, containers: [{ name: 'c', image: 'i:1' }] } } },
  })
  await cluster.until(async () => well(await pods()).length === replicas, 'all pods run')
}

describe('local nodes', () => {
  it('a node that is switched off is found out, loses its pods, and comes back', async () => {
    cluster = await startHollowCluster(2)
    expect([...cluster.localNodes.kubelets.keys()]).toEqual(['hollow-1', 'hollow-2'])
    await deploy(4)
    expect((await pods('hollow-1')).length).toBe(2)
    await turn('hollow-1', { running: false })
    await cluster.until(async () => (await running('hollow-1')) === 'Stopped', 'switched off')
    expect((await cluster.runtime.listContainers({ node: 'hollow-1' })).map((c) => c.state)).toEqual(['exited', 'exited'])
    expect(cluster.localNodes.kubelets.has('hollow-1')).toBe(false)
    const lease = await cluster.client.get(Leases, 'hollow-1', 'kube-node-lease')
    expect(await ready('hollow-1')).toBe('True')
    await cluster.until(async () => (await ready('hollow-1')) === 'Unknown', 'nobody answers for it', 1000)
    expect((await cluster.client.get(Leases, 'hollow-1', 'kube-node-lease')).spec?.renewTime).toBe(lease.spec?.renewTime)
    await cluster.until(async () => well(await pods('hollow-2')).length === 4, 'its pods came up elsewhere', 500)
    expect((await node('hollow-1'))?.spec?.taints?.map((t) => `${t.key}:${t.effect}`).sort()).toEqual(['node.kubernetes.io/unreachable:NoExecute', 'node.kubernetes.io/unreachable:NoSchedule'])
    await turn('hollow-1', { running: true })
    await cluster.until(async () => (await ready('hollow-1')) === 'True' && !(await node('hollow-1'))?.spec?.taints, 'it is well again')
    await cluster.until(async () => !(await pods('hollow-1')).length && !(await cluster.runtime.listContainers({ node: 'hollow-1' })).length, 'what was deleted meanwhile is gone')
  })

  it('nodes are added with what they are to have, and the engine is shared among them', async () => {
    cluster = await startHollowCluster(1, 'docker')
    const capacity = async (name: string): Promise<unknown> => (await node(name))?.status?.capacity?.['cpu']
    expect(await capacity('pilothouse')).toBe('8')
    await cluster.client.create(LocalNodes, { metadata: { name: 'b' }, spec: { pods: 7, labels: { zone: 'x', old: '1' }, taints: [{ key: 'k', effect: 'NoSchedule' }] } as never })
    await cluster.until(async () => (await ready('b')) === 'True' && (await running('b')) === 'KubeletRuns', 'it is there')
    expect(await node('b')).toMatchObject({ metadata: { labels: { zone: 'x' } }, spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] }, status: { capacity: { cpu: '4', pods: '7' } } })
    await cluster.until(async () => (await capacity('pilothouse')) === '4', 'the first has half')
    await turn('b', { cpu: '1500m', labels: { zone: 'y', old: null } })
    await cluster.until(async () => (await capacity('b')) === '1500m', 'another size')
    await cluster.until(async () => (await node('b'))?.metadata.labels?.['zone'] === 'y', 'another label')
    expect((await node('b'))?.metadata.labels).not.toHaveProperty('old')
  })

  it('a Node that somebody deletes is registered again', async () => {
    cluster = await startHollowCluster(1)
    const { uid } = (await node('hollow-1'))?.metadata ?? {}
    await cluster.client.delete(Nodes, 'hollow-1')
    const again = await cluster.until(async () => { const now = await node('hollow-1'); return now?.metadata.uid !== uid && now }, 'another Node of the name')
    expect(again.status?.conditions?.find((c) => c.type === 'Ready')?.status).toBe('True')
  })

  it('a node that is removed is drained; a budget holds it up, but not for ever', async () => {
    cluster = await startHollowCluster(2)
    await deploy(2)
    await cluster.client.create(PodDisruptionBudgets, { metadata: { name: 'all', namespace: 'default' }, spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } })
    await cluster.until(async () => (await cluster.client.get(PodDisruptionBudgets, 'all', 'default')).status?.currentHealthy === 2, 'the budget knows its pods')
    const limit = cluster.clock.now() + 2 * 60_000
    await cluster.client.delete(LocalNodes, 'hollow-1')
    const drained = async () => (await local('hollow-1'))?.status?.conditions?.find((c) => c.type === 'Drained')
    const blocked = await cluster.until(async () => (await drained())?.reason === 'EvictionBlocked' && drained(), 'held up')
    expect(blocked?.message).toContain('disruption budget')
    expect((await node('hollow-1'))?.spec?.unschedulable).toBe(true)
    await cluster.until(() => cluster.clock.now() > limit, 'it is waited for the budget', 500)
    await cluster.until(async () => !(await local('hollow-1')), 'gone all the same')
    expect(await node('hollow-1')).toBeUndefined()
    await expect(cluster.client.get(Leases, 'hollow-1', 'kube-node-lease')).rejects.toThrow('not found')
    expect(await cluster.runtime.listContainers({ node: 'hollow-1' })).toEqual([])
    await cluster.until(async () => well(await pods('hollow-2')).length === 2, 'all run on the other')
  })

  it('a node that is off is removed at once', async () => {
    cluster = await startHollowCluster(2)
    await deploy(2)
    await turn('hollow-2', { running: false })
    await cluster.until(async () => (await running('hollow-2')) === 'Stopped', 'switched off')
    await cluster.client.delete(LocalNodes, 'hollow-2')
    await cluster.until(async () => !(await local('hollow-2')), 'removed')
    expect(await node('hollow-2')).toBeUndefined()
    await cluster.until(async () => well(await pods('hollow-1')).length === 2, 'its pods came up elsewhere')
  })
})
