/** Images as the dashboard works with them: the messages of `images.*` in ipc.ts. */

export interface ImageEntry {
  /** `sha256:…` */
  id: string
  /** `repo:tag` and `repo@sha256:…`; empty: only a build step, or what has lost its name to a newer one. */
  names: string[]
  sizeBytes: number
  /** Milliseconds since 1970. */
  createdAt?: number
  /** Pods that have a container of it, finished ones as well. */
  usedBy: { namespace: string; pod: string; node: string }[]
}
export interface ImageList {
  /** The nodes that have them: all of one engine. */
  nodes: string[]
  /** By name, those without one last. */
  images: ImageEntry[]
}

/** Who is asking a registry: typed by the user (kept nowhere), or a Secret of type kubernetes.io/dockerconfigjson, the entry of which that fits is taken. */
export interface RegistryAccess {
  username?: string
  password?: string
  secret?: { namespace: string; name: string }
}
export interface ImagePullRequest extends RegistryAccess {
  /** As in a pod: `nginx:1.27`, `localhost:5000/app:1`. */
  image: string
}
export interface ImageBuildRequest {
  /** Absolute path. Desktop: one that `images.chooseFolder` has answered since the app started. */
  folder: string
  /** Name of the image to be. */
  tag: string
  /** Path in the folder. Default `Dockerfile`. */
  dockerfile?: string
  buildArgs?: Record<string, string>
  /** Stage to stop at. */
  target?: string
  noCache?: boolean
}
export interface ImagePushRequest extends RegistryAccess {
  /** Its name leads to the registry: `localhost:5000/app:1`. */
  image: string
}
export interface ImageProgress {
  /** What the engine has said since the last message, a line each; several messages a second at most. */
  lines: string[]
  /** Sums over all layers; 0 while they are not known, and for builds. */
  currentBytes: number
  totalBytes: number
  /** Only in the last message. `digest`: under which the registry has it ('' for builds and pulls). */
  done?: { image: string; id: string; digest: string }
}
