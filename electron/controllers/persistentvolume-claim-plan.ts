/** The next step of a claim. Pure. Source: kubernetes pkg/controller/volume/persistentvolume syncClaim. */
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../shared/api/types.ts'
import { annotations, bestMatch, claimClass, has, isFor, LOCAL_PATH_PROVISIONER, mismatch, waitsForConsumer } from '../../shared/volume-match.ts'

export interface Told { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string }
export type ClaimStep =
  | { readonly step: 'bind'; readonly volume: PersistentVolume }
  | { readonly step: 'lost'; readonly told: Told }
  /** It says nothing of its class: it gets the default one. */
  | { readonly step: 'class'; readonly name: string }
  /** Somebody is to make a volume for it. */
  | { readonly step: 'provision'; readonly provisioner: string; readonly told: Told | undefined }
  | { readonly step: 'wait'; readonly told: Told | undefined }

export interface ClaimWorld {
  volume(name: string): PersistentVolume | undefined
  readonly volumes: readonly PersistentVolume[]
  storageClass(name: string): StorageClass | undefined
  readonly defaultClass: StorageClass | undefined
  /** A pod that uses it waits for its node, or has one. */
  readonly podWaits: string | undefined
}

const NO_PROVISIONER = 'kubernetes.io/no-provisioner'
const tell = (type: Told['type'], reason: string, message: string): Told => ({ type, reason, message })
const LOST = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'

function boundStep(claim: PersistentVolumeClaim, world: ClaimWorld): ClaimStep {
  if (!claim.spec.volumeName) return { step: 'lost', told: tell('Warning', 'ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!') }
  const volume = world.volume(claim.spec.volumeName)
  if (!volume) return { step: 'lost', told: tell('Warning', 'ClaimLost', LOST) }
  if (!volume.spec.claimRef || isFor(volume, claim)) return { step: 'bind', volume }
  return { step: 'lost', told: tell('Warning', 'ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly') }
}

/** The user has named the volume. */
function namedStep(claim: PersistentVolumeClaim, name: string, world: ClaimWorld): ClaimStep {
  const volume = world.volume(name)
  if (!volume) return { step: 'wait', told: undefined }
  if (volume.spec.claimRef && !isFor(volume, claim)) return { step: 'wait', told: tell('Warning', 'FailedBinding', `volume ${JSON.stringify(name)} already bound to a different claim.`) }
  const why = mismatch(volume, claim)
  if (why !== undefined) return { step: 'wait', told: tell('Warning', 'VolumeMismatch', `Cannot bind to requested volume ${JSON.stringify(name)}: ${why}`) }
  return { step: 'bind', volume }
}

export function claimStep(claim: PersistentVolumeClaim, world: ClaimWorld): ClaimStep {
  if (has(claim, annotations.bindCompleted)) return boundStep(claim, world)
  if (claim.spec.volumeName) return namedStep(claim, claim.spec.volumeName, world)
  const className = claimClass(claim)
  const storageClass = className ? world.storageClass(className) : undefined
  const delayed = waitsForConsumer(storageClass) && !has(claim, annotations.selectedNode)
  const volume = bestMatch(world.volumes, claim, delayed)
  if (volume) return { step: 'bind', volume }
  if (className === undefined && world.defaultClass) return { step: 'class', name: world.defaultClass.metadata.name }
  if (delayed) {
    const told = world.podWaits === undefined
      ? tell('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding') : tell('Normal', 'WaitForPodScheduled', `waiting for pod ${world.podWaits} to be scheduled`)
    return { step: 'wait', told }
  }
  if (!className) return { step: 'wait', told: tell('Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set') }
  if (!storageClass) return { step: 'wait', told: tell('Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io ${JSON.stringify(className)} not found`) }
  const { provisioner } = storageClass
  if (provisioner === NO_PROVISIONER) return { step: 'wait', told: tell('Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set') }
  // Ours is there, and answers at once.
  const told = provisioner === LOCAL_PATH_PROVISIONER ? undefined : tell('Normal', 'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`)
  return { step: 'provision', provisioner, told }
}
