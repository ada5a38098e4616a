import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rfc3339 } from '../../shared/clock.ts'
import { badRequest } from '../../shared/errors.ts'
import { createRbacAuthorizer } from './auth/rbac.ts'
import { createRbacSource } from './rbac-source.ts'
import { startWorld, type Answer, type World } from './testing.ts'
import type { Decision } from './types.ts'

const PODS = '/api/v1/namespaces/default/pods'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const MERGE = { 'content-type': 'application/merge-patch+json' }
const pod = (name: string, containers = ['main']): object => ({ metadata: { name }, spec: { containers: containers.map((c) => ({ name: c, image: 'x' })) } })
const allowAll = { authorize: (): Decision => ({ allowed: true, reason: '' }) }

let world: World
beforeAll(async () => {
  world = await startWorld({
    authorizer: { authorize: (a) => (a.user.name === 'eve' ? { allowed: false, reason: '' } : a.fieldSelector && a.user.name !== 'admin' ? { allowed: true, reason: a.fieldSelector } : allowAll.authorize()) },
    tokenIssuer: async ({ serviceAccount, audiences, expirationSeconds, warnAfterSeconds, pod, node }) => ({ id: 'i', token: `token of ${serviceAccount.name} for ${audiences.join()} and ${expirationSeconds} s${pod ? ` in ${pod.name}` : ''}${node ? ` on ${node.name}` : ''}${warnAfterSeconds ? `, stale after ${warnAfterSeconds}` : ''}`, expires: 0 }),
  })
})
afterAll(() => world.close())

describe('pods', () => {
  it('get defaults by admission, and are bound once', async () => {
    const made = await world.ask('POST', PODS, pod('bound'))
    expect(made.body).toMatchObject({ spec: { serviceAccountName: 'default', priority: 0, tolerations: [{ tolerationSeconds: 300 }, { tolerationSeconds: 300 }] }, status: { phase: 'Pending' } })
    const binding = { metadata: { name: 'bound' }, target: { kind: 'Node', name: 'n1' } }
    expect((await world.ask('POST', `${PODS}/bound/binding`, { ...binding, target: { kind: 'Node', name: 'No Name' } })).body).toMatchObject({ code: 422, details: { causes: [{ field: 'target.name' }] } })
    expect((await world.ask('POST', `${PODS}/bound/binding`, binding)).body).toMatchObject({ kind: 'Status', status: 'Success' })
    expect((await world.ask('GET', `${PODS}/bound`)).body).toMatchObject({ spec: { nodeName: 'n1' }, status: { conditions: [{ type: 'PodScheduled', status: 'True', observedGeneration: 1 }] } })
    expect((await world.ask('POST', `${PODS}/bound/binding`, binding)).body).toMatchObject({ code: 409, message: 'Operation cannot be fulfilled on pods "bound": pod bound is already assigned to node "n1"' })
    const list = await world.ask('GET', `${PODS}?fieldSelector=spec.nodeName%3Dn1`)
    expect(list.body).toMatchObject({ kind: 'PodList', items: [{ metadata: { name: 'bound' } }] })
  })
  it('leave with grace, which only becomes shorter, and go at zero', async () => {
    const evicted = await world.ask('POST', `${PODS}/bound/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'bound' } })
    expect(evicted.body).toMatchObject({ status: 'Success' })
    const waits = (await world.ask('GET', `${PODS}/bound`)).body
    expect(waits).toMatchObject({ metadata: { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 } })
    expect((await world.ask('DELETE', `${PODS}/bound?gracePeriodSeconds=60`)).body).toMatchObject({ metadata: { deletionGracePeriodSeconds: 30 } })
    expect((await world.ask('DELETE', `${PODS}/bound?gracePeriodSeconds=5`)).body).toMatchObject({ metadata: { deletionGracePeriodSeconds: 5, deletionTimestamp: '2026-01-01T00:00:05Z' } })
    expect((await world.ask('DELETE', `${PODS}/bound?gracePeriodSeconds=0`)).status).toBe(200)
    expect((await world.ask('GET', `${PODS}/bound`)).status).toBe(404)
  })
  it('give their logs through the kubelet', async () => {
    await world.ask('POST', PODS, pod('two', ['a', 'b']))
    expect((await world.ask('GET', `${PODS}/two/log`)).body).toMatchObject({ code: 400, message: 'a container name must be specified for pod two, choose one of: [a b]' })
    expect((await world.ask('GET', `${PODS}/two/log?container=c`)).body).toMatchObject({ code: 400, message: 'container c is not valid for pod two' })
    await world.ask('POST', `${PODS}/two/binding`, { target: { kind: 'Node', name: 'n1' } })
    expect((await world.ask('GET', `${PODS}/two/log?container=a`)).status).toBe(503)
    const asked: unknown[] = []
    world.server.setKubeletDoor({
      async containerLogs(node, of, options) {
        asked.push([node, of.name, options])
        if (options.container === 'b') throw badRequest('container "b" in pod "two" is waiting to start: ContainerCreating')
        return new PassThrough().end('line\n')
      },
    })
    const answer = await world.ask('GET', `${PODS}/two/log?container=a&tailLines=5&timestamps=true&sinceSeconds=10`)
    expect(answer.raw.body).toMatchObject({ type: 'stream', contentType: 'text/plain' })
    expect(asked).toEqual([['n1', 'two', { container: 'a', follow: false, previous: false, timestamps: true, tailLines: 5, sinceTime: world.clock.now() - 10_000 }]])
    expect((await world.ask('GET', `${PODS}/two/log?container=b`)).body).toMatchObject({ code: 400 })
    expect((await world.ask('GET', `${PODS}/two/log?container=a&tailLines=-1`)).body).toMatchObject({ code: 422 })
  })
})

describe('deployments', () => {
  it('keep status and spec apart, count generations, and scale', async () => {
    const labels = { app: 'web' }
    const made = await world.ask('POST', DEPLOYMENTS, { metadata: { name: 'web' }, spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'x' }] } } }, status: { replicas: 7 } })
    expect(made.body).toMatchObject({ metadata: { generation: 1 } })
    expect(made.body.status ?? {}).not.toHaveProperty('replicas')
    const status = await world.ask('PATCH', `${DEPLOYMENTS}/web/status`, { spec: { replicas: 9 }, status: { replicas: 2, readyReplicas: 1, updatedReplicas: 2 } }, MERGE)
    expect(status.body).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 2 }, status: { replicas: 2 } })
    expect((await world.ask('GET', `${DEPLOYMENTS}/web/scale`)).body).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 2 }, status: { replicas: 2, selector: 'app=web' } })
    expect((await world.ask('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 5 } }, MERGE)).body).toMatchObject({ spec: { replicas: 5 } })
    expect((await world.ask('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: -1 } }, MERGE)).body).toMatchObject({ code: 422 })
    expect((await world.ask('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 5 } }, { 'content-type': 'application/strategic-merge-patch+json' })).body).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } })
    const apply = (query: string, replicas: number) => world.ask('PATCH', `${DEPLOYMENTS}/web/scale?${query}`, { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas } }, { 'content-type': 'application/apply-patch+yaml' })
    expect((await apply('', 6)).body).toMatchObject({ code: 422, message: expect.stringContaining('fieldManager: Required value') })
    expect((await apply('fieldManager=s', -1)).body).toMatchObject({ code: 422 })
    expect((await apply('fieldManager=s', 6)).body).toMatchObject({ code: 409, message: expect.stringMatching(/^Apply failed with 1 conflict: conflict with .*: \.spec\.replicas$/) })
    expect((await apply('fieldManager=s&force=true', 6)).body).toMatchObject({ kind: 'Scale', spec: { replicas: 6 } })
    expect((await world.ask('GET', `${DEPLOYMENTS}/web`)).body).toMatchObject({ spec: { replicas: 6 }, metadata: { managedFields: expect.arrayContaining([expect.objectContaining({ manager: 's', operation: 'Apply', subresource: 'scale', apiVersion: 'apps/v1', fieldsV1: { 'f:spec': { 'f:replicas': {} } } })]) } })
    expect((await world.ask('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 5 } }, MERGE)).body).toMatchObject({ spec: { replicas: 5 } })
    expect((await world.ask('GET', `${DEPLOYMENTS}/web`)).body).toMatchObject({ metadata: { generation: 4 }, spec: { replicas: 5 }, status: { replicas: 2 } })
    const gone = await world.ask('DELETE', `${DEPLOYMENTS}/web`, { propagationPolicy: 'Foreground' })
    expect(gone.body).toMatchObject({ metadata: { finalizers: ['foregroundDeletion'], deletionTimestamp: expect.any(String), generation: 5 } })
  })
})

describe('names', () => {
  it('are generated from the safe alphabet', async () => {
    const made = await world.ask('POST', '/api/v1/namespaces/default/configmaps', { metadata: { generateName: 'gen-' } })
    expect((made.body.metadata as unknown as { name: string }).name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })
})

describe('who may', () => {
  const eve = { name: 'eve', groups: ['system:authenticated'] }
  it('says who cannot do what, where', async () => {
    const cases = [
      ['GET', PODS, 'pods is forbidden: User "eve" cannot list resource "pods" in API group "" in the namespace "default"'],
      ['GET', `${DEPLOYMENTS}/x`, 'deployments.apps "x" is forbidden: User "eve" cannot get resource "deployments" in API group "apps" in the namespace "default"'],
      ['GET', '/api/v1/nodes', 'nodes is forbidden: User "eve" cannot list resource "nodes" in API group "" at the cluster scope'],
      ['GET', '/version', 'forbidden: User "eve" cannot get path "/version"'],
    ] as const
    for (const [method, path, message] of cases) {
      expect((await world.ask(method, path, undefined, {}, eve)).body).toMatchObject({ code: 403, reason: 'Forbidden', message })
      expect((await world.ask(method, path, undefined, { 'impersonate-user': 'eve' })).body).toMatchObject({ code: 403, message })
    }
  })
  it('answers reviews', async () => {
    const access = await world.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { spec: { user: 'eve', resourceAttributes: { verb: 'get', resource: 'pods' } } })
    expect(access.body).toMatchObject({ kind: 'SubjectAccessReview', status: { allowed: false } })
    expect(access.body['metadata']).toEqual({})
    expect((await world.ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } })).body).toMatchObject({ status: { allowed: true } })
    expect((await world.ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: {} })).body).toMatchObject({ code: 422 })
    const list = async (fieldSelector: object): Promise<unknown> => {
      const { body } = await world.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { spec: { user: 'system:node:a', resourceAttributes: { verb: 'list', resource: 'pods', fieldSelector } } })
      return body['status'] === 'Failure' ? body['message'] : body['status']
    }
    expect(await list({ rawSelector: 'spec.nodeName=a' })).toMatchObject({ reason: 'spec.nodeName=a' })
    expect(await list({ requirements: [{ key: 'spec.nodeName', operator: 'In', values: ['a'] }, { key: 'x', operator: 'Exists' }, { key: 'status.phase', operator: 'NotIn', values: ['Failed'] }] })).toMatchObject({ reason: 'spec.nodeName=a,status.phase!=Failed' })
    expect(await list({})).toContain('spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required')
    expect(await list({ rawSelector: 'a=b', requirements: [{ key: '', operator: 'In' }, { key: 'a', operator: 'Exists', values: ['x'] }, { key: 'a', operator: 'Near' }] })).toMatch(/may not specified at the same time.*key: Required value.*values: Required value.*values: Forbidden.*not a valid selector operator/s)
    expect((await world.ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {})).body).toMatchObject({ status: { userInfo: { username: 'admin' } } })
    expect((await world.ask('GET', '/apis/authentication.k8s.io/v1/selfsubjectreviews')).status).toBe(405)
  })
  describe('tokens', () => {
    const path = '/api/v1/namespaces/default/serviceaccounts'
    const ask = (spec: object): Promise<Answer> => world.ask('POST', `${path}/bot/token`, { spec })
    const bound = (kind: string, name: string, uid?: string): object => ({ boundObjectRef: { kind, apiVersion: 'v1', name, ...(uid ? { uid } : {}) } })
    it('are issued for accounts that exist', async () => {
      expect((await ask({})).status).toBe(404)
      await world.ask('POST', path, { metadata: { name: 'bot' } })
      expect((await ask({ audiences: [] })).body).toMatchObject({
        kind: 'TokenRequest', metadata: { name: 'bot', namespace: 'default' },
        spec: { audiences: ['https://kubernetes.default.svc.cluster.local'], expirationSeconds: 3600 },
        status: { token: 'token of bot for https://kubernetes.default.svc.cluster.local and 3600 s' },
      })
      expect((await ask({ audiences: ['a'], expirationSeconds: 1e6 })).body).toMatchObject({ status: { token: 'token of bot for a and 1000000 s' } })
    })
    it('hang on objects that exist, and on no others', async () => {
      await world.ask('POST', '/api/v1/nodes', { metadata: { name: 'n' } })
      await world.ask('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'mine' }, spec: { serviceAccountName: 'bot', nodeName: 'n', containers: [{ name: 'c', image: 'i' }] } })
      expect((await ask({ audiences: ['a'], ...bound('Pod', 'mine') })).body).toMatchObject({ status: { token: 'token of bot for a and 3600 s in mine on n' } })
      expect((await ask(bound('Pod', 'none'))).body).toMatchObject({ code: 404 })
      expect((await ask(bound('Pod', 'mine', 'other'))).body).toMatchObject({ code: 409, message: 'Operation cannot be fulfilled on Pod "mine": the UID in the bound object reference (other) does not match the UID in record. The object might have been deleted and then recreated' })
      expect((await ask(bound('ConfigMap', 'mine'))).body).toMatchObject({ code: 400, message: 'cannot bind token to object of type /v1, Kind=ConfigMap' })
      await world.ask('POST', path, { metadata: { name: 'else' } })
      expect((await world.ask('POST', `${path}/else/token`, { spec: bound('Pod', 'mine') })).body).toMatchObject({ code: 400, message: 'cannot bind token for serviceaccount "else" to pod running with different serviceaccount name.' })
    })
    it("of a pod's own volume live for a year, and are stale after the hour that was asked for", async () => {
      const spec = { expirationSeconds: 3607, ...bound('Pod', 'mine') }
      const { body } = await ask(spec)
      expect(body).toMatchObject({ spec: { expirationSeconds: 3607 }, status: { token: 'token of bot for https://kubernetes.default.svc.cluster.local and 31536000 s in mine on n, stale after 3607', expirationTimestamp: rfc3339(world.clock.now() + 3_607_000) } })
      // For others, of another length, or bound to no pod they are what was asked for.
      for (const other of [{ ...spec, audiences: ['a'] }, { ...spec, audiences: ['a', 'https://kubernetes.default.svc.cluster.local'] }, { ...spec, expirationSeconds: 3608 }, { expirationSeconds: 3607 }]) expect(JSON.stringify((await ask(other)).body['status'])).toMatch(/and 360[78] s(?!.*stale)/)
    })
    it('hold for ten minutes at least', async () => {
      expect((await ask({ expirationSeconds: 599 })).body).toMatchObject({ code: 422, message: 'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes' })
      expect((await ask({ expirationSeconds: 2 ** 32 + 1 })).body).toMatchObject({ code: 422, message: expect.stringContaining('may not specify a duration larger than 2^32 seconds') as never })
    })
    it.each([
      [{ name: 'other' }, 422, 'TokenRequest.authentication.k8s.io "bot" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified'],
      [{ namespace: 'other' }, 422, 'TokenRequest.authentication.k8s.io "bot" is invalid: metadata.namespace: Invalid value: "other": must match the service account namespace if specified'],
      [{ uid: 'other' }, 409, expect.stringMatching(/^Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "bot": the UID in the token request \(other\) does not match the UID of the service account \([0-9a-f-]{36}\)$/) as never],
    ])('are of the account that the request names: not of %j', async (metadata, code, message) => {
      expect((await world.ask('POST', `${path}/bot/token`, { metadata, spec: {} })).body).toMatchObject({ code, message })
    })
  })
})

describe('the source of the RBAC authorizer', () => {
  it('follows roles and bindings', async () => {
    const source = createRbacSource(world.store)
    const authorizer = createRbacAuthorizer(source)
    const stop = source.onChange(() => authorizer.invalidate())
    const question = { user: { name: 'bob', groups: [] }, verb: 'list', group: '', version: 'v1', resource: 'pods', subresource: '', name: '', namespace: 'default', path: '' }
    expect(authorizer.authorize(question).allowed).toBe(false)
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default'
    await world.ask('POST', `${rbac}/roles`, { metadata: { name: 'reader' }, rules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'] }] })
    await world.ask('POST', `${rbac}/rolebindings`, { metadata: { name: 'bob' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' }, subjects: [{ kind: 'User', name: 'bob', apiGroup: 'rbac.authorization.k8s.io' }] })
    expect(authorizer.authorize(question).allowed).toBe(true)
    expect(authorizer.authorize({ ...question, namespace: 'kube-system' }).allowed).toBe(false)
    await world.ask('DELETE', `${rbac}/rolebindings/bob`)
    expect(authorizer.authorize(question).allowed).toBe(false)
    stop()
  })
})

describe('paths that are no resources', () => {
  it('are served with their ETags', async () => {
    const groups = await world.ask('GET', '/apis', undefined, { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' })
    expect(groups.body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' })
    const same = await world.ask('GET', '/apis', undefined, { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', 'if-none-match': groups.headers['etag'] ?? '' })
    expect(same.status).toBe(304)
    expect((await world.ask('GET', '/apis', undefined, { accept: 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList' })).body).toMatchObject({ apiVersion: 'apidiscovery.k8s.io/v2beta1' })
    const core = (await world.ask('GET', '/api/v1')).body.resources as unknown as { name: string; kind: string; group?: string }[]
    expect(core.find((r) => r.name === 'pods/eviction')).toMatchObject({ kind: 'Eviction', group: 'policy', version: 'v1' })
    expect((await world.ask('GET', '/apis/apps')).body).toMatchObject({ kind: 'APIGroup', name: 'apps' })
    expect((await world.ask('GET', '/readyz')).body).toEqual({ text: 'ok' })
    world.server.readyChecks.set('informers', () => 'not yet')
    expect(world.server.ready).toBe(false)
    expect((await world.ask('GET', '/readyz')).status).toBe(500)
    world.server.readyChecks.delete('informers')
    expect((await world.ask('GET', '/metrics')).body.text).toMatch(/apiserver_request_total\{verb="LIST"/)
  })
})

describe('housekeeping', () => {
  it('forgets events after an hour, and history after five to ten minutes', async () => {
    const at = (ms: number): string => new Date(ms).toISOString().replace('.000', '')
    const event = (name: string, age: number): object => ({ metadata: { name }, involvedObject: { namespace: 'default' }, lastTimestamp: at(world.clock.now() - age) })
    for (const [name, age] of [['old', 56 * 60_000], ['young', 0]] as const) expect((await world.ask('POST', '/api/v1/namespaces/default/events', event(name, age))).status).toBe(201)
    await world.clock.advance(5 * 60_000)
    await expect.poll(async () => (await world.ask('GET', '/api/v1/events')).body.items).toMatchObject([{ metadata: { name: 'young' } }])
  })
})
