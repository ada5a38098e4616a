/**
 * The provisioner `pilothouse.dev/local-path`: a claim's volume is a folder on the local disk, for pods of one node. It follows the
 * protocol of external provisioners (annotations on claims, a finalizer on volumes), so that nothing else has to know of it.
 */
import type { Draft } from '../../shared/api/meta.ts'
import { Nodes, PersistentVolumeClaims, PersistentVolumes, StorageClasses } from '../../shared/api/resources.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../shared/api/types.ts'
import { isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { annotations, claimClass, has, isFullyBound, LOCAL_PATH_PROVISIONER, waitsForConsumer } from '../../shared/volume-match.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'

/** The disk, as the composition root hands it over. */
export interface VolumeFolders {
  /** Makes the folder, open to all, or finds it. Resolves with its path. */
  make(name: string): Promise<string>
  /** Removes it with all that is in it; it need not be there. */
  remove(name: string): Promise<void>
}
const FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer'
const HOSTNAME = 'kubernetes.io/hostname'
const FOLDER = 'pilothouse.dev/folder'

/** Why the provisioner cannot make what the claim asks for; undefined: it can. Pure. */
export function refusal(claim: PersistentVolumeClaim): string | undefined {
  if (claim.spec.selector) return 'claim Selector is not supported'
  if (claim.spec.volumeMode === 'Block') return 'volumes of mode Block are not supported'
  if (claim.spec.dataSource ?? claim.spec.dataSourceRef) return 'a dataSource is not supported'
  return undefined
}

const isReady = (node: Node): boolean => !node.spec?.unschedulable && (node.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True')
/** The node whose pods will use it: chosen by the scheduler, or, where nobody waits for that, the first that is ready. Pure. */
export function nodeFor(claim: PersistentVolumeClaim, storageClass: StorageClass, nodes: readonly Node[]): Node | undefined {
  const selected = claim.metadata.annotations?.[annotations.selectedNode]
  if (selected !== undefined) return nodes.find((n) => n.metadata.name === selected)
  if (waitsForConsumer(storageClass)) return undefined
  return [...nodes].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).find(isReady)
}

/** Pure. */
export function volumeFor(claim: PersistentVolumeClaim, storageClass: StorageClass, node: Node, path: string, folder: string): Draft<PersistentVolume> {
  const { name, namespace = '', uid = '' } = claim.metadata
  return {
    metadata: { name: `pvc-${uid}`, annotations: { [annotations.provisionedBy]: LOCAL_PATH_PROVISIONER, [FOLDER]: folder }, finalizers: [FINALIZER] },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '0' }, accessModes: claim.spec.accessModes ?? ['ReadWriteOnce'], persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name, volumeMode: 'Filesystem', local: { path },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: 'In', values: [node.metadata.labels?.[HOSTNAME] ?? node.metadata.name] }] }] } },
    },
  }
}

export function createLocalPathProvisioner({ client, informers, clock, events }: ControllerContext, folders: VolumeFolders): Controller {
  const claims = informers.informer(PersistentVolumeClaims)
  const volumes = informers.informer(PersistentVolumes)
  const classes = informers.informer(StorageClasses)
  const nodes = informers.informer(Nodes)

  const claimLoop = createReconciler({
    name: LOCAL_PATH_PROVISIONER, concurrency: 4, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const claim = claims.get(name, namespace)
      if (!claim || claim.metadata.deletionTimestamp || claim.spec.volumeName || claim.metadata.annotations?.[annotations.provisioner] !== LOCAL_PATH_PROVISIONER) return
      const storageClass = classes.get(claimClass(claim) ?? '')
      if (storageClass?.provisioner !== LOCAL_PATH_PROVISIONER || volumes.get(`pvc-${claim.metadata.uid}`)) return
      const why = refusal(claim)
      if (why !== undefined) return events.event(claim, 'Warning', 'ProvisioningFailed', `failed to provision volume with StorageClass ${JSON.stringify(storageClass.metadata.name)}: ${why}`)
      const node = nodeFor(claim, storageClass, nodes.list())
      if (!node) return
      events.event(claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim ${JSON.stringify(key)}`)
      try {
        const folder = `pvc-${claim.metadata.uid}_${namespace}_${name}`
        await client.create(PersistentVolumes, volumeFor(claim, storageClass, node, await folders.make(folder), folder))
      } catch (error) {
        if (isAlreadyExists(error)) return
        events.event(claim, 'Warning', 'ProvisioningFailed', `failed to provision volume with StorageClass ${JSON.stringify(storageClass.metadata.name)}: ${(error as Error).message}`)
        throw error
      }
      events.event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume pvc-${claim.metadata.uid}`)
    },
  })
  const volumeLoop = createReconciler({
    name: LOCAL_PATH_PROVISIONER, concurrency: 4, clock,
    async reconcile(name) {
      const volume = volumes.get(name)
      if (!volume || volume.metadata.annotations?.[annotations.provisionedBy] !== LOCAL_PATH_PROVISIONER) return
      const phase = volume.status?.phase
      const deleted = volume.spec.persistentVolumeReclaimPolicy === 'Delete'
      const going = volume.metadata.deletionTimestamp !== undefined
      if (phase === 'Bound' || !(going || (phase === 'Released' && deleted))) return
      const folder = volume.metadata.annotations[FOLDER]
      if (deleted && folder) {
        try {
          await folders.remove(folder)
        } catch (error) {
          events.event(volume, 'Warning', 'VolumeFailedDelete', (error as Error).message)
          throw error
        }
      }
      try {
        if (!going) return await client.delete(PersistentVolumes, name, undefined, { preconditions: { uid: volume.metadata.uid ?? '' } })
        const finalizers = (volume.metadata.finalizers ?? []).filter((f) => f !== FINALIZER)
        if (finalizers.length !== volume.metadata.finalizers?.length) await client.update(PersistentVolumes, { ...volume, metadata: { ...volume.metadata, finalizers } })
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    },
  })
  const onClaim = (claim: PersistentVolumeClaim): void => { if (!isFullyBound(claim) && has(claim, annotations.provisioner)) claimLoop.queue.add(keyOf(claim)) }
  const onVolume = (volume: PersistentVolume): void => { if (has(volume, annotations.provisionedBy)) volumeLoop.queue.add(volume.metadata.name) }
  claims.addHandlers({ onAdd: onClaim, onUpdate: onClaim })
  volumes.addHandlers({ onAdd: onVolume, onUpdate: onVolume, onDelete() { for (const c of claims.list()) onClaim(c) } })
  // A claim that waits for a node that can have it.
  nodes.addHandlers({ onAdd() { for (const c of claims.list()) onClaim(c) }, onUpdate(node, old) { if (isReady(node) && !isReady(old)) for (const c of claims.list()) onClaim(c) } })
  return {
    name: LOCAL_PATH_PROVISIONER,
    start() { claimLoop.start(); volumeLoop.start() },
    stop: async () => { await Promise.all([claimLoop.stop(), volumeLoop.stop()]) },
  }
}
