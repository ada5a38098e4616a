/** What a container has used by a moment, counted since it started; the network is that of the pod it is in. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly cpuNanos: number
  /** Working set: usage less inactive file cache, in bytes. */
  readonly memoryBytes: number
  /** Of which memory it is made; absent where that cannot be read. */
  readonly memory?: { readonly usage: number; readonly rss: number; readonly cache: number }
  /** Of its periods that it had a limit in, and how it was held to it. */
  readonly throttling?: { readonly periods: number; readonly throttled: number; readonly nanos: number }
  readonly rxBytes?: number
  readonly txBytes?: number
  /** Packets, and of these lost ones; where the bytes are the kernel's. */
  readonly packets?: { readonly rx: PacketCounts; readonly tx: PacketCounts }
  /** From and to disks; absent where the kernel does not count it. */
  readonly readBytes?: number
  readonly writeBytes?: number
  /** Of these, by device; absent where the kernel names none. */
  readonly disks?: readonly DiskCounts[]
}
export interface DiskCounts {
  /** `/dev/NAME`; '' where nobody knows it. */
  readonly device: string
  readonly readBytes: number
  readonly writeBytes: number
  readonly reads: number
  readonly writes: number
}
export interface PacketCounts {
  readonly total: number
  readonly errors: number
  readonly dropped: number
}
