import { expect, it } from 'vitest'
import { Events, Nodes, Pods } from '../../../shared/api/resources.ts'
import type { Event, Pod } from '../../../shared/api/types.ts'
import { cpuMillis } from '../../../shared/quantity.ts'
import { eventually, namespace } from '../cluster.ts'
import { ownPort } from '../../ports.ts'
import { of, SLEEP, template } from '../apps/helpers.ts'

const nodes = of(Nodes, '')
const spec = (more: object = {}, container: object = {}): object => ({ spec: (template({}, SLEEP, { spec: more, container }) as { spec: object }).spec })
const runs = (p: Pod): boolean => p.status?.phase === 'Running'
const refused = (ns: string, pod: string): Promise<Event[]> => eventually(`${pod} is refused`, async () => (await of(Events, ns).list()).filter((e) => e.reason === 'FailedScheduling' && e.involvedObject?.name === pod), (l) => l.length > 0)
const label = async (finished: (f: () => Promise<unknown>) => void, key: string): Promise<string> => {
  const [node] = await nodes.list()
  const name = node?.metadata.name ?? ''
  await nodes.patch(name, { metadata: { labels: { [key]: '42' } } })
  finished(async () => { await nodes.patch(name, { metadata: { labels: { [key]: null } } }) })
  return name
}

it.concurrent('resource limits', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const pods = of(Pods, ns)
  const node = await label((f) => onTestFinished(async () => { await f() }), `limits-${ns}`)
  const has = cpuMillis((await nodes.get(node)).status?.allocatable?.['cpu'])
  const pinned = { nodeSelector: { [`limits-${ns}`]: '42' } }
  // What the node has is asked for to seven tenths; more than the rest does not fit, whatever runs there.
  const asks = (share: number): object => ({ resources: { requests: { cpu: `${Math.floor(has * share)}m` }, limits: { cpu: `${Math.floor(has * share)}m` } } })
  await pods.create('fits', spec(pinned, asks(0.5)))
  await pods.until('fits', 'runs', runs)
  await pods.create('too-much', spec(pinned, asks(0.6)))
  const [event] = await refused(ns, 'too-much')
  expect(event?.message).toContain('Insufficient cpu')
  expect((await pods.get('too-much')).spec.nodeName).toBeUndefined()
})
it.concurrent('NodeSelector not matching', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(Pods, ns).create('p', spec({ nodeSelector: { label: 'nonempty' } }))
  const [event] = await refused(ns, 'p')
  expect(event?.message).toContain("node(s) didn't match Pod's node affinity/selector")
})
it.concurrent('NodeSelector matching', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const node = await label((f) => onTestFinished(async () => { await f() }), `match-${ns}`)
  await of(Pods, ns).create('p', spec({ nodeSelector: { [`match-${ns}`]: '42' } }))
  expect((await of(Pods, ns).until('p', 'runs', runs)).spec.nodeName).toBe(node)
})
it.concurrent('hostPort conflict with 0.0.0.0', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const node = await label((f) => onTestFinished(async () => { await f() }), `port-${ns}`)
  const pinned = { nodeSelector: { [`port-${ns}`]: '42' } }
  const hostPort = await ownPort()
  const port = (hostIP: string): object => ({ ports: [{ containerPort: 5555, hostPort, protocol: 'TCP', hostIP }] })
  await of(Pods, ns).create('any', spec(pinned, port('0.0.0.0')))
  expect((await of(Pods, ns).until('any', 'runs', runs)).spec.nodeName).toBe(node)
  await of(Pods, ns).create('one', spec(pinned, port('127.0.0.1')))
  const [event] = await refused(ns, 'one')
  expect(event?.message).toContain("didn't have free ports for the requested pod ports")
})
