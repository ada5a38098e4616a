/** Nodes that fall silent, several at a time: who is emptied, and when nobody is. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Events, Leases, Nodes } from '../../shared/api/resources.ts'
import { rfc3339, rfc3339Micro } from '../../shared/clock.ts'
import { retryOnConflict } from '../client/index.ts'
import { startLoop, type Loop } from './testing.ts'

let loop: Loop
/** Who still renews. */
let alive: Set<string>
beforeEach(async () => {
  loop = await startLoop()
  alive = new Set()
})
afterEach(() => loop.close())

const ready = (status: string): object[] => [{ type: 'Ready', status, reason: 'KubeletReady', message: '', lastHeartbeatTime: rfc3339(loop.clock.now()), lastTransitionTime: rfc3339(loop.clock.now()) }]
async function join(zone: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    await loop.client.create(Nodes, { metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } } })
    await loop.client.create(Leases, { metadata: { name, namespace: 'kube-node-lease' }, spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: rfc3339Micro(loop.clock.now()) } })
    await speaks(name)
  }
}
async function speaks(name: string): Promise<void> {
  alive.add(name)
  await retryOnConflict(async () => {
    const node = await loop.client.get(Nodes, name)
    return loop.client.updateStatus(Nodes, { ...node, status: { ...node.status, conditions: ready('True') as never } })
  })
  await loop.until(async () => (await taints(name)) === '', `${name} is schedulable`)
}
/** Time passes; those who are alive renew. */
async function pass(seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s += 5) {
    for (const name of alive) await loop.client.patch(Leases, name, 'kube-node-lease', 'merge', { spec: { renewTime: rfc3339Micro(loop.clock.now()) } })
    await loop.clock.advance(5_000)
  }
}
const taints = async (name: string): Promise<string> => ((await loop.client.get(Nodes, name)).spec?.taints ?? []).map((t) => `${t.key.split('/')[1]}:${t.effect}`).sort().join(' ')
const CLOSED = 'unreachable:NoSchedule'
const EMPTIED = `unreachable:NoExecute ${CLOSED}`
const all = async (...names: string[]): Promise<string[]> => Promise.all(names.map(taints))
const become = (expected: string[], what: string, ...names: string[]): Promise<true> => loop.until(async () => JSON.stringify(await all(...names)) === JSON.stringify(expected), what)

describe('when the last node falls silent', () => {
  it('nobody is driven away any more, not from those before it either; when one is back, the others are emptied in turn', async () => {
    await join('x', 'a', 'b')
    alive.delete('a')
    await pass(55)
    await become([EMPTIED, ''], 'the first is emptied while another is well', 'a', 'b')
    alive.delete('b')
    await pass(55)
    await become([CLOSED, CLOSED], 'nobody is emptied', 'a', 'b')
    await speaks('b')
    await pass(10)
    expect(await become([EMPTIED, ''], 'the other is emptied again', 'a', 'b')).toBe(true)
  })
})

describe('a small zone', () => {
  it('most of which is silent is left alone; wholly silent beside one that is well, it is emptied node by node', async () => {
    await join('x', 'a', 'b', 'c', 'd')
    await join('y', 'e')
    for (const name of ['a', 'b', 'c']) alive.delete(name)
    await pass(55)
    await loop.until(async () => (await all('a', 'b', 'c')).every((t) => t.includes(CLOSED)), 'closed')
    await pass(60)
    const emptied = async (): Promise<number> => (await all('a', 'b', 'c', 'd')).filter((t) => t === EMPTIED).length
    // The first was taken for one of its own, before most were.
    expect(await emptied()).toBeLessThanOrEqual(1)
    alive.delete('d')
    await pass(55)
    await loop.until(async () => (await emptied()) > 1, 'begun')
    await pass(40)
    await become([EMPTIED, EMPTIED, EMPTIED, EMPTIED, ''], 'all of it, and nothing else', 'a', 'b', 'c', 'd', 'e')
  })
})

it('says of a node that it is registered, that it is not ready, and that it goes, as its own', async () => {
  await join('x', 'a', 'b')
  alive.delete('a')
  await pass(55)
  const { metadata: { uid } } = await loop.client.get(Nodes, 'a')
  await loop.client.delete(Nodes, 'a')
  const said = async (): Promise<string[]> => (await loop.client.list(Events)).items.filter((e) => e.involvedObject.uid === uid).map((e) => `${e.type} ${e.reason} ${e.source?.component}: ${e.message}`)
  await loop.until(async () => (await said()).length === 3, 'three events')
  expect(await said()).toEqual(expect.arrayContaining(['Normal RegisteredNode node-controller: Node a event: Registered Node a in Controller', 'Normal NodeNotReady node-controller: Node a status is now: NodeNotReady', 'Normal RemovingNode node-controller: Node a event: Removing Node a from Controller']))
})
