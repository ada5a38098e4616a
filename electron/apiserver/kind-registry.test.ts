import { describe, expect, it, vi } from 'vitest'
import { compareVersions, createKindRegistry, derived } from './kind-registry.ts'
import { defineKind } from './resources/kind.ts'

const kind = (group: string, version: string, name: string) =>
  defineKind({ group, version, kind: name, resource: `${name.toLowerCase()}s`, singular: name.toLowerCase(), scope: 'Namespaced', schema: name, strategy: {}, columns: [] })

describe('versions', () => {
  it('are ordered as Kubernetes orders them', () => {
    const ordered = ['v10', 'v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v12alpha1', 'v11alpha2', 'foo1', 'foo10']
    expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered)
  })
})

describe('the kinds of a server', () => {
  it('come and go by their owner, and what is derived from them follows', () => {
    const registry = createKindRegistry([kind('', 'v1', 'Pod')], { Pod: { type: 'object' } })
    const names = derived(registry, (kinds) => kinds.map((k) => `${k.version}/${k.kind}`))
    expect(names()).toBe(names())
    const told = vi.fn<() => void>()
    const stop = registry.onChange(told)
    registry.replace('a', [kind('example.com', 'v1beta1', 'Tab'), kind('example.com', 'v1', 'Tab')], { Tab: { type: 'object' } })
    expect(names()).toEqual(['v1/Pod', 'v1/Tab', 'v1beta1/Tab'])
    expect(registry.find('example.com', 'v1beta1', 'tabs')).toMatchObject({ version: 'v1beta1' })
    expect(registry.resource('example.com', 'tabs')).toMatchObject({ version: 'v1' })
    expect(registry.named('example.com', 'Tab')).toMatchObject({ version: 'v1' })
    expect(registry.schemas).toHaveProperty('Tab')
    registry.replace('a', [])
    expect(names()).toEqual(['v1/Pod'])
    expect(registry.find('example.com', 'v1', 'tabs')).toBeUndefined()
    expect(registry.schemas).not.toHaveProperty('Tab')
    stop()
    registry.replace('b', [kind('b.com', 'v1', 'B')])
    expect(told).toHaveBeenCalledTimes(2)
  })
})
