import { expect, it } from 'vitest'
import type { AnyObject } from '../../../shared/api/meta.ts'
import { api, ok } from '../cluster.ts'
import { lifecycle } from './lifecycle.ts'

const PATH = '/apis/storage.k8s.io/v1/volumeattachments'
const OBJECT = { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', spec: { attacher: 'e2e-test.example.com', nodeName: 'no-such-node', source: { persistentVolumeName: 'no-such-volume' } } }

it('lifecycle', () => expect(lifecycle(PATH, ['volumeattachment'], OBJECT as never, 'attachment')).resolves.toBeUndefined())

it('status', async () => {
  const name = `attachment-status-${process.pid}`
  await api().send('POST', PATH, { ...OBJECT, metadata: { name } })
  const attached = async (): Promise<unknown> => ((await api().get<AnyObject>(`${PATH}/${name}/status`)) as AnyObject & { status?: { attached?: boolean } }).status?.attached
  try {
    await ok(['patch', 'volumeattachment', name, '--subresource', 'status', '--type', 'merge', '-p', '{"status":{"attached":true}}'])
    expect(await attached()).toBe(true)
    const read = await api().get<AnyObject>(`${PATH}/${name}/status`)
    await api().send('PUT', `${PATH}/${name}/status`, { ...read, status: { attached: false } })
    expect(await attached()).toBe(false)
  } finally {
    await api().send('DELETE', `${PATH}/${name}`)
  }
})
