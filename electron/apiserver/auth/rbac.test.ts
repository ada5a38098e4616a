import { describe, expect, it } from 'vitest'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../../shared/api/types.ts'
import type { Attributes, UserInfo } from '../types.ts'
import { aggregate, aggregatedRules, bootstrapPolicy, covers, createRbacAuthorizer, type RbacAuthorizer, type RbacSource, ruleAllows } from './index.ts'

const attributes = (text: string, user: UserInfo = { name: 'u', groups: [] }): Attributes => {
  // `get pods.apps/log web in ns`, or `get /path`
  const m = /^(\S+) (?:(\/\S*)|([a-z*]+)(?:\.([a-z0-9.]+))?(?:\/([a-z]+))?(?: (?!in )(\S+))?(?: in (\S+))?)$/.exec(text)
  if (!m) throw new Error(`cannot read ${text}`)
  const [, verb = '', path = '', resource = '', group = '', subresource = '', name = '', namespace = ''] = m
  return { user, verb, path, resource, group, subresource, name, namespace, version: 'v1' }
}
const pods: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] }

describe('ruleAllows', () => {
  const cases: [PolicyRule, string, boolean][] = [
    [pods, 'get pods', true], [pods, 'get pods/log', true], [pods, 'get pods/exec', false], [pods, 'delete pods', false], [pods, 'get pods.apps', false], [pods, 'get services', false], [pods, 'get /pods', false],
    [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, 'delete deployments.apps/scale', true],
    [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, 'get /metrics', false],
    [{ verbs: ['update'], apiGroups: ['*'], resources: ['*/scale'] }, 'update deployments.apps/scale', true],
    [{ verbs: ['update'], apiGroups: ['*'], resources: ['*/scale'] }, 'update deployments.apps', false],
    [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }, 'get pods/log', false],
    [{ ...pods, resourceNames: ['web'] }, 'get pods web', true], [{ ...pods, resourceNames: ['web'] }, 'get pods db', false], [{ ...pods, resourceNames: ['web'] }, 'list pods', false],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/api/*'] }, 'get /healthz', true], [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/api/*'] }, 'get /api/v1', true],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/api/*'] }, 'get /healthz/x', false], [{ verbs: ['get'], nonResourceURLs: ['/api/*'] }, 'get /api', false], [{ verbs: ['get'], nonResourceURLs: ['*'] }, 'get /any', true],
  ]
  it.each(cases)('%j: %s is %s', (rule, question, allowed) => { expect(ruleAllows(rule, attributes(question))).toBe(allowed) })
})

const API = { apiVersion: 'rbac.authorization.k8s.io/v1' }
const cr = (name: string, ...rules: PolicyRule[]): ClusterRole => ({ ...API, kind: 'ClusterRole', metadata: { name }, rules })
const ref = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name })

describe('the RBAC authorizer', () => {
  const world = {
    clusterRoles: [cr('reader', pods), cr('ops', { verbs: ['*'], apiGroups: ['apps'], resources: ['*'] })],
    roles: [{ ...API, kind: 'Role', metadata: { name: 'local', namespace: 'a' }, rules: [{ verbs: ['create'], apiGroups: [''], resources: ['pods'] }] }] as Role[],
    clusterBindings: [{ ...API, kind: 'ClusterRoleBinding', metadata: { name: 'ops' }, roleRef: ref('ClusterRole', 'ops'), subjects: [{ kind: 'Group', name: 'ops' }] }] as ClusterRoleBinding[],
    bindings: [
      { ...API, kind: 'RoleBinding', metadata: { name: 'read', namespace: 'a' }, roleRef: ref('ClusterRole', 'reader'), subjects: [{ kind: 'User', name: 'jane' }, { kind: 'ServiceAccount', name: 'robot' }] },
      { ...API, kind: 'RoleBinding', metadata: { name: 'make', namespace: 'a' }, roleRef: ref('Role', 'local'), subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'b' }] },
      { ...API, kind: 'RoleBinding', metadata: { name: 'lost', namespace: 'a' }, roleRef: ref('Role', 'gone'), subjects: [{ kind: 'User', name: 'jane' }] },
    ] as RoleBinding[],
  }
  const make = (): { authorizer: RbacAuthorizer; state: typeof world } => {
    const state = structuredClone(world)
    const source: RbacSource = {
      clusterRoleBindings: () => state.clusterBindings, roleBindings: (ns) => state.bindings.filter((b) => b.metadata.namespace === ns),
      clusterRole: (name) => state.clusterRoles.find((r) => r.metadata.name === name), role: (ns, name) => state.roles.find((r) => r.metadata.namespace === ns && r.metadata.name === name),
    }
    return { authorizer: createRbacAuthorizer(source), state }
  }
  const jane: UserInfo = { name: 'jane', groups: ['dev'] }
  const account = (ns: string): UserInfo => ({ name: `system:serviceaccount:${ns}:robot`, groups: [] })

  it.each([
    [jane, 'get pods web in a', 'RBAC: allowed by RoleBinding "read/a" of ClusterRole "reader" to User "jane"'],
    [jane, 'get pods web in b', undefined], [jane, 'list pods', undefined], [jane, 'create pods in a', undefined], [jane, 'get /healthz', undefined],
    [{ name: 'dev', groups: ['jane', 'ops'] }, 'patch deployments.apps/scale x in z', 'RBAC: allowed by ClusterRoleBinding "ops" of ClusterRole "ops" to Group "ops"'],
    [{ name: 'ops', groups: [] }, 'get deployments.apps', undefined],
    [account('a'), 'get pods x in a', 'RBAC: allowed by RoleBinding "read/a" of ClusterRole "reader" to ServiceAccount "robot/a"'],
    [account('b'), 'create pods in a', 'RBAC: allowed by RoleBinding "make/a" of Role "local" to ServiceAccount "robot/b"'],
    [account('b'), 'get pods x in a', undefined],
    [{ name: 'x', groups: ['system:masters'] }, 'delete nodes', 'member of system:masters'], [{ name: 'x', groups: ['system:masters'] }, 'get /metrics', 'member of system:masters'],
  ])('%j: %s', (user, question, reason) => {
    expect(make().authorizer.authorize(attributes(question, user))).toEqual({ allowed: reason !== undefined, reason: reason ?? '' })
  })

  it('keeps what it worked out until it is told of a change', () => {
    const { authorizer, state } = make()
    const ask = (): boolean => authorizer.authorize(attributes('get nodes', jane)).allowed
    expect(ask()).toBe(false)
    state.clusterRoles.push(cr('nodes', { verbs: ['get'], apiGroups: [''], resources: ['nodes'] }))
    state.clusterBindings.push({ ...API, kind: 'ClusterRoleBinding', metadata: { name: 'n' }, roleRef: ref('ClusterRole', 'nodes'), subjects: [{ kind: 'Group', name: 'dev' }] })
    expect(ask()).toBe(false)
    authorizer.invalidate()
    expect(ask()).toBe(true)
  })

  it('lists the rules of a user, and says when a role is missing', () => {
    const { authorizer } = make()
    expect(authorizer.rulesFor(jane, 'a')).toEqual({ rules: [pods], incomplete: true })
    expect(authorizer.rulesFor(jane, 'b')).toEqual({ rules: [], incomplete: false })
    expect(authorizer.rulesFor({ name: 'x', groups: ['system:masters'] }, 'b').rules).toHaveLength(2)
  })
})

describe('covers', () => {
  const all: PolicyRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
  const cases: [PolicyRule[], PolicyRule[], number][] = [
    [[pods], [pods], 0], [[all], [pods], 0], [[pods], [all], 1], [[], [pods], 4], [[all], [{ verbs: ['get'], nonResourceURLs: ['/x'] }], 1],
    [[{ ...pods, resources: ['pods'] }, { ...pods, resources: ['pods/log'] }], [pods], 0],
    [[pods], [{ ...pods, resourceNames: ['web'] }], 0], [[{ ...pods, resourceNames: ['web'] }], [pods], 4], [[{ ...pods, resourceNames: ['web'] }], [{ ...pods, resourceNames: ['web', 'db'] }], 4],
    [[{ verbs: ['*'], apiGroups: [''], resources: ['*/log'] }], [{ verbs: ['get'], apiGroups: [''], resources: ['pods/log'] }], 0],
    [[{ verbs: ['get'], nonResourceURLs: ['/a/*'] }], [{ verbs: ['get'], nonResourceURLs: ['/a/b', '/a/*'] }], 0],
    [[{ verbs: ['get'], nonResourceURLs: ['/a/b'] }], [{ verbs: ['get'], nonResourceURLs: ['/a/*'] }], 1],
  ]
  it.each(cases)('%j over %j leaves %d', (owner, servant, left) => {
    const { covered, uncovered } = covers(owner, servant)
    expect([covered, uncovered.length]).toEqual([left === 0, left])
  })
})

describe('aggregation', () => {
  const labelled = (name: string, labels: Record<string, string>, ...rules: PolicyRule[]): ClusterRole => ({ ...cr(name, ...rules), metadata: { name, labels } })
  const sum = (name: string, match: Record<string, string>, labels: Record<string, string> = {}): ClusterRole => ({ ...labelled(name, labels), aggregationRule: { clusterRoleSelectors: [{ matchLabels: match }] } })
  const other: PolicyRule = { verbs: ['get'], apiGroups: ['x'], resources: ['y'] }
  it('takes the rules of what is picked, each once, and leaves other roles alone', () => {
    const roles = [sum('sum', { a: '1' }), labelled('z', { a: '1' }, pods), labelled('b', { a: '1' }, other, pods), labelled('c', { a: '2' }, { ...pods, verbs: ['*'] })]
    expect(aggregatedRules(roles[0] as ClusterRole, roles)).toEqual([other, pods])
    expect(aggregatedRules(roles[1] as ClusterRole, roles)).toBeUndefined()
  })
  it('follows chains, ends with a circle, and changes only what has to change', () => {
    const roles = [sum('outer', { b: '1' }), sum('inner', { a: '1' }, { b: '1' }), labelled('leaf', { a: '1' }, pods)]
    const made = aggregate(roles)
    expect(made.map((r) => [r.metadata.name, r.rules])).toEqual([['outer', [pods]], ['inner', [pods]]])
    expect(aggregate([...made, roles[2] as ClusterRole])).toEqual([])
    expect(aggregate([sum('x', { a: '1' }, { a: '1' }), sum('y', { a: '1' }, { a: '1' })])).toEqual([])
  })
})

describe('the default policy', () => {
  const objects = bootstrapPolicy()
  const of = <T>(kind: string): T[] => objects.filter((o) => o.kind === kind) as unknown as T[]
  const clusterRoles = of<ClusterRole>('ClusterRole')
  const source: RbacSource = {
    clusterRoleBindings: () => of('ClusterRoleBinding'), roleBindings: (ns) => of<RoleBinding>('RoleBinding').filter((b) => b.metadata.namespace === ns),
    clusterRole: (name) => clusterRoles.find((r) => r.metadata.name === name), role: (ns, name) => of<Role>('Role').find((r) => r.metadata.name === name && r.metadata.namespace === ns),
  }
  const authorizer = createRbacAuthorizer(source)

  it('is labelled as upstream\'s, names nothing twice, binds no role that is not there, and is fresh each time', () => {
    for (const o of objects) expect([o.metadata.labels?.['kubernetes.io/bootstrapping'], o.metadata.annotations?.['rbac.authorization.kubernetes.io/autoupdate']]).toEqual(['rbac-defaults', 'true'])
    expect(new Set(objects.map((o) => `${o.kind}/${o.metadata.namespace}/${o.metadata.name}`)).size).toBe(objects.length)
    expect(of<ClusterRoleBinding>('ClusterRoleBinding').filter((b) => !source.clusterRole(b.roleRef.name))).toEqual([])
    expect(aggregate(clusterRoles)).toEqual([])
    expect(bootstrapPolicy()[0]).not.toBe(objects[0])
  })

  const who: Record<string, UserInfo> = {
    anyone: { name: 'x', groups: ['system:unauthenticated'] }, somebody: { name: 'x', groups: ['system:authenticated'] }, node: { name: 'system:node:a', groups: ['system:nodes', 'system:unauthenticated'] },
    scheduler: { name: 'system:kube-scheduler', groups: [] }, manager: { name: 'system:kube-controller-manager', groups: [] }, proxy: { name: 'system:kube-proxy', groups: [] },
    deployer: { name: 'system:serviceaccount:kube-system:deployment-controller', groups: [] },
  }
  it.each([
    ['anyone', 'get /readyz', true], ['anyone', 'get /version', true], ['anyone', 'get /api', false], ['anyone', 'list pods', false],
    ['somebody', 'get /apis/apps/v1', true], ['somebody', 'get /openapi/v3', true], ['somebody', 'create selfsubjectaccessreviews.authorization.k8s.io', true], ['somebody', 'get secrets x in default', false],
    // The Node authorizer gives kubelets their rights.
    ['node', 'patch pods/status x in default', false], ['node', 'get secrets x in default', false], ['node', 'get /version', true],
    ['scheduler', 'create pods/binding x in default', true], ['scheduler', 'delete nodes a', false],
    ['manager', 'create replicasets.apps in default', true], ['manager', 'delete secrets x in default', true], ['manager', 'patch nodes a', true], ['manager', 'create serviceaccounts in default', true], ['manager', 'create clusterrolebindings.rbac.authorization.k8s.io', false],
    ['proxy', 'watch endpointslices.discovery.k8s.io', true], ['proxy', 'get secrets x in a', false],
    ['deployer', 'create replicasets.apps in a', true], ['deployer', 'create pods in a', false],
  ] as const)('%s: %s is %s', (name, question, allowed) => {
    expect(authorizer.authorize(attributes(question, who[name])).allowed).toBe(allowed)
  })

  it.each([
    ['view', 'get secrets x in a', false], ['view', 'get pods/log x in a', true], ['view', 'list deployments.apps in a', true], ['view', 'create pods in a', false], ['view', 'list roles.rbac.authorization.k8s.io in a', false],
    ['edit', 'get secrets x in a', true], ['edit', 'create deployments.apps in a', true], ['edit', 'create pods/exec x in a', true], ['edit', 'create rolebindings.rbac.authorization.k8s.io in a', false],
    ['admin', 'create rolebindings.rbac.authorization.k8s.io in a', true], ['admin', 'get pods/log x in a', true], ['admin', 'delete nodes a', false], ['cluster-admin', 'delete nodes a', true],
  ] as const)('the role %s: %s is %s', (name, question, allowed) => {
    expect((source.clusterRole(name)?.rules ?? []).some((rule) => ruleAllows(rule, attributes(question)))).toBe(allowed)
  })
})
