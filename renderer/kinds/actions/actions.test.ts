import { describe, expect, it } from 'vitest'
import { ownedBelow } from './dependents.ts'
import { pairPatch } from './pair-patch.ts'

describe('what goes along', () => {
  const object = (kind: string, name: string, owners: string[]): never => ({ kind, metadata: { name, uid: name, ownerReferences: owners.map((uid) => ({ uid })) } }) as never
  it('is everything below, nearest kind first, and nothing twice', () => {
    const all = [object('Pod', 'p2', ['rs']), object('ReplicaSet', 'rs', ['d']), object('Pod', 'p1', ['rs', 'd2']), object('Pod', 'alone', []), object('Loop', 'l1', ['l2', 'p1']), object('Loop', 'l2', ['l1'])]
    expect(ownedBelow('d', all)).toEqual([{ kind: 'ReplicaSet', names: ['rs'] }, { kind: 'Pod', names: ['p1', 'p2'] }, { kind: 'Loop', names: ['l1', 'l2'] }])
  })
})
describe('labels', () => {
  it('are patched by what changed alone', () => {
    const pairs = [['same', '1'], ['new', '2'], ['other', '3'], ['', 'not yet']].map(([key = '', value = ''], id) => ({ id, key, value }))
    expect(pairPatch({ same: '1', other: '0', gone: 'x' }, pairs)).toEqual({ gone: null, new: '2', other: '3' })
    expect(pairPatch(undefined, [])).toEqual({})
  })
})
