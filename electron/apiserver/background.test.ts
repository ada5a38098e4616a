import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KubeObject } from '../../shared/api/meta.ts'
import { COMPACTION_MS, EVENT_TTL_MS } from './background.ts'
import { startWorld, type World } from './testing.ts'

const EVENTS = '/api/v1/namespaces/default/events'
let world: World
beforeAll(async () => { world = await startWorld() })
afterAll(() => world.close())

const event = (name: string, agoMs: number, more: object = {}): object => ({ metadata: { name, namespace: 'default' }, involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' }, reason: 'Tested', message: 'm', type: 'Normal', lastTimestamp: new Date(world.clock.now() - agoMs).toISOString(), ...more })
const names = async (): Promise<string[]> => ((await world.ask('GET', EVENTS)).body['items'] as unknown as { metadata: { name: string } }[]).map((e) => e.metadata.name).sort()

it('an event goes an hour after it was last seen, and watchers are told', async () => {
  const at = (ms: number): string => new Date(world.clock.now() - ms).toISOString().replace('Z', '000Z')
  await world.ask('POST', EVENTS, event('old', EVENT_TTL_MS))
  await world.ask('POST', EVENTS, event('newer', EVENT_TTL_MS - 2 * COMPACTION_MS))
  await world.ask('POST', EVENTS, event('again', 2 * EVENT_TTL_MS, { reportingComponent: 'c', reportingInstance: 'i', action: 'a', eventTime: at(2 * EVENT_TTL_MS), series: { count: 2, lastObservedTime: at(0) } }))
  expect(await names()).toEqual(['again', 'newer', 'old'])
  const watch = await world.watch(`${EVENTS}?watch=true&resourceVersion=${String(((await world.ask('GET', EVENTS)).body['metadata'] as unknown as { resourceVersion: string }).resourceVersion)}`)
  await world.turn(COMPACTION_MS)
  expect((await watch.next())?.map((e) => [e.type, (e.object as KubeObject).metadata.name])).toEqual([['DELETED', 'old']])
  watch.close()
  expect(await names()).toEqual(['again', 'newer'])
  await world.turn(COMPACTION_MS)
  await world.turn(COMPACTION_MS)
  await expect.poll(names).toEqual(['again'])
})
