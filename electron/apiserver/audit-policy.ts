/**
 * An audit policy that the user has written: which requests are written down, at which stages, and how much of each.
 * Source: audit.k8s.io/v1, and Kubernetes documentation, "Auditing".
 */
import { field, type FieldError } from '../../shared/errors.ts'
import { isRecord } from './json.ts'
import type { RequestInfo } from './request-info.ts'
import type { UserInfo } from './types.ts'

export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const
export type AuditLevel = (typeof LEVELS)[number]
export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type AuditStage = (typeof STAGES)[number]

interface GroupResources {
  readonly group?: string
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
}
export interface PolicyRule {
  readonly level: AuditLevel
  readonly users?: readonly string[]
  readonly userGroups?: readonly string[]
  readonly verbs?: readonly string[]
  readonly resources?: readonly GroupResources[]
  readonly namespaces?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
  readonly omitStages?: readonly AuditStage[]
  readonly omitManagedFields?: boolean
}
export interface AuditPolicy {
  readonly rules: readonly PolicyRule[]
  readonly omitStages?: readonly AuditStage[]
  readonly omitManagedFields?: boolean
}
/** What is written down of a request. */
export interface Decided {
  readonly level: AuditLevel
  readonly omitStages: ReadonlySet<AuditStage>
  readonly omitManagedFields: boolean
}

type Texts = readonly string[] | undefined
const anyOf = (list: Texts, value: string): boolean => !list?.length || list.includes(value)

const pathMatches = (pattern: string, path: string): boolean => pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))

function resourceMatches({ group = '', resources, resourceNames }: GroupResources, info: RequestInfo): boolean {
  if (group !== info.group) return false
  if (!resources?.length) return true
  if (resourceNames?.length && !resourceNames.includes(info.name)) return false
  const { resource, subresource } = info
  const full = subresource ? `${resource}/${subresource}` : resource
  return resources.some((r) => r === '*' || r === full || r === `${resource}/*` || (subresource !== '' && r === `*/${subresource}`))
}

function ruleMatches(rule: PolicyRule, info: RequestInfo, user: UserInfo): boolean {
  if (!anyOf(rule.users, user.name)) return false
  if (rule.userGroups?.length && !rule.userGroups.some((g) => user.groups.includes(g))) return false
  if (!anyOf(rule.verbs, info.verb)) return false
  if (rule.namespaces?.length || rule.resources?.length) {
    // What lies in no namespace is in the one without a name.
    return info.isResource && anyOf(rule.namespaces, info.namespace) && (!rule.resources?.length || rule.resources.some((r) => resourceMatches(r, info)))
  }
  if (rule.nonResourceURLs?.length) return !info.isResource && rule.nonResourceURLs.some((p) => pathMatches(p, info.path))
  return true
}

/** The policy as a function: the first rule that matches decides, and what none matches is not written down. */
export function decideBy(policy: AuditPolicy): (info: RequestInfo, user: UserInfo) => Decided {
  const nothing: Decided = { level: 'None', omitStages: new Set(policy.omitStages), omitManagedFields: false }
  const outcomes = policy.rules.map((rule): Decided => ({
    level: rule.level, omitStages: new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])]), omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields ?? false,
  }))
  return (info, user) => outcomes[policy.rules.findIndex((rule) => ruleMatches(rule, info, user))] ?? nothing
}

const API_VERSION = 'audit.k8s.io/v1'
const POLICY_FIELDS = new Set(['apiVersion', 'kind', 'metadata', 'rules', 'omitStages', 'omitManagedFields'])
const RULE_FIELDS = new Set(['level', 'users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceURLs', 'omitStages', 'omitManagedFields'])
const RESOURCE_FIELDS = new Set(['group', 'resources', 'resourceNames'])
const GROUP = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** Collects what is wrong with a document. */
class Check {
  readonly errors: FieldError[] = []
  record(value: unknown, path: string, known: ReadonlySet<string>): Record<string, unknown> | undefined {
    if (!isRecord(value)) {
      this.errors.push(field.invalid(path, value, 'must be an object'))
      return undefined
    }
    for (const key of Object.keys(value)) if (!known.has(key)) this.errors.push(field.invalid(path === '' ? key : `${path}.${key}`, value[key], 'unknown field'))
    return value
  }
  texts(value: unknown, path: string): string[] {
    if (value === undefined || value === null) return []
    if (Array.isArray(value) && value.every((v) => typeof v === 'string')) return value
    this.errors.push(field.invalid(path, value, 'must be a list of strings'))
    return []
  }
  flag(value: unknown, path: string): void {
    if (value !== undefined && value !== null && typeof value !== 'boolean') this.errors.push(field.invalid(path, value, 'must be true or false'))
  }
  stages(value: unknown, path: string): void {
    for (const [i, stage] of this.texts(value, path).entries()) if (!(STAGES as readonly string[]).includes(stage)) this.errors.push(field.invalid(`${path}[${i}]`, stage, `allowed stages are ${STAGES.join(',')}`))
  }
}

function checkResource(check: Check, value: unknown, path: string): void {
  const given = check.record(value, path, RESOURCE_FIELDS)
  if (!given) return
  const { group = '' } = given
  if (typeof group !== 'string') check.errors.push(field.invalid(`${path}.group`, group, 'must be a string'))
  else if (group.includes('/')) check.errors.push(field.invalid(`${path}.group`, group, 'group must not contain a version'))
  else if (group !== '' && !GROUP.test(group)) check.errors.push(field.invalid(`${path}.group`, group, 'must be the name of an API group'))
  const resources = check.texts(given['resources'], `${path}.resources`)
  if (check.texts(given['resourceNames'], `${path}.resourceNames`).length && !resources.length) check.errors.push(field.invalid(`${path}.resourceNames`, given['resourceNames'], 'using resourceNames requires at least one resource'))
}

function checkRule(check: Check, value: unknown, path: string): void {
  const rule = check.record(value, path, RULE_FIELDS)
  if (!rule) return
  const { level } = rule
  if (level === undefined || level === null || level === '') check.errors.push(field.required(`${path}.level`, ''))
  else if (!(LEVELS as readonly unknown[]).includes(level)) check.errors.push(field.notSupported(`${path}.level`, level, [...LEVELS]))
  for (const name of ['users', 'userGroups', 'verbs']) check.texts(rule[name], `${path}.${name}`)
  const namespaces = check.texts(rule['namespaces'], `${path}.namespaces`)
  const urls = check.texts(rule['nonResourceURLs'], `${path}.nonResourceURLs`)
  const { resources } = rule
  if (resources !== undefined && resources !== null && !Array.isArray(resources)) check.errors.push(field.invalid(`${path}.resources`, resources, 'must be a list'))
  const listed = Array.isArray(resources) ? resources : []
  for (const [i, resource] of listed.entries()) checkResource(check, resource, `${path}.resources[${i}]`)
  for (const [i, url] of urls.entries()) {
    const at = `${path}.nonResourceURLs[${i}]`
    if (url === '*') continue
    if (!url.startsWith('/')) check.errors.push(field.invalid(at, url, "non-resource URL rules must begin with a '/' character"))
    if (url.slice(0, -1).includes('*')) check.errors.push(field.invalid(at, url, "non-resource URL wildcards '*' must be the final character of the rule"))
  }
  if (urls.length && (listed.length || namespaces.length)) check.errors.push(field.invalid(`${path}.nonResourceURLs`, urls, 'rules cannot apply to both regular resources and non-resource URLs'))
  check.stages(rule['omitStages'], `${path}.omitStages`)
  check.flag(rule['omitManagedFields'], `${path}.omitManagedFields`)
}

/** What is wrong with a document that shall be a policy; empty: it is one. */
export function checkPolicy(document: unknown): readonly FieldError[] {
  const check = new Check()
  const policy = check.record(document, '', POLICY_FIELDS)
  if (!policy) return check.errors
  if (policy['apiVersion'] !== API_VERSION) check.errors.push(field.notSupported('apiVersion', policy['apiVersion'] ?? '', [API_VERSION]))
  if (policy['kind'] !== 'Policy') check.errors.push(field.notSupported('kind', policy['kind'] ?? '', ['Policy']))
  check.stages(policy['omitStages'], 'omitStages')
  check.flag(policy['omitManagedFields'], 'omitManagedFields')
  const { rules } = policy
  // A policy that writes nothing down is nearly always a mistake.
  if (!Array.isArray(rules) || rules.length === 0) check.errors.push(field.required('rules', 'a policy has at least one rule'))
  else for (const [i, rule] of rules.entries()) checkRule(check, rule, `rules[${i}]`)
  return check.errors
}
