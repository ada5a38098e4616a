import { expect, it } from 'vitest'
import { customState, customView } from './custom-view.ts'

const type = { group: 'example.com', version: 'v1', resource: 'ships', kind: 'Ship', namespaced: true }
const column = (name: string, jsonPath: string, kind = 'string', priority = 0) => ({ name, jsonPath, type: kind, priority })

it('has the columns that the definition asks for, but no second age', () => {
  const versions = [{ name: 'v1beta1', additionalPrinterColumns: [column('Old', '.x')] }, { name: 'v1', additionalPrinterColumns: [column('Port', '.spec.port'), column('Crew', '.spec.crew', 'integer'), column('Log', '.spec.log', 'string', 1), column('Age', '.metadata.creationTimestamp', 'date')] }]
  const { cells } = customView(type, { spec: { versions } } as never)
  const ship = { apiVersion: 'example.com/v1', kind: 'Ship', metadata: { name: 'a' }, spec: { port: 'Busan', crew: 7, log: { x: 1 } } }
  expect(cells.map((c) => [c.label, c.value(ship), c.only])).toEqual([['Port', 'Busan', undefined], ['Crew', 7, undefined], ['Log', '{"x":1}', 'detail']])
})
it('of a kind without a definition has none', () => {
  expect(customView(type, undefined).cells).toEqual([])
})
it.each([
  [[{ type: 'Ready', status: 'True' }], { word: 'Ready', level: 'ok' }], [[{ type: 'Ready', status: 'False', reason: 'Sinking' }], { word: 'Sinking', level: 'warning' }], [[{ type: 'Available', status: 'Unknown' }], { word: 'NotAvailable', level: 'waiting' }], [[], undefined],
])('with %j is %j', (conditions, state) => {
  expect(customState({ apiVersion: 'a/b', kind: 'c', metadata: { name: 'd' }, status: { conditions } })).toEqual(state)
})
