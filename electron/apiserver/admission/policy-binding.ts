/** What policies that validate and policies that mutate have in common: whom they are about, and their parameters. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { labelSelectorMatches } from '../../../shared/selectors.ts'
import type { KindRegistry } from '../kind-registry.ts'
import { apiVersion, fromStore, keyOf, prefixOf, type Env } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Matching, Rule } from './match.ts'
import type { AdmissionRequest } from './plugin.ts'

type Match = NonNullable<ValidatingAdmissionPolicy['spec']['matchConstraints']>
export type ParamKind = ValidatingAdmissionPolicy['spec']['paramKind']
export type ParamRef = ValidatingAdmissionPolicyBinding['spec']['paramRef']

export const POLICY_GROUP = 'admissionregistration.k8s.io'
/** No policy can lock itself in. */
const EXEMPT = new Set(['validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'])
export const isPolicyKind = ({ group, resource }: Pick<KindDefinition, 'group' | 'resource'>): boolean => group === POLICY_GROUP && EXEMPT.has(resource)

/** @param all no rules: everything */
export const matchingOf = (match: Match, all: boolean): Matching => ({
  ...match, rules: (match.resourceRules ?? (all ? [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*', '*/*'] }] : [])) as readonly Rule[], excluded: (match.excludeResourceRules ?? []) as readonly Rule[],
} as Matching)

export const versionsIn = (registry: KindRegistry) => (kind: KindDefinition): KindDefinition[] =>
  registry.all.filter((k) => k !== kind && k.group === kind.group && k.resource === kind.resource)

export const paramKindOf = (params: KubeObject | null, registry: KindRegistry): KindDefinition | undefined =>
  params ? registry.all.find((k) => k.kind === params.kind && apiVersion(k) === params.apiVersion) : undefined

/** What is wrong with a policy, whichever binding it is. */
export class PolicyFault extends Error {}

/** The parameters of a binding: none are wanted, or they are there, or it says what happens when they are not. Throws Error. */
export function paramsOf(wanted: ParamKind, reference: ParamRef, request: AdmissionRequest, env: Env, registry: KindRegistry): readonly (KubeObject | null)[] {
  if (!wanted || !reference) return [null]
  const [group = '', version = ''] = (wanted.apiVersion ?? '').includes('/') ? (wanted.apiVersion ?? '').split('/') : ['', wanted.apiVersion ?? '']
  const kind = registry.all.find((k) => k.group === group && k.version === version && k.kind === wanted.kind)
  if (!kind) throw new PolicyFault(`failed to configure policy: failed to find resource referenced by paramKind: '${group}/${version}, Kind=${wanted.kind}'`)
  if (kind.scope === 'Cluster' && reference.namespace) throw new Error('failed to configure binding: paramRef.namespace must not be provided for a cluster-scoped `paramKind`')
  const namespace = kind.scope === 'Namespaced' ? (reference.namespace || request.namespace) : ''
  if (kind.scope === 'Namespaced' && !namespace) throw new Error('failed to configure binding: cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
  const found = reference.name
    ? [env.store.get(keyOf(kind, namespace, reference.name))?.value].filter((o) => o !== undefined)
    : env.store.range(prefixOf(kind, namespace)).kvs.map((kv) => kv.value).filter((o) => labelSelectorMatches(reference.selector, o.metadata.labels))
  if (!found.length && reference.parameterNotFoundAction === 'Deny') throw new Error('failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction')
  return found.map((o) => fromStore(kind, o))
}
