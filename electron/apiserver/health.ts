/**
 * How the server is, for /healthz, /livez and /readyz: a list of named checks, each of which can be asked for by itself or left out.
 * Why one fails is for the log, since everybody may ask. Source: Kubernetes documentation, "Kubernetes API health endpoints".
 */
import { pathNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { ApiRequest, ApiResponse } from './types.ts'

/** undefined: it is well; else what is wrong. */
export type Check = () => string | undefined
export type Endpoint = 'healthz' | 'livez' | 'readyz'

/** Who is not ready for these is alive all the same. */
const READY_ONLY = new Set(['etcd-readiness', 'informer-sync', 'shutdown'])
/** What is done once while the server starts, under upstream's names, by what it is a part of. */
const HOOKS = {
  /** What the server makes of the store that it finds: kinds, policy, flow control. */
  created: ['generic-apiserver-start-informers', 'start-apiserver-admission-initializer', 'priority-and-fairness-config-consumer', 'priority-and-fairness-filter', 'start-apiextensions-informers', 'start-apiextensions-controllers', 'crd-informer-synced', 'start-service-ip-repair-controllers', 'start-kubernetes-service-cidr-controller'],
  /** The objects that every cluster has. */
  bootstrapped: ['start-system-namespaces-controller', 'start-cluster-authentication-info-controller', 'rbac/bootstrap-roles', 'scheduling/bootstrap-system-priority-classes', 'priority-and-fairness-config-producer', 'bootstrap-controller'],
  /** The aggregator works. */
  aggregated: ['start-kube-aggregator-informers', 'apiservice-registration-controller', 'apiservice-status-local-available-controller', 'apiservice-status-remote-available-controller', 'apiservice-discovery-controller', 'kube-apiserver-autoregistration', 'apiservice-openapi-controller', 'apiservice-openapiv3-controller'],
} as const
export type Part = keyof typeof HOOKS
/** Each group and version that is served has its APIService. */
const REGISTERED = 'autoregister-completion'

export interface HealthChecks {
  /** Checks besides those of the start; more may be added. */
  readonly more: Map<string, Check>
  /** A part of the start is done. */
  done(part: Part | 'registered'): void
  /** Those behind an endpoint, in order. */
  of(endpoint: Endpoint): ReadonlyMap<string, Check>
}

/** @param more checks by name, in the order in which they are told */
export function createHealthChecks(more: ReadonlyMap<string, Check>): HealthChecks {
  const finished = new Set<string>()
  const hooks = new Map<string, Check>()
  for (const name of [...Object.values(HOOKS).flat().map((hook) => `poststarthook/${hook}`), REGISTERED]) hooks.set(name, () => (finished.has(name) ? undefined : 'not finished'))
  const own = new Map(more)
  return {
    more: own,
    done(part) {
      for (const name of part === 'registered' ? [REGISTERED] : HOOKS[part].map((hook) => `poststarthook/${hook}`)) finished.add(name)
    },
    of(endpoint) {
      const last = [...own].filter(([name]) => name === 'shutdown')
      return new Map([...[...own].filter(([name]) => name !== 'shutdown'), ...hooks, ...last].filter(([name]) => endpoint === 'readyz' || !READY_ONLY.has(name)))
    },
  }
}

const log = logger('kube-apiserver')
const text = (content: string, status = 200): ApiResponse => ({
  status, headers: { 'x-content-type-options': 'nosniff' }, body: { type: 'bytes', bytes: Buffer.from(content), contentType: 'text/plain; charset=utf-8' },
})

/** @param only the check that is asked for; '': all. Throws NotFound where there is none of that name. */
export function health({ query }: Pick<ApiRequest, 'query'>, endpoint: Endpoint, only: string, checks: ReadonlyMap<string, Check>): ApiResponse {
  if (only) {
    const check = checks.get(only)
    if (!check) throw pathNotFound()
    const fault = check()
    return fault === undefined ? text('ok') : text(`internal server error: ${fault}\n`, 500)
  }
  const excluded = new Set(query.getAll('exclude'))
  const lines: string[] = []
  const faults: string[] = []
  for (const [name, check] of checks) {
    if (excluded.delete(name)) {
      lines.push(`[+]${name} excluded: ok\n`)
      continue
    }
    const fault = check()
    lines.push(fault === undefined ? `[+]${name} ok\n` : `[-]${name} failed: reason withheld\n`)
    if (fault !== undefined) faults.push(`${name}: ${fault}`)
  }
  if (excluded.size) lines.push(`warn: some health checks cannot be excluded: no matches for ${[...excluded].map((name) => JSON.stringify(name)).join(',')}\n`)
  if (faults.length) {
    log.warning(`${endpoint} check failed`, { faults: faults.join('; ') })
    return text(`${lines.join('')}${endpoint} check failed\n`, 500)
  }
  return text(query.has('verbose') ? `${lines.join('')}${endpoint} check passed\n` : 'ok')
}
