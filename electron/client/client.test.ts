import { describe, expect, it } from 'vitest'
import type { Pod } from '../../shared/api/types.ts'
import { ConfigMaps, Deployments, Namespaces, Nodes, Pods } from '../../shared/api/resources.ts'
import { conflict, isNotFound } from '../../shared/errors.ts'
import type { ApiRequest } from '../apiserver/types.ts'
import { createClientFactory, retryOnConflict } from './index.ts'
import { FakeApiServer } from './testing.ts'
import type { Client } from './types.ts'

const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' }, spec: { containers: [] } }
const cases: [string, (c: Client) => Promise<unknown>, string, object?, string?][] = [
  ['list', (c) => c.list(Pods, { namespace: 'n', labelSelector: 'a=b', limit: 3 }), 'GET /api/v1/namespaces/n/pods?labelSelector=a%3Db&limit=3'],
  ['list of all namespaces', (c) => c.list(Deployments), 'GET /apis/apps/v1/deployments'],
  ['create', (c) => c.create(Pods, { metadata: { name: 'p', namespace: 'n' }, spec: { containers: [] } }, { dryRun: true, fieldValidation: 'Strict' }), 'POST /api/v1/namespaces/n/pods?dryRun=All&fieldValidation=Strict', pod, 'application/json'],
  ['status', (c) => c.updateStatus(Pods, pod), 'PUT /api/v1/namespaces/n/pods/p/status', pod, 'application/json'],
  ['finalize', (c) => c.update(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } }, { subresource: 'finalize' }), 'PUT /api/v1/namespaces/n/finalize'],
  ['apply', (c) => c.patch(Pods, 'p', 'n', 'apply', pod, { fieldManager: 'me', force: true }), 'PATCH /api/v1/namespaces/n/pods/p?fieldManager=me&force=true', pod, 'application/apply-patch+yaml'],
  ['json patch', (c) => c.patch(Nodes, 'x', undefined, 'json', []), 'PATCH /api/v1/nodes/x', [], 'application/json-patch+json'],
  ['delete', (c) => c.delete(Pods, 'p', 'n', { gracePeriodSeconds: 0, preconditions: { uid: 'u' } }), 'DELETE /api/v1/namespaces/n/pods/p', { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, preconditions: { uid: 'u' } }, 'application/json'],
  ['delete collection', (c) => c.deleteCollection(ConfigMaps, { namespace: 'n', propagationPolicy: 'Background', fieldSelector: 'x=y' }), 'DELETE /api/v1/namespaces/n/configmaps?fieldSelector=x%3Dy', { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' }, 'application/json'],
  ['binding', (c) => c.createSubresource(Pods, 'p', 'n', 'binding', { target: {} }), 'POST /api/v1/namespaces/n/pods/p/binding', { target: {} }, 'application/json'],
  ['raw', (c) => c.raw('/apis?x=1'), 'GET /apis?x=1'],
]

describe('client', () => {
  it.each(cases)('%s', async (_name, call, line, body, type) => {
    const server = new FakeApiServer()
    let seen: ApiRequest | undefined
    server.handle = async (request) => {
      seen = request
      return { status: 200, body: { type: 'object', value: pod } }
    }
    expect(await call(createClientFactory(server).clientFor('system:node:n1', ['extra']))).toBe(line.startsWith('DELETE') ? undefined : pod)
    const query = seen!.query.toString()
    expect(`${seen!.method} ${seen!.path}${query ? `?${query}` : ''}`).toBe(line)
    expect(body ? seen!.body : undefined).toEqual(body)
    expect(seen!.headers['content-type']).toBe(seen!.body ? (type ?? 'application/json') : undefined)
    expect(seen!.user).toEqual({ name: 'system:node:n1', groups: ['extra', 'system:nodes', 'system:authenticated'] })
    expect(seen!.inProcess).toBe(true)
  })
  it('rejects with what the server says, and refuses a name without its namespace', async () => {
    const client = createClientFactory(new FakeApiServer()).clientFor('x')
    const error = await client.get(Pods, 'none', 'n').catch((e: unknown) => e)
    expect(isNotFound(error)).toBe(true)
    await expect(client.get(Pods, 'none')).rejects.toThrow(/empty namespace/)
    await expect(client.create(Pods, { metadata: { name: 'p' }, spec: { containers: [] } })).rejects.toThrow(/empty namespace/)
  })
  it('tries again on conflict, a bounded number of times', async () => {
    let tries = 0
    const fail = (until: number) => async () => {
      if (++tries < until) throw conflict({ group: '', resource: 'pods' }, 'p')
      return tries
    }
    expect(await retryOnConflict(fail(3))).toBe(3)
    tries = 0
    await expect(retryOnConflict(fail(99))).rejects.toThrow(/has been modified/)
    expect(tries).toBe(5)
  })
})
