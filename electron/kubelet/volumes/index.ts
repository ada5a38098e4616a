/** Volumes: what the rest of the kubelet needs of them. */
export { unmountBelow } from './host.ts'
export { createVolumeManager, podFolder, type ClaimPlace, type VolumeManager } from './manager.ts'
export { helpOf, imagesFolder, hostOf, removeAllPods } from './of-runtime.ts'
export { VolumeError, type Place } from './types.ts'
