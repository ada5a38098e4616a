/** Tokens for kubelets: of an account whose pod runs on the node, bound to that pod, for an audience that the pod asks for. */
import type { V1CSIDriver } from '@kubernetes/client-node'
import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../../shared/api/types.ts'
import { keyOf, type Env } from '../registry/env.ts'
import type { Authorizer } from '../types.ts'
import type { Refusal } from './node-restriction.ts'
import type { AdmissionRequest } from './plugin.ts'

const PODS = { group: '', resource: 'pods', scope: 'Namespaced' } as const
const CLAIMS = { group: '', resource: 'persistentvolumeclaims', scope: 'Namespaced' } as const
const VOLUMES = { group: '', resource: 'persistentvolumes', scope: 'Cluster' } as const
const DRIVERS = { group: 'storage.k8s.io', resource: 'csidrivers', scope: 'Cluster' } as const

interface TokenSpec {
  readonly audiences?: readonly string[]
  readonly boundObjectRef?: { readonly kind?: string; readonly apiVersion?: string; readonly name?: string; readonly uid?: string }
}

/** The driver that a volume needs, by itself or through its claim. */
function driverOf(volume: Volume, pod: Pod, env: Env): string | undefined {
  if (volume.csi) return volume.csi.driver
  const claimName = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : undefined)
  const claim = claimName ? (env.store.get(keyOf(CLAIMS, pod.metadata.namespace ?? '', claimName))?.value as PersistentVolumeClaim | undefined) : undefined
  const bound = claim?.spec?.volumeName ? (env.store.get(keyOf(VOLUMES, '', claim.spec.volumeName))?.value as PersistentVolume | undefined) : undefined
  return bound?.spec?.csi?.driver
}
function asksFor(pod: Pod, audience: string, env: Env): boolean {
  return (pod.spec.volumes ?? []).some((volume) => {
    if (volume.projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken && (serviceAccountToken.audience ?? '') === audience)) return true
    const driver = driverOf(volume, pod, env)
    const given = driver ? (env.store.get(keyOf(DRIVERS, '', driver))?.value as unknown as V1CSIDriver | undefined) : undefined
    return given?.spec.tokenRequests?.some((request) => request.audience === audience) ?? false
  })
}

/** @throws StatusError */
export function refuseForeignToken(node: string, { object, namespace, name, user }: AdmissionRequest, env: Env, authorizer: Authorizer | undefined, no: Refusal): undefined {
  const { boundObjectRef: ref, audiences = [] } = (object?.spec ?? {}) as TokenSpec
  if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name) throw no('node requested token not bound to a pod')
  if (!ref.uid) throw no('node requested token with a pod binding without a uid')
  const pod = env.store.get(keyOf(PODS, namespace, ref.name))?.value as Pod | undefined
  if (!pod) throw no(`pod ${JSON.stringify(ref.name)} not found`)
  if (pod.metadata.uid !== ref.uid) throw no(`the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`)
  if (pod.spec.nodeName !== node) throw no('node requested token bound to a pod scheduled on a different node')
  if (audiences.length > 1) throw no('node may only request 0 or 1 audiences')
  const audience = audiences[0] ?? ''
  if (audience === '' || asksFor(pod, audience, env)) return undefined
  const asked = { user, verb: 'request-serviceaccounts-token-audience', group: '', version: 'v1', resource: audience, subresource: '', name, namespace, path: '' }
  if (!authorizer?.authorize(asked).allowed) throw no(`audience ${JSON.stringify(audience)} not found in pod spec volume, and the node may not ask for it`)
  return undefined
}
