import { expect, it } from 'vitest'
import { entriesOfMap, entriesOfSecret, withoutValues } from './values.ts'

it('reads text and says how large it is, and does not read bytes', () => {
  expect(entriesOfMap({ data: { b: '한' }, binaryData: { a: btoa('\xff\x00') } } as never)).toEqual([{ key: 'a', text: undefined, bytes: 2 }, { key: 'b', text: '한', bytes: 3 }])
  expect(entriesOfSecret({ data: { password: btoa('hunter2'), zero: btoa('a\0b') } } as never)).toEqual([{ key: 'password', text: 'hunter2', bytes: 7 }, { key: 'zero', text: undefined, bytes: 3 }])
})
it('shows nothing of a secret but its keys', () => {
  const shown = JSON.stringify(withoutValues({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { name: 's', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'hunter2', note: 'kept' } }, data: { password: btoa('hunter2') }, stringData: { password: 'hunter2' } } as never))
  expect([shown.includes('hunter2'), shown.includes(btoa('hunter2')), shown.includes('password'), shown.includes('kept')]).toEqual([false, false, true, true])
})
