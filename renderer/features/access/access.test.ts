import { expect, it } from 'vitest'
import { requestState } from './certificatesigningrequests.tsx'

it.each([
  [[], undefined, 'Pending', 'waiting'], [['Approved'], undefined, 'Approved', 'working'], [['Approved'], 'x', 'Approved,Issued', 'ok'], [['Denied'], undefined, 'Denied', 'failed'], [['Approved', 'Failed'], undefined, 'Approved,Failed', 'failed'],
] as const)('a request with %j is %s', (types, certificate, word, level) => {
  expect(requestState({ spec: {}, status: { conditions: types.map((type) => ({ type })), certificate } } as never)).toEqual({ word, level })
})
