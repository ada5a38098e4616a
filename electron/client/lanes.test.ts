import { describe, it, expect } from 'vitest'
import { deferred } from './backoff.ts'
import { Lanes, isReport } from './lanes.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const turns = async (n: number): Promise<void> => { for (let i = 0; i < n; i++) await turn() }

describe('lanes', () => {
  it.each([
    ['system:node:n1', 'PATCH', '/api/v1/namespaces/a/pods/p/status', true],
    ['system:kube-scheduler', 'POST', '/api/v1/namespaces/a/events', true],
    ['system:kube-scheduler', 'PATCH', '/api/v1/namespaces/a/events/e.1', true],
    ['system:kube-scheduler', 'POST', '/api/v1/namespaces/a/pods/events/binding', false],
    ['system:node:n1', 'DELETE', '/api/v1/namespaces/a/pods/events', false],
    ['system:node:n1', 'GET', '/api/v1/namespaces/a/pods/p/status', false],
    ['system:node:n1', 'PATCH', '/api/v1/nodes/n1/status', false],
    ['system:node:n1', 'PUT', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1', false],
    ['admin', 'POST', '/api/v1/namespaces/a/events', false],
  ])('%s %s %s: a report is %s', (user, method, path, report) => expect(isReport(user, method, path)).toBe(report))

  it('lets reports go one at a time while others wait, and side by side when nobody does', async () => {
    const lanes = new Lanes()
    const other = deferred<void>()
    const reports = Array.from({ length: 100 }, () => deferred<number>())
    let begun = 0
    const ahead = lanes.ahead(() => other.promise)
    const all = Promise.all(reports.map((r) => lanes.report(() => { begun++; return r.promise })))
    expect(begun).toBe(0)
    await turns(50)
    expect(begun).toBe(1)
    reports[0]!.resolve(0)
    await turns(50)
    expect([begun, lanes.waiting]).toEqual([2, 98])
    other.resolve()
    await ahead
    await turns(50)
    expect(begun).toBe(33)
    reports.forEach((r, i) => r.resolve(i))
    expect(await all).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect([begun, lanes.waiting]).toEqual([100, 0])
  })

  it('begins reports in the order of asking, whatever becomes of those before', async () => {
    const lanes = new Lanes()
    const order: number[] = []
    const results = await Promise.allSettled(Array.from({ length: 3000 }, (_, i) => lanes.report(async () => {
      order.push(i)
      if (i % 3 === 0) throw new Error(String(i))
      return i
    })))
    expect(order).toEqual(Array.from({ length: 3000 }, (_, i) => i))
    expect(results.map((r) => (r.status === 'fulfilled' ? r.value : -Number((r.reason as Error).message)))).toEqual(order.map((i) => (i % 3 ? i : -i)))
  })

  it('frees the lane when one ahead fails', async () => {
    const lanes = new Lanes()
    const other = deferred<never>()
    const ahead = lanes.ahead(() => other.promise)
    const first = deferred<void>()
    let second = false
    const reports = Promise.all([lanes.report(() => first.promise), lanes.report(async () => { second = true })])
    await turns(5)
    expect(second).toBe(false)
    other.reject(new Error('refused'))
    await expect(ahead).rejects.toThrow('refused')
    await turns(5)
    expect(second).toBe(true)
    first.resolve()
    await reports
  })
})
