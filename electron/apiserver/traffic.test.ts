import { expect, it, test } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { SeenRequest, SeenRequests } from '../../shared/traffic.ts'
import { requestInfo } from './request-info.ts'
import { createTraffic, MOST_OTHERS, MOST_WRITES, seenRequest } from './traffic.ts'
import type { ApiRequest, ApiResponse } from './types.ts'

const ask = (method: ApiRequest['method'], target: string, body?: object): ApiRequest => {
  const url = new URL(target, 'http://x')
  return { method, path: url.pathname, query: url.searchParams, headers: {}, body, signal: new AbortController().signal, user: { name: 'ann', groups: [] } }
}
const answer = (status: number, name?: string): ApiResponse => ({ status, body: { type: 'object', value: { metadata: { name } } } })
const PODS = '/api/v1/namespaces/shop/pods'

test.each<[ApiRequest, ApiResponse, Partial<SeenRequest>]>([
  [ask('POST', PODS), answer(201, 'web-1'), { verb: 'create', resource: 'pods', namespace: 'shop', name: 'web-1', stored: true, node: '' }],
  [ask('POST', PODS), answer(403, 'x'), { name: '', code: 403, stored: false }],
  [ask('POST', `${PODS}?dryRun=All`), answer(201, 'web-1'), { stored: false }],
  [ask('POST', `${PODS}/web-1/binding`, { target: { name: 'n1' } }), answer(201), { subresource: 'binding', name: 'web-1', node: 'n1', stored: true }],
  [ask('GET', PODS), answer(200), { verb: 'list', name: '', stored: false }],
  [ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'), answer(201), { stored: false }],
])('%j', (request, response, expected) => expect(seenRequest(request, requestInfo(request), response)).toMatchObject({ user: 'ann', ...expected }))

it('tells a sample of what was answered, writes first, and nothing when nobody looks', async () => {
  const clock = new FakeClock(0)
  const traffic = createTraffic(clock)
  const told: SeenRequests[] = []
  const see = (method: ApiRequest['method'], path: string): void => { const r = ask(method, path); traffic.seen(r, requestInfo(r), answer(200)) }
  expect(traffic.watched).toBe(false)
  const end = traffic.subscribe((seen) => told.push(seen))
  expect(traffic.watched).toBe(true)
  for (let i = 0; i < 20; i++) see('GET', PODS)
  for (let i = 0; i < 20; i++) see('PUT', '/apis/coordination.k8s.io/v1/namespaces/x/leases/n')
  for (let i = 0; i < 20; i++) see('POST', PODS)
  await clock.advance(100)
  expect(told.map((s) => [s.requests.length, s.requests.filter((r) => r.verb === 'create').length, s.skipped])).toEqual([[MOST_WRITES + MOST_OTHERS, MOST_WRITES, 60 - MOST_WRITES - MOST_OTHERS]])
  await clock.advance(1000)
  expect(told).toHaveLength(1)
  see('POST', PODS)
  end()
  expect([traffic.watched, clock.waiting]).toEqual([false, 0])
})
