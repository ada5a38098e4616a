/** Volumes: what the rest of the kubelet needs of them. */
export { createHost, unmountBelow, type Host } from './host.ts'
export { createVolumeManager, podFolder, type VolumeManager } from './manager.ts'
export { VolumeError, type Place } from './types.ts'
