import { expect, it } from 'vitest'
import { podsOf } from './pods.ts'
import type { PodsOf } from './view.ts'

const owned = (name: string, uid: string, labels = {}): never => ({ kind: 'Pod', metadata: { name, uid: `u-${name}`, labels, ownerReferences: [{ uid, controller: true }] } }) as never
const all = [owned('a', 'set1', { app: 'x' }), owned('b', 'set2'), owned('c', 'other', { app: 'x' })]
const owner = { metadata: { name: 'd', uid: 'set1' } } as never
const names = (pods: readonly { metadata: { name: string } }[]): string[] => pods.map((p) => p.metadata.name)

it.each([
  ['that name it as their controller', { owned: true }, [], ['a']],
  ['of what stands between', { owned: true, via: {} as never }, [{ metadata: { name: 's', uid: 'set2' } } as never], ['b']],
  ['that its selector matches', { selected: () => ({ matchLabels: { app: 'x' } }) }, [], ['a', 'c']],
  ['of no selector', { selected: () => undefined }, [], []],
] as [string, PodsOf<never>, never[], string[]][])('has the pods %s', (_, how, between, expected) => {
  expect(names(podsOf(how, owner, all, between))).toEqual(expected)
})
