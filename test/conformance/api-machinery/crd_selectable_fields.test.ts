import { expect, it } from 'vitest'
import type { KubeList, KubeObject, WatchEvent } from '../../../shared/api/meta.ts'
import { api, eventually, namespace, ok } from '../cluster.ts'
import { define, version } from './custom.ts'

it('list/watch/informers with selectable fields (1.32)', async () => {
  const ns = await namespace()
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: { color: { type: 'string' }, size: { type: 'integer' } } } } }
  const shirt = await define([version('v1', schema, { selectableFields: [{ jsonPath: '.spec.color' }, { jsonPath: '.spec.size' }] })])
  for (const [name, color, size] of [['a', 'blue', 1], ['b', 'blue', 2], ['c', 'green', 1]] as const) await api().send('POST', shirt.path(ns), shirt.object(name, { spec: { color, size } }))
  const names = async (selector: string): Promise<string[]> => (await api().get<KubeList<KubeObject>>(`${shirt.path(ns)}?fieldSelector=${encodeURIComponent(selector)}`)).items.map((o) => o.metadata.name)
  expect(await names('spec.color=blue')).toEqual(['a', 'b'])
  expect(await names('spec.color=blue,spec.size!=1')).toEqual(['b'])
  expect(await ok(['get', shirt.name, '-n', ns, '--field-selector=spec.color=green', '-o', 'name'])).toContain('/c')
  const seen: string[] = []
  const watch = await api().watch(`${shirt.path(ns)}?watch=true&fieldSelector=spec.color%3Dblue`, (e: WatchEvent<KubeObject>) => { seen.push(`${e.type} ${(e.object as KubeObject).metadata.name}`) })
  try {
    await eventually('what is there', async () => seen, (s) => s.length === 2)
    await ok(['patch', shirt.name, 'c', '-n', ns, '--type=merge', '-p', '{"spec":{"color":"blue"}}'])
    await ok(['patch', shirt.name, 'a', '-n', ns, '--type=merge', '-p', '{"spec":{"color":"red"}}'])
    await eventually('what changes', async () => seen, (s) => s.length === 4)
  } finally {
    watch.close()
  }
  expect(seen).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'DELETED a'])
  await api().send('DELETE', `${shirt.path(ns)}?fieldSelector=spec.color%3Dblue`)
  expect((await api().get<KubeList<KubeObject>>(shirt.path(ns))).items.map((o) => o.metadata.name)).toEqual(['a'])
})
