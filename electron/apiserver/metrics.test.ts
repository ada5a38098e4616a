/** What the server says of itself to Prometheus, through its front door. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMetrics } from './metrics.ts'
import type { Env } from './registry/env.ts'
import { startWorld, type World } from './testing.ts'

let world: World
beforeAll(async () => { world = await startWorld() })
afterAll(() => world.close())
const text = async (query = ''): Promise<string> => (await world.ask('GET', `/metrics${query}`)).body.text as unknown as string
/** The value of one sample; undefined: there is none. */
const sample = async (name: string, wanted: Record<string, string>): Promise<number | undefined> => {
  const line = (await text()).split('\n').find((l) => l.startsWith(`${name}{`) && Object.entries(wanted).every(([k, v]) => l.includes(`${k}="${v}"`)))
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1))
}

it('requests are counted and timed under what dashboards ask for', async () => {
  await world.ask('GET', '/api/v1/namespaces/default/configmaps')
  await world.ask('GET', '/api/v1/namespaces/default/configmaps/none')
  const configmaps = { group: '', version: 'v1', resource: 'configmaps', component: 'apiserver' }
  expect(await sample('apiserver_request_total', { ...configmaps, verb: 'LIST', scope: 'namespace', code: '200' })).toBe(1)
  expect(await sample('apiserver_request_total', { ...configmaps, verb: 'GET', scope: 'resource', code: '404' })).toBe(1)
  for (const name of ['apiserver_request_duration_seconds', 'apiserver_request_sli_duration_seconds']) expect(await sample(`${name}_bucket`, { ...configmaps, verb: 'LIST', le: '60' })).toBe(1)
})
it('what does not exist is counted without its names', async () => {
  await world.ask('GET', '/apis/odd.example/v1/oddities')
  expect(await text()).not.toMatch(/oddities|odd\.example/)
})
it('watches are running until they end', async () => {
  const running = (): Promise<number | undefined> => sample('apiserver_longrunning_requests', { verb: 'WATCH', resource: 'configmaps', scope: 'cluster' })
  const before = (await running()) ?? 0
  const stop = new AbortController()
  const { body } = await world.server.handle({ method: 'GET', path: '/api/v1/configmaps', query: new URLSearchParams('watch=true'), headers: {}, signal: stop.signal, user: { name: 'admin', groups: ['system:masters'] } })
  expect(body.type).toBe('watch')
  expect(await running()).toBe(before + 1)
  stop.abort()
  expect(await running()).toBe(before)
})
it('objects are counted by resource, and the build is named', async () => {
  expect(await sample('apiserver_storage_objects', { resource: 'namespaces' })).toBeGreaterThanOrEqual(4)
  expect(await sample('apiserver_resource_objects', { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' })).toBeDefined()
  expect(await sample('kubernetes_build_info', { major: '1', git_version: 'v1.36.0+pilothouse' })).toBe(1)
})
it('of the page those may be asked for that are wanted', async () => {
  const only = await text('?name[]=apiserver_request_total&name[]=none')
  expect(only).toMatch(/^# HELP apiserver_request_total /)
  expect([...only.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name)).toEqual(['apiserver_request_total'])
  expect(only.endsWith('\n')).toBe(true)
})
it('more sorts of requests than it keeps apart are counted together, by their methods', async () => {
  const request = { method: 'GET', headers: {}, query: new URLSearchParams() } as const
  const info = (resource: string) => ({ isResource: true, verb: 'list', group: '', version: 'v1', namespace: '', resource, subresource: '', name: '', path: '/' })
  const flow = { levels: [], tallies: [], inflight: {} } as unknown as Parameters<typeof createMetrics>[0]['flow']
  const metrics = createMetrics({ store: { stats: () => ({ keys: 0, bytesOnDisk: 0, watchers: 0 }) } as unknown as Env['store'], flow, version: {}, objects: () => [], apiServices: () => [] })
  for (let i = 0; i < 5_010; i++) metrics.observe(request, info(`r${i}`), true, 200, 0.001)
  const lines = (await metrics.text(['apiserver_request_total'])).split('\n').filter((l) => l.startsWith('apiserver_request_total{'))
  expect(lines).toHaveLength(5_001)
  expect(lines.at(-1)).toMatch(/verb="GET".*,resource="".*,code="200"\} 10$/)
})
