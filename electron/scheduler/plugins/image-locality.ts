/** Prefers nodes that have the pod's images, more so the larger they are and the more nodes share them (which spreads load). */
import { MAX_SCORE, type Plugin } from '../framework.ts'

const MB = 1024 * 1024
const MIN = 23 * MB
const MAX_PER_CONTAINER = 1000 * MB

/** `nginx` is `nginx:latest`; a reference with tag or digest is left as it is. */
export const normalizedImage = (image: string): string => (image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image)

/** The names under which an engine may report a familiar reference. */
function namesOf(image: string): string[] {
  const name = normalizedImage(image)
  const first = name.split('/')[0] ?? ''
  if (!name.includes('/')) return [name, `docker.io/library/${name}`]
  return first.includes('.') || first.includes(':') || first === 'localhost' ? [name] : [name, `docker.io/${name}`]
}

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  weight: 1,
  preScore(pod, _nodes, { snapshot }) {
    const total = snapshot.nodes.length
    const containers = [...(pod.pod.spec.initContainers ?? []), ...pod.pod.spec.containers]
    const images = containers
      .map((c) => namesOf(c.image ?? '').map((name) => ({ name, share: snapshot.nodesWithImage(name) / total })).filter((n) => n.share > 0))
      .filter((names) => names.length)
    if (!images.length) return undefined
    const max = MAX_PER_CONTAINER * containers.length
    return {
      score(node) {
        let sum = 0
        for (const names of images) {
          const found = names.find((n) => node.images.has(n.name))
          if (found) sum += Math.floor((node.images.get(found.name) ?? 0) * found.share)
        }
        return Math.floor((MAX_SCORE * (Math.min(Math.max(sum, MIN), max) - MIN)) / (max - MIN))
      },
    }
  },
}
