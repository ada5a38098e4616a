/** What stands in the way of a pod because of its claims, and what they would take on a node. Pure. Source: kubernetes pkg/scheduler/framework/plugins/volumebinding. */
import type { NodeSelectorTerm, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../../shared/api/types.ts'
import { claimsOf } from '../../../shared/pod-claims.ts'
import { annotations, bestMatch, claimClass, isFullyBound, waitsForConsumer } from '../../../shared/volume-match.ts'
import type { NodeInfo } from '../node-info.ts'
import type { PodInfo } from '../pod-info.ts'
import { nodeTermMatcher, type NodeMatcher } from '../selectors.ts'

export interface StorageLookups {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined
  volume(name: string): PersistentVolume | undefined
  volumes(): readonly PersistentVolume[]
  storageClass(name: string): StorageClass | undefined
}

export interface PodClaims {
  readonly bound: readonly PersistentVolume[]
  /** They get their volume where the pod will run. */
  readonly delayed: readonly PersistentVolumeClaim[]
}

/** The claims of a pod that has any; a sentence: why it can run nowhere; undefined: it has none. */
export function podClaims(pod: PodInfo, storage: StorageLookups): PodClaims | string | undefined {
  const refs = claimsOf(pod.pod)
  if (!refs.length) return undefined
  const bound: PersistentVolume[] = []
  const delayed: PersistentVolumeClaim[] = []
  let immediate = false
  for (const { name, ephemeral } of refs) {
    const claim = storage.claim(pod.namespace, name)
    if (!claim) return ephemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${JSON.stringify(name)}` : `persistentvolumeclaim ${JSON.stringify(name)} not found`
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim ${JSON.stringify(name)} is being deleted`
    if (ephemeral && !claim.metadata.ownerReferences?.some((o) => o.controller && o.uid === pod.uid)) return `PVC ${pod.namespace}/${name} was not created for pod ${pod.namespace}/${pod.name} (pod is not owner)`
    if (isFullyBound(claim)) {
      const volume = storage.volume(claim.spec.volumeName ?? '')
      if (!volume || claim.status?.phase === 'Lost') return `persistentvolumeclaim ${JSON.stringify(name)} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName)}`
      bound.push(volume)
    } else if (!claim.spec.volumeName && waitsForConsumer(storage.storageClass(claimClass(claim) ?? ''))) delayed.push(claim)
    else immediate = true
  }
  return immediate ? 'pod has unbound immediate PersistentVolumeClaims' : { bound, delayed }
}

const matchers = new WeakMap<PersistentVolume, NodeMatcher>()
const anyTerm = (terms: readonly NodeSelectorTerm[]): NodeMatcher => {
  const all = terms.map(nodeTermMatcher)
  return (node) => all.some((matches) => matches(node))
}
/** Whether a volume can be reached from a node. */
export function reaches(volume: PersistentVolume, node: NodeInfo): boolean {
  const terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms
  if (!terms) return true
  let matches = matchers.get(volume)
  if (!matches) matchers.set(volume, (matches = anyTerm(terms)))
  return matches(node)
}

/** A class may say in which parts of the cluster its volumes can be. */
function allowed(storageClass: StorageClass, node: NodeInfo): boolean {
  const terms = storageClass.allowedTopologies
  if (!terms?.length) return true
  return terms.some((t) => (t.matchLabelExpressions ?? []).every((e) => (e.values ?? []).includes(node.labels[e.key] ?? '')))
}

export const AFFINITY_CONFLICT = 'node(s) had volume node affinity conflict'
export const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind"

/** What the claims would take on a node: a volume that is there, or, where the value is undefined, one to be made. A sentence: why not. */
export function takeOn(claims: PodClaims, node: NodeInfo, storage: StorageLookups, taken: (volume: PersistentVolume, claim: PersistentVolumeClaim) => boolean): ReadonlyMap<PersistentVolumeClaim, PersistentVolume | undefined> | string {
  if (!claims.bound.every((v) => reaches(v, node))) return AFFINITY_CONFLICT
  const plan = new Map<PersistentVolumeClaim, PersistentVolume | undefined>()
  const mine = new Set<string>()
  for (const claim of claims.delayed) {
    const selected = claim.metadata.annotations?.[annotations.selectedNode]
    if (selected !== undefined) {
      // Its volume is being made there.
      if (selected !== node.name) return BIND_CONFLICT
      plan.set(claim, undefined)
      continue
    }
    const found = bestMatch(storage.volumes(), claim, false, (v) => !mine.has(v.metadata.name) && !taken(v, claim) && reaches(v, node))
    if (found) mine.add(found.metadata.name)
    else {
      const storageClass = storage.storageClass(claimClass(claim) ?? '')
      if (!storageClass || storageClass.provisioner === 'kubernetes.io/no-provisioner' || !allowed(storageClass, node)) return BIND_CONFLICT
    }
    plan.set(claim, found)
  }
  return plan
}
