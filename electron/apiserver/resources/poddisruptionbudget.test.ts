import { expect, it } from 'vitest'
import { faults, row, withDefaults } from './testing.ts'

it.each<[object, string[]]>([
  [{ minAvailable: 1, selector: {} }, []], [{ maxUnavailable: '50%', unhealthyPodEvictionPolicy: 'AlwaysAllow' }, []],
  [{ minAvailable: -1 }, ['spec.minAvailable: Invalid value: -1: must be greater than or equal to 0']],
  [{ maxUnavailable: '101%' }, ['spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%']],
  [{ minAvailable: 1, maxUnavailable: 1 }, ['spec: Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set']],
  [{ unhealthyPodEvictionPolicy: 'Never' }, ['spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"']],
])('%j', (spec, expected) => expect(faults('PodDisruptionBudget', { spec })).toEqual(expected))
it('columns', () => {
  const object = withDefaults('PodDisruptionBudget', { metadata: { creationTimestamp: '2026-01-01T00:55:00Z' }, spec: { maxUnavailable: 0 } })
  expect(row('PodDisruptionBudget', { ...object, status: { disruptionsAllowed: 2 } })).toEqual(['x', 'N/A', '0', 2, '5m'])
})
