import { describe, expect, it } from 'vitest'
import type { NodeCondition } from '../../shared/api/types.ts'
import { createNodeEvents, turns } from './node-events.ts'

const of = (statuses: Record<string, string>): NodeCondition[] => Object.entries(statuses).map(([type, status]) => ({ type, status }))

describe('what turned', () => {
  it.each<[string, Record<string, string> | undefined, Record<string, string>, string[]]>([
    ['a new node that is well', undefined, { MemoryPressure: 'False', DiskPressure: 'False', PIDPressure: 'False', Ready: 'True' }, ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID', 'NodeReady']],
    ['a new node whose engine does not answer', undefined, { MemoryPressure: 'Unknown', Ready: 'False' }, []],
    ['nothing', { MemoryPressure: 'False', Ready: 'True' }, { MemoryPressure: 'False', Ready: 'True' }, []],
    ['all that can be short', { MemoryPressure: 'False', DiskPressure: 'False', PIDPressure: 'False' }, { MemoryPressure: 'True', DiskPressure: 'True', PIDPressure: 'True' }, ['NodeHasInsufficientMemory', 'NodeHasDiskPressure', 'NodeHasInsufficientPID']],
    ['an engine that is lost', { Ready: 'True' }, { Ready: 'False' }, ['NodeNotReady']],
    ['a node that nobody heard of for a while', { Ready: 'Unknown', MemoryPressure: 'Unknown' }, { Ready: 'True', MemoryPressure: 'False' }, ['NodeReady', 'NodeHasSufficientMemory']],
    ['what others say', { 'x/y': 'False' }, { 'x/y': 'True' }, []],
  ])('%s', (_name, before, now, reasons) => expect(turns(before && of(before), of(now)).toSorted()).toEqual(reasons.toSorted()))
})
it('says that it starts, and of the node under its own name what turned, cordons too', () => {
  const said: unknown[] = []
  const events = createNodeEvents({ event: ({ kind, metadata }, type, reason, message) => void said.push([kind, metadata.name, metadata.uid, type, reason, message]) }, 'n')
  events.starting()
  events.turned(undefined, { conditions: of({ Ready: 'True' }) })
  for (const is of [true, false, false, true]) events.schedulable(is)
  expect(said).toEqual([
    ['Node', 'n', 'n', 'Normal', 'Starting', 'Starting kubelet.'], ['Node', 'n', 'n', 'Normal', 'NodeReady', 'Node n status is now: NodeReady'],
    ['Node', 'n', 'n', 'Normal', 'NodeNotSchedulable', 'Node n status is now: NodeNotSchedulable'], ['Node', 'n', 'n', 'Normal', 'NodeSchedulable', 'Node n status is now: NodeSchedulable'],
  ])
})

it.each([['a', 'b', true], ['a', 'a', false], ['', 'b', false], ['a', '', false], [undefined, 'b', false]])('boots %j, then %j: a reboot is told: %j', (old, boot, told) => {
  const said: unknown[] = []
  const events = createNodeEvents({ event: (_node, type, reason, message) => void said.push([type, reason, message]) }, 'n')
  const seen = (bootID: string) => ({ nodeInfo: { bootID } }) as never
  events.turned(old === undefined ? undefined : seen(old), seen(boot))
  expect(said).toEqual(told ? [['Warning', 'Rebooted', 'Node n has been rebooted, boot id: b']] : [])
})
