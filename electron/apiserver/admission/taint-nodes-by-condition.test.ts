import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWorld, type Answer, type World } from '../testing.ts'

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }
const ready = (status: string): object => ({ conditions: [{ type: 'Ready', status }] })
const taintsOf = (body: Answer['body']): unknown => (body['spec'] as { taints?: object[] } | undefined)?.taints
let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

it.each<[string, object, object[] | undefined]>([
  ['says nothing of itself', {}, [NOT_READY]],
  ['is not ready', { status: ready('False') }, [NOT_READY]],
  ['nobody knows', { status: ready('Unknown') }, [NOT_READY]],
  ['is ready', { status: ready('True') }, undefined],
  ['has other taints', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }, { ...NOT_READY, effect: 'NoExecute' }] } }, [{ key: 'a', effect: 'NoSchedule' }, { ...NOT_READY, effect: 'NoExecute' }, NOT_READY]],
  ['has the taint', { spec: { taints: [NOT_READY] } }, [NOT_READY]],
])('a new node that %s', async (what, node, taints) => {
  const name = what.replaceAll(' ', '-')
  const { status, body } = await world.ask('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name }, ...node })
  expect(status).toBe(201)
  expect(taintsOf(body)).toEqual(taints)
  // Only creation: whoever takes the taint away later has done so.
  const changed = await world.ask('PATCH', `/api/v1/nodes/${name}`, { spec: { taints: null } }, { 'content-type': 'application/merge-patch+json' })
  expect(taintsOf(changed.body)).toBeUndefined()
})
