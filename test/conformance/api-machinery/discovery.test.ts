import { expect, it } from 'vitest'
import { api } from '../cluster.ts'

interface Version { groupVersion: string; version: string }
interface Group { name: string; versions: Version[]; preferredVersion: Version }

it('PreferredVersion of each APIGroup', async () => {
  const { groups } = await api().get<{ groups: Group[] }>('/apis')
  expect(groups.length).toBeGreaterThan(5)
  for (const group of groups) {
    const alone = await api().get<Group>(`/apis/${group.name}`)
    expect(alone.preferredVersion).toEqual(group.preferredVersion)
    expect(alone.versions).toContainEqual(group.preferredVersion)
    expect(group.preferredVersion.groupVersion).toBe(`${group.name}/${group.preferredVersion.version}`)
  }
})

it('groupVersion and resource in each APIGroup', async () => {
  const { groups } = await api().get<{ groups: Group[] }>('/apis')
  for (const { groupVersion } of groups.flatMap((g) => g.versions)) {
    const list = await api().get<{ groupVersion: string; resources: { name: string; kind: string; verbs: string[] }[] }>(`/apis/${groupVersion}`)
    expect(list.groupVersion).toBe(groupVersion)
    expect(list.resources.length).toBeGreaterThan(0)
    for (const r of list.resources) expect([r.name, r.kind, r.verbs.length > 0]).toEqual([expect.stringMatching(/^[a-z/]+$/), expect.stringMatching(/^[A-Z]/), true])
  }
})
