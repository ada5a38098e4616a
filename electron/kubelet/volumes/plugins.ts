/** Which file answers for which kind of volume: by the field that a pod's volume carries. */
import { configMap } from './config-map.ts'
import { downwardAPI } from './downward-api.ts'
import { emptyDir } from './empty-dir.ts'
import { hostPath } from './host-path.ts'
import { image } from './image.ts'
import { ephemeral, persistentVolumeClaim } from './persistent-claim.ts'
import { projected } from './projected.ts'
import { secret } from './secret.ts'
import type { VolumePlugin } from './types.ts'

export const plugins: Readonly<Record<string, VolumePlugin | undefined>> = { configMap, downwardAPI, emptyDir, ephemeral, hostPath, image, persistentVolumeClaim, projected, secret }
