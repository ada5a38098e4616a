/**
 * PodSecurity: a namespace's labels say which level its pods must keep to, and whether a breach is refused, warned of, or
 * written down. Source: Kubernetes documentation, "Pod Security Admission".
 */
import type { Namespace, Pod, PodSpec } from '../../../shared/api/types.ts'
import { field, forbidden, invalid } from '../../../shared/errors.ts'
import { keyOf, prefixOf, type Env } from '../registry/env.ts'
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts'
import { LEVELS, violations, type Level } from './pod-security-levels.ts'

const NAMESPACES = { group: '', resource: 'namespaces', scope: 'Cluster' } as const
const PODS = { group: '', resource: 'pods' } as const
const PREFIX = 'pod-security.kubernetes.io/'
const MODES = ['enforce', 'audit', 'warn'] as const
type Mode = (typeof MODES)[number]
const VERSION = /^v1\.\d{1,3}$/
/** Pods that are looked at when a namespace becomes stricter. */
const MAX_LOOKED_AT = 3000
/** Where a pod template stands in the kinds that make pods. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  '/podtemplates': ['template', 'spec'], '/replicationcontrollers': ['spec', 'template', 'spec'], 'apps/deployments': ['spec', 'template', 'spec'], 'apps/replicasets': ['spec', 'template', 'spec'],
  'apps/statefulsets': ['spec', 'template', 'spec'], 'apps/daemonsets': ['spec', 'template', 'spec'], 'batch/jobs': ['spec', 'template', 'spec'], 'batch/cronjobs': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
}

const isLevel = (text: string | undefined): text is Level => LEVELS.includes(text as Level)
/** A label that says nothing sensible asks for the strictest: better refused than let through unseen. */
function levelOf(namespace: Namespace | undefined, mode: Mode): { level: Level; version: string } {
  const labels = namespace?.metadata.labels ?? {}
  const text = labels[PREFIX + mode]
  return { level: text === undefined || text === '' ? 'privileged' : isLevel(text) ? text : 'restricted', version: labels[`${PREFIX}${mode}-version`] || 'latest' }
}

type Policy = ReturnType<typeof levelOf>
const policyOf = ({ level, version }: Policy): string => `PodSecurity ${JSON.stringify(`${level}:${version}`)}`
const sentence = (policy: Policy, faults: readonly string[], what: string): string => `${what} ${policyOf(policy)}: ${faults.join(', ')}`

/** What the cluster's administrator lets through unseen, whatever a namespace says. */
export interface PodSecurityExemptions {
  readonly usernames?: readonly string[]
  readonly namespaces?: readonly string[]
  readonly runtimeClasses?: readonly string[]
}
/** Why a pod is not looked at, in the audit log's word for it. */
function exemption({ usernames = [], namespaces = [], runtimeClasses = [] }: PodSecurityExemptions, { namespace, user }: AdmissionRequest, spec: PodSpec): string | undefined {
  if (namespaces.includes(namespace)) return 'namespace'
  if (usernames.includes(user.name)) return 'user'
  return spec.runtimeClassName && runtimeClasses.includes(spec.runtimeClassName) ? 'runtimeClass' : undefined
}

function specIn(request: AdmissionRequest): PodSpec | undefined {
  let at: unknown = request.object
  for (const name of TEMPLATES[`${request.kind.group}/${request.kind.resource}`] ?? []) at = (at as Record<string, unknown> | undefined)?.[name]
  return (at as PodSpec | undefined)?.containers ? (at as PodSpec) : undefined
}

/** What an update of a pod may change that a level could have something against. */
function isHarmless({ operation, object, old }: AdmissionRequest): boolean {
  if (operation !== 'UPDATE') return false
  const images = (o: unknown): string => JSON.stringify([(o as Pod).spec.containers.map((c) => [c.name, c.image]), (o as Pod).spec.ephemeralContainers ?? []])
  return images(object) === images(old)
}

const namespaceOf = (request: AdmissionRequest, env: Env): Namespace | undefined => env.store.get(keyOf(NAMESPACES, '', request.namespace))?.value as Namespace | undefined

/** @param enforced a pod itself, which may be refused; what makes pods is stored all the same, and only its author is told */
function judge(request: AdmissionRequest, env: Env, exempt: PodSecurityExemptions, { spec, annotations, enforced }: { spec: PodSpec; annotations?: Readonly<Record<string, string>> | undefined; enforced: boolean }): void {
  const namespace = namespaceOf(request, env)
  const [enforce, audit, warn] = MODES.map((mode) => levelOf(namespace, mode)) as [Policy, Policy, Policy]
  if ([enforce, audit, warn].every(({ level }) => level === 'privileged')) return
  const why = exemption(exempt, request, spec)
  if (why) {
    request.annotate?.(`${PREFIX}exempt`, why)
    return
  }
  if (enforced) request.annotate?.(`${PREFIX}enforce-policy`, `${enforce.level}:${enforce.version}`)
  const noted = violations(audit, spec, annotations)
  if (noted.length) request.annotate?.(`${PREFIX}audit-violations`, sentence(audit, noted, 'would violate'))
  const faults = enforced ? violations(enforce, spec, annotations) : []
  if (faults.length) throw forbidden(request.kind, request.name, sentence(enforce, faults, 'violates'))
  const warned = violations(warn, spec, annotations)
  if (warned.length) request.warn(sentence(warn, warned, 'would violate'))
}

function judgePod(request: AdmissionRequest, env: Env, exempt: PodSecurityExemptions): void {
  const { spec, metadata } = request.object as unknown as Pod
  if (spec && !isHarmless(request)) judge(request, env, exempt, { spec, annotations: metadata.annotations, enforced: true })
}
function judgeTemplate(request: AdmissionRequest, env: Env, exempt: PodSecurityExemptions): void {
  const spec = specIn(request)
  if (spec) judge(request, env, exempt, { spec, enforced: false })
}

/** Nothing that is there can break what was in force already. */
function asksForNoMore(next: Policy, before: Policy): boolean {
  return next.level === 'privileged' || (next.version === before.version && LEVELS.indexOf(next.level) <= LEVELS.indexOf(before.level))
}

function judgeNamespace({ object, old, kind, warn }: AdmissionRequest, env: Env, { namespaces }: PodSecurityExemptions): void {
  const namespace = object as Namespace
  const labels = namespace.metadata.labels ?? {}
  const faults = MODES.flatMap((mode) => {
    const level = labels[PREFIX + mode]
    const version = labels[`${PREFIX}${mode}-version`]
    return [
      ...(level === undefined || isLevel(level) ? [] : [field.invalid(`metadata.labels[${PREFIX}${mode}]`, level, `must be one of ${LEVELS.join(', ')}`)]),
      ...(version === undefined || version === 'latest' || VERSION.test(version) ? [] : [field.invalid(`metadata.labels[${PREFIX}${mode}-version]`, version, 'must be "latest" or "v1.x"')]),
    ]
  })
  if (faults.length) throw invalid(kind, namespace.metadata.name, faults)
  const next = levelOf(namespace, 'enforce')
  if (namespaces?.includes(namespace.metadata.name) && MODES.some((mode) => levelOf(namespace, mode).level !== 'privileged')) {
    warn(`namespace ${JSON.stringify(namespace.metadata.name)} is exempt from Pod Security, and the policy (${MODES.map((mode) => levelOf(namespace, mode)).map(({ level, version }, i) => `${MODES[i]}=${JSON.stringify(`${level}:${version}`)}`).join(', ')}) will be ignored`)
    return
  }
  if (!old || asksForNoMore(next, levelOf(old as Namespace, 'enforce'))) return
  const counts = new Map<string, string[]>()
  for (const kv of env.store.range(prefixOf(PODS, namespace.metadata.name), { limit: MAX_LOOKED_AT }).kvs) {
    const pod = kv.value as Pod
    const found = violations(next, pod.spec, pod.metadata.annotations).map((v) => v.replace(/ \(.*$/, '')).join(', ')
    if (found) counts.set(found, [...(counts.get(found) ?? []), pod.metadata.name])
  }
  if (counts.size === 0) return
  warn(`existing pods in namespace ${JSON.stringify(namespace.metadata.name)} violate the new ${policyOf(next).replace('PodSecurity', 'PodSecurity enforce level')}`)
  for (const [found, names] of counts) {
    const others = names.length > 1 ? ` (and ${names.length - 1} other pod${names.length > 2 ? 's' : ''})` : ''
    warn(`${names.toSorted()[0]}${others}: ${found}`)
  }
}

export const createPodSecurity = (exempt: PodSecurityExemptions = {}): AdmissionPlugin => ({
  name: 'PodSecurity',
  resources: ['/pods', '/pods/ephemeralcontainers', '/namespaces', ...Object.keys(TEMPLATES)],
  operations: ['CREATE', 'UPDATE'],
  validate(request, env) {
    if (request.kind.resource === 'namespaces') judgeNamespace(request, env, exempt)
    else if (request.kind.resource === 'pods') judgePod(request, env, exempt)
    else judgeTemplate(request, env, exempt)
    return undefined
  },
})
