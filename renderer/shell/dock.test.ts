import { describe, expect, it } from 'vitest'
import type { DockState, DockTab } from './dock.ts'
import { MOST_TABS, closed, opened } from './dock.ts'

const tab = (key: string, scope = ''): DockTab => ({ kind: 'log', key, title: key, scope, single: false })
const terminal = (key: string): DockTab => ({ kind: 'terminal', key, title: key, namespace: 'x', pod: 'y', container: 'c', containers: ['c'], attach: false })
const state = (chosen: string, ...names: string[]): DockState => ({ chosen, tabs: names.map((n) => tab(n)) })

describe('dock', () => {
  it.each([
    ['the first', state(''), 'a', state('a', 'a')],
    ['another', state('a', 'a'), 'b', state('b', 'a', 'b')],
    ['one that is open', state('b', 'a', 'b'), 'a', state('a', 'a', 'b')],
  ])('opens %s', (_, before, name, after) => expect(opened(before, tab(name))).toEqual(after))
  it('shows a log that is open with the pods there are now', () => {
    expect(opened(state('a', 'a'), tab('a', 'pod:y')).tabs).toEqual([tab('a', 'pod:y')])
  })
  it('lets the oldest log go when it is full, and no terminal', () => {
    const names = Array.from({ length: MOST_TABS - 1 }, (_, i) => `p${i}`)
    const full: DockState = { chosen: 'p0', tabs: [terminal('t'), ...names.map((n) => tab(n))] }
    expect(opened(full, tab('new')).tabs.map((t) => t.key)).toEqual(['t', ...names.slice(1), 'new'])
  })
  it.each([
    ['the one on view: its right neighbour comes', state('b', 'a', 'b', 'c'), 'b', state('c', 'a', 'c')],
    ['the last one: its left neighbour comes', state('c', 'a', 'c'), 'c', state('a', 'a')],
    ['another one', state('a', 'a', 'b'), 'b', state('a', 'a')],
    ['the only one', state('a', 'a'), 'a', state('')],
  ])('closes %s', (_, before, name, after) => expect(closed(before, name)).toEqual(after))
})
