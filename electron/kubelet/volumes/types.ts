/** What a kind of volume is to the kubelet. One kind a file; manager.ts chooses by the field that a pod's volume carries. */
import type { Pod, Volume } from '../../../shared/api/types.ts'
import type { Client } from '../../client/types.ts'
import type { ConfigSource, PodFacts } from '../env.ts'
import type { TokenSource } from '../tokens.ts'
import type { Host } from './host.ts'

/** Event FailedMount; the pod waits. */
export class VolumeError extends Error {}

/** Where a volume is, and how containers may use it. */
export interface Place {
  /** A folder or file of the engine's machine; '' when the engine keeps it (`engineVolume`). */
  readonly path: string
  /** The engine's own volume of that name is mounted instead of a path. */
  readonly engineVolume?: string
  /** Only the node writes there: containers see it read-only, and no link in it is a container's. */
  readonly readOnly?: boolean
  /** Containers see it read-only, though it is theirs or others'. */
  readonly containersReadOnly?: boolean
  /** The pod's fsGroup becomes the group of all that is in it. Source: Kubernetes documentation, "Configure a Security Context for a Pod". */
  readonly fsGroup?: boolean
  /** Of a claim whose volume is a folder of a file system of the node, which can be asked how full it is. */
  readonly claim?: { readonly namespace: string; readonly name: string }
}

/** Images that volumes are made of. */
export interface ImageSource {
  /** Makes the image of the volume present, as its pull policy says. Rejects with WaitingError. */
  pull(pod: Pod, volume: Volume): Promise<{ readonly id: string }>
  /** Resolves with the folders of its layers, the uppermost first. */
  hold(of: { readonly podUid: string; readonly volume: string }, imageId: string): Promise<readonly string[]>
  /** Where it is kept which images a pod's volumes are. */
  folder(pod: Pod): string
}

export interface VolumeContext {
  readonly pod: Pod
  /** Absent: the runtime cannot. */
  readonly images?: ImageSource | undefined
  readonly facts: PodFacts
  readonly nodeName: string
  readonly source: ConfigSource
  readonly client: Pick<Client, 'get'>
  readonly host: Host
  /** The volume has not been whole before, in the life of this pod. */
  readonly first: boolean
  /** Asks for a service account token of the pod. */
  token(source: TokenSource): Promise<string>
  /** Where a volume's files are, if the kubelet keeps them: `pods/UID/volumes/NAME`. */
  folder(volume: string): string
}

export interface VolumePlugin {
  /** Makes the volume be there and current. Called again at every sync of the pod: what is as it should be is left alone. Rejects with VolumeError. */
  setUp(volume: Volume, context: VolumeContext): Promise<Place>
}

/** A path inside a volume: relative, without `..`. */
export function safePath(path: string): string {
  const parts = path.split('/').filter((p) => p !== '' && p !== '.')
  if (path.startsWith('/') || !parts.length || parts.includes('..')) throw new VolumeError(`invalid path ${JSON.stringify(path)}: must be relative and without '..'`)
  return parts.join('/')
}
