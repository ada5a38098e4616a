import { expect, it } from 'vitest'
import type { Pod } from '../../../shared/api/types.ts'
import { api, BUSYBOX, namespace } from '../cluster.ts'
import { lifecycle } from './lifecycle.ts'

it('CSIDriver lifecycle', () => expect(lifecycle('/apis/storage.k8s.io/v1/csidrivers', ['csidriver'], { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', spec: { attachRequired: false, volumeLifecycleModes: ['Ephemeral'] } } as never, 'driver')).resolves.toBeUndefined())

it('CSIVolumeSource in Pod API', async () => {
  const ns = await namespace()
  const pods = `/api/v1/namespaces/${ns}/pods`
  const spec = {
    // It is the API that is looked at: no node has this driver.
    nodeSelector: { 'no.such/node': 'x' }, terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', csi: { driver: 'e2e.example.com', readOnly: true, fsType: 'ext4', volumeAttributes: { a: 'b' } } }],
  }
  await api().send('POST', pods, { metadata: { name: 'inline' }, spec })
  const read = await api().get<Pod>(`${pods}/inline`)
  expect(read.spec.volumes?.find((v) => v.name === 'v')?.csi).toEqual(spec.volumes[0]?.csi)
  expect((await api().get<{ items: Pod[] }>(pods)).items).toHaveLength(1)
  await api().send('DELETE', `${pods}/inline`)
})
