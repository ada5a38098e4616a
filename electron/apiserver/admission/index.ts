/**
 * The plugins that every cluster has, in the order in which they run. Plugins from outside (webhooks, policies) run after
 * those that mutate here and before the ones that only count: `builtIn(extensions)` puts them in their place.
 */
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import type { AdmissionPlugin } from './plugin.ts'
import { priority } from './priority.ts'
import { serviceAccount } from './service-account.ts'

export { createAdmissionChain } from './chain.ts'
export type { AdmissionChain, AdmissionPlugin, AdmissionRequest } from './plugin.ts'

/** @param extensions policies before webhooks: their `admit` runs in this order, then their `validate` */
export const builtIn = (extensions: readonly AdmissionPlugin[] = []): AdmissionPlugin[] => [
  namespaceLifecycle,
  serviceAccount,
  defaultTolerationSeconds,
  priority,
  ...extensions,
]
