/** The pod network: which ranges a cluster has, and which pod has which address. */
export { NodeNetwork } from './ipam.ts'
export { nodeNetworks } from './node-networks.ts'
export { hostRanges, routeRanges } from './host-ranges.ts'
export { choosePlan, HOLLOW_POD_CIDR, LEGACY_SERVICE_CIDR, parsePlan } from './plan.ts'
export { followPolicies, type PolicySource } from './policy-source.ts'
export { createPolicyGuard, type PolicyGuard } from './policy-guard.ts'
