/** Whether a request is a flow schema's, and of which flow in it. Source: Kubernetes API reference, FlowSchema. */
import type { FlowSchema } from '../resources/flowschema.ts'
import type { RequestInfo } from '../request-info.ts'
import type { UserInfo } from '../types.ts'

type Rule = NonNullable<NonNullable<FlowSchema['spec']>['rules']>[number]
type Of<T> = (value: T) => boolean
/** Fits the user and what is asked. */
export type Matcher = (user: UserInfo, info: RequestInfo) => boolean

const ALL = '*'
const oneOf = (list: readonly string[] | undefined): Of<string> => (list?.includes(ALL) ? () => true : (value) => list?.includes(value) ?? false)

function subject({ kind, user, group, serviceAccount }: Rule['subjects'][number]): Of<UserInfo> {
  if (kind === 'User') return (u) => user?.name === ALL || u.name === user?.name
  if (kind === 'Group') return (u) => group?.name === ALL || u.groups.includes(group?.name ?? '')
  const prefix = `system:serviceaccount:${serviceAccount?.namespace}:`
  return serviceAccount?.name === ALL ? (u) => u.name.startsWith(prefix) : (u) => u.name === `${prefix}${serviceAccount?.name}`
}

function resourceRule(rule: NonNullable<Rule['resourceRules']>[number]): Of<RequestInfo> {
  const [verb, group, resource, namespace] = [oneOf(rule.verbs), oneOf(rule.apiGroups), oneOf(rule.resources), oneOf(rule.namespaces)]
  return (info) => verb(info.verb) && group(info.group) && resource(info.subresource ? `${info.resource}/${info.subresource}` : info.resource) && (info.namespace ? namespace(info.namespace) : rule.clusterScope === true)
}

function nonResourceRule(rule: NonNullable<Rule['nonResourceRules']>[number]): Of<RequestInfo> {
  const verb = oneOf(rule.verbs)
  const urls = rule.nonResourceURLs
  return (info) => verb(info.verb) && urls.some((url) => url === ALL || url === info.path || (url.endsWith('/*') && info.path.startsWith(url.slice(0, -1))))
}

/** What a flow schema matches. */
export function matcherOf(schema: FlowSchema): Matcher {
  const rules = (schema.spec?.rules ?? []).map((rule) => ({
    subjects: rule.subjects.map(subject), resources: (rule.resourceRules ?? []).map(resourceRule), others: (rule.nonResourceRules ?? []).map(nonResourceRule),
  }))
  return (user, info) => rules.some((rule) => rule.subjects.some((fits) => fits(user)) && (info.isResource ? rule.resources : rule.others).some((fits) => fits(info)))
}

/** By what the requests of a schema are told apart. */
export function distinguish(schema: FlowSchema, user: UserInfo, info: RequestInfo): string {
  switch (schema.spec?.distinguisherMethod?.type) {
    case 'ByUser':
      return user.name
    case 'ByNamespace':
      return info.namespace
    default:
      return ''
  }
}

/** The schemas in the order in which they are asked. */
export const inOrder = (schemas: readonly FlowSchema[]): readonly FlowSchema[] =>
  schemas.toSorted((a, b) => (a.spec?.matchingPrecedence ?? 0) - (b.spec?.matchingPrecedence ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1))
