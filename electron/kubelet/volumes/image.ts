/**
 * image: the file system of an image, read-only. It is pulled once in the life of a pod, as the pod's containers' images are.
 * Source: Kubernetes documentation, "Use an Image Volume With a Pod"; KEP-4639.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { VolumeError, type VolumePlugin } from './types.ts'

export const image: VolumePlugin = {
  async setUp(volume, { pod, images, host, folder }) {
    const path = folder(volume.name)
    if (!host.mounts || !images) throw new VolumeError('image volumes need an app that runs as root on the machine of the container engine')
    if (await host.mounted(path)) return { path, readOnly: true }
    // After the machine was started again, what was chosen then is mounted again, whatever the image's name means by now.
    const chosen = join(images.folder(pod), volume.name)
    const known = await readFile(chosen, 'utf8').catch((e: NodeJS.ErrnoException) => { if (e.code === 'ENOENT') return undefined; throw e })
    const id = known === undefined || known === '' ? (await images.pull(pod, volume)).id : known
    await mkdir(dirname(chosen), { recursive: true })
    await writeFile(chosen, id)
    await host.layers(await images.hold({ podUid: pod.metadata.uid ?? '', volume: volume.name }, id), path)
    return { path, readOnly: true }
  },
}
