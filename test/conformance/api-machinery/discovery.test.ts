import { expect, it } from 'vitest'
import { api } from '../cluster.ts'

interface Version { groupVersion: string; version: string }
interface Group { name: string; versions: Version[]; preferredVersion: Version }
interface Resources { groupVersion: string; resources: { name: string; kind: string; verbs: string[] }[] }

/** Groups of the server's own: those of custom resources come and go with the tests that run beside this one. */
const ownGroups = async (): Promise<Group[]> => (await api().get<{ groups: Group[] }>('/apis')).groups.filter((g) => !g.name.includes('.') || g.name.endsWith('.k8s.io'))

it('PreferredVersion of each APIGroup', async () => {
  const groups = await ownGroups()
  expect(groups.map((g) => g.name)).toEqual(expect.arrayContaining(['apps', 'batch', 'autoscaling', 'policy', 'networking.k8s.io', 'storage.k8s.io', 'rbac.authorization.k8s.io']))
  for (const group of groups) {
    const alone = await api().get<Group>(`/apis/${group.name}`)
    expect(alone.preferredVersion).toEqual(group.preferredVersion)
    expect(alone.versions).toContainEqual(group.preferredVersion)
    expect(group.preferredVersion.groupVersion).toBe(`${group.name}/${group.preferredVersion.version}`)
  }
})

it('groupVersion and resource in each APIGroup', async () => {
  const versions = (await ownGroups()).flatMap((g) => g.versions)
  expect(versions.length).toBeGreaterThan(15)
  for (const { groupVersion } of versions) {
    const list = await api().get<Resources>(`/apis/${groupVersion}`)
    expect(list.groupVersion).toBe(groupVersion)
    expect(list.resources.length).toBeGreaterThan(0)
    for (const r of list.resources) expect([r.name, r.kind, r.verbs.length > 0]).toEqual([expect.stringMatching(/^[a-z/]+$/), expect.stringMatching(/^[A-Z]/), true])
  }
})
