/**
 * The plugins that every cluster has, in the order in which they run. Plugins from outside (webhooks, policies) run after
 * those that mutate here and before the ones that only count: `builtIn(extensions)` puts them in their place.
 */
import type { Authorizer } from '../types.ts'
import { certificatePlugins } from './certificates.ts'
import { defaultIngressClass, defaultStorageClass } from './defaults-of-class.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRanger } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { createNodeRestriction } from './node-restriction.ts'
import type { AdmissionPlugin } from './plugin.ts'
import { createPodSecurity, type PodSecurityExemptions } from './pod-security.ts'
import { onePriorityDefault, priority } from './priority.ts'
import { createResourceQuota } from './resource-quota.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { storageObjectInUse } from './storage-object-in-use.ts'
import { taintNodesByCondition } from './taint-nodes-by-condition.ts'

export { createAdmissionChain } from './chain.ts'
export type { PodSecurityExemptions } from './pod-security.ts'
export type { AdmissionChain, AdmissionPlugin, AdmissionRequest } from './plugin.ts'

/** @param extensions policies before webhooks: their `admit` runs in this order, then their `validate` */
export const builtIn = (extensions: readonly AdmissionPlugin[] = [], authorizer?: Authorizer, exempt?: PodSecurityExemptions): AdmissionPlugin[] => [
  namespaceLifecycle,
  serviceAccount,
  createNodeRestriction(authorizer),
  taintNodesByCondition,
  defaultTolerationSeconds,
  priority, onePriorityDefault,
  limitRanger,
  runtimeClass,
  defaultStorageClass,
  defaultIngressClass,
  storageObjectInUse,
  createPodSecurity(exempt),
  ...certificatePlugins(authorizer),
  ...extensions,
  createResourceQuota(),
]
