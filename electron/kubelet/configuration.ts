/** The kubelet's configuration as it is in force, in the form of kubelet.config.k8s.io/v1beta1: what /configz shows. Only what this kubelet has and does stands in it. */
import type { Taint } from '../../shared/api/types.ts'
import { HIGH, LOW, MIN_AGE_MS } from './image-gc.ts'
import { LEASE_SECONDS } from './node-status.ts'
import { LEAST_DISK, LEAST_MEMORY, LEAST_PROCESSES } from './pressure.ts'

export interface ConfigurationFacts {
  readonly maxPods: number
  readonly taints: readonly Taint[]
  readonly network?: { readonly dnsIP: string; readonly clusterDomain: string } | undefined
  /** Each pod is looked at again after so long, in ms; and the Node's status is written though nothing has changed. */
  readonly syncMs: number
  readonly reportMs: number
}

/** `5m0s`: as Go writes a duration of whole seconds. */
function duration(ms: number): string {
  const seconds = ms / 1000
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

export const kubeletConfiguration = ({ maxPods, taints, network, syncMs, reportMs }: ConfigurationFacts): object => ({
  kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1',
  // It listens nowhere: the API server reaches it in its own process, and has asked who may.
  readOnlyPort: 0, enableServer: true, authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }, authorization: { mode: 'Webhook' },
  registerNode: true, ...(taints.length ? { registerWithTaints: taints } : {}), maxPods,
  ...(network ? { clusterDNS: [network.dnsIP], clusterDomain: network.clusterDomain } : {}),
  syncFrequency: duration(syncMs), nodeStatusReportFrequency: duration(reportMs), nodeLeaseDurationSeconds: LEASE_SECONDS,
  evictionHard: { 'memory.available': `${LEAST_MEMORY / 2 ** 20}Mi`, 'nodefs.available': `${LEAST_DISK / 2 ** 30}Gi`, 'pid.available': `${LEAST_PROCESSES * 100}%` },
  imageGCHighThresholdPercent: HIGH * 100, imageGCLowThresholdPercent: LOW * 100, imageMinimumGCAge: duration(MIN_AGE_MS),
  failSwapOn: false, makeIPTablesUtilChains: false,
})
