import { expect, it, onTestFinished } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import type { IngressClass } from '../../../shared/api/types.ts'
import { api, namespace, ok } from '../cluster.ts'

it('IngressClass API', async () => {
  const label = await namespace()
  const path = '/apis/networking.k8s.io/v1/ingressclasses'
  const selector = `labelSelector=special-label%3D${label}`
  onTestFinished(() => api().send<void>('DELETE', `${path}?${selector}`))
  const resources = await api().get<{ resources: { name: string; namespaced: boolean }[] }>('/apis/networking.k8s.io/v1')
  expect(resources.resources).toContainEqual(expect.objectContaining({ name: 'ingressclasses', namespaced: false }))
  const make = (n: number) => api().send<IngressClass>('POST', path, { metadata: { name: `${label}-${n}`, labels: { 'special-label': label } }, spec: { controller: `example.com/controller-${n}` } })
  const [first, , third] = [await make(1), await make(2), await make(3)]
  const own = `${path}/${first.metadata.name}`
  expect((await api().get<IngressClass>(own)).spec?.controller).toBe('example.com/controller-1')
  expect((await api().get<KubeList>(`${path}?${selector}`)).items).toHaveLength(3)
  const seen: string[] = []
  const watch = await api().watch<KubeObject>(`${path}?watch=true&${selector}&resourceVersion=${third.metadata.resourceVersion}`, (e) => seen.push(`${e.type} ${(e.object as KubeObject).metadata.annotations?.['step'] ?? ''}`))
  await ok(['patch', 'ingressclass', first.metadata.name, '--type=merge', '-p', '{"metadata":{"annotations":{"step":"patched"}}}'])
  const patched = await api().get<IngressClass>(own)
  await api().send('PUT', own, { ...patched, metadata: { ...patched.metadata, annotations: { step: 'updated' } } })
  await expect.poll(() => seen).toEqual(['MODIFIED patched', 'MODIFIED updated'])
  watch.close()
  await api().send('DELETE', own)
  await expect(api().get(own)).rejects.toThrow(/ 404 /)
  await api().send('DELETE', `${path}?${selector}`)
  expect((await api().get<KubeList>(`${path}?${selector}`)).items).toEqual([])
})
