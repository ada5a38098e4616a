/**
 * From Ingresses to a table that says which Service answers to a host and a path. Pure. Source: the Ingress page of the
 * Kubernetes documentation (path types, host wildcards); of two that claim the same, the older one has it.
 */
import type { Ingress } from '../../shared/api/types.ts'

export interface Backend {
  readonly namespace: string
  readonly service: string
  /** Number or name of the Service's port. */
  readonly port: number | string
  /** `NAMESPACE/NAME` of the Ingress. */
  readonly ingress: string
}
interface PathRoute {
  /** Without a final slash. */
  readonly path: string
  readonly backend: Backend
}
interface HostRoutes {
  readonly exact: Map<string, Backend>
  /** Longest first. */
  readonly prefixes: PathRoute[]
  fallback: Backend | undefined
}
export interface Routes {
  /** By host; `''` is every host, `*.example.com` stands under `.example.com`. */
  readonly hosts: ReadonlyMap<string, HostRoutes>
  readonly fallback: Backend | undefined
}

type RawBackend = NonNullable<Ingress['spec']['defaultBackend']>
const keyOf = (ingress: Ingress): string => `${ingress.metadata.namespace}/${ingress.metadata.name}`

/** A backend that is no Service is none of ours. */
const backendOf = (ingress: Ingress, raw: RawBackend | undefined): Backend | undefined =>
  raw?.service ? { namespace: ingress.metadata.namespace ?? '', service: raw.service.name, port: raw.service.port?.number ?? raw.service.port?.name ?? '', ingress: keyOf(ingress) } : undefined

const older = (a: Ingress, b: Ingress): number => {
  const [x, y] = [String(a.metadata.creationTimestamp ?? ''), String(b.metadata.creationTimestamp ?? '')]
  return x === y ? (keyOf(a) < keyOf(b) ? -1 : 1) : x < y ? -1 : 1
}

export function compileRoutes(ingresses: readonly Ingress[]): Routes {
  const hosts = new Map<string, HostRoutes>()
  let fallback: Backend | undefined
  for (const ingress of [...ingresses].sort(older)) {
    const own = backendOf(ingress, ingress.spec.defaultBackend)
    fallback ??= own
    for (const rule of ingress.spec.rules ?? []) {
      const host = (rule.host ?? '').toLowerCase().replace(/^\*/, '')
      let routes = hosts.get(host)
      if (!routes) hosts.set(host, (routes = { exact: new Map(), prefixes: [], fallback: undefined }))
      routes.fallback ??= own
      for (const p of rule.http?.paths ?? []) {
        const backend = backendOf(ingress, p.backend)
        if (!backend) continue
        const path = p.path || '/'
        if (p.pathType === 'Exact') {
          if (!routes.exact.has(path)) routes.exact.set(path, backend)
        } else {
          const prefix = path.replace(/\/+$/, '')
          if (!routes.prefixes.some((r) => r.path === prefix)) routes.prefixes.push({ path: prefix, backend })
        }
      }
    }
  }
  for (const { prefixes } of hosts.values()) prefixes.sort((a, b) => b.path.length - a.path.length)
  return { hosts, fallback }
}

/** The routes of the most precise host: itself, one label under a wildcard, any. */
function hostRoutes(routes: Routes, host: string): HostRoutes | undefined {
  const dot = host.indexOf('.')
  return routes.hosts.get(host) ?? (dot > 0 ? routes.hosts.get(host.slice(dot)) : undefined) ?? routes.hosts.get('')
}

/** `host`: of the request, a port may follow. `path`: with or without its query. undefined: nobody answers to it. */
export function findBackend(routes: Routes, host: string, path: string): Backend | undefined {
  const found = hostRoutes(routes, host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, ''))
  const plain = path.replace(/[?#].*$/s, '')
  if (!found) return routes.fallback
  const exact = found.exact.get(plain)
  if (exact) return exact
  const prefix = found.prefixes.find((r) => plain === r.path || plain.startsWith(`${r.path}/`) || r.path === '')
  return prefix?.backend ?? found.fallback ?? routes.fallback
}

/** Secrets by the host that they serve: `NAMESPACE/NAME`. A wildcard stands under its suffix; a secret without hosts serves the hosts of its rules. */
export function tlsSecrets(ingresses: readonly Ingress[]): Map<string, string> {
  const secrets = new Map<string, string>()
  for (const ingress of [...ingresses].sort(older))
    for (const { hosts, secretName } of ingress.spec.tls ?? []) {
      if (!secretName) continue
      const names = hosts?.length ? hosts : (ingress.spec.rules ?? []).flatMap((r) => r.host ?? [])
      for (const host of names) {
        const key = host.toLowerCase().replace(/^\*/, '')
        if (!secrets.has(key)) secrets.set(key, `${ingress.metadata.namespace}/${secretName}`)
      }
    }
  return secrets
}
export const secretFor = (secrets: ReadonlyMap<string, string>, serverName: string): string | undefined => {
  const name = serverName.toLowerCase()
  const dot = name.indexOf('.')
  return secrets.get(name) ?? (dot > 0 ? secrets.get(name.slice(dot)) : undefined)
}
