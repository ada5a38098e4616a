import { describe, expect, it } from 'vitest'
import { routeRanges } from './host-ranges.ts'
import { choosePlan, HOLLOW_POD_CIDR, LEGACY_SERVICE_CIDR, parsePlan } from './plan.ts'

const clusterId = '0a1b2c3d'
const ranges = (taken: readonly string[]): readonly string[] => {
  const { podCIDR, serviceCIDR } = choosePlan({ clusterId, taken })
  return [podCIDR, serviceCIDR]
}

describe('the plan', () => {
  it('has the usual ranges where nobody has them', () => {
    expect(choosePlan({ clusterId, taken: ['192.0.2.0/24', '172.17.0.0/16', 'fd00::/64'] })).toEqual({
      podCIDR: '10.244.0.0/16', nodeMaskSize: 24, gateway: '10.244.0.1', bridge: 'ph-0a1b2c3d', serviceCIDR: '10.96.0.0/16', apiServerIP: '10.96.0.1', dnsIP: '10.96.0.10', clusterDomain: 'cluster.local',
    })
  })
  it.each([
    ['pods clash with a network', ['10.244.7.0/24'], ['10.245.0.0/16', '10.97.0.0/16']],
    ['Services clash with one', ['10.96.3.4/30'], ['10.245.0.0/16', '10.97.0.0/16']],
    ['a cluster from before plans has its /12', [LEGACY_SERVICE_CIDR], ['10.238.0.0/16', '10.112.0.0/16']],
    ['several', ['10.244.0.0/16', '10.245.0.0/16', '10.246.128.0/17', '10.96.0.0/15'], ['10.247.0.0/16', '10.99.0.0/16']],
    ['all of 10 is taken, piece by piece', Array.from({ length: 256 }, (_, i) => `10.${i}.0.0/16`), ['172.31.0.0/16', '100.64.0.0/16']],
    // Each is more specific than the route.
    ['every range is covered by a wide route', ['0.0.0.0/1', '128.0.0.0/1'], ['10.244.0.0/16', '10.96.0.0/16']],
    ['a wide route, and in it a clash', ['0.0.0.0/1', '128.0.0.0/1', '10.244.0.0/24', '10.97.0.0/16'], ['10.246.0.0/16', '10.98.0.0/16']],
  ])('avoids what is taken: %s', (_what, taken, expected) => expect(ranges(taken)).toEqual(expected))

  it('keeps what is fixed', () => {
    const plan = choosePlan({ clusterId, taken: ['10.244.0.0/16'], fixed: { serviceCIDR: LEGACY_SERVICE_CIDR, podCIDR: '172.18.0.0/16', gateway: '172.18.0.1', bridge: 'br-0123456789ab' } })
    expect(plan).toMatchObject({ serviceCIDR: LEGACY_SERVICE_CIDR, apiServerIP: '10.96.0.1', podCIDR: '172.18.0.0/16', gateway: '172.18.0.1', bridge: 'br-0123456789ab' })
    expect(choosePlan({ clusterId, taken: [], fixed: { podCIDR: HOLLOW_POD_CIDR } }).gateway).toBe('10.128.0.1')
  })
  it('gives no Services\' range to two pods\' ranges', () => {
    const seen = new Map<string, string>()
    const taken: string[] = []
    for (let i = 0; i < 50; i++) {
      const { podCIDR, serviceCIDR } = choosePlan({ clusterId, taken })
      expect(seen.has(serviceCIDR)).toBe(false)
      seen.set(serviceCIDR, podCIDR)
      taken.push(podCIDR)
    }
  })
  it('says when nothing is left', () => {
    const all = Array.from({ length: 256 }, (_, i) => ['10', '100', '172', '198'].map((p) => `${p}.${i}.0.0/16`)).flat()
    expect(() => choosePlan({ clusterId, taken: all })).toThrow('No range is left for pods and Services')
  })
  it('is read again as it was written, and nothing else is', () => {
    const plan = choosePlan({ clusterId, taken: [] })
    expect(parsePlan(JSON.stringify(plan))).toEqual(plan)
    for (const text of ['', '{', 'null', '[]', '{}', JSON.stringify({ ...plan, podCIDR: 'x' }), JSON.stringify({ ...plan, nodeMaskSize: '24' })]) expect(parsePlan(text), text).toBeUndefined()
  })
})

it('reads routes', () => {
  const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
ph-0a1b2c3d\t0000F40A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
tun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
`
  expect(routeRanges(table, ['ph-0a1b2c3d'])).toEqual(['172.17.0.0/16', '10.0.0.0/8'])
})
