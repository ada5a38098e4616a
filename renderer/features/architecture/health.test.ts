import { describe, expect, it } from 'vitest'
import type { Event } from '../../../shared/api/types.ts'
import { actorOf, grouped, healthOf, lastActions } from './health.ts'

const report = (name: string, healthy: boolean, message = '') => ({ name, healthy, message })
const event = (component: string, last: string, host?: string): Event => ({ apiVersion: 'v1', kind: 'Event', metadata: { name: component + last }, involvedObject: {}, source: { component, ...(host ? { host } : {}) }, lastTimestamp: last })

describe('health of components', () => {
  const all = [report('etcd', true, 'fine'), report('kubelet', true, 'a'), report('kubelet', false, 'b is lost'), report('kubelet', true, 'c')]
  it.each([['etcd', { level: 'ok', message: 'fine' }], ['kubelet', { level: 'failed', message: 'b is lost' }], ['kube-proxy', undefined]])('%s', (name, expected) => expect(healthOf(all, name)).toEqual(expected))
  it('is one line a name, the worst of it', () => expect(grouped(all)).toEqual([{ ...all[0], count: 1 }, { ...all[2], count: 3 }]))
})

describe('actors', () => {
  it.each([['default-scheduler', 'scheduler'], ['replicaset-controller', 'controllers'], ['deployment-controller', 'controllers'], ['someone', undefined]])('%s is %s', (component, actor) => expect(actorOf(event(component, ''))).toBe(actor))
  it('remembers the newest of each, kubelets by their node', () => {
    const actions = lastActions([event('kubelet', '2026-01-01T00:00:02Z', 'n1'), event('kubelet', '2026-01-01T00:00:01Z', 'n1'), event('kubelet', '2026-01-01T00:00:03Z', 'n2')])
    expect([...actions].map(([actor, e]) => [actor, e.lastTimestamp])).toEqual([['kubelet n1', '2026-01-01T00:00:02Z'], ['kubelet n2', '2026-01-01T00:00:03Z']])
  })
})
