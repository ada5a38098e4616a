/**
 * VolumeBinding: a pod goes where its volumes are or can be, and is bound only when they are. Claims that wait for their first pod
 * get their node here. Source: kubernetes pkg/scheduler/framework/plugins/volumebinding.
 */
import { PersistentVolumeClaims, PersistentVolumes, Pods } from '../../../shared/api/resources.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../../shared/api/types.ts'
import type { Clock } from '../../../shared/clock.ts'
import { annotations, isFor, isFullyBound } from '../../../shared/volume-match.ts'
import type { Client, Informer, InformerFactory } from '../../client/types.ts'
import { rejectForGood, rejectPod, type Plugin } from '../framework.ts'
import { podClaims, takeOn, type StorageLookups } from './volume-claims.ts'

export const VOLUME_BINDING = 'VolumeBinding'
/** How long a pod waits for its volumes on the node that was chosen. Source: VolumeBindingArgs.bindTimeoutSeconds. */
const BIND_TIMEOUT_MS = 600_000

export interface VolumeBindingParts {
  readonly client: Pick<Client, 'update' | 'patch'>
  readonly clock: Clock
  readonly informers: InformerFactory
  readonly claims: Informer<PersistentVolumeClaim>
  readonly volumes: Informer<PersistentVolume>
  readonly classes: Informer<StorageClass>
}

interface Reserved {
  readonly node: string
  readonly plan: ReadonlyMap<PersistentVolumeClaim, PersistentVolume | undefined>
}

export function createVolumeBinding({ client, clock, informers, claims, volumes, classes }: VolumeBindingParts): Plugin {
  const storage: StorageLookups = { claim: (namespace, name) => claims.get(name, namespace), volume: (name) => volumes.get(name), volumes: () => volumes.list(), storageClass: (name) => classes.get(name) }
  /** By pod uid: what a pod on its way will take. */
  const reserved = new Map<string, Reserved>()
  /** Volume to claim uid: the informer does not show it yet. */
  const takenBy = new Map<string, string>()
  const taken = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean => { const by = takenBy.get(volume.metadata.name); return by !== undefined && by !== claim.metadata.uid }

  const take = async (claim: PersistentVolumeClaim, volume: PersistentVolume | undefined, node: string): Promise<void> => {
    if (!volume) {
      if (claim.metadata.annotations?.[annotations.selectedNode] !== node) await client.patch(PersistentVolumeClaims, claim.metadata.name, claim.metadata.namespace, 'merge', { metadata: { uid: claim.metadata.uid, annotations: { [annotations.selectedNode]: node } } })
      return
    }
    if (isFor(volume, claim) && volume.spec.claimRef?.uid) return
    const { name, namespace = '', uid = '', resourceVersion = '' } = claim.metadata
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion }
    const mark = volume.spec.claimRef ? {} : { annotations: { ...volume.metadata.annotations, [annotations.boundByController]: 'yes' } }
    await client.update(PersistentVolumes, { ...volume, metadata: { ...volume.metadata, ...mark }, spec: { ...volume.spec, claimRef } })
  }
  /** Why the claims will not be bound there; true: they are; undefined: not yet. */
  const progress = (plan: Reserved['plan'], node: string, selectedOnce: Set<string>): Error | true | undefined => {
    let all = true
    for (const [{ metadata }, volume] of plan) {
      const now = claims.get(metadata.name, metadata.namespace)
      if (!now || now.metadata.uid !== metadata.uid || now.metadata.deletionTimestamp) return new Error(`claim ${metadata.namespace}/${metadata.name} was deleted`)
      if (isFullyBound(now)) continue
      const selected = now.metadata.annotations?.[annotations.selectedNode]
      if (selected === node) selectedOnce.add(metadata.name)
      else if (!volume && selectedOnce.has(metadata.name)) return new Error(`selectedNode annotation reset for PVC ${JSON.stringify(metadata.name)}`)
      all = false
    }
    return all || undefined
  }
  const settled = (podUid: string, plan: Reserved['plan'], node: string, signal: AbortSignal): Promise<void> => new Promise((resolve, reject) => {
    const closers: (() => void)[] = []
    const selectedOnce = new Set<string>()
    const end = (error?: Error): void => {
      for (const close of closers.splice(0)) close()
      if (error) reject(error)
      else resolve()
    }
    const look = (): void => {
      const now = progress(plan, node, selectedOnce)
      if (now) end(now === true ? undefined : now)
    }
    const aborted = (): void => end(new Error('the scheduler stops'))
    signal.addEventListener('abort', aborted, { once: true })
    const timer = clock.after(BIND_TIMEOUT_MS, () => end(new Error('timed out waiting for the volumes to be bound')))
    closers.push(
      () => signal.removeEventListener('abort', aborted), () => timer.cancel(),
      claims.addHandlers({ onUpdate(claim) { for (const of of plan.keys()) if (of.metadata.uid === claim.metadata.uid) return look() }, onDelete: look }),
      informers.informer(Pods).addHandlers({ onDelete(pod) { if (pod.metadata.uid === podUid) end(new Error('the pod was deleted')) } }),
    )
    if (signal.aborted) aborted()
    else look()
  })

  return {
    name: VOLUME_BINDING,
    weight: 0,
    preFilter(pod) {
      const found = podClaims(pod, storage)
      if (found === undefined) return undefined
      if (typeof found === 'string') { const no = rejectPod(found); return { filter: () => no } }
      return {
        filter(node) {
          const plan = takeOn(found, node, storage, taken)
          return typeof plan === 'string' ? rejectForGood(plan) : undefined
        },
      }
    },
    reserve(pod, node) {
      const found = podClaims(pod, storage)
      if (typeof found !== 'object' || !found.delayed.length) return
      const plan = takeOn(found, node, storage, taken)
      if (typeof plan === 'string') throw new Error(plan)
      for (const [claim, volume] of plan) if (volume) takenBy.set(volume.metadata.name, claim.metadata.uid ?? '')
      reserved.set(pod.uid, { node: node.name, plan })
    },
    unreserve(pod) {
      for (const volume of reserved.get(pod.uid)?.plan.values() ?? []) if (volume) takenBy.delete(volume.metadata.name)
      reserved.delete(pod.uid)
    },
    preBind(pod, signal) {
      const held = reserved.get(pod.uid)
      if (!held) return undefined
      return (async () => {
        for (const [claim, volume] of held.plan) await take(claim, volume, held.node)
        await settled(pod.uid, held.plan, held.node, signal)
      })()
    },
  }
}
