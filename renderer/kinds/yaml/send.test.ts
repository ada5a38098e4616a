import { describe, expect, it } from 'vitest'
import { Pods } from '../../../shared/api/resources.ts'
import type { ApiCall } from '../../../shared/ipc.ts'
import { Api } from '../../cache/api.ts'
import { send, typeOf } from './send.ts'

const object = (apiVersion: string, kind: string, name: string, more: object = {}): never => ({ line: 1, object: { apiVersion, kind, metadata: { name, ...more } } }) as never
const ships = { group: 'example.com', version: 'v2', resource: 'ships', kind: 'Ship', namespaced: false }
const asked: ApiCall[] = []
const api = (status: number, body: unknown = {}): Api => new Api({ call: async (_: string, call: ApiCall) => { asked.push(call); return { status, body } } } as never)
const sending = (a: Api, more: object = {}) => ({ api: a, types: () => [Pods, ships], namespace: 'here', dryRun: true, apply: false, ...more })

describe('a document', () => {
  it('is of the version it names', () => {
    expect(typeOf({ apiVersion: 'example.com/v1', kind: 'Ship', metadata: { name: 'x' } }, [Pods, ships])?.version).toBe('v1')
    expect(typeOf({ apiVersion: 'v1', kind: 'Ship', metadata: { name: 'x' } }, [Pods, ships])).toBeUndefined()
  })
  it.each([
    ['is checked', [object('v1', 'Pod', 'a')], {}, 200, 'checked', 'POST /api/v1/namespaces/here/pods'],
    ['is made', [object('v1', 'Pod', 'a', { namespace: 'there' })], { dryRun: false }, 201, 'created', 'POST /api/v1/namespaces/there/pods'],
    ['is changed', [object('example.com/v1', 'Ship', 'a')], { dryRun: false, apply: true }, 200, 'updated', 'PATCH /apis/example.com/v1/ships/a'],
    ['is refused', [object('v1', 'Pod', 'a')], {}, 422, 'failed', 'POST /api/v1/namespaces/here/pods'],
    ['of an unknown kind is refused unasked', [object('v1', 'Nothing', 'a')], {}, 200, 'failed', undefined],
    ['waits for its namespace', [object('v1', 'Namespace', 'new'), object('v1', 'Pod', 'a', { namespace: 'new' })], {}, 200, 'waits', undefined],
    ['waits for its definition', [{ line: 1, object: { apiVersion: 'x', kind: 'CustomResourceDefinition', metadata: { name: 'c' }, spec: { group: 'new.com' } } }, object('new.com/v1', 'New', 'a')], {}, 200, 'waits', undefined],
  ] as const)('%s', async (_, documents, more, status, outcome, path) => {
    asked.length = 0
    const result = await send(sending(api(status, { message: 'no' }), more), documents as never, documents.length - 1)
    expect(result.outcome).toBe(outcome)
    expect(asked[0] && `${asked[0].method} ${asked[0].path.split('?')[0] ?? ''}`).toBe(path)
    expect(asked.every((a) => a.path.includes('dryRun=All') === !('dryRun' in more))).toBe(true)
  })
})
