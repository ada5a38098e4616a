import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterRole } from '../../../shared/api/types.ts'
import { createRbacSource } from '../rbac-source.ts'
import { startWorld, type Answer, type World } from '../testing.ts'
import type { Authorizer, UserInfo } from '../types.ts'
import { createRbacAuthorizer, type RbacAuthorizer } from './rbac.ts'

const API = '/apis/rbac.authorization.k8s.io/v1'
const GROUP = { apiGroup: 'rbac.authorization.k8s.io' }
const jane: UserInfo = { name: 'jane', groups: ['devs', 'system:authenticated'] }
let world: World
let stop: () => void

const rule = (verbs: string[], ...resources: string[]): object => ({ apiGroups: [''], resources, verbs })
const role = (name: string, ...rules: object[]): object => ({ apiVersion: GROUP.apiGroup + '/v1', kind: 'Role', metadata: { name }, rules })
const clusterRole = (name: string, rules: object[], extra: object = {}): object => ({ ...role(name, ...rules), kind: 'ClusterRole', ...extra })
const binding = (name: string, kind: string, to: string, subject: object = { kind: 'User', name: 'joe', ...GROUP }): object => ({ apiVersion: GROUP.apiGroup + '/v1', kind: 'RoleBinding', metadata: { name }, roleRef: { ...GROUP, kind, name: to }, subjects: [subject] })
const post = (resource: string, body: object, user = jane): Promise<Answer> => world.ask('POST', `${API}/${resource}`, body, {}, user)
const ROLES = 'namespaces/default/roles'
const BINDINGS = 'namespaces/default/rolebindings'
const message = (a: Answer): unknown => a.body['message']

beforeAll(async () => {
  let rbac: RbacAuthorizer | undefined
  const authorizer: Authorizer = { authorize: (a) => (rbac ? rbac.authorize(a) : { allowed: false, reason: '' }) }
  world = await startWorld({ authorizer, rulesFor: (user, namespace) => rbac?.rulesFor(user, namespace) ?? { rules: [], incomplete: true } })
  const source = createRbacSource(world.store)
  const made = createRbacAuthorizer(source)
  rbac = made
  stop = source.onChange(() => made.invalidate())
  const admin = { name: 'admin', groups: ['system:masters'] }
  const manages = { apiGroups: [GROUP.apiGroup], resources: ['roles', 'rolebindings', 'clusterroles'], verbs: ['create', 'update', 'patch', 'get'] }
  for (const [resource, body] of [
    ['clusterroles', clusterRole('jane', [manages, rule(['get', 'list'], 'pods')])],
    ['clusterrolebindings', { ...binding('jane', 'ClusterRole', 'jane', { kind: 'User', name: 'jane', ...GROUP }), kind: 'ClusterRoleBinding' }],
    ['clusterroles', clusterRole('reader', [rule(['get'], 'secrets')])],
    ['clusterroles', clusterRole('trusted', [{ apiGroups: [GROUP.apiGroup], resources: ['roles'], verbs: ['escalate'], resourceNames: ['mine'] }, { apiGroups: [GROUP.apiGroup], resources: ['clusterroles'], verbs: ['bind'], resourceNames: ['reader'] }])],
  ] as const) {
    const { status } = await post(resource, body, admin)
    if (status !== 201) throw new Error(`${resource}: ${status}`)
  }
})
afterAll(async () => {
  stop()
  await world.close()
})

const LACKS = 'user "jane" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'

describe('privilege escalation', () => {
  it('gives what it has', async () => {
    expect((await post(ROLES, role('fine', rule(['get'], 'pods')))).status).toBe(201)
    expect((await post(BINDINGS, binding('fine', 'Role', 'fine'))).status).toBe(201)
  })
  it.each([
    ['one thing', [rule(['get'], 'secrets')], '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'],
    ['several, their verbs together', [rule(['get', 'watch'], 'secrets', 'pods')], '{APIGroups:[""], Resources:["pods"], Verbs:["watch"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "watch"]}'],
    ['by name', [{ ...rule(['get'], 'secrets'), resourceNames: ['a'] }], '{APIGroups:[""], Resources:["secrets"], ResourceNames:["a"], Verbs:["get"]}'],
    ['everything', [rule(['*'], '*')], '{APIGroups:[""], Resources:["*"], Verbs:["*"]}'],
  ])('may not give %s that it has not', async (_what, rules, missing) => {
    const refused = await post(ROLES, role('greedy', ...rules))
    expect(refused.status).toBe(403)
    expect(message(refused)).toBe(`roles.rbac.authorization.k8s.io "greedy" is forbidden: ${LACKS}${missing}`)
    expect((await world.ask('GET', `${API}/${ROLES}/greedy`)).status).toBe(404)
  })
  it('neither by changing a role, by any kind of write', async () => {
    const path = `${API}/${ROLES}/fine`
    const more = role('fine', rule(['get'], 'secrets'))
    expect((await world.ask('PUT', path, more, {}, jane)).status).toBe(403)
    expect((await world.ask('PATCH', path, more, { 'content-type': 'application/merge-patch+json' }, jane)).status).toBe(403)
    expect((await world.ask('PATCH', `${path}?fieldManager=m&force=true`, more, { 'content-type': 'application/apply-patch+yaml' }, jane)).status).toBe(403)
    expect((await world.ask('PATCH', path, { metadata: { finalizers: ['a.b/c'] } }, { 'content-type': 'application/merge-patch+json' }, jane)).status).toBe(200)
  })
  it('nor by binding a role that has more, nor one that is not there', async () => {
    const refused = await post(BINDINGS, binding('greedy', 'ClusterRole', 'reader'))
    expect(message(refused)).toBe(`rolebindings.rbac.authorization.k8s.io "greedy" is forbidden: ${LACKS}{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`)
    expect((await post(BINDINGS, binding('greedy', 'ClusterRole', 'absent'))).body).toMatchObject({ code: 404, message: 'clusterroles.rbac.authorization.k8s.io "absent" not found' })
  })
  it('an aggregated role takes everything to make', async () => {
    const refused = await post('clusterroles', clusterRole('gathers', [], { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }))
    expect(message(refused)).toBe('clusterroles.rbac.authorization.k8s.io "gathers" is forbidden: must have cluster-admin privileges to use the aggregationRule')
  })
  it('the verbs escalate and bind exempt', async () => {
    const bind = { ...binding('trusted', 'ClusterRole', 'trusted', { kind: 'Group', name: 'devs', ...GROUP }), kind: 'ClusterRoleBinding' }
    expect((await post('clusterrolebindings', bind, { name: 'admin', groups: ['system:masters'] })).status).toBe(201)
    expect((await post(ROLES, role('mine', rule(['get'], 'secrets')))).status).toBe(201)
    expect((await post(ROLES, role('other', rule(['get'], 'secrets')))).status).toBe(403)
    expect((await post(BINDINGS, binding('reads', 'ClusterRole', 'reader'))).status).toBe(201)
  })
})

describe('aggregation', () => {
  const LABEL = 'example.com/to-view'
  const rulesOf = async (name: string): Promise<unknown> => (((await world.ask('GET', `${API}/clusterroles/${name}`)).body as unknown as ClusterRole).rules ?? [])
  const settled = async (expected: unknown): Promise<void> => {
    await expect.poll(() => rulesOf('view-all'), { interval: 5 }).toEqual(expected)
  }
  it('follows the roles that it picks, as they come, change and go', async () => {
    const ask = (method: string, path: string, body?: object): Promise<Answer> => world.ask(method, `${API}/clusterroles${path}`, body)
    await ask('POST', '', clusterRole('view-all', [], { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [LABEL]: 'true' } }] } }))
    const part = (verbs: string[]): object => clusterRole('part', [rule(verbs, 'pods')], { metadata: { name: 'part', labels: { [LABEL]: 'true' } } })
    await ask('POST', '', part(['get']))
    await settled([rule(['get'], 'pods')])
    await ask('PUT', '/part', part(['list']))
    await settled([rule(['list'], 'pods')])
    await ask('DELETE', '/part')
    await settled([])
    // And it rests: nothing is written while nothing changes.
    const { revision } = world.store
    await ask('GET', '/view-all')
    expect(world.store.revision).toBe(revision)
  })
})
