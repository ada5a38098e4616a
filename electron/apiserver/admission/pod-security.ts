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

const policyOf = ({ level, version }: { level: Level; version: string }): string => `PodSecurity ${JSON.stringify(`${level}:${version}`)}`
const sentence = (policy: { level: Level; version: string }, faults: readonly string[], what = 'violate'): string => `${what} ${policyOf(policy)}: ${faults.join(', ')}`

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

function judgePod(request: AdmissionRequest, env: Env): void {
  const pod = request.object as unknown as Pod
  if (!pod.spec || isHarmless(request)) return
  const namespace = env.store.get(keyOf(NAMESPACES, '', request.namespace))?.value as Namespace | undefined
  const enforce = levelOf(namespace, 'enforce')
  if (namespace?.metadata.labels?.[`${PREFIX}enforce`]) request.annotate?.(`${PREFIX}enforce-policy`, `${enforce.level}:${enforce.version}`)
  const faults = violations(enforce.level, pod.spec, pod.metadata.annotations)
  if (faults.length) throw forbidden(request.kind, pod.metadata.name, sentence(enforce, faults, 'violates'))
  note(request, namespace, pod.spec, pod.metadata.annotations)
  const warn = levelOf(namespace, 'warn')
  const noted = violations(warn.level, pod.spec, pod.metadata.annotations)
  if (noted.length) request.warn(sentence(warn, noted, 'would violate'))
}

/** What the audit log is to say of a pod that is let through. */
function note(request: AdmissionRequest, namespace: Namespace | undefined, spec: PodSpec, annotations?: Readonly<Record<string, string>>): void {
  const audit = levelOf(namespace, 'audit')
  const noted = violations(audit.level, spec, annotations)
  if (noted.length) request.annotate?.(`${PREFIX}audit-violations`, sentence(audit, noted, 'would violate'))
}

/** Kinds that make pods are stored all the same: only their author is told. */
function judgeTemplate(request: AdmissionRequest, env: Env): void {
  const spec = specIn(request)
  if (!spec) return
  const namespace = env.store.get(keyOf(NAMESPACES, '', request.namespace))?.value as Namespace | undefined
  note(request, namespace, spec)
  const warn = levelOf(namespace, 'warn')
  const noted = violations(warn.level, spec, undefined)
  if (noted.length) request.warn(sentence(warn, noted, 'would violate'))
}

function judgeNamespace({ object, old, kind, warn }: AdmissionRequest, env: Env): void {
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
  if (!old || LEVELS.indexOf(next.level) <= LEVELS.indexOf(levelOf(old as Namespace, 'enforce').level)) return
  const counts = new Map<string, string[]>()
  for (const kv of env.store.range(prefixOf(PODS, namespace.metadata.name), { limit: MAX_LOOKED_AT }).kvs) {
    const pod = kv.value as Pod
    const found = violations(next.level, pod.spec, pod.metadata.annotations).map((v) => v.replace(/ \(.*$/, '')).join(', ')
    if (found) counts.set(found, [...(counts.get(found) ?? []), pod.metadata.name])
  }
  if (counts.size === 0) return
  warn(`existing pods in namespace ${JSON.stringify(namespace.metadata.name)} violate the new ${policyOf(next).replace('PodSecurity', 'PodSecurity enforce level')}`)
  for (const [found, names] of counts) {
    const others = names.length > 1 ? ` (and ${names.length - 1} other pod${names.length > 2 ? 's' : ''})` : ''
    warn(`${names.toSorted()[0]}${others}: ${found}`)
  }
}

export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  resources: ['/pods', '/pods/ephemeralcontainers', '/namespaces', ...Object.keys(TEMPLATES)],
  operations: ['CREATE', 'UPDATE'],
  validate(request, env) {
    if (request.kind.resource === 'namespaces') judgeNamespace(request, env)
    else if (request.kind.resource === 'pods') judgePod(request, env)
    else judgeTemplate(request, env)
    return undefined
  },
}
