/** What a container has used by a moment, counted since it started; the network is that of the pod it is in. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly cpuNanos: number
  /** Working set: usage less inactive file cache, in bytes. */
  readonly memoryBytes: number
  readonly rxBytes?: number
  readonly txBytes?: number
  /** From and to disks; absent where the kernel does not count it. */
  readonly readBytes?: number
  readonly writeBytes?: number
}
