import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { notFound } from '../../shared/errors.ts'
import type { Client } from '../client/types.ts'
import type { HostFacts } from './host.ts'
import { computeNodeStatus, createNodeReporter, type NodeFacts } from './node-status.ts'

const facts = (more: Partial<NodeFacts> = {}): NodeFacts =>
  ({ nodeName: 'n', address: '192.0.2.1', capacity: { cpuMillis: 2500, memoryBytes: 4 << 20, pods: 110 }, version: undefined, images: [], problem: undefined, now: Date.parse('2026-01-01T00:00:00Z'), ...more })
const well: HostFacts = { disk: { total: 8 << 20, available: 2 ** 31 }, memoryAvailable: 2 ** 31, processes: { limit: 1000, running: 10 } }
const conditions = (host: HostFacts | undefined): Record<string, string> => Object.fromEntries(computeNodeStatus(facts({ host }), undefined).conditions!.map((c) => [c.type, c.status]))

describe('computeNodeStatus', () => {
  it.each<[string, HostFacts | undefined, object]>([
    ['well', well, { MemoryPressure: 'False', DiskPressure: 'False', PIDPressure: 'False', Ready: 'True' }],
    ['not looked at', undefined, { MemoryPressure: 'Unknown', DiskPressure: 'Unknown', PIDPressure: 'Unknown', Ready: 'True' }],
    ['disk is full', { ...well, disk: { total: 8, available: 1 } }, { DiskPressure: 'True', MemoryPressure: 'False' }],
    ['memory is short', { ...well, memoryAvailable: 1 << 20 }, { MemoryPressure: 'True' }],
    ['processes are many', { ...well, processes: { limit: 1000, running: 990 } }, { PIDPressure: 'True' }],
  ])('%s', (_n, host, expected) => expect(conditions(host)).toMatchObject(expected))
  it('says ephemeral storage only when it was seen', () => {
    expect(computeNodeStatus(facts({ host: well }), undefined)).toMatchObject({ capacity: { cpu: '2500m', memory: '4096Ki', pods: '110', 'ephemeral-storage': '8192Ki' }, allocatable: { 'ephemeral-storage': '8192Ki' } })
    expect(computeNodeStatus(facts(), undefined).capacity).not.toHaveProperty('ephemeral-storage')
  })
  it('says that policies are not enforced, and when they are again', () => {
    const of = (policyProblem: string | undefined, previous: ReturnType<typeof computeNodeStatus> | undefined) => computeNodeStatus(facts({ policyProblem }), previous)
    const said = (status: ReturnType<typeof computeNodeStatus>) => status.conditions!.find((c) => c.type === 'NetworkPoliciesNotEnforced')
    expect(said(of(undefined, undefined))).toBeUndefined()
    const broken = of('no filter', undefined)
    expect(said(broken)).toMatchObject({ status: 'True', message: 'no filter' })
    expect(said(of(undefined, broken))).toMatchObject({ status: 'False' })
  })
  it('keeps transition times and conditions of others', () => {
    const before = computeNodeStatus(facts(), { conditions: [{ type: 'x/y', status: 'True' }] })
    const after = computeNodeStatus(facts({ now: Date.parse('2026-01-02T00:00:00Z'), problem: 'gone' }), before)
    const of = (type: string) => after.conditions!.find((c) => c.type === type)
    expect(of('x/y')).toBeDefined()
    expect(of('MemoryPressure')).toMatchObject({ lastTransitionTime: '2026-01-01T00:00:00Z', lastHeartbeatTime: '2026-01-02T00:00:00Z' })
    expect(of('Ready')).toMatchObject({ status: 'False', message: 'container runtime is down: gone', lastTransitionTime: '2026-01-02T00:00:00Z' })
  })
})

it('a reporter that has stopped writes nothing more, and has ended what it had begun', async () => {
  const asked: string[] = []
  let answer: (() => void) | undefined
  const client = {
    create: async (type: { resource: string }) => { asked.push(`create ${type.resource}`); return { metadata: { name: 'n' } } },
    patch: async (type: { resource: string }) => {
      asked.push(`patch ${type.resource}`)
      await new Promise<void>((resolve) => { answer = resolve })
      throw notFound({ group: 'coordination.k8s.io', resource: 'leases' }, 'n')
    },
  } as unknown as Client
  const reporter = createNodeReporter(client, new FakeClock(), 'n')
  await reporter.renew(1)
  const renewed = reporter.renew(2)
  const stopped = reporter.stop().then(() => { asked.push('stopped') })
  asked.push('answered')
  answer!()
  await Promise.all([renewed, stopped])
  await Promise.all([reporter.renew(3), reporter.report(facts(), true), reporter.register(facts(), {}, [])])
  // A lease that was not there is made while the stop still waits, never after it.
  expect(asked).toEqual(['create leases', 'patch leases', 'answered', 'create leases', 'stopped'])
})
