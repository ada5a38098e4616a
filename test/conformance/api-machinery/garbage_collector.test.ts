import { expect, it } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import { eventually, namespace } from '../cluster.ts'
import { must, patch, rest } from '../rest.ts'

/** Pods that no node takes: what owns them is all that matters. */
const template = (app: string): object => ({ metadata: { labels: { app } }, spec: { nodeSelector: { no: 'node' }, containers: [{ name: 'c', image: 'pilothouse.dev/hello:1' }] } })
const inNamespace = async (): Promise<{ core: string; apps: string }> => {
  const name = await namespace()
  return { core: `/api/v1/namespaces/${name}`, apps: `/apis/apps/v1/namespaces/${name}` }
}
const count = async (path: string): Promise<number> => (await must<KubeList<KubeObject>>('GET', path)).items.length
const counts = (path: string, wanted: number): Promise<number> => eventually(`${wanted} in ${path}`, () => count(path), (n) => n === wanted)
const absent = (path: string): Promise<unknown> => eventually(`${path} goes`, () => rest('GET', path), (a) => a.status === 404)
const remove = (path: string, propagationPolicy: string): Promise<unknown> => must('DELETE', path, { propagationPolicy })
const rc = (name: string, replicas = 3): object => ({ metadata: { name }, spec: { replicas, selector: { app: name }, template: template(name) } })
const deployment = (name: string): object => ({ metadata: { name }, spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: template(name) } })
const owned = (by: KubeObject, blockOwnerDeletion = true): object => ({ apiVersion: by.apiVersion, kind: by.kind, name: by.metadata.name, uid: by.metadata.uid, blockOwnerDeletion })
const pod = (name: string, ownerReferences: object[] = []): object => ({ metadata: { name, ownerReferences }, spec: { nodeSelector: { no: 'node' }, containers: [{ name: 'c', image: 'pilothouse.dev/hello:1' }] } })

it('pods deleted with rc (background)', async () => {
  const { core } = await inNamespace()
  await must('POST', `${core}/replicationcontrollers`, rc('a'))
  await counts(`${core}/pods`, 3)
  await remove(`${core}/replicationcontrollers/a`, 'Background')
  await absent(`${core}/replicationcontrollers/a`)
  expect(await counts(`${core}/pods`, 0)).toBe(0)
})

it('orphan pods', async () => {
  const { core } = await inNamespace()
  await must('POST', `${core}/replicationcontrollers`, rc('a'))
  await counts(`${core}/pods`, 3)
  await remove(`${core}/replicationcontrollers/a`, 'Orphan')
  await absent(`${core}/replicationcontrollers/a`)
  const { items } = await must<KubeList<KubeObject>>('GET', `${core}/pods`)
  expect(items.map((p) => [p.metadata.deletionTimestamp, p.metadata.ownerReferences])).toEqual(Array(3).fill([undefined, undefined]))
})

it('RS deleted with deployment (background)', async () => {
  const { apps, core } = await inNamespace()
  await must('POST', `${apps}/deployments`, deployment('d'))
  await counts(`${apps}/replicasets`, 1)
  await remove(`${apps}/deployments/d`, 'Background')
  await counts(`${apps}/replicasets`, 0)
  expect(await counts(`${core}/pods`, 0)).toBe(0)
})

it('orphan RS', async () => {
  const { apps } = await inNamespace()
  await must('POST', `${apps}/deployments`, deployment('d'))
  await counts(`${apps}/replicasets`, 1)
  await remove(`${apps}/deployments/d`, 'Orphan')
  await absent(`${apps}/deployments/d`)
  const { items } = await must<KubeList<KubeObject>>('GET', `${apps}/replicasets`)
  expect(items.map((r) => [r.metadata.deletionTimestamp, r.metadata.ownerReferences])).toEqual([[undefined, undefined]])
})

it('rc kept until pods deleted (foreground)', async () => {
  const { core } = await inNamespace()
  await must('POST', `${core}/replicationcontrollers`, rc('a', 2))
  await counts(`${core}/pods`, 2)
  const { items } = await must<KubeList<KubeObject>>('GET', `${core}/pods`)
  const held = `${core}/pods/${items[0]?.metadata.name}`
  // One of them takes its time.
  await patch(held, { metadata: { finalizers: ['e2e.example.com/hold'] } })
  await remove(`${core}/replicationcontrollers/a`, 'Foreground')
  await counts(`${core}/pods`, 1)
  expect((await must('GET', `${core}/replicationcontrollers/a`)).metadata).toMatchObject({ finalizers: ['foregroundDeletion'], deletionTimestamp: expect.any(String) as string })
  await patch(held, { metadata: { finalizers: null } })
  await absent(`${core}/replicationcontrollers/a`)
  expect(await count(`${core}/pods`)).toBe(0)
})

it('two owners, one waiting', async () => {
  const { core } = await inNamespace()
  await must('POST', `${core}/replicationcontrollers`, rc('goes', 4))
  await counts(`${core}/pods`, 4)
  const stays = await must('POST', `${core}/replicationcontrollers`, rc('stays', 0))
  const { items } = await must<KubeList<KubeObject>>('GET', `${core}/pods`)
  const shared = items.slice(0, 2).map((p) => p.metadata.name)
  for (const p of items.slice(0, 2)) await patch(`${core}/pods/${p.metadata.name}`, { metadata: { ownerReferences: [...(p.metadata.ownerReferences ?? []), owned(stays)] } })
  await remove(`${core}/replicationcontrollers/goes`, 'Foreground')
  await absent(`${core}/replicationcontrollers/goes`)
  const left = await must<KubeList<KubeObject>>('GET', `${core}/pods`)
  expect(left.items.filter((p) => !p.metadata.deletionTimestamp).map((p) => p.metadata.name).toSorted()).toEqual(shared.toSorted())
  expect(left.items.flatMap((p) => p.metadata.ownerReferences?.map((o) => o.name) ?? [])).toEqual(['stays', 'stays'])
})

it('dependency circle', async () => {
  const { core } = await inNamespace()
  const pods: KubeObject[] = []
  for (const name of ['pod1', 'pod2', 'pod3']) pods.push(await must('POST', `${core}/pods`, pod(name)))
  for (const [i, p] of pods.entries()) await patch(`${core}/pods/${p.metadata.name}`, { metadata: { ownerReferences: [owned(pods[(i + 2) % 3] as KubeObject)] } })
  await remove(`${core}/pods/pod1`, 'Foreground')
  expect(await counts(`${core}/pods`, 0)).toBe(0)
})
