import { expect, it } from 'vitest'
import { asked, logsAddress } from './address.ts'

it.each([[['default/web-1', 'x/y']], [['/kube-scheduler']], [[]]])('%j come back from their address', (keys) => {
  expect(asked(logsAddress(keys).slice('/logs/'.length))).toEqual(keys)
})
it('of no selection asks for nothing', () => {
  expect(asked(undefined)).toEqual([])
})
