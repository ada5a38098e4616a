/** DefaultStorageClass and DefaultIngressClass: claims and Ingresses that name no class get the one that says it is for them. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Ingress, IngressClass, PersistentVolumeClaim, StorageClass } from '../../../shared/api/types.ts'
import { prefixOf, type Env } from '../registry/env.ts'
import { DEFAULT_INGRESS_CLASS } from '../resources/ingressclass.ts'
import { isDefaultClass } from '../resources/storageclass.ts'
import type { AdmissionPlugin } from './plugin.ts'

const OLD_CLAIM_CLASS = 'volume.beta.kubernetes.io/storage-class'
const OLD_INGRESS_CLASS = 'kubernetes.io/ingress.class'

function classes<T extends KubeObject>(env: Env, group: string, resource: string, isDefault: (o: T) => boolean): T[] {
  return env.store.range(prefixOf({ group, resource })).kvs.map((kv) => kv.value as T).filter(isDefault)
}
/** The youngest; of several of one age, the first by name. */
const newestFirst = (a: KubeObject, b: KubeObject): number =>
  Date.parse(b.metadata.creationTimestamp ?? '') - Date.parse(a.metadata.creationTimestamp ?? '') || (a.metadata.name < b.metadata.name ? -1 : 1)

export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  resources: ['/persistentvolumeclaims'],
  operations: ['CREATE'],
  admit({ object }, env) {
    const claim = object as PersistentVolumeClaim
    // '' is an answer too: no class at all.
    if (!claim.spec || claim.spec.storageClassName !== undefined || claim.metadata.annotations?.[OLD_CLAIM_CLASS] !== undefined) return undefined
    const [found] = classes<StorageClass>(env, 'storage.k8s.io', 'storageclasses', isDefaultClass).toSorted(newestFirst)
    if (found) claim.spec.storageClassName = found.metadata.name
    return undefined
  },
}

export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  resources: ['networking.k8s.io/ingresses'],
  operations: ['CREATE'],
  admit({ object }, env) {
    const ingress = object as Ingress
    if (!ingress.spec || ingress.spec.ingressClassName !== undefined || ingress.metadata.annotations?.[OLD_INGRESS_CLASS] !== undefined) return undefined
    const [found] = classes<IngressClass>(env, 'networking.k8s.io', 'ingressclasses', (o) => o.metadata.annotations?.[DEFAULT_INGRESS_CLASS] === 'true').toSorted(newestFirst)
    if (found) ingress.spec.ingressClassName = found.metadata.name
    return undefined
  },
}
