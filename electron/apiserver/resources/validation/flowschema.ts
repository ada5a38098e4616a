import { isDeepStrictEqual } from 'node:util'
import { field, type FieldError } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import { mandatory } from '../../flowcontrol/first-objects.ts'
import type { FlowSchema } from '../flowschema.ts'
import { say } from './common.ts'
import { validateConditions } from './flowcontrol.ts'
import { lookUp } from '../../json.ts'

type Rule = NonNullable<NonNullable<FlowSchema['spec']>['rules']>[number]
type Subject = NonNullable<Rule['subjects']>[number]

const MAX_PRECEDENCE = 10_000
const DISTINGUISHERS = ['ByNamespace', 'ByUser']
const VERBS = ['get', 'list', 'create', 'update', 'delete', 'deletecollection', 'patch', 'watch', 'proxy']
const ALL = '*'
/** The field of a subject that its kind names. */
const SUBJECT_FIELDS = { User: 'user', Group: 'group', ServiceAccount: 'serviceAccount' } as const
type SubjectKind = keyof typeof SUBJECT_FIELDS

/** A list that must not be empty, and in which `*` stands alone. */
function wildcardList(errors: FieldError[], path: string, list: readonly string[] | undefined, absent: string, others: string): void {
  if (!list?.length) errors.push(field.required(path, absent))
  else if (list.length > 1 && list.includes(ALL)) errors.push(field.invalid(path, list, `if '*' is present, must not specify other ${others}`))
}

function verbs(errors: FieldError[], path: string, list: readonly string[] | undefined): void {
  wildcardList(errors, path, list, 'verbs must contain at least one value', 'verbs')
  if (list?.length && !list.includes(ALL) && list.some((verb) => !VERBS.includes(verb))) errors.push(field.notSupported(path, list, VERBS))
}

function urlFault(url: string): string | undefined {
  if (!url) return 'must not be empty'
  if (url === '/') return undefined
  if (!url.startsWith('/')) return 'must start with slash'
  if (url.includes(' ')) return 'must not contain white-space'
  if (url.includes('//')) return 'must not contain double slash'
  const stars = url.split('*').length - 1
  return stars > 1 || (stars === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined
}

function validateSubject(errors: FieldError[], path: string, subject: Subject): void {
  const kind = subject.kind as SubjectKind
  const own = lookUp(SUBJECT_FIELDS, kind)
  if (!own) {
    errors.push(field.notSupported(`${path}.kind`, subject.kind, Object.keys(SUBJECT_FIELDS)))
    return
  }
  const given = subject[own]
  if (!given) errors.push(field.required(`${path}.${own}`, `${own} is required when subject kind is '${kind}'`))
  else if (!given.name) errors.push(field.required(`${path}.${own}.name`))
  if (kind === 'ServiceAccount' && subject.serviceAccount) {
    const { name, namespace } = subject.serviceAccount
    if (name && name !== ALL) say(errors, `${path}.serviceAccount.name`, name, dns1123Subdomain(name))
    if (!namespace) errors.push(field.required(`${path}.serviceAccount.namespace`, 'must specify namespace for service account'))
    else say(errors, `${path}.serviceAccount.namespace`, namespace, dns1123Label(namespace))
  }
  for (const [other, name] of Object.entries(SUBJECT_FIELDS) as [SubjectKind, (typeof SUBJECT_FIELDS)[SubjectKind]][]) {
    if (other !== kind && subject[name]) errors.push(field.forbidden(`${path}.${name}`, `${name} is forbidden when subject kind is not '${other}'`))
  }
}

function validateRule(errors: FieldError[], path: string, rule: Rule): void {
  if (!rule.subjects?.length) errors.push(field.required(`${path}.subjects`, 'subjects must contain at least one value'))
  rule.subjects?.forEach((subject, i) => validateSubject(errors, `${path}.subjects[${i}]`, subject))
  if (!rule.resourceRules?.length && !rule.nonResourceRules?.length) errors.push(field.required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'))
  rule.resourceRules?.forEach((r, i) => {
    const at = `${path}.resourceRules[${i}]`
    verbs(errors, `${at}.verbs`, r.verbs)
    wildcardList(errors, `${at}.apiGroups`, r.apiGroups, 'resource rules must supply at least one api group', 'api groups')
    wildcardList(errors, `${at}.resources`, r.resources, 'resource rules must supply at least one resource', 'resources')
    if (r.namespaces?.length || !r.clusterScope) wildcardList(errors, `${at}.namespaces`, r.namespaces, 'resource rules that are not cluster scoped must supply at least one namespace', 'namespaces')
    if (!r.namespaces?.includes(ALL)) {
      r.namespaces?.forEach((namespace, n) => {
        say(errors, `${at}.namespaces[${n}]`, namespace, dns1123Label(namespace).map((fault) => `each member of this list must be '*' or a DNS-1123 label; ${fault}`))
      })
    }
  })
  rule.nonResourceRules?.forEach((r, i) => {
    const at = `${path}.nonResourceRules[${i}]`
    verbs(errors, `${at}.verbs`, r.verbs)
    wildcardList(errors, `${at}.nonResourceURLs`, r.nonResourceURLs, 'nonResourceURLs must contain at least one value', 'non-resource URLs')
    if (r.nonResourceURLs?.includes(ALL)) return
    r.nonResourceURLs?.forEach((url, n) => {
      const fault = urlFault(url)
      if (fault) errors.push(field.invalid(`${at}.nonResourceURLs[${n}]`, url, fault))
    })
  })
}

export function validateFlowSchema(object: FlowSchema): FieldError[] {
  const errors: FieldError[] = []
  const { name } = object.metadata
  const { spec } = object
  if (!spec) return [field.required('spec')]
  const precedence = spec.matchingPrecedence ?? 0
  if (precedence <= 0) errors.push(field.invalid('spec.matchingPrecedence', precedence, 'must be a positive value'))
  if (precedence > MAX_PRECEDENCE) errors.push(field.invalid('spec.matchingPrecedence', precedence, `must not be greater than ${MAX_PRECEDENCE}`))
  if (precedence === 1 && name !== 'exempt') errors.push(field.invalid('spec.matchingPrecedence', precedence, "only the schema named 'exempt' may have matchingPrecedence 1"))
  const method = spec.distinguisherMethod
  if (method && !DISTINGUISHERS.includes(method.type)) errors.push(field.notSupported('spec.distinguisherMethod.type', method.type, DISTINGUISHERS))
  const level = spec.priorityLevelConfiguration?.name
  if (!level) errors.push(field.required('spec.priorityLevelConfiguration.name', 'must reference a priority level'))
  else say(errors, 'spec.priorityLevelConfiguration.name', level, dns1123Subdomain(level))
  spec.rules?.forEach((rule, i) => validateRule(errors, `spec.rules[${i}]`, rule))
  const fixed = mandatory('FlowSchema', name)
  if (fixed && !isDeepStrictEqual(spec, fixed.spec)) errors.push(field.invalid('spec', spec, `spec of '${name}' must equal the fixed value`))
  return [...errors, ...validateConditions(object.status?.conditions)]
}
