/** What a pod is called by its own processes: host name and fully qualified name. Source: kubernetes pkg/kubelet/kubelet_pods.go, GeneratePodHostNameAndDomain. */
import type { Pod } from '../../shared/api/types.ts'

/** The kernel's limit for a node name. */
const HOSTNAME_LIMIT = 63
const FQDN_LIMIT = 64

export interface PodNames {
  /** What the kernel of the pod answers to `hostname`. */
  readonly kernel: string
  readonly hostname: string
  /** `<hostname>.<subdomain>.<namespace>.svc.<domain>`; absent without a subdomain. */
  readonly fqdn?: string
}

/** Throws when the pod wants its full name as host name and that is too long. */
export function podNames(pod: Pod, clusterDomain: string): PodNames {
  const { hostname, subdomain, hostnameOverride, setHostnameAsFQDN } = pod.spec
  if (hostnameOverride) return { kernel: hostnameOverride, hostname: hostnameOverride }
  const name = (hostname || pod.metadata.name).slice(0, HOSTNAME_LIMIT).replace(/[-.]+$/, '')
  if (!subdomain) return { kernel: name, hostname: name }
  const fqdn = `${name}.${subdomain}.${pod.metadata.namespace ?? ''}.svc.${clusterDomain}`
  if (setHostnameAsFQDN && fqdn.length > FQDN_LIMIT)
    throw new Error(`failed to construct FQDN from pod hostname and cluster domain, FQDN ${fqdn} is too long (${FQDN_LIMIT} characters is the max, ${fqdn.length} characters requested)`)
  return { kernel: setHostnameAsFQDN ? fqdn : name, hostname: name, fqdn }
}
