import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { IPAddress, ServiceCIDR } from '../../../shared/api/types.ts'
import { startWorld, type Answer, type World } from '../testing.ts'
import { createAddressRanges } from './ranges.ts'

const HOME = '/apis/networking.k8s.io/v1'
const SERVICES = '/api/v1/namespaces/default/services'
let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const get = async <T>(path: string): Promise<T> => (await world.ask('GET', path)).body as unknown as T
const addresses = async (): Promise<Record<string, string>> => Object.fromEntries((await get<{ items: IPAddress[] }>(`${HOME}/ipaddresses`)).items.map((a) => [a.metadata.name, a.spec?.parentRef?.name ?? '']))
const service = (name: string, clusterIP?: string): Promise<Answer> => world.ask('POST', SERVICES, { metadata: { name }, spec: { ports: [{ port: 80 }], ...(clusterIP ? { clusterIP } : {}) } })
const range = (name: string, ...cidrs: string[]): Promise<Answer> => world.ask('POST', `${HOME}/servicecidrs`, { metadata: { name }, spec: { cidrs } })
const ready = async (name: string): Promise<string | undefined> => (await get<ServiceCIDR>(`${HOME}/servicecidrs/${name}`)).status?.conditions?.find((c) => c.type === 'Ready')?.status

describe('addresses', () => {
  it('each cluster address has an object, for as long as its Service has it', async () => {
    await vi.waitFor(async () => expect(await addresses()).toEqual({ '10.96.0.1': 'kubernetes' }))
    await service('a', '10.96.0.7')
    await vi.waitFor(async () => expect(await addresses()).toEqual({ '10.96.0.1': 'kubernetes', '10.96.0.7': 'a' }))
    expect(await get(`${HOME}/ipaddresses/10.96.0.7`)).toMatchObject({ metadata: { labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io', 'ipaddress.kubernetes.io/ip-family': 'IPv4' } }, spec: { parentRef: { resource: 'services', namespace: 'default', name: 'a' } } })
    await world.ask('DELETE', `${SERVICES}/a`)
    await vi.waitFor(async () => expect(await addresses()).toEqual({ '10.96.0.1': 'kubernetes' }))
  })
  it('are repaired when somebody takes one away', async () => {
    const before = await get<IPAddress>(`${HOME}/ipaddresses/10.96.0.1`)
    await world.ask('DELETE', `${HOME}/ipaddresses/10.96.0.1`)
    await vi.waitFor(async () => {
      const now = await get<IPAddress>(`${HOME}/ipaddresses/10.96.0.1`)
      expect(now.metadata.uid).toBeDefined()
      expect(now.metadata.uid).not.toBe(before.metadata.uid)
    })
  })
  it('somebody may set one aside: no Service gets it', async () => {
    expect((await world.ask('POST', `${HOME}/ipaddresses`, { metadata: { name: '10.96.0.9' }, spec: { parentRef: { resource: 'machines', name: 'm' } } })).status).toBe(201)
    expect((await service('b', '10.96.0.9')).body['message']).toContain('provided IP is already allocated')
    await world.ask('DELETE', `${HOME}/ipaddresses/10.96.0.9`)
    expect((await service('b', '10.96.0.9')).status).toBe(201)
    await world.ask('DELETE', `${SERVICES}/b`)
  })
  it.each([
    ['no address', 'x', { parentRef: { resource: 'r', name: 'n' } }, 'must be a valid IP address'],
    ['not the shortest form', 'fe80:0::1', { parentRef: { resource: 'r', name: 'n' } }, 'must be in canonical form ("fe80::1")'],
    ['nobody has it', '10.0.0.1', { parentRef: { name: 'n' } }, 'spec.parentRef.resource: Required value'],
  ])('%s is refused', async (_what, name, spec, message) => {
    expect((await world.ask('POST', `${HOME}/ipaddresses`, { metadata: { name }, spec })).body).toMatchObject({ code: 422, message: expect.stringContaining(message) as never })
  })
  it('says in its row who has it', async () => {
    await vi.waitFor(async () => expect((await world.ask('GET', `${HOME}/ipaddresses/10.96.0.1`, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).body).toMatchObject({ rows: [{ cells: ['10.96.0.1', 'services/default/kubernetes', expect.anything() as never] }] }))
  })
})

describe('ranges', () => {
  it('that of the cluster is there, ready and held', async () => {
    expect(await get(`${HOME}/servicecidrs/kubernetes`)).toMatchObject({ metadata: { finalizers: ['networking.k8s.io/service-cidr-finalizer'] }, spec: { cidrs: ['10.96.0.0/12'] }, status: { conditions: [{ type: 'Ready', status: 'True' }] } })
  })
  it('gives addresses when it is ready, and goes when nobody has one of them', async () => {
    expect((await service('early', '203.0.113.10')).body['message']).toContain('is not in the valid range')
    await range('more', '203.0.113.0/24')
    await vi.waitFor(async () => expect(await ready('more')).toBe('True'))
    expect((await service('early', '203.0.113.10')).status).toBe(201)
    await vi.waitFor(async () => expect(await addresses()).toHaveProperty(['203.0.113.10'], 'early'))
    expect((await world.ask('DELETE', `${HOME}/servicecidrs/more`)).status).toBe(200)
    await vi.waitFor(async () => expect(await get(`${HOME}/servicecidrs/more`)).toMatchObject({ status: { conditions: [{ type: 'Ready', status: 'False', reason: 'Terminating', message: expect.stringContaining('still IPAddresses') as never }] } }))
    expect((await service('late', '203.0.113.11')).body['message']).toContain('is not in the valid range')
    await world.ask('DELETE', `${SERVICES}/early`)
    await vi.waitFor(async () => expect((await world.ask('GET', `${HOME}/servicecidrs/more`)).status).toBe(404))
  })
  it('may go while another one covers it', async () => {
    await range('wide', '198.51.100.0/24')
    await range('narrow', '198.51.100.0/28')
    await vi.waitFor(async () => expect([await ready('wide'), await ready('narrow')]).toEqual(['True', 'True']))
    expect((await service('c', '198.51.100.5')).status).toBe(201)
    await vi.waitFor(async () => expect(await addresses()).toHaveProperty(['198.51.100.5']))
    await world.ask('DELETE', `${HOME}/servicecidrs/narrow`)
    await vi.waitFor(async () => expect((await world.ask('GET', `${HOME}/servicecidrs/narrow`)).status).toBe(404))
    await world.ask('DELETE', `${SERVICES}/c`)
    await world.ask('DELETE', `${HOME}/servicecidrs/wide`)
    await vi.waitFor(async () => expect((await world.ask('GET', `${HOME}/servicecidrs/wide`)).status).toBe(404))
  })
  it('that of the cluster stays for as long as it is needed', async () => {
    await world.ask('DELETE', `${HOME}/servicecidrs/kubernetes`)
    await vi.waitFor(async () => expect(await ready('kubernetes')).toBe('False'))
    expect((await service('d')).status).toBe(201)
  })
  it.each([
    ['none', [], 'spec.cidrs: Required value: at least one CIDR required'], ['no range', ['10.0.0.0'], 'spec.cidrs[0]: Invalid value: "10.0.0.0": must be a valid CIDR value'],
    ['bits beyond its prefix', ['10.0.0.1/24'], 'must not have bits set beyond the prefix length; did you mean "10.0.0.0/24"?'], ['two of a family', ['10.0.0.0/24', '10.1.0.0/24'], 'may specify no more than one IP for each IP family'],
  ])('%s is refused', async (_what, cidrs, message) => {
    expect((await range('bad', ...cidrs)).body).toMatchObject({ code: 422, message: expect.stringContaining(message) as never })
  })
  it('does not change, but for a second family', async () => {
    await range('fixed', '192.0.2.0/24')
    const change = (cidrs: string[]): Promise<Answer> => world.ask('PATCH', `${HOME}/servicecidrs/fixed`, { spec: { cidrs } }, { 'content-type': 'application/merge-patch+json' })
    expect((await change(['192.0.2.0/25'])).body).toMatchObject({ code: 422, message: expect.stringContaining('spec.cidrs: Invalid value') as never })
    expect((await change(['192.0.2.0/24', 'fd00::/112'])).status).toBe(200)
  })
})

describe('the ranges together', () => {
  it('count an address in every range that has it, and take from the next when one is full', () => {
    const ranges = createAddressRanges('10.0.0.0/28', () => 0)
    ranges.take(10 * 2 ** 24 + 3)
    ranges.setOthers(['10.0.0.0/29', '10.9.0.0/30', 'fd00::/64', '10.8.0.0/31'])
    expect(ranges.cidrs).toEqual(['10.0.0.0/28', '10.0.0.0/29', '10.9.0.0/30'])
    expect(ranges.has(10 * 2 ** 24 + 3)).toBe(true)
    const given: number[] = []
    for (let next = ranges.next(); next !== undefined && given.length < 50; next = ranges.next()) {
      ranges.take(next)
      given.push(next)
    }
    // 14 of the first less the two reserved and the one taken, which the second may give; two of the third.
    expect(given).toHaveLength(14 - 3 + 1 + 2)
    ranges.setOthers([])
    expect(ranges.contains(10 * 2 ** 24 + 9 * 2 ** 16 + 1)).toBe(false)
  })
})
