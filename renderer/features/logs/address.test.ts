import { expect, it } from 'vitest'
import { logsAddress, parseAddress, type LogAddress } from './address.ts'

it.each<[LogAddress, string]>([
  [{ query: '' }, '/logs/~'],
  [{ query: 'namespace:shop level>=warn' }, '/logs/namespace:shop+level~3E=warn'],
  [{ query: '"a/b" -/c?d#e%20~f/i 로그' }, '/logs/~22a~2Fb~22+-~2Fc~3Fd~23e~2520~7Ef~2Fi+~EB~A1~9C~EA~B7~B8'],
  [{ query: '', beside: 'b' }, '/logs/~/b'],
  [{ query: 'a', beside: '' }, '/logs/a/~'],
  [{ query: 'a', line: 12 }, '/logs/line/12/a'],
  [{ query: '', line: 12 }, '/logs/line/12'],
])('%j is %s and back', (address, path) => {
  expect(logsAddress(address)).toBe(path)
  expect(parseAddress(path.slice('/logs/'.length))).toEqual(address)
})
it.each([['', undefined], ['line/x/a', { query: 'a', line: undefined }], ['~', { query: '' }]])('%j', (parts, expected) => expect(parseAddress(parts)).toEqual(expected))
