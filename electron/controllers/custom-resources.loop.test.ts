import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigMaps, CustomResourceDefinitions, Namespaces, ResourceQuotas, type ResourceType } from '../../shared/api/resources.ts'
import type { Draft, KubeObject } from '../../shared/api/meta.ts'
import type { CustomResourceDefinition } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { startLoop, type Loop } from './testing.ts'

const Tabs: ResourceType = { group: 'example.com', version: 'v1', resource: 'tabs', kind: 'Tab', namespaced: true }
const definition = {
  metadata: { name: 'tabs.example.com' },
  spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'tabs', kind: 'Tab' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] },
} as unknown as Draft<CustomResourceDefinition>

let loop: Loop
const gone = async (ask: Promise<KubeObject>): Promise<boolean> => ask.then(() => false, (error: unknown) => {
  if (isNotFound(error)) return true
  throw error
})
const define = async (): Promise<void> => {
  await loop.client.create(CustomResourceDefinitions, definition)
  await loop.until(async () => (await loop.client.get(CustomResourceDefinitions, 'tabs.example.com')).status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True'), 'established')
}
const tab = (name: string, namespace: string) => loop.client.create(Tabs, { metadata: { name, namespace } } as Draft<KubeObject>)
beforeAll(async () => {
  loop = await startLoop()
  await define()
})
afterAll(() => loop.close())

describe('kinds that come at run time', () => {
  it('own, and are collected', async () => {
    const owner = await tab('owner', 'default')
    const reference = (apiVersion: string) => ({ apiVersion, kind: 'Tab', name: 'owner', uid: owner.metadata.uid ?? '' })
    await loop.client.create(ConfigMaps, { metadata: { name: 'owned', namespace: 'default', ownerReferences: [reference('example.com/v1')] } })
    await loop.client.create(Tabs, { metadata: { name: 'child', namespace: 'default', ownerReferences: [reference('example.com/v1beta1')] } } as Draft<KubeObject>)
    await loop.client.delete(Tabs, 'owner', 'default')
    await loop.until(() => gone(loop.client.get(ConfigMaps, 'owned', 'default')), 'the config map is collected')
    expect(await loop.until(() => gone(loop.client.get(Tabs, 'child', 'default')), 'the custom resource is collected')).toBe(true)
  })
  it('are counted by a quota', async () => {
    const namespace = 'default'
    const used = async (): Promise<string | undefined> => (await loop.client.get(ResourceQuotas, 'tabs', namespace)).status?.used?.['count/tabs.example.com']
    await tab('before', namespace)
    await loop.client.create(ResourceQuotas, { metadata: { name: 'tabs', namespace }, spec: { hard: { 'count/tabs.example.com': '2' } } })
    await loop.until(async () => (await used()) === '1', 'the one that was there is counted')
    await tab('second', namespace)
    await expect(tab('third', namespace)).rejects.toMatchObject({ code: 403, message: 'tabs.example.com "third" is forbidden: exceeded quota: tabs, requested: count/tabs.example.com=1, used: count/tabs.example.com=2, limited: count/tabs.example.com=2' })
    await loop.client.delete(Tabs, 'before', namespace)
    await loop.until(async () => (await used()) === '1', 'what goes is given back')
    await loop.client.delete(ResourceQuotas, 'tabs', namespace)
    await loop.client.delete(Tabs, 'second', namespace)
  })
  it('go with their namespace', async () => {
    await loop.client.create(Namespaces, { metadata: { name: 'brief' } })
    await tab('a', 'brief')
    await loop.client.delete(Namespaces, 'brief')
    await loop.until(() => gone(loop.client.get(Namespaces, 'brief')), 'the namespace goes')
    expect((await loop.client.list(Tabs)).items).toEqual([])
  })
  it('go, and come again', async () => {
    await tab('a', 'default')
    await loop.client.delete(CustomResourceDefinitions, 'tabs.example.com')
    await loop.until(() => gone(loop.client.get(CustomResourceDefinitions, 'tabs.example.com')), 'the definition goes')
    await define()
    expect((await loop.client.list(Tabs)).items).toEqual([])
    const owner = await tab('owner', 'default')
    await loop.client.create(ConfigMaps, { metadata: { name: 'again', namespace: 'default', ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'Tab', name: 'owner', uid: owner.metadata.uid ?? '' }] } })
    await loop.client.delete(Tabs, 'owner', 'default')
    await loop.until(() => gone(loop.client.get(ConfigMaps, 'again', 'default')), 'the config map is collected')
  })
})
