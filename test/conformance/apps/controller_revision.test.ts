import { expect, it } from 'vitest'
import { ControllerRevisions, DaemonSets } from '../../../shared/api/resources.ts'
import type { ControllerRevision } from '../../../shared/api/types.ts'
import { eventually, namespace } from '../cluster.ts'
import { follow, of, SLEEP, template } from './helpers.ts'

it('lifecycle', async () => {
  const ns = await namespace()
  const labels = { ds: ns }
  const sets = of(DaemonSets, ns)
  const revisions = of(ControllerRevisions, ns)
  await sets.create('d', { spec: { selector: { matchLabels: labels }, template: template(labels, SLEEP) } })
  const selector = `ds=${ns}`
  const [first] = await eventually('the first revision', () => revisions.list(selector), (l) => l.length === 1)
  const name = first?.metadata.name ?? ''
  expect(first?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'DaemonSet', name: 'd', controller: true })
  const seen = await follow(revisions)
  await revisions.strategic(name, { metadata: { labels: { [name]: 'patched' } } })
  await seen.saw('patched', (e) => (e.object as ControllerRevision).metadata.labels?.[name] === 'patched')
  // Another one of the same data, made by hand, belongs to the set too.
  const { data } = await revisions.get(name)
  await revisions.create('by-hand', { data, revision: 2 }, { labels: { ...labels, hand: ns } })
  await eventually('two', () => revisions.list(), (l) => l.length === 2)
  await revisions.remove(name)
  await eventually('another takes its place', () => revisions.list(selector), (l) => l.length >= 1 && !l.some((r) => r.metadata.uid === first?.metadata.uid))
  await eventually('replaced', async () => {
    const now = (await eventually('there is one', () => revisions.list(selector), (l) => l.length > 0))[0] as ControllerRevision
    return revisions.replace({ ...now, metadata: { ...now.metadata, labels: { ...now.metadata.labels, [now.metadata.name]: 'updated' } } }).then((r) => r.metadata.labels?.[r.metadata.name], (e: Error) => { if (!/: 40[49] /.test(e.message)) throw e })
  }, (v) => v === 'updated')
  await sets.strategic('d', { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } })
  await eventually('a revision more', () => revisions.list(selector), (l) => Math.max(...l.map((r) => r.revision)) >= 3)
  await revisions.removeAll(selector)
  await eventually('only what the set needs is made again', () => revisions.list(), (l) => l.length === 1)
  seen.close()
})
