/** Defaults of a volume. Source: core/v1 defaulting of Kubernetes. */
import type { Volume } from '../../../../shared/api/types.ts'
import { imageTag } from './container.ts'
import { canonical } from './resources.ts'

/** rw-r--r-- */
const FILE_MODE = 0o644
const TOKEN_SECONDS = 3600

type DownwardItem = { fieldRef?: { apiVersion?: string } ; resourceFieldRef?: { divisor?: string } }
function downwardItem(item: DownwardItem): void {
  if (item.fieldRef) item.fieldRef.apiVersion ||= 'v1'
  if (item.resourceFieldRef) item.resourceFieldRef.divisor ??= '0'
}

export function volumeDefaults(volume: Volume): void {
  // A volume that says nothing but its name is an empty directory.
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {}
  if (volume.emptyDir?.sizeLimit !== undefined) volume.emptyDir.sizeLimit = canonical(volume.emptyDir.sizeLimit) ?? '0'
  if (volume.secret) volume.secret.defaultMode ??= FILE_MODE
  if (volume.configMap) volume.configMap.defaultMode ??= FILE_MODE
  if (volume.image) volume.image.pullPolicy ||= volume.image.reference && imageTag(volume.image.reference) === 'latest' ? 'Always' : 'IfNotPresent'
  if (volume.hostPath) volume.hostPath.type ??= ''
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= FILE_MODE
    for (const item of volume.downwardAPI.items ?? []) downwardItem(item)
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= FILE_MODE
    for (const source of volume.projected.sources ?? []) {
      if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= TOKEN_SECONDS
      for (const item of source.downwardAPI?.items ?? []) downwardItem(item)
    }
  }
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec
  if (claim) claim.volumeMode ??= 'Filesystem'
}
