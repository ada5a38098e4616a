/** The storage that every cluster has: folders of the data folder behind the default StorageClass. */
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StorageClass } from '../../shared/api/types.ts'
import { DEFAULT_CLASS, LOCAL_PATH_PROVISIONER } from '../../shared/volume-match.ts'
import type { VolumeFolders } from '../controllers/local-path-provisioner.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import { hostOf } from '../kubelet/volumes/index.ts'

/** What a claim that names no class gets. A volume is made where its first pod runs, and goes with its claim. */
export const STANDARD_CLASS: StorageClass = {
  apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'standard', annotations: { [DEFAULT_CLASS]: 'true' } },
  provisioner: LOCAL_PATH_PROVISIONER, reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer', allowVolumeExpansion: true,
}

/** Folders below `root`, one a volume. What containers wrote there as root goes as well. */
export function volumeFolders(root: string, runtime: ContainerRuntime): VolumeFolders {
  const host = hostOf(runtime)
  return {
    async make(name) {
      const path = join(root, name)
      await mkdir(path, { recursive: true })
      await chmod(path, 0o777)
      return path
    },
    remove: (name) => host.remove(join(root, name)),
  }
}
