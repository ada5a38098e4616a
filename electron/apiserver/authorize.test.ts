import { describe, expect, it } from 'vitest'
import { effectiveUser } from './authorize.ts'
import type { ApiRequest, Attributes, Authorizer, UserInfo } from './types.ts'

const caller: UserInfo = { name: 'boss', uid: '1', groups: ['bosses', 'system:authenticated'] }
const request = (headers: Record<string, string>): ApiRequest => ({ method: 'GET', path: '/api', query: new URLSearchParams(), headers, signal: new AbortController().signal, user: caller })
const described = ({ verb, group, resource, subresource, name, namespace }: Attributes): string => `${verb} ${resource}${group ? `.${group}` : ''}${subresource ? `/${subresource}` : ''} ${name}${namespace ? ` in ${namespace}` : ''}`
/** Allows what stands in the list, and notes what it was asked. */
function authorizer(allowed: readonly string[] | 'all'): Authorizer & { asked: string[] } {
  const asked: string[] = []
  return { asked, authorize: (a) => { asked.push(described(a)); return { allowed: allowed === 'all' || allowed.includes(described(a)), reason: '' } } }
}

describe('whom a request acts as', () => {
  it.each<[string, Record<string, string>, UserInfo]>([
    ['nobody else', {}, caller],
    ['a user', { 'impersonate-user': 'ann' }, { name: 'ann', groups: ['system:authenticated'] }],
    ['with groups', { 'impersonate-user': 'ann', 'impersonate-group': 'a, b' }, { name: 'ann', groups: ['a', 'b', 'system:authenticated'] }],
    ['with uid and extras, whose names are escaped', { 'impersonate-user': 'ann', 'impersonate-uid': 'u1', 'impersonate-extra-scopes': 'x, y', 'impersonate-extra-acme.com%2fteam': 'z' }, { name: 'ann', groups: ['system:authenticated'], uid: 'u1', extra: { scopes: ['x', 'y'], 'acme.com/team': ['z'] } }],
    ['with an extra whose name cannot be unescaped: it stands as it is', { 'impersonate-user': 'ann', 'impersonate-extra-%zz': 'z' }, { name: 'ann', groups: ['system:authenticated'], extra: { '%zz': ['z'] } }],
    ['a service account, with its groups', { 'impersonate-user': 'system:serviceaccount:shop:web' }, { name: 'system:serviceaccount:shop:web', groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'] }],
    ['a service account, with the groups asked for', { 'impersonate-user': 'system:serviceaccount:shop:web', 'impersonate-group': 'g' }, { name: 'system:serviceaccount:shop:web', groups: ['g', 'system:authenticated'] }],
    ['nobody', { 'impersonate-user': 'system:anonymous' }, { name: 'system:anonymous', groups: ['system:unauthenticated'] }],
    ['somebody who has not said who', { 'impersonate-user': 'ann', 'impersonate-group': 'system:unauthenticated' }, { name: 'ann', groups: ['system:unauthenticated'] }],
  ])('%s', (_what, headers, expected) => expect(effectiveUser(request(headers), authorizer('all'))).toEqual(expected))

  it('takes each value as it was sent, commas and all', () => {
    const sent: Record<string, string[]> = { 'impersonate-group': ['cn=admins,dc=example', 'b'], 'impersonate-extra-scopes': ['x, y'] }
    const joined = Object.fromEntries(Object.entries(sent).map(([name, values]) => [name, values.join(', ')]))
    expect(effectiveUser({ ...request({ 'impersonate-user': 'ann', ...joined }), valuesOf: (header) => sent[header] ?? [] }, authorizer('all'))).toEqual({ name: 'ann', groups: ['cn=admins,dc=example', 'b', 'system:authenticated'], extra: { scopes: ['x, y'] } })
  })
  it('asks leave for each part', () => {
    const all = authorizer('all')
    effectiveUser(request({ 'impersonate-user': 'ann', 'impersonate-group': 'a,b', 'impersonate-uid': 'u1', 'impersonate-extra-scopes': 'x,y' }), all)
    effectiveUser(request({ 'impersonate-user': 'system:serviceaccount:shop:web' }), all)
    expect(all.asked).toEqual([
      'impersonate users ann', 'impersonate groups a', 'impersonate groups b', 'impersonate uids.authentication.k8s.io u1', 'impersonate userextras.authentication.k8s.io/scopes x', 'impersonate userextras.authentication.k8s.io/scopes y',
      'impersonate serviceaccounts web in shop',
    ])
  })
  it.each<[Record<string, string>, string]>([
    [{ 'impersonate-user': 'bob' }, 'users "bob" is forbidden: User "boss" cannot impersonate resource "users" in API group "" at the cluster scope'],
    [{ 'impersonate-user': 'ann', 'impersonate-group': 'system:masters' }, 'groups "system:masters" is forbidden'],
    [{ 'impersonate-user': 'ann', 'impersonate-uid': 'u' }, 'uids.authentication.k8s.io "u" is forbidden'],
    [{ 'impersonate-user': 'ann', 'impersonate-extra-scopes': 'x' }, 'userextras.authentication.k8s.io "x" is forbidden'],
    [{ 'impersonate-user': 'system:serviceaccount:shop:web' }, 'serviceaccounts "web" is forbidden: User "boss" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "shop"'],
    [{ 'impersonate-group': 'a' }, 'without impersonating a user'],
  ])('%j is refused', (headers, message) => expect(() => effectiveUser(request(headers), authorizer(['impersonate users ann']))).toThrow(message))
})
