/** What image volumes need of the kubelet: the image, pulled as those of containers are, and held on the engine. */
import type { Container, Pod, Volume } from '../../shared/api/types.ts'
import type { createImagePuller } from './image-puller.ts'
import type { ContainerRuntime } from './runtime/types.ts'
import { helpOf, imagesFolder } from './volumes/index.ts'
import type { ImageSource } from './volumes/types.ts'

/** Nothing where the runtime cannot mount images. */
export function imageVolumes(runtime: ContainerRuntime, dataDir: string, puller: ReturnType<typeof createImagePuller>): { images?: ImageSource; releaseImages?: (podUid: string) => Promise<void> } {
  const { holdImage: hold, releaseImages } = helpOf(runtime)
  if (!hold || !releaseImages) return {}
  const asContainer = ({ name, image }: Volume): Container => ({ name, image: image?.reference ?? '', ...(image?.pullPolicy ? { imagePullPolicy: image.pullPolicy } : {}) })
  return {
    images: { pull: (pod: Pod, volume) => puller.ensure(pod, asContainer(volume), () => undefined, new AbortController().signal), hold, folder: (pod) => imagesFolder(dataDir, pod.metadata.uid ?? '') },
    releaseImages,
  }
}
