/** Which labels a kubelet may give its own Node. Source: Kubernetes documentation, "NodeRestriction" and "Well-known labels". */

const OWN = new Set([
  'kubernetes.io/hostname', 'kubernetes.io/arch', 'kubernetes.io/os', 'beta.kubernetes.io/arch', 'beta.kubernetes.io/os', 'beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/zone',
])
const isOf = (namespace: string, domain: string): boolean => namespace === domain || namespace.endsWith(`.${domain}`)

/** Labels of Kubernetes' own domains are the cluster's to give, so that no node makes itself one of those for more trusted pods. */
export function isKubeletLabel(key: string): boolean {
  const slash = key.indexOf('/')
  const namespace = slash < 0 ? '' : key.slice(0, slash)
  if (!isOf(namespace, 'kubernetes.io') && !isOf(namespace, 'k8s.io')) return true
  return OWN.has(key) || isOf(namespace, 'kubelet.kubernetes.io') || isOf(namespace, 'node.kubernetes.io')
}
