import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Ingress, PersistentVolumeClaim, Pod } from '../../../shared/api/types.ts'
import { startWorld, type Answer, type World } from '../testing.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' }, automountServiceAccountToken: false })
})
afterAll(() => world.close())
const post = (path: string, body: object): Promise<Answer> => world.ask('POST', path, body)
const inDefault = (path: string): string => `${path.startsWith('apis') ? '/' : '/api/v1/'}${path.replace('*', 'namespaces/default')}`

it('a claim without class gets the default one, the newest of several', async () => {
  const claim = async (name: string, extra: object = {}): Promise<string | undefined> =>
    ((await post(inDefault('*/persistentvolumeclaims'), { metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } }, ...extra } })).body as unknown as PersistentVolumeClaim).spec.storageClassName
  expect(await claim('before')).toBeUndefined()
  for (const name of ['old', 'new']) {
    await post('/apis/storage.k8s.io/v1/storageclasses', { metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'p' })
    await world.clock.advance(2000)
  }
  expect(await claim('after')).toBe('new')
  expect(await claim('none', { storageClassName: '' })).toBe('')
})
it('an Ingress without class gets the default one, the newest of several', async () => {
  const ingress = async (name: string): Promise<Answer> => post(inDefault('apis/networking.k8s.io/v1/*/ingresses'), { metadata: { name }, spec: { defaultBackend: { service: { name: 's', port: { number: 1 } } } } })
  const ingressClass = (name: string): Promise<Answer> => post('/apis/networking.k8s.io/v1/ingressclasses', { metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }, spec: { controller: 'a.b/c' } })
  await ingressClass('one')
  expect(((await ingress('a')).body as unknown as Ingress).spec.ingressClassName).toBe('one')
  await world.clock.advance(2000)
  await ingressClass('two')
  expect(((await ingress('b')).body as unknown as Ingress).spec.ingressClassName).toBe('two')
})
it('a pod of a RuntimeClass bears its overhead and goes where it can run', async () => {
  const pod = (name: string, extra: object): Promise<Answer> => post(inDefault('*/pods'), { metadata: { name }, spec: { containers: [{ name: 'c', image: 'i' }], ...extra } })
  const scheduling = { nodeSelector: { kata: 'yes' }, tolerations: [{ key: 'kata', operator: 'Exists' }] }
  await post('/apis/node.k8s.io/v1/runtimeclasses', { metadata: { name: 'kata' }, handler: 'kata', overhead: { podFixed: { cpu: '100m' } }, scheduling })
  const { spec } = (await pod('a', { runtimeClassName: 'kata', nodeSelector: { b: 'c' } })).body as unknown as Pod
  expect(spec).toMatchObject({ overhead: { cpu: '100m' }, nodeSelector: { b: 'c', kata: 'yes' } })
  expect(spec.tolerations).toContainEqual({ key: 'kata', operator: 'Exists' })
  expect((await pod('b', { runtimeClassName: 'none' })).body).toMatchObject({ code: 403, message: 'pods "b" is forbidden: pod rejected: RuntimeClass "none" not found' })
  expect((await pod('c', { runtimeClassName: 'kata', nodeSelector: { kata: 'no' } })).body).toMatchObject({ code: 403 })
  expect((await pod('d', { overhead: { cpu: '1' } })).body).toMatchObject({ code: 403, message: 'pods "d" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead' })
})
