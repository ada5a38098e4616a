import { expect, it, onTestFinished } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import { brief, must, patch, rest, watch } from '../rest.ts'

const PATH = '/apis/storage.k8s.io/v1/volumeattributesclasses'

it('VolumeAttributesClass lifecycle (1.35)', async () => {
  const label = `e2e-vac=run-${process.pid}`
  const selector = `labelSelector=${encodeURIComponent(label)}`
  const body = (name: string): object => ({ metadata: { name: `${name}-${process.pid}`, labels: { 'e2e-vac': `run-${process.pid}` } }, driverName: 'e2e-fake-csi-driver', parameters: { foo: 'bar' } })
  onTestFinished(async () => void (await rest('DELETE', `${PATH}?${selector}`)))
  const made = await must<KubeObject & { driverName: string }>('POST', PATH, body('a'))
  expect(made.driverName).toBe('e2e-fake-csi-driver')
  const path = `${PATH}/${made.metadata.name}`
  const watching = await watch(`${PATH}?${selector}&resourceVersion=${made.metadata.resourceVersion}`)
  expect((await patch(path, { metadata: { labels: { patched: 'true' } } })).metadata.labels).toMatchObject({ patched: 'true' })
  const found = await must('GET', path)
  await must('PUT', path, { ...found, metadata: { ...found.metadata, labels: { ...found.metadata.labels, updated: 'true' } } })
  expect((await rest('PATCH', path, { parameters: { foo: 'other' } }, { 'content-type': 'application/merge-patch+json' })).status).toBe(422)
  await must('DELETE', path)
  expect(brief(await watching.next(3)).map((e) => e.split(' ')[0])).toEqual(['MODIFIED', 'MODIFIED', 'DELETED'])
  await must('POST', PATH, body('b'))
  await must('DELETE', `${PATH}?${selector}`)
  expect((await must<KubeList<KubeObject>>('GET', `${PATH}?${selector}`)).items).toEqual([])
})
