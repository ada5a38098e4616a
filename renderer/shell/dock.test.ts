import { describe, expect, it } from 'vitest'
import type { DockState } from './dock.ts'
import { MOST_TABS, closed, opened } from './dock.ts'

const tab = (name: string) => ({ namespace: 'x', name })
const state = (chosen: string, ...names: string[]): DockState => ({ chosen: chosen && `x/${chosen}`, tabs: names.map(tab) })

describe('dock', () => {
  it.each([
    ['the first', state(''), 'a', state('a', 'a')],
    ['another', state('a', 'a'), 'b', state('b', 'a', 'b')],
    ['one that is open', state('b', 'a', 'b'), 'a', state('a', 'a', 'b')],
  ])('opens %s', (_, before, name, after) => expect(opened(before, tab(name))).toEqual(after))
  it('lets the oldest go when it is full', () => {
    const names = Array.from({ length: MOST_TABS }, (_, i) => `p${i}`)
    expect(opened(state('p0', ...names), tab('new')).tabs.map((t) => t.name)).toEqual([...names.slice(1), 'new'])
  })
  it.each([
    ['the one on view: its right neighbour comes', state('b', 'a', 'b', 'c'), 'b', state('c', 'a', 'c')],
    ['the last one: its left neighbour comes', state('c', 'a', 'c'), 'c', state('a', 'a')],
    ['another one', state('a', 'a', 'b'), 'b', state('a', 'a')],
    ['the only one', state('a', 'a'), 'a', state('')],
  ])('closes %s', (_, before, name, after) => expect(closed(before, `x/${name}`)).toEqual(after))
})
