/**
 * Which objects the pods of each node refer to. Kept up by one watch on pods from the first question on: what a pod
 * refers to cannot change once it is bound, but for ephemeral containers, so most events are passed over at a glance.
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../../shared/api/types.ts'
import type { Store, Watch } from '../../etcd/types.ts'
import { keyOf, prefixOf } from '../registry/env.ts'
import { referenceKey, referencesOf } from './pod-references.ts'

export interface NodeGraph {
  /** Does a pod of the node refer to it, or, for `persistentvolumes`, does a claim of such a pod stand on it? `volumeattachments`: is it the node's? */
  reaches(node: string, resource: string, namespace: string, name: string): boolean
  /** Does the pod run on the node? */
  hasPod(node: string, namespace: string, name: string): boolean
  stop(): void
}
interface Entry {
  readonly node: string
  readonly ephemeral: number
  readonly references: readonly string[]
}

const PODS = { group: '', resource: 'pods', scope: 'Namespaced' } as const
const CLAIMS = { group: '', resource: 'persistentvolumeclaims', scope: 'Namespaced' } as const
const VOLUMES = { group: '', resource: 'persistentvolumes', scope: 'Cluster' } as const
const ATTACHMENTS = { group: 'storage.k8s.io', resource: 'volumeattachments', scope: 'Cluster' } as const
const CLAIM_KEY = 'persistentvolumeclaims/'

/** Secrets that a volume names itself, for its driver on the node. */
function namesSecret({ spec }: PersistentVolume, namespace: string, name: string): boolean {
  const own = spec?.claimRef?.namespace
  const { csi, ...rest } = spec ?? {}
  const references = [csi?.nodePublishSecretRef, csi?.nodeStageSecretRef, csi?.nodeExpandSecretRef, rest.cephfs?.secretRef, rest.cinder?.secretRef, rest.flexVolume?.secretRef, rest.iscsi?.secretRef, rest.rbd?.secretRef, rest.scaleIO?.secretRef]
  return references.some((r) => r?.name === name && (r.namespace || own) === namespace)
}

export function createNodeGraph(store: Store<KubeObject>): NodeGraph {
  const pods = new Map<string, Entry>()
  /** How many pods of a node refer to what. */
  const counts = new Map<string, Map<string, number>>()
  let watch: Watch | undefined

  function count(node: string, references: readonly string[], by: 1 | -1): void {
    let own = counts.get(node)
    if (!own) counts.set(node, (own = new Map()))
    for (const key of references) {
      const now = (own.get(key) ?? 0) + by
      if (now) own.set(key, now)
      else own.delete(key)
    }
    if (!own.size) counts.delete(node)
  }
  function forget(key: string): void {
    const entry = pods.get(key)
    if (entry) count(entry.node, entry.references, -1)
    pods.delete(key)
  }
  function take(key: string, pod: Pod): void {
    const node = pod.spec.nodeName
    if (!node) return
    const ephemeral = pod.spec.ephemeralContainers?.length ?? 0
    const before = pods.get(key)
    if (before?.node === node && before.ephemeral === ephemeral) return
    forget(key)
    const references = referencesOf(pod)
    pods.set(key, { node, ephemeral, references })
    count(node, references, 1)
  }
  function open(): void {
    if (watch) return
    watch = store.watch({ prefix: prefixOf(PODS) }, (events) => {
      for (const { type, kv, prev } of events) {
        // A new pod under an old name has references of its own.
        if (type === 'delete' || (prev && prev.value.metadata.uid !== kv.value.metadata.uid)) forget(kv.key)
        if (type === 'put') take(kv.key, kv.value as Pod)
      }
    })
    for (const { key, value } of store.range(prefixOf(PODS)).kvs) take(key, value as Pod)
  }
  const uses = (node: string, key: string): boolean => counts.get(node)?.has(key) ?? false

  function standsOn(node: string, volume: PersistentVolume | undefined): boolean {
    const claim = volume?.spec?.claimRef
    if (!claim?.name || !uses(node, referenceKey('persistentvolumeclaims', claim.namespace ?? '', claim.name))) return false
    const bound = store.get(keyOf(CLAIMS, claim.namespace ?? '', claim.name))?.value as PersistentVolumeClaim | undefined
    return bound?.spec?.volumeName === volume?.metadata.name
  }
  /** Rare: asked only when no pod of the node names the secret. */
  function volumeNames(node: string, namespace: string, name: string): boolean {
    for (const key of counts.get(node)?.keys() ?? []) {
      if (!key.startsWith(CLAIM_KEY)) continue
      const [, of = '', claim = ''] = key.split('/')
      const volumeName = (store.get(keyOf(CLAIMS, of, claim))?.value as PersistentVolumeClaim | undefined)?.spec?.volumeName
      const volume = volumeName ? (store.get(keyOf(VOLUMES, '', volumeName))?.value as PersistentVolume | undefined) : undefined
      if (volume && namesSecret(volume, namespace, name) && standsOn(node, volume)) return true
    }
    return false
  }

  return {
    reaches(node, resource, namespace, name) {
      open()
      if (resource === 'volumeattachments') return (store.get(keyOf(ATTACHMENTS, '', name))?.value as { spec?: { nodeName?: string } } | undefined)?.spec?.nodeName === node
      if (resource === 'persistentvolumes') return standsOn(node, store.get(keyOf(VOLUMES, '', name))?.value as PersistentVolume | undefined)
      return uses(node, referenceKey(resource, namespace, name)) || (resource === 'secrets' && volumeNames(node, namespace, name))
    },
    hasPod: (node, namespace, name) => (store.get(keyOf(PODS, namespace, name))?.value as Pod | undefined)?.spec.nodeName === node,
    stop() {
      watch?.close()
      watch = undefined
      pods.clear()
      counts.clear()
    },
  }
}
