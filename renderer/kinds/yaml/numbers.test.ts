import { expect, it } from 'vitest'
import type { AnyObject } from '../../../shared/api/meta.ts'
import { parseJson } from '../../../shared/numbers.ts'
import { toYaml } from '../../ui/yaml.ts'
import { documentsOf } from './documents.ts'
import { rebased } from './rebase.ts'

const SENT = '{"apiVersion":"example.com/v1","kind":"Big","metadata":{"name":"big","resourceVersion":"1"},"spec":{"exact":9007199254740993,"lowest":-9223372036854775808,"list":[9223372036854775807],"small":1,"fraction":1.5,"text":"9007199254740993"}}'
const read = (): AnyObject => parseJson(SENT) as AnyObject
const edited = (text: string): AnyObject => documentsOf(text, String).documents[0]?.object as AnyObject

it('an object with whole numbers beyond 2^53 is got, edited and put whole', () => {
  const text = toYaml(read())
  expect(text).toContain('exact: 9007199254740993\n')
  expect(edited(text)).toEqual(read())
  expect(JSON.stringify(edited(text.replace('small: 1', 'small: 2')))).toBe(SENT.replace('"small":1', '"small":2'))
  expect(JSON.stringify(edited(text.replace('9007199254740993', '9007199254740995')))).toBe(SENT.replace('9007199254740993', '9007199254740995'))
})
it('and so it is on top of what another has changed', () => {
  const theirs = { ...read(), metadata: { name: 'big', resourceVersion: '7' } }
  const mine = edited(toYaml(read()).replace('exact: 9007199254740993', 'exact: 9007199254740995'))
  const result = rebased(read(), mine, theirs)
  expect(JSON.stringify(result)).toBe(SENT.replace('"1"', '"7"').replace('9007199254740993', '9007199254740995'))
})
