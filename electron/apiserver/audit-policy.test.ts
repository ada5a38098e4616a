import { describe, expect, it } from 'vitest'
import { checkPolicy, decideBy, type AuditPolicy } from './audit-policy.ts'
import { requestInfo } from './request-info.ts'
import type { ApiRequest } from './types.ts'

const info = (method: string, path: string) => requestInfo({ method, path, query: new URLSearchParams() } as unknown as ApiRequest)
const ann = { name: 'ann', groups: ['devs', 'system:authenticated'] }
const rules = (...given: AuditPolicy['rules']): AuditPolicy => ({ rules: given })

describe('which rule matches', () => {
  it.each<[string, AuditPolicy['rules'][number], string, string, boolean]>([
    ['everything', { level: 'Metadata' }, 'GET', '/version', true],
    ['a user', { level: 'Metadata', users: ['bob', 'ann'] }, 'GET', '/version', true],
    ['another user', { level: 'Metadata', users: ['bob'] }, 'GET', '/version', false],
    ['a group', { level: 'Metadata', userGroups: ['devs'] }, 'GET', '/version', true],
    ['another group', { level: 'Metadata', userGroups: ['ops'] }, 'GET', '/version', false],
    ['a verb', { level: 'Metadata', verbs: ['list'] }, 'GET', '/api/v1/pods', true],
    ['another verb', { level: 'Metadata', verbs: ['get'] }, 'GET', '/api/v1/pods', false],
    ['a resource', { level: 'Metadata', resources: [{ group: '', resources: ['pods'] }] }, 'GET', '/api/v1/pods', true],
    ['not its subresource', { level: 'Metadata', resources: [{ resources: ['pods'] }] }, 'GET', '/api/v1/namespaces/a/pods/p/log', false],
    ['a subresource', { level: 'Metadata', resources: [{ resources: ['pods/log'] }] }, 'GET', '/api/v1/namespaces/a/pods/p/log', true],
    ['all of a resource', { level: 'Metadata', resources: [{ resources: ['pods/*'] }] }, 'GET', '/api/v1/namespaces/a/pods/p/log', true],
    ['a subresource of all', { level: 'Metadata', resources: [{ group: 'apps', resources: ['*/scale'] }] }, 'GET', '/apis/apps/v1/namespaces/a/deployments/d/scale', true],
    ['all of a group', { level: 'Metadata', resources: [{ group: 'apps' }] }, 'GET', '/apis/apps/v1/deployments', true],
    ['another group of the API', { level: 'Metadata', resources: [{ group: 'batch' }] }, 'GET', '/apis/apps/v1/deployments', false],
    ['a name', { level: 'Metadata', resources: [{ resources: ['configmaps'], resourceNames: ['c'] }] }, 'GET', '/api/v1/namespaces/a/configmaps/c', true],
    ['another name', { level: 'Metadata', resources: [{ resources: ['configmaps'], resourceNames: ['c'] }] }, 'GET', '/api/v1/namespaces/a/configmaps/d', false],
    ['no path', { level: 'Metadata', resources: [{ group: '' }] }, 'GET', '/version', false],
    ['a namespace', { level: 'Metadata', namespaces: ['a'] }, 'GET', '/api/v1/namespaces/a/pods', true],
    ['another namespace', { level: 'Metadata', namespaces: ['b'] }, 'GET', '/api/v1/namespaces/a/pods', false],
    ['no namespace', { level: 'Metadata', namespaces: [''] }, 'GET', '/api/v1/nodes', true],
    ['a path', { level: 'Metadata', nonResourceURLs: ['/healthz', '/version'] }, 'GET', '/version', true],
    ['paths', { level: 'Metadata', nonResourceURLs: ['/health*'] }, 'GET', '/healthz/etcd', true],
    ['all paths, and no resource', { level: 'Metadata', nonResourceURLs: ['*'] }, 'GET', '/api/v1/pods', false],
  ])('%s', (_name, rule, method, path, matches) => {
    expect(decideBy(rules(rule))(info(method, path), ann).level).toBe(matches ? 'Metadata' : 'None')
  })
  it('the first that matches decides; what it omits is added to what all omit', () => {
    const decide = decideBy({ omitStages: ['RequestReceived'], omitManagedFields: true, rules: [{ level: 'None', users: ['bob'] }, { level: 'Request', verbs: ['create'], omitStages: ['ResponseStarted'], omitManagedFields: false }, { level: 'Metadata' }] })
    expect(decide(info('POST', '/api/v1/namespaces/a/pods'), { name: 'bob', groups: [] }).level).toBe('None')
    expect(decide(info('POST', '/api/v1/namespaces/a/pods'), ann)).toEqual({ level: 'Request', omitStages: new Set(['RequestReceived', 'ResponseStarted']), omitManagedFields: false })
    expect(decide(info('GET', '/api/v1/pods'), ann)).toEqual({ level: 'Metadata', omitStages: new Set(['RequestReceived']), omitManagedFields: true })
  })
})

describe('what is no policy', () => {
  const head = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy' }
  it.each<[string, unknown, readonly string[]]>([
    ['a good one', { ...head, metadata: { name: 'x' }, omitStages: ['Panic'], rules: [{ level: 'None', nonResourceURLs: ['/a/*', '*'] }, { level: 'Request', namespaces: ['a'], resources: [{ group: 'apps', resources: ['deployments'], resourceNames: ['d'] }], omitManagedFields: true }] }, []],
    ['no object', 'x', ['Invalid value: "x": must be an object']],
    ['no kind', { rules: [{ level: 'None' }] }, ['apiVersion: Unsupported value: "": supported values: "audit.k8s.io/v1"', 'kind: Unsupported value: "": supported values: "Policy"']],
    ['an old version', { ...head, apiVersion: 'audit.k8s.io/v1beta1', rules: [{ level: 'None' }] }, ['apiVersion: Unsupported value: "audit.k8s.io/v1beta1": supported values: "audit.k8s.io/v1"']],
    ['no rules', { ...head, rules: [] }, ['rules: Required value: a policy has at least one rule']],
    ['unknown fields', { ...head, more: 1, rules: [{ level: 'None', user: ['a'] }] }, ['more: Invalid value: 1: unknown field', 'rules[0].user: Invalid value: ["a"]: unknown field']],
    ['levels', { ...head, rules: [{}, { level: 'All' }] }, ['rules[0].level: Required value', 'rules[1].level: Unsupported value: "All": supported values: "Metadata", "None", "Request", "RequestResponse"']],
    ['stages', { ...head, omitStages: ['Begin'], rules: [{ level: 'None' }] }, ['omitStages[0]: Invalid value: "Begin": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic']],
    ['resources and paths', { ...head, rules: [{ level: 'None', namespaces: ['a'], nonResourceURLs: ['/a'] }] }, ['rules[0].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs']],
    ['paths', { ...head, rules: [{ level: 'None', nonResourceURLs: ['a', '/a*b'] }] }, ['rules[0].nonResourceURLs[0]: Invalid value: "a": non-resource URL rules must begin with a \'/\' character', 'rules[0].nonResourceURLs[1]: Invalid value: "/a*b": non-resource URL wildcards \'*\' must be the final character of the rule']],
    ['groups and names', { ...head, rules: [{ level: 'None', resources: [{ group: 'apps/v1', resourceNames: ['a'] }] }] }, ['rules[0].resources[0].group: Invalid value: "apps/v1": group must not contain a version', 'rules[0].resources[0].resourceNames: Invalid value: ["a"]: using resourceNames requires at least one resource']],
  ])('%s', (_name, document, said) => {
    expect(checkPolicy(document).map((e) => (e.field ? `${e.field}: ${e.message}` : e.message))).toEqual(said)
  })
})
