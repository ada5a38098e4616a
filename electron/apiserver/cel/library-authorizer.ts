/** `authorizer` in admission expressions: what the user of the request may do. Source: Kubernetes documentation, "Validating Admission Policy: authorization check". */
import { celMethod, CelScalar, type CelFunc } from '@bufbuild/cel'
import { dns1123Label, dns1123Subdomain } from '../../../shared/labels.ts'
import type { Attributes, Authorizer, UserInfo } from '../types.ts'
import { make, textOf, types } from './types.ts'

const { STRING, BOOL } = CelScalar

export interface AuthorizerDoor {
  readonly user: UserInfo
  readonly authorizer: Authorizer | undefined
}
let current: AuthorizerDoor | undefined
/** Runs are synchronous, so that one at a time is asked about. */
export function withAuthorizer<T>(door: AuthorizerDoor | undefined, run: () => T): T {
  const before = current
  current = door
  try {
    return run()
  } finally {
    current = before
  }
}

type Question = Partial<Pick<Attributes, 'group' | 'resource' | 'subresource' | 'namespace' | 'name' | 'path' | 'fieldSelector'>> & { account?: { namespace: string; name: string } }
const read = (value: unknown): Question => JSON.parse(textOf(value)) as Question
const extended = (name: 'Authorizer' | 'PathCheck' | 'GroupCheck' | 'ResourceCheck', from: unknown, more: Question) => make(name, JSON.stringify({ ...read(from), ...more })) as never

function decide(question: Question, verb: string): string {
  const { account } = question
  const groups = account ? ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`, 'system:authenticated'] : []
  const user = account ? { name: `system:serviceaccount:${account.namespace}:${account.name}`, groups } : current?.user
  if (!user) throw new Error('there is no authorizer here')
  const { group = '', resource = '', subresource = '', namespace = '', name = '', path = '', fieldSelector } = question
  const decision = current?.authorizer?.authorize({ user, verb, group, version: '*', resource, subresource, namespace, name, path, ...(fieldSelector ? { fieldSelector } : {}) }) ?? { allowed: true, reason: '' }
  return JSON.stringify({ allowed: decision.allowed, reason: decision.reason })
}
/** In upstream's words. */
function notEmpty(what: string, text: string): string {
  if (text.trim() === '') throw new Error(`${what} must not be empty`)
  return text
}
function accountOf(namespace: string, name: string): { namespace: string; name: string } {
  if (dns1123Subdomain(name).length) throw new Error('Invalid service account name')
  if (dns1123Label(namespace).length) throw new Error('Invalid service account namespace')
  return { namespace, name }
}
const decision = (value: unknown): { allowed: boolean; reason: string } => JSON.parse(textOf(value)) as { allowed: boolean; reason: string }
const { Authorizer: A, PathCheck: P, GroupCheck: G, ResourceCheck: R, Decision: D } = types

export const authorizerValue = () => make('Authorizer', '{}') as never
export const resourceCheckValue = (question: Question) => make('ResourceCheck', JSON.stringify(question)) as never

export const authorizerLibrary: readonly CelFunc[] = [
  celMethod('path', A, [STRING], P, function (path) { return extended('PathCheck', this, { path: notEmpty('path', path) }) }),
  celMethod('group', A, [STRING], G, function (group) { return extended('GroupCheck', this, { group }) }),
  celMethod('serviceAccount', A, [STRING, STRING], A, function (namespace, name) { return extended('Authorizer', this, { account: accountOf(namespace, name) }) }),
  celMethod('resource', G, [STRING], R, function (resource) { return extended('ResourceCheck', this, { resource: notEmpty('resource', resource) }) }),
  celMethod('subresource', R, [STRING], R, function (subresource) { return extended('ResourceCheck', this, { subresource }) }),
  celMethod('namespace', R, [STRING], R, function (namespace) { return extended('ResourceCheck', this, { namespace }) }),
  celMethod('name', R, [STRING], R, function (name) { return extended('ResourceCheck', this, { name }) }),
  celMethod('fieldSelector', R, [STRING], R, function (fieldSelector) { return extended('ResourceCheck', this, { fieldSelector }) }),
  // No authorizer here goes by labels: to ask for fewer objects is to ask for no more.
  celMethod('labelSelector', R, [STRING], R, function () { return extended('ResourceCheck', this, {}) }),
  celMethod('check', P, [STRING], D, function (verb) { return make('Decision', decide(read(this), verb)) as never }),
  celMethod('check', R, [STRING], D, function (verb) { return make('Decision', decide(read(this), verb)) as never }),
  celMethod('allowed', D, [], BOOL, function () { return decision(this).allowed }),
  celMethod('reason', D, [], STRING, function () { return decision(this).reason }),
  celMethod('errored', D, [], BOOL, () => false),
  celMethod('error', D, [], STRING, () => ''),
]
