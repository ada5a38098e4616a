import { beforeAll, describe, expect, it } from 'vitest'
import { i18n, i18nReady } from '../i18n/i18n.ts'
import { catalog } from './catalog.ts'
import { hasView, viewOf } from './views.ts'

beforeAll(async () => { await i18nReady })

/** These have pages of their own. */
const OWN = ['pods', 'nodes', 'namespaces']
const least = (kind: string): never => ({ apiVersion: 'v1', kind, metadata: { name: 'x', namespace: 'y' }, spec: { template: {}, selector: {}, jobTemplate: {}, scaleTargetRef: {}, names: { kind: 'X' }, group: 'g', scope: 'Cluster', versions: [], limits: [] }, roleRef: {} }) as never

it('every kind of the catalogue has a page', () => {
  expect(catalog.map((e) => e.type.resource).filter((r) => !hasView(r) && !OWN.includes(r))).toEqual([])
})
describe.each(catalog.map((e) => e.type.resource).filter(hasView))('%s', (resource) => {
  it('is a view of that kind, whose words are all there', async () => {
    const view = await viewOf(resource).load()
    expect(view.type.resource).toBe(resource)
    const keys = [view.title, view.empty, ...view.cells.map((c) => c.label), ...(view.related ?? []).map((r) => r.title), ...(view.actions ?? []).map((a) => a.label), ...(view.chips ?? []).map((c) => c.label)]
    expect(keys.filter((k) => !i18n.exists(k))).toEqual([])
    const ids = view.cells.filter((c) => c.only !== 'detail').map((c) => c.label)
    expect(new Set(ids).size).toBe(ids.length)
  })
  it('stands an object of which nothing is known yet', async () => {
    const view = await viewOf(resource).load()
    const object = least(view.type.kind)
    for (const cell of view.cells) {
      expect(['string', 'number']).toContain(typeof cell.value(object))
      cell.show?.(object)
    }
    expect(view.state?.(object).word ?? 'none').not.toBe('')
    for (const action of view.actions ?? []) expect(typeof (action.when?.(object) ?? true)).toBe('boolean')
    for (const r of view.related ?? []) expect((r.pick as (all: readonly never[], o: never) => readonly never[])([], object)).toEqual([])
  })
})
