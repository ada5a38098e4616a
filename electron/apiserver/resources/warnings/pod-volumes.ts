/** Volumes that are of old, or whose files hide each other. Source: pkg/api/pod of Kubernetes. */
import type { PodSpec, Volume } from '../../../../shared/api/types.ts'
import { claimWarnings } from './claims.ts'

/** By the names of their fields. */
export const OLD_VOLUMES: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+', gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+', scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+', storageos: 'deprecated in v1.22, non-functional in v1.25+', quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+', cephfs: 'deprecated in v1.28, non-functional in v1.31+', rbd: 'deprecated in v1.28, non-functional in v1.31+',
}
/** Upstream's sentence has the field of this one in another case. */
export const toldAs = (name: string): string => (name === 'storageos' ? 'storageOS' : name)

/** A file of a volume, and what it is made of; '': the volume has but one source. */
interface File { readonly path: string; readonly source: string }

const show = ({ path, source }: File): string => (source ? `${JSON.stringify(path)} (${source})` : JSON.stringify(path))
const inside = (a: string, b: string): boolean => `${a}/`.startsWith(`${b}/`)

function overlaps(to: string[], what: string, files: readonly File[]): void {
  const before: File[] = []
  for (const given of files) {
    const file = { ...given, path: given.path.replace(/\/+$/, '') }
    if (file.path) for (const other of before) if (other.path && (inside(file.path, other.path) || inside(other.path, file.path))) to.push(`volume ${what}: overlapping paths: ${show(file)} with ${show(other)}`)
    before.push(file)
  }
}

type Items = readonly { readonly path: string }[] | undefined
const filesOf = (items: Items, source = ''): File[] => (items ?? []).map(({ path }) => ({ path, source }))

type Source = NonNullable<NonNullable<Volume['projected']>['sources']>[number]
function projectedFiles(source: Source): File[] {
  if (source.configMap?.items) return filesOf(source.configMap.items, `ConfigMap ${JSON.stringify(source.configMap.name ?? '')}`)
  if (source.secret?.items) return filesOf(source.secret.items, `Secret ${JSON.stringify(source.secret.name ?? '')}`)
  if (source.downwardAPI?.items) return filesOf(source.downwardAPI.items, 'DownwardAPI')
  if (source.serviceAccountToken) return [{ path: source.serviceAccountToken.path, source: 'ServiceAccountToken' }]
  const bundle = source.clusterTrustBundle
  return bundle ? [{ path: bundle.path, source: `ClusterTrustBundle ${JSON.stringify(bundle.name ?? bundle.signerName ?? '')}` }] : []
}

/** `path`: of the spec. */
export function volumeWarnings(to: string[], path: string, { volumes }: PodSpec): void {
  volumes?.forEach((volume, i) => {
    for (const name in volume) {
      const sentence = OLD_VOLUMES[name]
      if (sentence && volume[name as keyof Volume] != null) to.push(`${path}.volumes[${i}].${toldAs(name)}: ${sentence}`)
    }
    const claim = volume.ephemeral?.volumeClaimTemplate
    if (claim) claimWarnings(to, `${path}.volumes[${i}].ephemeral.volumeClaimTemplate.spec`, claim.spec)
  })
  for (const { name, configMap, secret, downwardAPI, projected } of volumes ?? []) {
    const own = JSON.stringify(name)
    if (configMap?.items) overlaps(to, `${own} (ConfigMap ${JSON.stringify(configMap.name ?? '')})`, filesOf(configMap.items))
    if (secret?.items) overlaps(to, `${own} (Secret ${JSON.stringify(secret.secretName ?? '')})`, filesOf(secret.items))
    if (downwardAPI?.items) overlaps(to, `${own} (DownwardAPI)`, filesOf(downwardAPI.items))
    if (!projected) continue
    for (const source of projected.sources ?? []) if (Object.values(source).every((value) => value == null)) to.push(`volume ${own} (Projected) has no sources provided`)
    overlaps(to, `${own} (Projected)`, (projected.sources ?? []).flatMap(projectedFiles))
  }
}
