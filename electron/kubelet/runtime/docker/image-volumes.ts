/**
 * An image as a volume: its layers lie on the engine's disk already, by their content, and are only mounted. While a pod uses them a
 * container that never runs is made of the image, so that neither the engine nor a collection of unused images takes them away.
 */
import { RuntimeError, labels } from '../types.ts'
import type { Engine } from './engine.ts'
import { isStatus } from './errors.ts'

export interface ImageVolumeOf {
  readonly podUid: string
  readonly volume: string
}
const KIND = 'image-volume'

/** Resolves with the folders of the image's layers, the uppermost first. Rejects where the engine keeps none. */
export async function holdImage(engine: Engine, clusterId: string, of: ImageVolumeOf, imageId: string): Promise<readonly string[]> {
  const { GraphDriver: driver } = await engine.call('look for an image', 'Unknown', (d) => d.getImage(imageId).inspect(), 30_000)
  const { UpperDir, LowerDir } = (driver?.Data ?? {}) as { UpperDir?: string; LowerDir?: string }
  if (driver?.Name !== 'overlay2' || !UpperDir) throw new RuntimeError('Unknown', `the container engine keeps its images with ${JSON.stringify(driver?.Name ?? 'its own store')}, whose layers cannot be mounted: image volumes need overlay2`)
  await engine.call('hold an image', 'CreateFailed', async (d) => {
    await d.createContainer({
      name: `pilothouse-${clusterId}-${of.podUid}-${of.volume}`, Image: imageId, Entrypoint: ['never'], Cmd: [], Healthcheck: { Test: ['NONE'] }, HostConfig: { NetworkMode: 'none' },
      Labels: { [labels.cluster]: clusterId, [labels.kind]: KIND, [labels.podUid]: of.podUid },
    }).catch((e: unknown) => { if (!isStatus(e, 409)) throw e }) // It is held already.
  })
  return [UpperDir, ...(LowerDir ? LowerDir.split(':') : [])]
}

export async function releaseImages(engine: Engine, clusterId: string, podUid: string): Promise<void> {
  const label = [`${labels.cluster}=${clusterId}`, `${labels.kind}=${KIND}`, `${labels.podUid}=${podUid}`]
  const found = await engine.call('list containers', 'Unknown', (d) => d.listContainers({ all: true, filters: { label } }), 60_000)
  for (const { Id } of found) await engine.call('remove a container', 'Unknown', (d) => d.getContainer(Id).remove({ force: true, v: true }).catch((e: unknown) => { if (!isStatus(e, 404, 409)) throw e }))
}
