import { expect, it, test } from 'vitest'
import type { AuditEntry } from '../../../shared/audit.ts'
import { AuditBuffer, levelOfCode, objectAddress } from './model.ts'

export const entry = (n: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  id: String(n), time: new Date(n * 1000).toISOString(), milliseconds: 1, user: 'ann', groups: [], impersonated: '', verb: 'create', uri: '/x', group: '', resource: 'pods', subresource: '', namespace: 'shop', name: 'web', code: 201, message: '', decision: '', source: '', agent: '', withObjects: false, ...more,
})

it('keeps requests newest first, each once, as many as it may', () => {
  const buffer = new AuditBuffer(3)
  buffer.add([entry(2), entry(1)])
  buffer.add([entry(3), entry(2)], true)
  expect([buffer.entries.map((e) => e.id), [...buffer.live], buffer.full]).toEqual([['3', '2', '1'], ['3'], true])
  const before = buffer.entries
  buffer.add([entry(3)])
  expect(buffer.entries).toBe(before)
  buffer.add([entry(5), entry(4)], true)
  expect([buffer.entries.map((e) => e.id), [...buffer.live]]).toEqual([['5', '4', '3'], ['3', '5', '4']])
})
test.each<[Partial<AuditEntry>, string | undefined]>([
  [{}, '/pods/shop/web'],
  [{ group: 'apps', resource: 'deployments', subresource: 'scale' }, '/deployments/shop/web'],
  [{ resource: 'nodes', namespace: '', name: 'n1' }, '/nodes/n1'],
  [{ group: 'example.com', resource: 'ships' }, '/custom/example.com/ships/shop/web'],
  [{ name: '' }, undefined],
  [{ resource: '', name: 'x' }, undefined],
  [{ group: 'unknown.io', resource: 'things' }, undefined],
])('the page of %j is %s', (more, expected) => {
  const served = { types: new Map(), custom: [{ group: 'example.com', version: 'v1', resource: 'ships', kind: 'Ship', namespaced: true }] }
  expect(objectAddress(entry(1, more), served)).toBe(expected)
})
test.each([[200, 'ok'], [101, 'ok'], [404, 'warning'], [500, 'failed']] as const)('%i is %s', (code, level) => expect(levelOfCode(code)).toBe(level))
