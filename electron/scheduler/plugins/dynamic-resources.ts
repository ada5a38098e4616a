/**
 * DynamicResources: a pod that claims devices waits for them, as upstream's does while its claims are not there. Here nobody hands out
 * devices (resource.k8s.io is not served), so it says that; it must not run without what it asked for.
 * Source: kubernetes pkg/scheduler/framework/plugins/dynamicresources.
 */
import { rejectPod, type Plugin } from '../framework.ts'

const no = rejectPod('pod has resourceClaims, and this cluster has no devices to hand out: resource.k8s.io is not served')

export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  weight: 0,
  preFilter: (pod) => (pod.pod.spec.resourceClaims?.length ? { filter: () => no } : undefined),
}
