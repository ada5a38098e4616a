/** These taint nodes: pods that do not bear it leave. */
import { expect, it } from 'vitest'
import { Nodes } from '../../../../shared/api/resources.ts'
import type { Pod } from '../../../../shared/api/types.ts'
import { namespace } from '../../cluster.ts'
import { of, pods, SLEEP, template } from '../../apps/helpers.ts'

const KEY = 'kubernetes.io/e2e-evict-taint-key'
const nodes = of(Nodes, '')
const runs = (p: Pod): boolean => p.status?.phase === 'Running'
const bears = (seconds: number): object => ({ tolerations: [{ key: KEY, operator: 'Equal', value: 'evictTaintVal', effect: 'NoExecute', tolerationSeconds: seconds }] })
const on = (node: string, more: object = {}): object => ({ spec: (template({}, SLEEP, { spec: { nodeSelector: { 'kubernetes.io/hostname': node }, ...more } }) as { spec: object }).spec })
const taint = (node: string): Promise<unknown> => nodes.patch(node, { spec: { taints: [{ key: KEY, value: 'evictTaintVal', effect: 'NoExecute' }] } })
const untaint = (node: string): Promise<unknown> => nodes.patch(node, { spec: { taints: null } })
const first = async (): Promise<string> => (await nodes.list())[0]?.metadata.name ?? ''

it('evict minTolerationSeconds', async ({ onTestFinished }) => {
  const ns = await namespace()
  const node = await first()
  for (const [name, seconds] of [['short', 2], ['long', 600]] as const) await pods(ns).create(name, on(node, bears(seconds)))
  for (const name of ['short', 'long']) await pods(ns).until(name, 'runs', runs)
  onTestFinished(async () => { await untaint(node) })
  await taint(node)
  const leaving = await pods(ns).until('short', 'it is evicted', (p) => p.metadata.deletionTimestamp !== undefined || p.status?.conditions?.some((c) => c.type === 'DisruptionTarget') === true).catch((e: Error) => { if (!/: 404 /.test(e.message)) throw e; return undefined })
  if (leaving) await pods(ns).gone('short')
  expect((await pods(ns).get('long')).metadata.deletionTimestamp).toBeUndefined()
})
it('taint removal cancels eviction', async ({ onTestFinished }) => {
  const ns = await namespace()
  const node = await first()
  await pods(ns).create('kept', on(node, bears(8)))
  await pods(ns).until('kept', 'runs', runs)
  onTestFinished(async () => { await untaint(node) })
  await taint(node)
  // A pod that bears it for ever measures the time in which the other one would have left.
  const { spec } = on(node, { restartPolicy: 'Never', tolerations: [{ operator: 'Exists' }] }) as { spec: { containers: object[] } }
  await pods(ns).create('clock', { spec: { ...spec, containers: [{ ...spec.containers[0], command: ['sleep', '10'] }] } })
  await untaint(node)
  await pods(ns).until('clock', 'its time is over', (p) => p.status?.phase === 'Succeeded')
  const kept = await pods(ns).get('kept')
  expect([kept.status?.phase, kept.metadata.deletionTimestamp]).toEqual(['Running', undefined])
})
