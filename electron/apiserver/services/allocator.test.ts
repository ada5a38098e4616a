import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Service } from '../../../shared/api/types.ts'
import { StatusError } from '../../../shared/errors.ts'
import type { Stored } from '../registry/env.ts'
import { startWorld, type Answer, type World } from '../testing.ts'
import { createServiceAllocator } from './allocator.ts'

const SERVICES = '/api/v1/namespaces/default/services'
let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const port = { port: 80 }
const body = (name: string, spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [port], ...spec } })
const create = (name: string, spec: object = {}, query = ''): Promise<Answer> => world.ask('POST', SERVICES + query, body(name, spec))
const remove = (...names: string[]): Promise<unknown> => Promise.all(names.map((name) => world.ask('DELETE', `${SERVICES}/${name}`)))
const merge = (name: string, patch: object): Promise<Answer> => world.ask('PATCH', `${SERVICES}/${name}`, patch, { 'content-type': 'application/merge-patch+json' })
const spec = (answer: Answer): Service['spec'] => (answer.body as unknown as Service).spec
const message = (answer: Answer): unknown => answer.body['message']

describe('cluster addresses', () => {
  it('are given from above the static band, and are distinct under concurrent creates', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `many-${i}`)
    const made = await Promise.all(names.map((name) => create(name)))
    const ips = made.map((a) => spec(a).clusterIP ?? '')
    expect(made.map((a) => a.status)).toEqual(names.map(() => 201))
    expect(new Set(ips).size).toBe(60)
    for (const a of made) {
      expect(spec(a).clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/)
      expect(spec(a).clusterIP).not.toMatch(/^10\.96\.0\./)
      expect(spec(a).clusterIPs).toEqual([spec(a).clusterIP])
    }
    await remove(...names)
  })

  it.each([
    ['headless', { clusterIP: 'None' }, { clusterIP: 'None', clusterIPs: ['None'] }],
    ['ExternalName', { type: 'ExternalName', externalName: 'example.com' }, {}],
  ])('%s has none', async (_what, given, expected) => {
    const made = await create('none', given)
    expect(made.status).toBe(201)
    const { clusterIP, clusterIPs } = spec(made)
    expect({ ...(clusterIP ? { clusterIP } : {}), ...(clusterIPs ? { clusterIPs } : {}) }).toEqual(expected)
    await remove('none')
  })

  it.each([
    ['taken by kubernetes', { clusterIP: '10.96.0.1' }, 'spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated'],
    ['taken', { clusterIP: '10.96.0.5' }, 'spec.clusterIPs: Invalid value: ["10.96.0.5"]: failed to allocate IP 10.96.0.5: provided IP is already allocated'],
    ['out of range', { clusterIP: '10.0.0.5' }, 'spec.clusterIPs: Invalid value: ["10.0.0.5"]: failed to allocate IP 10.0.0.5: the provided IP (10.0.0.5) is not in the valid range. The range of valid IPs is 10.96.0.0/12'],
    ['the network itself', { clusterIP: '10.96.0.0' }, 'spec.clusterIPs: Invalid value: ["10.96.0.0"]: failed to allocate IP 10.96.0.0: the provided IP (10.96.0.0) is not in the valid range. The range of valid IPs is 10.96.0.0/12'],
    ['of another family', { clusterIP: 'fd00::1' }, 'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'],
    ['dual stack', { ipFamilyPolicy: 'RequireDualStack' }, 'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services'],
  ])('%s is refused', async (_what, given, why) => {
    await create('five', { clusterIP: '10.96.0.5' })
    const refused = await create('refused', given)
    expect(refused.status).toBe(422)
    expect(message(refused)).toBe(`Service "refused" is invalid: ${why}`)
    expect((await world.ask('GET', `${SERVICES}/refused`)).status).toBe(404)
  })

  it('the address for DNS is given to who asks, and comes free with its Service', async () => {
    for (const name of ['dns-one', 'dns-two']) {
      expect(spec(await create(name, { clusterIP: '10.96.0.10' })).clusterIP).toBe('10.96.0.10')
      await remove(name)
    }
  })

  it('a refused create and a dry run hold nothing', async () => {
    const dry = await create('dry', { clusterIP: '10.96.0.77' }, '?dryRun=All')
    expect([dry.status, spec(dry).clusterIP]).toEqual([201, '10.96.0.77'])
    expect((await create('both', { type: 'NodePort', clusterIP: '10.96.0.77', ports: [{ port: 1, nodePort: 30077 }] })).status).toBe(201)
    expect((await create('half', { type: 'NodePort', clusterIP: '10.96.0.78', ports: [{ port: 1, nodePort: 30077 }] })).status).toBe(422)
    expect((await create('after', { clusterIP: '10.96.0.78' })).status).toBe(201)
    await remove('both', 'after')
  })

  it('an update keeps the address; to ExternalName gives it back, and from there takes a new one', async () => {
    const ip = spec(await create('moves')).clusterIP
    const replaced = await world.ask('PUT', `${SERVICES}/moves`, body('moves', { ports: [{ port: 81 }] }))
    expect(spec(replaced).clusterIP).toBe(ip)
    expect(spec(await merge('moves', { spec: { type: 'ExternalName', externalName: 'a.b', clusterIP: null, clusterIPs: null } })).clusterIP).toBeUndefined()
    expect((await create('heir', { clusterIP: ip })).status).toBe(201)
    const back = spec(await merge('moves', { spec: { type: 'ClusterIP', externalName: null } })).clusterIP
    expect(back).toMatch(/^10\./)
    expect(back).not.toBe(ip)
    await remove('moves', 'heir')
  })
})

describe('node ports', () => {
  const nodePorts = (answer: Answer): unknown[] => (spec(answer).ports ?? []).map((p) => p.nodePort)
  it.each(['NodePort', 'LoadBalancer'])('%s gets one for each port, above the static band; one for two protocols of a port', async (type) => {
    const made = await create('np', { type, ports: [{ name: 'a', port: 80 }, { name: 'b', port: 53 }, { name: 'c', port: 53, protocol: 'UDP' }] })
    const [a, b, c] = nodePorts(made) as number[]
    expect(made.status).toBe(201)
    for (const n of [a, b]) expect(n).toSatisfy((p: number) => p >= 30086 && p <= 32767)
    expect(a).not.toBe(b)
    expect(c).toBe(b)
    await remove('np')
  })
  it('those that are asked for are checked, across Services and protocols', async () => {
    expect(nodePorts(await create('own', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }))).toEqual([30080])
    const refused = await create('other', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080, protocol: 'UDP' }] })
    expect(message(refused)).toBe('Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated')
    expect(message(await create('low', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }))).toContain('provided port is not in the valid range. The range of valid ports is 30000-32767')
  })
  it('stay with their Service through updates and come free when its type changes or it goes', async () => {
    const two = await merge('own', { spec: { ports: [{ name: 'b', port: 81, nodePort: 30080 }, { name: 'a', port: 80 }] } })
    expect(nodePorts(two)[0]).toBe(30080)
    expect((await merge('own', { spec: { type: 'ClusterIP' } })).status).toBe(200)
    expect(nodePorts(await create('heir', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }))).toEqual([30080])
    await remove('own', 'heir')
    expect(nodePorts(await create('heir', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }))).toEqual([30080])
    await remove('heir')
  })
  it('a balancer may go without, and one with local traffic has a port for health checks', async () => {
    const bare = await create('bare', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, externalTrafficPolicy: 'Local' })
    expect(nodePorts(bare)).toEqual([undefined])
    expect(spec(bare).healthCheckNodePort).toBeGreaterThanOrEqual(30086)
    await remove('bare')
  })
})

describe('the allocator alone', () => {
  const draft = (name: string, given: object): Stored => structuredClone({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: 'NodePort', ports: [port], ...given } }) as unknown as Stored
  const ipOf = (d: Stored): unknown => d.spec?.['clusterIP']
  it('knows after a restart what the stored Services hold', async () => {
    const made = await create('stored', { type: 'NodePort', clusterIP: '10.96.0.33', ports: [{ port: 80, nodePort: 31000 }] })
    expect(made.status).toBe(201)
    const allocator = createServiceAllocator(world.store)
    for (const given of [{ clusterIP: '10.96.0.33' }, { ports: [{ port: 80, nodePort: 31000 }] }]) {
      expect(() => allocator.reserve(draft('x', given), undefined)).toThrow(StatusError)
      allocator.reserve(draft('stored', given), made.body as unknown as Stored)()
    }
    await remove('stored')
    for (const given of [{ clusterIP: '10.96.0.33' }, { ports: [{ port: 80, nodePort: 31000 }] }]) allocator.reserve(draft('x', given), undefined)()
    allocator.close()
  })
  it('says when a range is full, and hands out again what is given back', () => {
    const allocator = createServiceAllocator(world.store, { cidr: '10.200.0.0/29', nodePorts: { first: 40000, last: 40005, dynamicFrom: 40003 }, random: () => 0 })
    const drafts = Array.from({ length: 5 }, (_, i) => draft(`d${i}`, {}))
    const releases = drafts.map((d) => allocator.reserve(d, undefined))
    // Of six addresses the first is kept for the API server's own Service.
    expect(drafts.map(ipOf)).toEqual(['10.200.0.2', '10.200.0.3', '10.200.0.4', '10.200.0.5', '10.200.0.6'])
    expect(() => allocator.reserve(draft('e', {}), undefined)).toThrow('failed to allocate a serviceIP: range is full')
    releases[2]?.()
    const again = draft('again', {})
    allocator.reserve(again, undefined)
    expect(ipOf(again)).toBe(ipOf(drafts[2] as Stored))
    expect(() => allocator.reserve(draft('f', { clusterIP: 'None', ports: [{ port: 1 }, { port: 2, name: 'b' }] }), undefined)).toThrow('failed to allocate a nodePort: range is full')
    allocator.close()
  })
})
