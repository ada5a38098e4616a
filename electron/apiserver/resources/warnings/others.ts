/** What is told about secrets, accounts, nodes and classes. Source: the strategies of Kubernetes. */
import type { V1CSIStorageCapacity } from '@kubernetes/client-node'
import type { KubeObject } from '../../../../shared/api/meta.ts'
import type { Node, RuntimeClass, Secret, ServiceAccount, StorageClass } from '../../../../shared/api/types.ts'
import type { Wire } from '../../../../shared/api/wire.ts'
import { rangeWarnings } from './addresses.ts'
import { keyPairFault } from './key-pair.ts'
import { deprecatedLabel, termWarnings } from './node-labels.ts'

const ENFORCE_SECRETS = 'kubernetes.io/enforce-mountable-secrets'

export function secretWarnings({ type, data }: Secret): string[] {
  const fault = type === 'kubernetes.io/tls' ? keyPairFault(data?.['tls.crt'] ?? '', data?.['tls.key'] ?? '') : undefined
  return fault === undefined ? [] : [fault]
}

const hasAnnotation = (object: KubeObject | undefined, name: string): boolean => object?.metadata.annotations !== undefined && name in object.metadata.annotations

export const serviceAccountWarnings = (object: ServiceAccount, old: ServiceAccount | undefined): string[] =>
  hasAnnotation(object, ENFORCE_SECRETS) && !hasAnnotation(old, ENFORCE_SECRETS) ? [`metadata.annotations[${ENFORCE_SECRETS}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`] : []

export function nodeWarnings({ spec }: Node): string[] {
  const to: string[] = []
  if (spec?.configSource) to.push('spec.configSource: the feature is removed')
  if (spec?.externalID) to.push('spec.externalID: this field is deprecated, and is unused by Kubernetes')
  spec?.podCIDRs?.forEach((range, i) => rangeWarnings(to, `spec.podCIDRs[${i}]`, range))
  return to
}

/** The path is upstream's: it leaves out the key. */
export const runtimeClassWarnings = ({ scheduling }: RuntimeClass): string[] => Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => {
  const sentence = deprecatedLabel(key)
  return sentence === undefined ? [] : [`scheduling.nodeSelector: ${sentence}`]
})

export const storageClassWarnings = ({ allowedTopologies = [] }: StorageClass): string[] => allowedTopologies.flatMap((term, i) => (term.matchLabelExpressions ?? []).flatMap(({ key }, j) => {
  const sentence = deprecatedLabel(key)
  return sentence === undefined ? [] : [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${sentence}`]
}))

export function capacityWarnings({ nodeTopology }: KubeObject & Wire<Omit<V1CSIStorageCapacity, 'apiVersion' | 'kind' | 'metadata'>>): string[] {
  const to: string[] = []
  termWarnings(to, 'nodeTopology', nodeTopology)
  for (const key in nodeTopology?.matchLabels) {
    const sentence = deprecatedLabel(key)
    if (sentence) to.push(`nodeTopology.matchLabels.${key}: ${sentence}`)
  }
  return to
}
