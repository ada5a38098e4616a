import { describe, expect, it } from 'vitest'
import type { RequestInfo } from '../request-info.ts'
import type { FlowSchema } from '../resources/flowschema.ts'
import { firstSchemas } from './first-objects.ts'
import { distinguish, inOrder, matcherOf } from './match.ts'

const user = (name: string, ...groups: string[]) => ({ name, groups: [...groups, name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'] })
const info = (verb: string, path: string, more: Partial<RequestInfo> = {}): RequestInfo => ({ isResource: false, verb, group: '', version: '', namespace: '', resource: '', subresource: '', name: '', path, ...more })
const of = (verb: string, group: string, resource: string, namespace = '', subresource = ''): RequestInfo => info(verb, '/', { isResource: true, group, version: 'v1', resource, namespace, subresource })
const schema = (rule: object): FlowSchema => ({ apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', metadata: { name: 'x' }, spec: { priorityLevelConfiguration: { name: 'l' }, rules: [rule] } } as unknown as FlowSchema)

const NODE = user('system:node:a', 'system:nodes')
const ACCOUNT = user('system:serviceaccount:shop:default', 'system:serviceaccounts', 'system:serviceaccounts:shop')
describe('the first schemas', () => {
  it.each([
    ['exempt', user('admin', 'system:masters'), of('list', '', 'pods')],
    ['probes', user('system:anonymous'), info('get', '/readyz')],
    ['catch-all', user('nobody'), info('get', '/readyz'), ['probes', 'global-default']],
    ['system-leader-election', user('system:kube-scheduler'), of('update', 'coordination.k8s.io', 'leases', 'kube-system')],
    ['kube-scheduler', user('system:kube-scheduler'), of('list', '', 'pods')],
    ['endpoint-controller', user('system:serviceaccount:kube-system:endpoint-controller', 'system:serviceaccounts'), of('create', '', 'endpoints', 'a')],
    ['workload-leader-election', user('system:serviceaccount:kube-system:x', 'system:serviceaccounts'), of('get', 'coordination.k8s.io', 'leases', 'a')],
    ['kube-system-service-accounts', user('system:serviceaccount:kube-system:x', 'system:serviceaccounts'), of('list', 'coordination.k8s.io', 'leases', 'a')],
    ['system-node-high', NODE, of('patch', '', 'nodes', '', 'status')],
    ['system-node-high', NODE, of('update', 'coordination.k8s.io', 'leases', 'kube-node-lease')],
    ['system-nodes', NODE, of('list', '', 'pods')],
    ['service-accounts', ACCOUNT, of('list', '', 'pods', 'shop')],
    ['global-default', user('jane'), of('get', '', 'nodes')],
    ['global-default', user('jane'), info('get', '/version')],
    ['global-default', user('system:anonymous'), info('get', '/healthz/ping')],
  ])('%s', (name, who, what, without: string[] = []) => {
    expect(inOrder(firstSchemas).filter((s) => !without.includes(s.metadata.name)).find((s) => matcherOf(s)(who, what))?.metadata.name).toBe(name)
  })
})

describe('a rule', () => {
  const subjects = [{ kind: 'User', user: { name: '*' } }]
  const resources = (rule: object): object => ({ subjects, resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], ...rule }] })
  const urls = (...nonResourceURLs: string[]): object => ({ subjects, nonResourceRules: [{ verbs: ['get'], nonResourceURLs }] })
  it.each<[object, RequestInfo, boolean]>([
    [resources({ namespaces: ['a'] }), of('get', '', 'pods', 'a'), true],
    [resources({ namespaces: ['a'] }), of('get', '', 'pods', 'b'), false],
    [resources({ namespaces: ['*'] }), of('list', '', 'pods'), false],
    [resources({ clusterScope: true }), of('list', '', 'pods'), true],
    [resources({ clusterScope: true }), of('list', '', 'pods', 'a'), false],
    [resources({ clusterScope: true, resources: ['nodes'] }), of('get', '', 'nodes', '', 'status'), false],
    [resources({ clusterScope: true, resources: ['nodes/status'] }), of('get', '', 'nodes', '', 'status'), true],
    [resources({ clusterScope: true, apiGroups: ['apps'] }), of('get', '', 'nodes'), false],
    [resources({ clusterScope: true, verbs: ['list'] }), of('get', '', 'nodes'), false],
    [resources({ clusterScope: true }), info('get', '/version'), false],
    [urls('/version'), info('get', '/version'), true],
    [urls('/version'), info('get', '/version/x'), false],
    [urls('/openapi/*'), info('get', '/openapi/v2'), true],
    [urls('/openapi/*'), info('get', '/openapi'), false],
    [urls('*'), info('post', '/openapi'), false],
    [{ subjects: [{ kind: 'ServiceAccount', serviceAccount: { namespace: 'a', name: 'b' } }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }, info('get', '/'), false],
  ])('%j of %j: %s', (rule, what, expected) => expect(matcherOf(schema(rule))(user('jane'), what)).toBe(expected))
})

it('flows are told apart by user, by namespace, or not', () => {
  const by = (type?: string): string => distinguish({ ...schema({}), spec: { priorityLevelConfiguration: { name: 'l' }, ...(type ? { distinguisherMethod: { type } } : {}) } }, user('jane'), of('get', '', 'pods', 'shop'))
  expect([by('ByUser'), by('ByNamespace'), by()]).toEqual(['jane', 'shop', ''])
})
