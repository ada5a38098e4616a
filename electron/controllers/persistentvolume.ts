/** Binds claims and volumes to each other, in small writes of which each can be the last before a crash. Source: kubernetes pkg/controller/volume/persistentvolume. */
import { PersistentVolumeClaims, PersistentVolumes, Pods, StorageClasses } from '../../shared/api/resources.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { byClaim } from '../../shared/pod-claims.ts'
import { annotations, claimClass, defaultClass, has, isFullyBound } from '../../shared/volume-match.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { claimStep } from './persistentvolume-claim-plan.ts'
import { volumeStep } from './persistentvolume-volume-plan.ts'

const CONCURRENCY = 5

const annotated = <T extends { metadata: object }>(object: T, more: Record<string, string>): T => ({ ...object, metadata: { ...object.metadata, annotations: { ...(object.metadata as { annotations?: object }).annotations, ...more } } })

export function createPersistentVolumeController({ client, informers, clock, events }: ControllerContext): Controller {
  const claims = informers.informer(PersistentVolumeClaims)
  const volumes = informers.informer(PersistentVolumes)
  const classes = informers.informer(StorageClasses)
  const pods = informers.informer(Pods, { indexers: { claim: byClaim } })

  /** The volume's side first: whoever comes then finds it taken. */
  const bindVolume = async (volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<PersistentVolume> => {
    let now = volume
    if (now.spec.claimRef?.uid !== claim.metadata.uid) {
      const { name, namespace = '', uid = '', resourceVersion = '' } = claim.metadata
      const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion }
      const next = { ...now, spec: { ...now.spec, claimRef } }
      now = await client.update(PersistentVolumes, now.spec.claimRef ? next : annotated(next, { [annotations.boundByController]: 'yes' }))
    }
    return now.status?.phase === 'Bound' ? now : client.updateStatus(PersistentVolumes, { ...now, status: { ...now.status, phase: 'Bound' } })
  }
  const bindClaim = async (claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<void> => {
    let now = claim
    if (!isFullyBound(now) || now.spec.volumeName !== volume.metadata.name) {
      const chosen: Record<string, string> = now.spec.volumeName ? {} : { [annotations.boundByController]: 'yes' }
      now = await client.update(PersistentVolumeClaims, annotated({ ...now, spec: { ...now.spec, volumeName: volume.metadata.name } }, { [annotations.bindCompleted]: 'yes', ...chosen }))
    }
    if (now.status?.phase === 'Bound') return
    await client.updateStatus(PersistentVolumeClaims, {
      ...now, status: { ...now.status, phase: 'Bound', ...(volume.spec.accessModes ? { accessModes: volume.spec.accessModes } : {}), ...(volume.spec.capacity ? { capacity: { ...volume.spec.capacity } } : {}) },
    })
  }
  const setClaimPhase = async (claim: PersistentVolumeClaim, phase: 'Pending' | 'Lost'): Promise<void> => {
    if (claim.status?.phase !== phase) await client.updateStatus(PersistentVolumeClaims, { ...claim, status: { ...claim.status, phase } })
  }
  const waitingPod = (key: string): string | undefined => pods.byIndex('claim', key).find((p) => !p.metadata.deletionTimestamp && p.status?.phase === 'Pending')?.metadata.name

  const claimLoop = createReconciler({
    name: 'persistentvolume-binder', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const claim = claims.get(name, namespace)
      if (!claim || (claim.metadata.deletionTimestamp && !isFullyBound(claim))) return
      const step = claimStep(claim, {
        volume: (of) => volumes.get(of), volumes: volumes.list(), storageClass: (of) => classes.get(of), defaultClass: defaultClass([...classes.list()]), podWaits: waitingPod(key),
      })
      const told = 'told' in step ? step.told : undefined
      if (told && (step.step !== 'lost' || claim.status?.phase !== 'Lost')) events.event(claim, told.type, told.reason, told.message)
      switch (step.step) {
        case 'bind': return bindClaim(claim, await bindVolume(step.volume, claim))
        case 'lost': return setClaimPhase(claim, 'Lost')
        case 'class': await client.update(PersistentVolumeClaims, { ...claim, spec: { ...claim.spec, storageClassName: step.name } }); return
        case 'provision':
          if (claim.metadata.annotations?.[annotations.provisioner] !== step.provisioner) await client.update(PersistentVolumeClaims, annotated(claim, { [annotations.provisioner]: step.provisioner, 'volume.beta.kubernetes.io/storage-provisioner': step.provisioner }))
          return
        case 'wait': await setClaimPhase(claim, 'Pending')
      }
    },
  })

  /** The claim that the volume means: the informer may not have it yet, or not any more. */
  const claimOf = async (volume: PersistentVolume): Promise<PersistentVolumeClaim | undefined> => {
    const { name = '', namespace = '', uid } = volume.spec.claimRef ?? {}
    if (!uid) return undefined
    let claim = claims.get(name, namespace)
    if (!claim || claim.metadata.uid !== uid) {
      claim = await client.get(PersistentVolumeClaims, name, namespace).catch((e: unknown) => { if (isNotFound(e)) return undefined; throw e })
    }
    return claim?.metadata.uid === uid ? claim : undefined
  }
  const volumeLoop = createReconciler({
    name: 'persistentvolume-controller', concurrency: CONCURRENCY, clock,
    async reconcile(name) {
      const volume = volumes.get(name)
      if (!volume) return
      const claim = await claimOf(volume)
      const step = volumeStep(volume, claim)
      const setPhase = (phase: string, more: object = {}): Promise<unknown> => client.updateStatus(PersistentVolumes, { ...volume, status: { ...volume.status, phase, ...more } })
      switch (step.step) {
        case 'none': return
        case 'phase': await setPhase(step.phase); return
        case 'claim': if (claim) claimLoop.queue.add(keyOf(claim)); return
        case 'release': await setPhase('Released'); return
        case 'fail':
          events.event(volume, 'Warning', step.reason, step.message)
          await setPhase('Failed', { reason: step.reason, message: step.message })
          return
        case 'unbind': await unbind(volume, step.all)
      }
    },
  })
  const unbind = async (volume: PersistentVolume, all: boolean): Promise<void> => {
    const { claimRef, ...spec } = volume.spec
    const { [annotations.boundByController]: _, ...rest } = volume.metadata.annotations ?? {}
    const kept = all || !claimRef ? {} : { claimRef: { ...claimRef, uid: '', resourceVersion: '' } }
    const freed = await client.update(PersistentVolumes, { ...volume, metadata: { ...volume.metadata, annotations: rest }, spec: { ...spec, ...kept } } as PersistentVolume)
    await client.updateStatus(PersistentVolumes, { ...freed, status: { ...freed.status, phase: 'Available' } })
  }

  const onClaim = (claim: PersistentVolumeClaim): void => claimLoop.queue.add(keyOf(claim))
  const onPending = (suits: (claim: PersistentVolumeClaim) => boolean): void => { for (const c of claims.list()) if (!isFullyBound(c) && suits(c)) onClaim(c) }
  const onVolume = (volume: PersistentVolume): void => {
    volumeLoop.queue.add(volume.metadata.name)
    const ref = volume.spec.claimRef
    if (ref) claimLoop.queue.add(`${ref.namespace}/${ref.name}`)
    else onPending((c) => (claimClass(c) ?? '') === (volume.spec.storageClassName ?? ''))
  }
  claims.addHandlers({
    onAdd: onClaim, onUpdate: onClaim,
    onDelete(claim) { if (claim.spec.volumeName) volumeLoop.queue.add(claim.spec.volumeName) },
  })
  volumes.addHandlers({ onAdd: onVolume, onUpdate: onVolume, onDelete(volume) { const ref = volume.spec.claimRef; if (ref) claimLoop.queue.add(`${ref.namespace}/${ref.name}`) } })
  const onClass = (c: { metadata: { name: string } }): void => onPending((claim) => claimClass(claim) === undefined || claimClass(claim) === c.metadata.name)
  classes.addHandlers({ onAdd: onClass, onUpdate: onClass })
  // Only for what is told of claims that wait for their first pod.
  pods.addHandlers({ onAdd(pod) { for (const key of byClaim(pod)) { const { name, namespace } = splitKey(key); const c = claims.get(name, namespace); if (c && !isFullyBound(c) && !has(c, annotations.selectedNode)) claimLoop.queue.add(key) } } })
  return {
    name: 'persistentvolume-binder-controller',
    start() { claimLoop.start(); volumeLoop.start() },
    stop: async () => { await Promise.all([claimLoop.stop(), volumeLoop.stop()]) },
  }
}
