import { describe, expect, it } from 'vitest'
import type { LocalNode } from '../../../shared/api/local-node.ts'
import { actionsFor } from './actions.tsx'
import { nextName, plannedNodes, powerMessage, powerOf } from './local.ts'

const local = (running: boolean, status?: string, more: { reason?: string; deleting?: boolean; drained?: string } = {}): LocalNode => ({
  apiVersion: 'pilothouse.dev/v1', kind: 'LocalNode', metadata: { name: 'n', ...(more.deleting ? { deletionTimestamp: 'x' } : {}) }, spec: { running },
  status: { conditions: [
    ...(status ? [{ type: 'Running' as const, status: status as 'True', reason: more.reason ?? 'R', message: 'why', lastTransitionTime: '' }] : []),
    ...(more.drained ? [{ type: 'Drained' as const, status: 'False' as const, reason: 'R', message: more.drained, lastTransitionTime: '' }] : []),
  ] },
})
describe('power', () => {
  it.each([
    [undefined, 'elsewhere', ''], [local(true, 'True'), 'on', ''], [local(false, 'False'), 'off', ''], [local(false, 'True'), 'changing', ''], [local(true), 'changing', ''],
    [local(true, 'True', { deleting: true, drained: 'budget' }), 'removing', 'budget'], [local(true, 'False', { reason: 'OtherRuntime' }), 'failed', 'why'],
  ] as const)('%#', (l, power, message) => expect([powerOf(l), powerMessage(l)]).toEqual([power, message]))
})
it('the next name is the first that is free', () => {
  expect(nextName(['pilothouse', 'pilothouse-2', 'pilothouse-4'], false)).toBe('pilothouse-3')
  expect(nextName(['hollow-1'], true)).toBe('hollow-2')
})
it('a node that was never on is planned, and can only be started or removed', () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } } as const
  const off = local(false, 'False')
  expect(plannedNodes([off], [node])).toEqual([])
  expect(plannedNodes([off], [])).toEqual([{ ...node, metadata: { name: 'n', labels: {} } }])
  expect(actionsFor(undefined, off)).toEqual(['start', 'remove'])
  expect(actionsFor(undefined, local(true))).toEqual(['stop', 'remove'])
  expect(actionsFor(node, off)).toEqual(['cordon', 'drain', 'start', 'remove'])
})
