/** An immutable ConfigMap or Secret: no change of what it holds, of what it is, nor of its being so. */
import { expect } from 'vitest'
import { create, kubectl, namespace } from '../cluster.ts'
import { objectOf, type Kind } from './config-files.ts'
import { patch, remove } from './volume-pod.ts'

export async function immutable(kind: Kind): Promise<void> {
  const ns = await namespace()
  await create(objectOf(kind, ns, 'o', { key: 'value' }))
  await patch(ns, `${kind} o`, { data: { key: kind === 'secret' ? 'djI=' : 'v2' } })
  await patch(ns, `${kind} o`, { immutable: true })
  for (const change of [{ data: { key: kind === 'secret' ? 'djM=' : 'v3' } }, { immutable: false }, { immutable: null }]) {
    const refused = await kubectl(['patch', '-n', ns, kind, 'o', '--type', 'merge', '-p', JSON.stringify(change)])
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('Forbidden')])
  }
  await patch(ns, `${kind} o`, { metadata: { labels: { may: 'change' } } })
  await remove(ns, `${kind} o`)
}
