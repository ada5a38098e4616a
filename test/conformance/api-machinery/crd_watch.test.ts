import { expect, it } from 'vitest'
import type { KubeObject, WatchEvent } from '../../../shared/api/meta.ts'
import { api, eventually, ok } from '../cluster.ts'
import { define, version } from './custom.ts'

it('watch on CRD objects', async () => {
  const kind = await define([version('v1')], { spec: { scope: 'Cluster' } })
  const path = `/apis/${kind.group}/v1/${kind.plural}`
  const events = { a: [] as string[], b: [] as string[] }
  for (const name of ['a', 'b'] as const) {
    const watch = await api().watch(`${path}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3D${name}`, (e: WatchEvent<KubeObject>) => { events[name].push(e.type) })
    try {
      await api().send('POST', path, kind.object(name))
      await eventually('added', async () => events[name], (e) => e.length === 1)
      await ok(['patch', kind.name, name, '--type=merge', '-p', '{"content":{"key":"value"}}'])
      await api().send('DELETE', `${path}/${name}`)
      await eventually('deleted', async () => events[name], (e) => e.length === 3)
    } finally {
      watch.close()
    }
  }
  expect(events).toEqual({ a: ['ADDED', 'MODIFIED', 'DELETED'], b: ['ADDED', 'MODIFIED', 'DELETED'] })
})
