/** Which pods read a config map or a secret. */
import type { Pod } from '../../../shared/api/types.ts'

/** By volume, by variable, or to pull images. */
export function reads(p: Pod, kind: 'ConfigMap' | 'Secret', name: string): boolean {
  const { volumes = [], containers, initContainers = [], imagePullSecrets = [] } = p.spec
  if (kind === 'Secret' && imagePullSecrets.some((s) => s.name === name)) return true
  const inVolume = volumes.some((v) => (kind === 'ConfigMap' ? v.configMap?.name === name : v.secret?.secretName === name) || v.projected?.sources?.some((s) => (kind === 'ConfigMap' ? s.configMap?.name : s.secret?.name) === name))
  return inVolume || [...containers, ...initContainers].some((c) =>
    c.envFrom?.some((e) => (kind === 'ConfigMap' ? e.configMapRef?.name : e.secretRef?.name) === name) ||
    c.env?.some((e) => (kind === 'ConfigMap' ? e.valueFrom?.configMapKeyRef?.name : e.valueFrom?.secretKeyRef?.name) === name))
}
