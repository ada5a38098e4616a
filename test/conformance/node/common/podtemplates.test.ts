import { CoreV1Api, type V1PodTemplate } from '@kubernetes/client-node'
import { expect, it } from 'vitest'
import { BUSYBOX, client, namespace } from '../../cluster.ts'

const core = (): CoreV1Api => client().makeApiClient(CoreV1Api)
const template = (name: string, labels: Record<string, string> = {}): V1PodTemplate => ({ metadata: { name, labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: BUSYBOX }] } } }) as V1PodTemplate

it('lifecycle', async () => {
  const namespace_ = await namespace()
  await core().createNamespacedPodTemplate({ namespace: namespace_, body: template('pod-template', { podtemplate: 'static' }) })
  expect((await core().readNamespacedPodTemplate({ namespace: namespace_, name: 'pod-template' })).template?.spec?.containers).toHaveLength(1)
  expect((await core().listPodTemplateForAllNamespaces({ labelSelector: 'podtemplate=static' })).items.some((t) => t.metadata?.namespace === namespace_)).toBe(true)
  await core().patchNamespacedPodTemplate({ namespace: namespace_, name: 'pod-template', body: [{ op: 'add', path: '/metadata/labels/patched', value: 'true' }] })
  expect((await core().readNamespacedPodTemplate({ namespace: namespace_, name: 'pod-template' })).metadata?.labels).toEqual({ podtemplate: 'static', patched: 'true' })
  await core().deleteNamespacedPodTemplate({ namespace: namespace_, name: 'pod-template' })
  expect((await core().listNamespacedPodTemplate({ namespace: namespace_ })).items).toEqual([])
})
it('delete collection', async () => {
  const namespace_ = await namespace()
  for (const name of ['one', 'two', 'three']) await core().createNamespacedPodTemplate({ namespace: namespace_, body: template(name, { podtemplate: 'set' }) })
  expect((await core().listNamespacedPodTemplate({ namespace: namespace_, labelSelector: 'podtemplate=set' })).items).toHaveLength(3)
  await core().deleteCollectionNamespacedPodTemplate({ namespace: namespace_, labelSelector: 'podtemplate=set' })
  expect((await core().listNamespacedPodTemplate({ namespace: namespace_, labelSelector: 'podtemplate=set' })).items).toEqual([])
})
it('replace', async () => {
  const namespace_ = await namespace()
  const made = await core().createNamespacedPodTemplate({ namespace: namespace_, body: template('replaced') })
  const next = { ...made, metadata: { ...made.metadata, annotations: { updated: 'true' } } }
  expect((await core().replaceNamespacedPodTemplate({ namespace: namespace_, name: 'replaced', body: next })).metadata?.annotations).toEqual({ updated: 'true' })
})
