import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../shared/api/meta.ts'
import { Pods, ReplicaSets } from '../../shared/api/resources.ts'
import { OwnerGraph, verdict, type OwnerState } from './gc-graph.ts'
import { conditionsOf, isEmpty } from './namespace-conditions.ts'

const object = (uid: string, owners: string[] = [], metadata: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, uid, ownerReferences: owners.map((o) => ({ apiVersion: 'v1', kind: 'X', name: o, uid: o })), ...metadata } })

describe('owner graph', () => {
  it('knows dependents before their owner, and follows changed references', () => {
    const graph = new OwnerGraph()
    graph.put(Pods, object('p', ['r']))
    expect(graph.get('r')).toBeUndefined()
    expect(graph.dependents('r').map((n) => n.object.metadata.uid)).toEqual(['p'])
    graph.put(ReplicaSets, object('r'))
    graph.put(Pods, object('p', ['other']))
    expect(graph.dependents('r')).toEqual([])
    expect(graph.dependents('other')).toHaveLength(1)
    graph.remove('p')
    expect(graph.dependents('other')).toEqual([])
  })
})

const owners = (...states: OwnerState[]): { uid: string; state: OwnerState }[] => states.map((state, i) => ({ uid: `o${i}`, state }))
describe('verdict', () => {
  it.each([
    ['no owner', object('x'), owners(), false, { action: 'keep' }],
    ['its owner is there', object('x'), owners('solid'), true, { action: 'keep' }],
    ['its owner is gone', object('x'), owners('absent'), false, { action: 'delete', policy: 'Background' }],
    ['one of two is gone', object('x'), owners('absent', 'solid'), false, { action: 'unlink', uids: ['o0'] }],
    ['its owner waits and it has dependents', object('x'), owners('waiting'), true, { action: 'delete', policy: 'Foreground' }],
    ['its owner waits and it is a leaf', object('x'), owners('waiting'), false, { action: 'delete', policy: 'Background' }],
    ['it is to orphan its own', object('x', [], { finalizers: ['orphan'] }), owners('absent'), true, { action: 'delete', policy: 'Orphan' }],
    ['it wants foreground', object('x', [], { finalizers: ['foregroundDeletion'] }), owners('absent'), false, { action: 'delete', policy: 'Foreground' }],
    ['it is going already', object('x', [], { deletionTimestamp: 't' }), owners('absent'), false, { action: 'keep' }],
  ])('%s', (_name, o, states, hasDependents, expected) => expect(verdict(o, states, hasDependents)).toEqual(expected))
})

describe('namespace conditions', () => {
  const NOW = Date.parse('2026-01-01T00:00:00Z')
  const nothing = { discoveryFailures: [], contentFailures: [], objects: new Map(), finalizers: new Map() }
  it('names what blocks', () => {
    const remains = { ...nothing, contentFailures: ['secrets.: no'], objects: new Map([['pods.', 2], ['deployments.apps', 1]]), finalizers: new Map([['example.com/hold', 1]]) }
    const conditions = conditionsOf([{ type: 'Mine', status: 'True' }], remains, NOW)
    expect(conditions.map((c) => `${c.type}=${c.status}`)).toEqual(['Mine=True', 'NamespaceDeletionDiscoveryFailure=False', 'NamespaceDeletionGroupVersionParsingFailure=False', 'NamespaceDeletionContentFailure=True', 'NamespaceContentRemaining=True', 'NamespaceFinalizersRemaining=True'])
    expect(conditions[4]?.message).toBe('Some resources are remaining: deployments.apps has 1 resource instances, pods. has 2 resource instances')
    expect(conditions[5]?.message).toBe('Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances')
    expect(isEmpty(remains)).toBe(false)
  })
  it('does not restamp what has not changed', () => {
    const first = conditionsOf([], nothing, NOW)
    expect(conditionsOf(first, nothing, NOW + 5000)).toEqual(first)
    expect(isEmpty(nothing)).toBe(true)
  })
})
