/** What this node never takes, whatever room it has: pure. Source: kubernetes pkg/kubelet/sysctl (safe_sysctls.go, allowlist.go) and pkg/kubelet/lifecycle. */
import type { Pod } from '../../shared/api/types.ts'

/** Each is kept apart by the kernel for each pod, and harms no other one. */
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem',
])

export interface Refusal {
  readonly reason: string
  readonly message: string
}

/** undefined: nothing speaks against the pod. */
export function refusal(pod: Pod): Refusal | undefined {
  const context = pod.spec.securityContext
  for (const { name: written } of context?.sysctls ?? []) {
    const name = written.replaceAll('/', '.')
    const forbid = (why: string): Refusal => ({ reason: 'SysctlForbidden', message: `forbidden sysctl: ${JSON.stringify(name)} ${why}` })
    if (!SAFE_SYSCTLS.has(name)) return forbid('not allowlisted')
    if (name.startsWith('kernel.') && pod.spec.hostIPC) return forbid('not allowed with host ipc enabled')
    if (name.startsWith('net.') && pod.spec.hostNetwork) return forbid('not allowed with host net enabled')
  }
  if (context?.supplementalGroupsPolicy === 'Strict') return { reason: 'SupplementalGroupsPolicyNotSupported', message: 'SupplementalGroupsPolicy=Strict is not supported in this node' }
  if (pod.spec.os?.name && pod.spec.os.name !== 'linux') return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }
  return undefined
}
