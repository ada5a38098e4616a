/** Services as environment variables. Source: Kubernetes documentation, "Discovering services"; kubernetes pkg/kubelet/envvars. */
import type { Service } from '../../shared/api/types.ts'

const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_')

/** Variables of Services that have an address, in the order of their names. */
export function serviceVariables(services: readonly Service[]): Map<string, string> {
  const result = new Map<string, string>()
  for (const s of [...services].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const ip = s.spec?.clusterIP
    const ports = s.spec?.ports ?? []
    const first = ports[0]
    if (!ip || ip === 'None' || !first) continue
    const host = ip.includes(':') ? `[${ip}]` : ip
    const name = upper(s.metadata.name)
    result.set(`${name}_SERVICE_HOST`, ip)
    result.set(`${name}_SERVICE_PORT`, String(first.port))
    for (const p of ports) if (p.name) result.set(`${name}_SERVICE_PORT_${upper(p.name)}`, String(p.port))
    result.set(`${name}_PORT`, `${(first.protocol ?? 'TCP').toLowerCase()}://${host}:${first.port}`)
    for (const p of ports) {
      const protocol = p.protocol ?? 'TCP'
      const prefix = `${name}_PORT_${p.port}_${protocol}`
      result.set(prefix, `${protocol.toLowerCase()}://${host}:${p.port}`)
      result.set(`${prefix}_PROTO`, protocol.toLowerCase())
      result.set(`${prefix}_PORT`, String(p.port))
      result.set(`${prefix}_ADDR`, ip)
    }
  }
  return result
}
