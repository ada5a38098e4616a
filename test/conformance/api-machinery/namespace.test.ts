import { expect, it, onTestFinished } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Namespace } from '../../../shared/api/types.ts'
import { BUSYBOX, eventually, namespace, replace } from '../cluster.ts'
import { must, patch, rest } from '../rest.ts'

const path = (name: string): string => `/api/v1/namespaces/${name}`
const gone = (name: string): Promise<unknown> => eventually(`${name} goes`, () => rest('GET', path(name)), (a) => a.status === 404)
const pod = (extra: object = {}): object => ({ metadata: { name: 'p', ...extra }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sleep', '1000'] }] } })

it('pods removed on delete', async () => {
  const name = await namespace()
  await must('POST', `${path(name)}/pods`, pod())
  await must('DELETE', path(name))
  await gone(name)
  // A namespace of the same name has nothing of the old one.
  await must('POST', '/api/v1/namespaces', { metadata: { name } })
  expect((await must<{ items: object[] }>('GET', `${path(name)}/pods`)).items).toEqual([])
})

it('services removed on delete', async () => {
  const name = await namespace()
  await must('POST', `${path(name)}/services`, { metadata: { name: 's' }, spec: { ports: [{ port: 80 }], selector: { a: 'b' } } })
  await must('DELETE', path(name))
  await gone(name)
  await must('POST', '/api/v1/namespaces', { metadata: { name } })
  expect((await must<{ items: object[] }>('GET', `${path(name)}/services`)).items).toEqual([])
})

it('patch', async () => {
  const name = await namespace()
  await patch(path(name), { metadata: { labels: { testLabel: 'testValue' } } })
  expect((await must('GET', path(name))).metadata.labels).toMatchObject({ testLabel: 'testValue', 'kubernetes.io/metadata.name': name })
})

it('update', async () => {
  const name = await namespace()
  await replace<Namespace>(path(name), (found) => ({ ...found, metadata: { ...found.metadata, labels: { ...found.metadata.labels, updated: name } } }))
  expect((await must('GET', path(name))).metadata.labels).toMatchObject({ updated: name })
})

it('status', async () => {
  const name = await namespace()
  const condition = (type: string): object => ({ type, status: 'True', reason: 'E2E', message: 'Set by a test' })
  const patched = await patch<Namespace>(`${path(name)}/status`, { metadata: { annotations: { patched: 'true' } }, status: { conditions: [condition('StatusPatch')] } })
  expect(patched).toMatchObject({ metadata: { annotations: { patched: 'true' } }, status: { phase: 'Active', conditions: [{ type: 'StatusPatch' }] } })
  const updated = await replace<Namespace>(`${path(name)}/status`, (live) => ({ ...live, status: { ...live.status, conditions: [...(live.status?.conditions ?? []), condition('StatusUpdate')] } }))
  expect(updated.status?.conditions?.map((c) => c.type)).toEqual(['StatusPatch', 'StatusUpdate'])
})

it('finalizer', async () => {
  const name = await namespace()
  const own = 'e2e.example.com/fakeFinalizer'
  // The controller, which tells how far it is, may write in between.
  const finalize = async (change: (finalizers: readonly string[]) => string[]): Promise<void> => {
    for (;;) {
      const live = await rest<Namespace>('GET', path(name))
      if (live.status === 404) return
      const put = await rest('PUT', `${path(name)}/finalize`, { ...live.body, spec: { finalizers: change(live.body.spec?.finalizers ?? []) } })
      if (put.status === 200) return
      expect(put.status).toBe(409)
    }
  }
  await finalize((all) => [...all, own])
  onTestFinished(() => finalize(() => []))
  await must('DELETE', path(name))
  const held = await eventually('only our finalizer is left', () => must<Namespace>('GET', path(name)), (n) => n.spec?.finalizers?.join() === own)
  expect(held.status?.phase).toBe('Terminating')
  await finalize(() => [])
  await gone(name)
})

it('OrderedNamespaceDeletion: pods first (1.34)', async () => {
  const name = await namespace()
  const hold = 'e2e.example.com/finalizer'
  await must('POST', `${path(name)}/pods`, pod({ finalizers: [hold] }))
  await must('POST', `${path(name)}/configmaps`, { metadata: { name: 'm' }, data: { a: 'b' } })
  onTestFinished(async () => void (await rest('PATCH', `${path(name)}/pods/p`, { metadata: { finalizers: null } }, { 'content-type': 'application/merge-patch+json' })))
  await must('DELETE', path(name))
  const waiting = await eventually('it says what it waits for', () => must<Namespace>('GET', path(name)), (n) => n.status?.conditions?.some((c) => c.type === 'NamespaceContentRemaining' && c.status === 'True') ?? false)
  expect(waiting.status?.conditions?.find((c) => c.type === 'NamespaceContentRemaining')?.message).toContain('pods. has 1 resource instances')
  expect((await must('GET', `${path(name)}/pods/p`)).metadata.deletionTimestamp).toBeDefined()
  // What the pod may still need is there.
  expect((await must<KubeObject>('GET', `${path(name)}/configmaps/m`)).metadata.deletionTimestamp).toBeUndefined()
  await patch(`${path(name)}/pods/p`, { metadata: { finalizers: null } })
  await gone(name)
})
