/** kube-controller-manager: one controller a file, all fed by the same informers, none talking to another. */
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import type { Component, ComponentContext, Health } from '../client/component.ts'
import { createEventRecorder } from '../client/index.ts'
import { healthText } from '../../shared/component-health.ts'
import { logger } from '../../shared/log.ts'
import { createCertificateController, type CertificateSigner } from './certificates.ts'
import type { Controller, ControllerContext } from './context.ts'
import { createHorizontalPodAutoscaler } from './autoscaler.ts'
import { createCronJobController } from './cronjob.ts'
import { createDaemonSetController } from './daemonset.ts'
import { createDeploymentController } from './deployment.ts'
import { createEndpointsController } from './endpoints.ts'
import { createEndpointSliceController } from './endpointslice.ts'
import { createEndpointSliceMirroringController } from './endpointslice-mirroring.ts'
import { createGarbageCollector } from './garbage-collector.ts'
import { createDisruptionController } from './disruption.ts'
import { createEphemeralVolumeController } from './ephemeral-volume.ts'
import { createJobController } from './job.ts'
import { createLocalPathProvisioner, type VolumeFolders } from './local-path-provisioner.ts'
import { createNamespaceController } from './namespace.ts'
import { createNodeIpamController } from './node-ipam.ts'
import { createNodeLifecycleController } from './node-lifecycle.ts'
import { createPersistentVolumeController } from './persistentvolume.ts'
import { createPodGarbageCollector } from './pod-gc.ts'
import { createReplicaSetController } from './replicaset.ts'
import { createReplicationController } from './replicationcontroller.ts'
import { createResourceQuotaController } from './resourcequota.ts'
import { createRootCaController, createServiceAccountController } from './serviceaccount.ts'
import { createStatefulSetController } from './statefulset.ts'
import { createClaimProtectionController, createVolumeProtectionController } from './storage-protection.ts'
import { createTaintEvictionController } from './taint-eviction.ts'
import { createTokenSecretController, type TokenSigner } from './token-secrets.ts'
import { createTtlAfterFinishedController } from './ttl-after-finished.ts'
import { createVolumeExpandController } from './volume-expand.ts'

export const CONTROLLER_MANAGER = 'kube-controller-manager'
const START_TIMEOUT_MS = 30_000
const FLUSH_MS = 1_000

export interface ControllerManagerOptions {
  /** The cluster's authority, which signs certificate requests. Absent: nobody does. */
  readonly signer?: CertificateSigner
  /** Signs tokens of accounts that live in Secrets. Absent: nobody does. */
  readonly tokenSigner?: TokenSigner
  /** The cluster's CA in PEM, published in each namespace as ConfigMap kube-root-ca.crt. */
  readonly caPem: string
  /** How the pod range is shared out among the nodes. */
  readonly network: Pick<ClusterNetwork, 'podCIDR' | 'nodeMaskSize'>
  /** Where the volumes of the default class are. */
  readonly volumeFolders: VolumeFolders
}

export function createControllerManager(options: ComponentContext & ControllerManagerOptions): Component {
  const { client, informers, clock, caPem, network, signer, tokenSigner, volumeFolders } = options
  const log = logger(CONTROLLER_MANAGER)
  const recorder = (component: string): ReturnType<typeof createEventRecorder> => {
    const made = createEventRecorder(client, { component, clock })
    recorders.push(made)
    return made
  }
  const recorders: ReturnType<typeof createEventRecorder>[] = []
  const controllers: Controller[] = []
  let health: Health = { healthy: false, message: healthText('notStarted') }
  let stopped = false

  const build = async (): Promise<void> => {
    // Each signs its events with its own name, as upstream's do.
    const as = (component: string): ControllerContext => ({ client, informers, clock, events: recorder(component) })
    const collector = createGarbageCollector(as('garbage-collector'))
    controllers.push(
      collector,
      createServiceAccountController(as('serviceaccount-controller')),
      ...(tokenSigner ? [createTokenSecretController(as('serviceaccount-token-controller'), caPem, tokenSigner)] : []),
      createRootCaController(as('root-ca-certificate-publisher-controller'), caPem),
      createNamespaceController(as('namespace-controller'), { onGone: collector.onGone }),
      createReplicaSetController(as('replicaset-controller')),
      createDeploymentController(as('deployment-controller')),
      createDaemonSetController(as('daemonset-controller')),
      createStatefulSetController(as('statefulset-controller')),
      createJobController(as('job-controller')),
      createTtlAfterFinishedController(as('ttl-after-finished-controller')),
      createCronJobController(as('cronjob-controller')),
      createReplicationController(as('replication-controller')),
      createDisruptionController(as('controllermanager')),
      createHorizontalPodAutoscaler(as('horizontal-pod-autoscaler')),
      createEndpointsController(as('endpoint-controller')),
      createEndpointSliceController(as('endpoint-slice-controller')),
      createEndpointSliceMirroringController(as('endpoint-slice-mirroring-controller')),
      createNodeIpamController(as('cidrAllocator'), network),
      createNodeLifecycleController(as('node-controller')),
      createTaintEvictionController(as('taint-eviction-controller')),
      createPodGarbageCollector(as('pod-garbage-collector')),
      ...(signer ? [createCertificateController(as('certificate-controller'), signer)] : []),
      createResourceQuotaController(as('resourcequota-controller'), collector),
      createPersistentVolumeController(as('persistentvolume-controller')),
      createLocalPathProvisioner(as('pilothouse.dev/local-path'), volumeFolders),
      createVolumeExpandController(as('volume_expand')),
      createEphemeralVolumeController(as('ephemeral_volume')),
      createClaimProtectionController(as('pvc-protection-controller')),
      createVolumeProtectionController(as('pv-protection-controller')),
    )
    await collector.discover()
  }
  return {
    name: CONTROLLER_MANAGER,
    async start() {
      await build()
      if (stopped) return
      informers.start()
      const late = new AbortController()
      const timer = clock.after(START_TIMEOUT_MS, () => late.abort(new Error(`the controllers' informers did not sync within ${START_TIMEOUT_MS / 1000} s; the API server does not answer`)))
      try {
        await informers.synced(late.signal)
      } catch (error) {
        health = { healthy: false, message: error instanceof Error ? error.message : String(error) }
        throw error
      } finally {
        timer.cancel()
      }
      if (stopped) return
      for (const controller of controllers) controller.start()
      health = { healthy: true, message: healthText('controllers', { controllers: controllers.length }) }
      log.info('controllers started', { controllers: controllers.map((c) => c.name).join(',') })
    },
    async stop() {
      if (stopped) return
      stopped = true
      health = { healthy: false, message: healthText('stopped') }
      await Promise.all(controllers.map((c) => c.stop()))
      await Promise.all(recorders.map((r) => r.flush(FLUSH_MS)))
      await Promise.all(recorders.map((r) => r.stop()))
    },
    health: () => health,
  }
}
