import Docker from 'dockerode'
import { expect, it } from 'vitest'
import { startRegistry } from '../../../integration/registry.ts'
import { BUSYBOX, eventually, namespace } from '../../cluster.ts'
import { box, gone, podOf, remove, running, SLEEP, start, logs } from '../pods.ts'

it('image volume pull Always (1.36)', async () => {
  const ns = await namespace()
  const docker = new Docker()
  const registry = await startRegistry(false)
  const reference = await registry.push(docker, BUSYBOX, 'volume/image:1')
  try {
    // Of several layers, whole and a part of it; and of one layer.
    const pod = await running(ns, 'volumes', {
      containers: [box(`busybox test -x /image/bin/busybox && busybox test -x /part/busybox && ! busybox touch /image/new 2>/dev/null && busybox cat /one/bin/busybox >/dev/null && echo read-only; ${SLEEP}`, {
        volumeMounts: [{ name: 'image', mountPath: '/image' }, { name: 'image', mountPath: '/part', subPath: 'bin' }, { name: 'one', mountPath: '/one' }],
      })],
      volumes: [{ name: 'image', image: { reference, pullPolicy: 'Always' } }, { name: 'one', image: { reference: BUSYBOX, pullPolicy: 'IfNotPresent' } }],
    })
    await eventually('it has said what it sees', () => logs(ns, 'volumes'), (text) => text.includes('read-only'))
    // In use, the image stays; then nothing holds it.
    await expect(docker.getImage(reference).remove()).rejects.toThrow(/conflict/i)
    const held = () => docker.listContainers({ all: true, filters: { label: [`io.kubernetes.pod.uid=${pod.metadata.uid}`, 'dev.pilothouse.kind=image-volume'] } })
    expect((await held()).map((c) => c.State)).toEqual(['created', 'created'])
    await remove(ns, 'volumes')
    await gone(ns, 'volumes')
    expect(await held()).toEqual([])
    await start(ns, 'absent', { containers: [box(SLEEP, { volumeMounts: [{ name: 'image', mountPath: '/image' }] })], volumes: [{ name: 'image', image: { reference: `${registry.host}/volume/absent:1`, pullPolicy: 'Always' } }] })
    await eventually('it waits for its image', () => podOf(ns, 'absent'), (p) => /ErrImagePull|ImagePullBackOff/.test(p.status?.containerStatuses?.[0]?.state?.waiting?.reason ?? ''))
  } finally {
    await registry.stop()
    await docker.getImage(reference).remove({ force: true }).catch((e: { statusCode?: number }) => { if (e.statusCode !== 404) throw e })
  }
})
