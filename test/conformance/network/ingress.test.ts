import { expect, it } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import type { Ingress } from '../../../shared/api/types.ts'
import { api, get, namespace, ok } from '../cluster.ts'

it('Ingress API', async () => {
  const ns = await namespace()
  const groups = await api().get<{ groups: { name: string; versions: { version: string }[] }[] }>('/apis')
  expect(groups.groups.find((g) => g.name === 'networking.k8s.io')?.versions.map((v) => v.version)).toContain('v1')
  const resources = await api().get<{ resources: { name: string; kind: string }[] }>('/apis/networking.k8s.io/v1')
  expect(resources.resources.map((r) => r.name)).toEqual(expect.arrayContaining(['ingresses', 'ingresses/status']))
  const path = `/apis/networking.k8s.io/v1/namespaces/${ns}/ingresses`
  const label = `e2e-${ns}`
  // Of a class that no controller serves: nobody else writes its status.
  const draft = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { generateName: 'e2e-example-ing-', labels: { 'special-label': label } }, spec: { ingressClassName: `nobody-${ns}`, defaultBackend: { service: { name: 'default-backend', port: { number: 80 } } }, rules: [{ host: 'foo.bar.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'test-backend', port: { number: 8080 } } } }] } }] } }
  const made: Ingress[] = []
  for (let i = 0; i < 3; i++) made.push(await api().send<Ingress>('POST', path, draft))
  const first = made[0] as Ingress
  const own = `${path}/${first.metadata.name}`
  expect((await api().get<Ingress>(own)).metadata.uid).toBe(first.metadata.uid)
  expect((await api().get<KubeList>(`${path}?labelSelector=special-label%3D${label}`)).items).toHaveLength(3)
  expect((await api().get<KubeList>(`/apis/networking.k8s.io/v1/ingresses?labelSelector=special-label%3D${label}`)).items).toHaveLength(3)
  const seen: string[] = []
  const watch = await api().watch<KubeObject>(`${path}?watch=true&resourceVersion=${(made[2] as Ingress).metadata.resourceVersion}&labelSelector=special-label%3D${label}`, (e) => seen.push(`${e.type} ${(e.object as KubeObject).metadata.annotations?.['step'] ?? ''}`))
  await ok(['patch', '-n', ns, 'ingress', first.metadata.name, '--type=merge', '-p', '{"metadata":{"annotations":{"step":"patched"}}}'])
  const patched = await api().get<Ingress>(own)
  await api().send('PUT', own, { ...patched, metadata: { ...patched.metadata, annotations: { step: 'updated' } } })
  await expect.poll(() => seen).toEqual(['MODIFIED patched', 'MODIFIED updated'])
  watch.close()
  const status = { loadBalancer: { ingress: [{ ip: '169.1.1.1' }] } }
  await ok(['patch', '-n', ns, 'ingress', first.metadata.name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ metadata: { annotations: { patchedstatus: 'true' } }, status })])
  expect(await api().get<Ingress>(`${own}/status`)).toMatchObject({ status, metadata: { annotations: { step: 'updated' } } })
  await api().send('DELETE', own)
  await expect(api().get(own)).rejects.toThrow(/ 404 /)
  await api().send('DELETE', `${path}?labelSelector=special-label%3D${label}`)
  expect((await get<KubeList>('ingresses', '-n', ns)).items).toEqual([])
})
