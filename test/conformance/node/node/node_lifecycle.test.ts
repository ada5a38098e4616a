import { expect, it } from 'vitest'
import { Nodes } from '../../../../shared/api/resources.ts'
import type { Node } from '../../../../shared/api/types.ts'
import { eventually } from '../../cluster.ts'
import { follow, of } from '../../apps/helpers.ts'

it('Node lifecycle (1.32)', async ({ onTestFinished }) => {
  const nodes = of(Nodes, '')
  const name = `fake-node-${process.pid}`
  const seen = await follow(nodes, `fake=${name}`)
  onTestFinished(async () => { await nodes.remove(name).catch((e: Error) => { if (!/: 404 /.test(e.message)) throw e }) })
  const phase = (ready: string): object => ({ capacity: { cpu: '4', memory: '3840Mi', pods: '10' }, conditions: [{ type: 'Ready', status: ready, reason: 'Tested', message: 'Set from a test' }] })
  await nodes.create(name, { spec: { unschedulable: true }, status: phase('False') }, { labels: { fake: name } })
  await seen.saw('added', (e) => e.type === 'ADDED')
  expect((await nodes.get(name)).metadata.name).toBe(name)
  expect((await nodes.patch(name, { metadata: { labels: { step: 'patched' } } })).metadata.labels).toMatchObject({ step: 'patched' })
  await eventually('replaced', async () => {
    const now = await nodes.get(name)
    return nodes.replace({ ...now, metadata: { ...now.metadata, labels: { ...now.metadata.labels, step: 'updated' } } }).then((n) => n.metadata.labels?.['step'], (e: Error) => { if (!/: 409 /.test(e.message)) throw e })
  }, (v) => v === 'updated')
  const ready = (n: Node): string | undefined => n.status?.conditions?.find((c) => c.type === 'Ready')?.status
  expect(ready(await nodes.strategic(name, { status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Patched', message: '' }] } }, 'status'))).toBe('True')
  await eventually('the status is replaced', async () => {
    const now = await nodes.get(name, 'status')
    return nodes.replace({ ...now, status: { ...now.status, ...phase('False') } as Node['status'] & object }, 'status').then(ready, (e: Error) => { if (!/: 409 /.test(e.message)) throw e })
  }, (v) => v === 'False')
  expect((await nodes.list(`fake=${name}`)).map((n) => n.metadata.labels?.['step'])).toEqual(['updated'])
  await nodes.removeAll(`fake=${name}`)
  await seen.saw('deleted', (e) => e.type === 'DELETED')
  seen.close()
})
