/** What each kind of the storage API must let its users do: create, read, list, patch, replace, watch, delete one and delete many. */
import { expect } from 'vitest'
import type { AnyObject } from '../../../shared/api/meta.ts'
import { api, eventually, ok, replace } from '../cluster.ts'

type Listed = { items: AnyObject[] }
const merge = (args: string[], change: object): Promise<string> => ok(['patch', ...args, '--type', 'merge', '-p', JSON.stringify(change)])

/** `path`: of the collection; `object`: a valid one without a name; `kubectl`: how kubectl names it, with its namespace. */
export async function lifecycle(path: string, kubectl: string[], object: AnyObject, prefix: string): Promise<void> {
  const name = `${prefix}-${process.pid}-${Date.now().toString(36)}`
  const label = { conformance: name }
  const at = (of: string): string => `${path}/${of}`
  const selected = `labelSelector=conformance%3D${name}`
  const seen: string[] = []
  const watch = await api().watch(`${path}?watch=true&${selected}`, (e) => seen.push(e.type))
  try {
    const made = await api().send<AnyObject>('POST', path, { ...object, metadata: { name, labels: label } })
    expect(made.metadata.uid).toBeTruthy()
    expect((await api().get<AnyObject>(at(name))).metadata.uid).toBe(made.metadata.uid)
    expect((await api().get<Listed>(`${path}?${selected}`)).items).toHaveLength(1)
    await merge([...kubectl, name], { metadata: { labels: { patched: 'yes' } } })
    const patched = await api().get<AnyObject>(at(name))
    expect(patched.metadata.labels).toMatchObject({ patched: 'yes' })
    const replaced = await replace<AnyObject>(at(name), (live) => ({ ...live, metadata: { ...live.metadata, labels: { ...live.metadata.labels, replaced: 'yes' } } }))
    expect(replaced.metadata.labels).toMatchObject({ patched: 'yes', replaced: 'yes' })
    await api().send('DELETE', at(name))
    await eventually(`${name} is gone`, () => api().get<Listed>(`${path}?${selected}`), (l) => l.items.length === 0)
    await api().send('POST', path, { ...object, metadata: { name: `${name}-2`, labels: label } })
    await api().send('DELETE', `${path}?${selected}`)
    await eventually('the collection is empty', () => api().get<Listed>(`${path}?${selected}`), (l) => l.items.length === 0)
    await eventually('the watch has told it', async () => seen, (types) => types.filter((t) => t === 'ADDED').length === 2 && types.filter((t) => t === 'DELETED').length === 2 && types.includes('MODIFIED'))
  } finally {
    watch.close()
  }
}
