/** Each kind's view, loaded when its page is first opened. */
import type { KubeObject } from '../../shared/api/meta.ts'
import { Later } from '../lib/part.ts'
import type { KindView } from './view.ts'

// Each view is of its own kind; a page hands it that kind's objects and no others.
type Load = () => Promise<{ view: unknown }>
const loaders: Record<string, Load> = {
  deployments: () => import('../features/workloads/deployments.tsx'),
  statefulsets: () => import('../features/workloads/statefulsets.tsx'),
  daemonsets: () => import('../features/workloads/daemonsets.tsx'),
  jobs: () => import('../features/workloads/jobs.tsx'),
  cronjobs: () => import('../features/workloads/cronjobs.tsx'),
  replicasets: () => import('../features/workloads/replicasets.tsx'),
  replicationcontrollers: () => import('../features/workloads/replicationcontrollers.tsx'),
  horizontalpodautoscalers: () => import('../features/workloads/horizontalpodautoscalers.tsx'),
  poddisruptionbudgets: () => import('../features/workloads/poddisruptionbudgets.tsx'),
  services: () => import('../features/network/services.tsx'),
  ingresses: () => import('../features/network/ingresses.tsx'),
  endpointslices: () => import('../features/network/endpointslices.tsx'),
  endpoints: () => import('../features/network/endpoints.tsx'),
  networkpolicies: () => import('../features/network/networkpolicies.tsx'),
  ingressclasses: () => import('../features/network/ingressclasses.tsx'),
  servicecidrs: () => import('../features/network/servicecidrs.tsx'),
  ipaddresses: () => import('../features/network/ipaddresses.tsx'),
  configmaps: () => import('../features/config/configmaps.tsx'),
  secrets: () => import('../features/config/secrets.tsx'),
  resourcequotas: () => import('../features/config/resourcequotas.tsx'),
  limitranges: () => import('../features/config/limitranges.tsx'),
  persistentvolumeclaims: () => import('../features/storage/persistentvolumeclaims.tsx'),
  persistentvolumes: () => import('../features/storage/persistentvolumes.tsx'),
  storageclasses: () => import('../features/storage/storageclasses.tsx'),
  priorityclasses: () => import('../features/cluster/priorityclasses.tsx'),
  runtimeclasses: () => import('../features/cluster/runtimeclasses.tsx'),
  leases: () => import('../features/cluster/leases.tsx'),
  flowschemas: () => import('../features/cluster/flowschemas.tsx'),
  prioritylevelconfigurations: () => import('../features/cluster/prioritylevelconfigurations.tsx'),
  serviceaccounts: () => import('../features/access/serviceaccounts.tsx'),
  roles: () => import('../features/access/roles.tsx'),
  rolebindings: () => import('../features/access/rolebindings.tsx'),
  clusterroles: () => import('../features/access/clusterroles.tsx'),
  clusterrolebindings: () => import('../features/access/clusterrolebindings.tsx'),
  certificatesigningrequests: () => import('../features/access/certificatesigningrequests.tsx'),
  customresourcedefinitions: () => import('../features/extensions/customresourcedefinitions.tsx'),
  apiservices: () => import('../features/extensions/apiservices.tsx'),
  validatingadmissionpolicies: () => import('../features/extensions/validatingadmissionpolicies.tsx'),
  validatingadmissionpolicybindings: () => import('../features/extensions/validatingadmissionpolicybindings.tsx'),
  mutatingadmissionpolicies: () => import('../features/extensions/mutatingadmissionpolicies.tsx'),
  mutatingadmissionpolicybindings: () => import('../features/extensions/mutatingadmissionpolicybindings.tsx'),
  mutatingwebhookconfigurations: () => import('../features/extensions/mutatingwebhookconfigurations.tsx'),
  validatingwebhookconfigurations: () => import('../features/extensions/validatingwebhookconfigurations.tsx'),
}
export const hasView = (resource: string): boolean => Object.hasOwn(loaders, resource)
const views = new Map<string, Later<KindView<KubeObject>>>()
/** The view of a kind that has one. */
export function viewOf(resource: string): Later<KindView<KubeObject>> {
  let view = views.get(resource)
  if (!view) views.set(resource, (view = new Later(async () => (await loaders[resource]!()).view as KindView<KubeObject>)))
  return view
}
