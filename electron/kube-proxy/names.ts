/**
 * Names of chains. They are upstream's (kubernetes pkg/proxy/iptables/proxier.go), so that manuals and tools fit. Where another
 * cluster of this machine has these names already, a cluster's chains carry the beginning of its id.
 */
import { createHash } from 'node:crypto'

/** Netfilter allows 28 characters: the longest of our names and a suffix. */
const SUFFIX_LENGTH = 4
const HASH_LENGTH = 16
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648, without padding. */
export function base32(bytes: Uint8Array): string {
  let out = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      out += ALPHABET[(value >>> (bits - 5)) & 31]
      bits -= 5
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? out + ALPHABET[(value << (5 - bits)) & 31] : out
}

const TOP = {
  services: 'KUBE-SERVICES', nodePorts: 'KUBE-NODEPORTS', postrouting: 'KUBE-POSTROUTING', markMasq: 'KUBE-MARK-MASQ', forward: 'KUBE-FORWARD', externalServices: 'KUBE-EXTERNAL-SERVICES',
  proxyFirewall: 'KUBE-PROXY-FIREWALL', firewall: 'KUBE-FIREWALL', canary: 'KUBE-PROXY-CANARY', policy: 'KUBE-NWPLCY', zones: 'KUBE-UDP-ZONES',
} as const

export type TopChains = { readonly [K in keyof typeof TOP]: string }
export interface ChainNames extends TopChains {
  /** Empty for the cluster that has the plain names. */
  readonly suffix: string
  /** Chain of a Service's port: for any traffic, from outside, for local endpoints, behind a firewall. */
  service(kind: 'SVC' | 'EXT' | 'SVL' | 'FW', port: string, protocol: string): string
  /** Chain of one endpoint, `10.244.1.2:80`. */
  endpoint(port: string, protocol: string, endpoint: string): string
  /** Chain for what is the same rules, whoever they belong to. */
  content(prefix: string, rules: readonly string[]): string
}

export const suffixOf = (clusterId: string): string => `-${clusterId.slice(0, SUFFIX_LENGTH)}`

/** @param suffix of `suffixOf`, or empty for the plain names */
export function chainNames(suffix: string): ChainNames {
  const known = new Map<string, string>()
  const hash = (text: string): string => {
    let name = known.get(text)
    if (!name) {
      // The plain names are upstream's; another cluster's Services of the same name get other chains.
      name = base32(createHash('sha256').update(text + suffix).digest()).slice(0, HASH_LENGTH)
      if (known.size > 100_000) known.clear()
      known.set(text, name)
    }
    return name
  }
  return {
    ...(Object.fromEntries(Object.entries(TOP).map(([key, name]) => [key, name + suffix])) as unknown as TopChains),
    suffix,
    service: (kind, port, protocol) => `KUBE-${kind}-${hash(port + protocol)}`,
    endpoint: (port, protocol, endpoint) => `KUBE-SEP-${hash(port + protocol + endpoint)}`,
    content: (prefix, rules) => `${prefix}-${hash(rules.join('\n'))}`,
  }
}
