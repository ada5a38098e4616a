import { expect, it } from 'vitest'
import { stepsOf, valuesAt } from './jsonpath.ts'

const object = { metadata: { annotations: { 'a.b/c': 'x' } }, spec: { port: 80, list: [{ n: 1 }, { n: 2 }] }, status: { conditions: [{ type: 'Ready', status: 'True' }, { type: 'Other', status: 'False' }] } }
it.each([
  ['.spec.port', [80]], ['.spec.list[1].n', [2]], ['.spec.list[*].n', [1, 2]], ['.spec.list[7].n', []], ['.nothing.here', []],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']], ["$.status.conditions[?(@.type=='Other')].status", ['False']],
  ['.metadata.annotations.a\\.b/c', ['x']], ["{.metadata.annotations['a.b/c']}", ['x']],
])('%s is %j', (path, values) => {
  expect(valuesAt(object, path)).toEqual(values)
})
it('does not guess at what it does not understand', () => {
  expect(stepsOf('.a[?(@.b > 3)]')).toBeUndefined()
})
