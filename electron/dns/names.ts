/**
 * Names of the cluster's zone. Source: the DNS-based service discovery specification of Kubernetes, version 1.1.0.
 * Names are lower case and carry no final dot.
 */
import { isIP } from 'node:net'

export const SPECIFICATION = '1.1.0'
/** Seconds that an answer of the zone may be kept. Source: the usual Corefile of kubeadm. */
export const TTL = 30

export const serviceName = (name: string, namespace: string, domain: string): string => `${name}.${namespace}.svc.${domain}`
export const portName = (port: string, protocol: string, service: string): string => `_${port}._${protocol}.${service}`.toLowerCase()

/** `10.244.1.5` is `10-244-1-5`, `fd00::1` is `fd00--1`: an address as one label. */
export const dashed = (address: string): string => address.replace(/[.:]/g, '-')

/** The address that a dashed label stands for; undefined when it stands for none. */
export function undashed(label: string): string | undefined {
  const v4 = label.replaceAll('-', '.')
  if (isIP(v4) === 4) return v4
  const v6 = label.replaceAll('-', ':')
  return isIP(v6) === 6 ? v6 : undefined
}

/** All eight groups of an IPv6 address, each of four digits. */
function groups(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array.from({ length: zeros }, () => '0'), ...right].map((g) => g.toLowerCase().padStart(4, '0'))
}

/** Where the name of an address is looked up: `5.1.244.10.in-addr.arpa`. */
export function reverseName(address: string): string {
  if (isIP(address) === 6) return `${groups(address).join('').split('').reverse().join('.')}.ip6.arpa`
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`
}

/** The IPv4 address of a reverse name; undefined for anything else. */
export function addressOfReverse(name: string): string | undefined {
  if (!name.endsWith('.in-addr.arpa')) return undefined
  const address = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.')
  return isIP(address) === 4 ? address : undefined
}

export const isBelow = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`)
