/** What each signer of the cluster signs. Pure. Source: Kubernetes documentation, "Certificates and Certificate Signing Requests: Kubernetes signers". */

/** A request as its signer reads it. */
export interface RequestFacts {
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly dns: readonly string[]
  readonly ip: readonly string[]
  /** Alternative names of other types. */
  readonly others: readonly string[]
}

export const CLIENT = 'kubernetes.io/kube-apiserver-client'
export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
export const KUBELET_SERVING = 'kubernetes.io/kubelet-serving'
export const LEGACY = 'kubernetes.io/legacy-unknown'
export const SIGNERS: ReadonlySet<string> = new Set([CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY])

const NODE = 'system:node:'
const NODES = 'system:nodes'
const COMMON = ['digital signature', 'key encipherment']

const isNode = (facts: RequestFacts): string | undefined => {
  if (facts.organizations.length !== 1 || facts.organizations[0] !== NODES) return `organization must be ${NODES}`
  return facts.commonName.startsWith(NODE) && facts.commonName.length > NODE.length ? undefined : `common name must begin with ${NODE}`
}

function usageFault(usages: readonly string[], needed: string, allowed: readonly string[]): string | undefined {
  if (!usages.includes(needed)) return `usages must include ${JSON.stringify(needed)}`
  const extra = usages.find((usage) => usage !== needed && !allowed.includes(usage))
  return extra === undefined ? undefined : `usage ${JSON.stringify(extra)} is not allowed`
}

/** Why a signer does not sign this; undefined: it does. */
export function signingFault(signer: string, facts: RequestFacts, usages: readonly string[]): string | undefined {
  const names = [...facts.dns, ...facts.ip, ...facts.others]
  switch (signer) {
    case CLIENT:
      return usageFault(usages, 'client auth', COMMON)
    case KUBELET_CLIENT:
      return isNode(facts) ?? (names.length ? 'subject alternative names are not allowed' : undefined) ?? usageFault(usages, 'client auth', COMMON)
    case KUBELET_SERVING:
      if (facts.others.length) return 'only DNS names and IP addresses are allowed'
      return isNode(facts) ?? (names.length ? undefined : 'a DNS name or IP address is required') ?? usageFault(usages, 'server auth', COMMON)
    default:
      return undefined
  }
}

/**
 * As which subresource of a request somebody must be allowed to `create` it, so that it is approved without anybody being asked:
 * a node's own client certificate, or, with the rights to bring nodes in, that of another; undefined: a person decides.
 */
export function approvedFor(signer: string, facts: RequestFacts, usages: readonly string[], username: string | undefined): 'selfnodeclient' | 'nodeclient' | undefined {
  if (signer !== KUBELET_CLIENT || signingFault(signer, facts, usages) !== undefined) return undefined
  return username === facts.commonName ? 'selfnodeclient' : 'nodeclient'
}
