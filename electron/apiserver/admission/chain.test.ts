import { describe, expect, it } from 'vitest'
import type { Env, Stored } from '../registry/env.ts'
import { kindOf } from '../resources/testing.ts'
import { createAdmissionChain } from './chain.ts'
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts'

const env = {} as Env
const request = (extra: Partial<AdmissionRequest> = {}): AdmissionRequest => ({
  operation: 'CREATE', kind: kindOf('Pod'), subresource: '', namespace: 'a', name: 'p', object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: {} } }, old: undefined,
  user: { name: 'u', groups: [] }, dryRun: false, fieldManager: '', warn: () => undefined, ...extra,
})
/** Writes its name down in the labels. */
const marks = (name: string, extra: Partial<AdmissionPlugin> = {}): AdmissionPlugin => ({
  name, operations: ['CREATE'],
  admit({ object }) {
    const labels = (object as Stored).metadata.labels as Record<string, string>
    labels[name] = String(Object.keys(labels).length)
    return undefined
  },
  ...extra,
})
const labelsOf = async (plugins: AdmissionPlugin[], given = request()): Promise<unknown> => (await createAdmissionChain(plugins).admit(given, env))?.metadata.labels

describe('the chain', () => {
  it('runs in order, and answers at once where nothing has to be waited for', () => {
    expect(createAdmissionChain([marks('a'), marks('b')]).admit(request(), env)).toMatchObject({ metadata: { labels: { a: '0', b: '1' } } })
  })
  it('goes on in order after a plugin that waits', async () => {
    const slow: AdmissionPlugin = { name: 'slow', operations: ['CREATE'], admit: async ({ object }) => ({ ...(object as Stored), metadata: { name: 'p', labels: { replaced: '' } } }) }
    expect(await labelsOf([marks('a'), slow, marks('b')])).toEqual({ replaced: '', b: '1' })
  })
  it.each([
    ['changes the object: those before it, then it once more', { added: '' }, ['first', 'first', 'again']],
    ['changes nothing: nobody once more', {}, ['first']],
  ])('after a plugin of others that %s', async (_what, labels, expected) => {
    const asked: string[] = []
    const first: AdmissionPlugin = { name: 'first', operations: ['CREATE'], admit({ object }) { asked.push('first'); if (object && 'added' in (object.metadata.labels ?? {})) object.metadata.labels = { ...object.metadata.labels, seen: 'yes' }; return undefined } }
    let left: Stored | undefined
    const others: AdmissionPlugin = {
      name: 'others', operations: ['CREATE'],
      admit: async ({ object }) => (left = { ...(object as Stored), metadata: { name: 'p', labels: { ...labels } } }),
      async again({ object }, _env, its) { asked.push('again'); expect(its).toBe(left); return { ...(object as Stored), metadata: { name: 'p', labels: { ...object?.metadata.labels, again: 'yes' } } } },
    }
    expect(await labelsOf([first, others, marks('last')])).toEqual(expected.length > 1 ? { added: '', seen: 'yes', again: 'yes', last: '3' } : { last: '0' })
    expect(asked).toEqual(expected)
  })
  it('asks only the plugins that a request concerns', async () => {
    const plugins = [marks('pods', { resources: ['/pods'] }), marks('status', { resources: ['/pods/status'] }), marks('nodes', { resources: ['/nodes'] }), marks('updates', { operations: ['UPDATE'] }), marks('all')]
    expect(await labelsOf(plugins)).toEqual({ pods: '0', all: '1' })
    expect(await labelsOf(plugins, request({ subresource: 'status' }))).toEqual({ status: '0', all: '1' })
    expect(await labelsOf(plugins, request({ operation: 'UPDATE' }))).toEqual({ updates: '0' })
  })
  it('gives back what was taken when a later one refuses', () => {
    const settled: string[] = []
    const takes = (name: string): AdmissionPlugin => ({ name, operations: ['CREATE'], reserve: () => ({ compare: [{ key: name, modRevision: 1 }], operations: [], settle: (ok) => void settled.push(`${name} ${ok}`) }) })
    const refuses: AdmissionPlugin = { name: 'refuses', operations: ['CREATE'], reserve() { throw new Error('no more') } }
    expect(() => createAdmissionChain([takes('a'), refuses]).reserve(request(), env)).toThrow('no more')
    expect(settled).toEqual(['a false'])
    const both = createAdmissionChain([takes('a'), takes('b')]).reserve(request(), env)
    expect(both?.compare.map((c) => c.key)).toEqual(['a', 'b'])
    both?.settle(true)
    expect(settled.slice(1)).toEqual(['a true', 'b true'])
  })
})
