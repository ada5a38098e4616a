/** For the behaviours of admission policies. */
import { expect, onTestFinished } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import { api, ok } from '../cluster.ts'

let count = 0

/** Everything that a client does with a resource. */
export async function everything(path: string, group: string, make: (name: string) => object, changed: object): Promise<string[]> {
  const label = `api${process.pid}-${count++}`
  const selected = `${path}?labelSelector=e2e%3D${label}`
  const { groups } = await api().get<{ groups: { name: string; versions: { version: string }[] }[] }>('/apis')
  expect(groups.find((g) => g.name === group)?.versions.map((v) => v.version)).toContain('v1')
  expect((await api().get<{ resources: { name: string }[] }>(path.slice(0, path.lastIndexOf('/')))).resources.map((r) => r.name)).toContain(path.split('/').at(-1))
  const seen: string[] = []
  const watch = await api().watch(`${selected}&watch=true`, (event) => { seen.push(event.type) })
  onTestFinished(() => watch.close())
  const names = ['a', 'b', 'c'].map((n) => `${label}-${n}`)
  for (const name of names) await api().send('POST', path, { metadata: { name, labels: { e2e: label } }, ...make(name) })
  const live = await api().get<KubeObject>(`${path}/${names[0]}`)
  expect((await api().get<KubeList<KubeObject>>(selected)).items).toHaveLength(3)
  const resource = path.split('/').at(-1) as string
  await ok(['patch', resource, names[0] as string, '--type=merge', '-p', '{"metadata":{"annotations":{"patched":"true"}}}'])
  const patched = await api().get<KubeObject>(`${path}/${names[0]}`)
  expect(patched.metadata.annotations).toMatchObject({ patched: 'true' })
  expect(patched.metadata.generation).toBe(live.metadata.generation)
  const updated = await api().send<KubeObject>('PUT', `${path}/${names[0]}`, { ...patched, ...changed })
  expect(updated.metadata.generation).toBe((live.metadata.generation ?? 0) + 1)
  await api().send('DELETE', `${path}/${names[0]}`)
  expect((await api().get<KubeList<KubeObject>>(selected)).items).toHaveLength(2)
  await api().send('DELETE', selected)
  expect((await api().get<KubeList<KubeObject>>(selected)).items).toHaveLength(0)
  await expect.poll(() => seen.filter((type) => type === 'DELETED').length, { timeout: 90_000 }).toBe(3)
  return seen.filter((type) => type === 'ADDED')
}
