import { describe, expect, it } from 'vitest'
import { portsOf, service, slice } from './testing.ts'
import { UdpZones } from './zones.ts'

const dns = { ports: [{ port: 53, protocol: 'UDP' as const }] }
const at = (...ips: string[]) => portsOf(service('a', dns), slice('a', ips, { protocol: 'UDP' }))
const zone = (zones: UdpZones): number | undefined => zones.zones.get('10.96.1.1:53')

describe('zones of UDP connections', () => {
  it.each([
    ['stays when nothing changes', ['10.0.0.1'], ['10.0.0.1'], false], ['stays when an endpoint comes', ['10.0.0.1'], ['10.0.0.1', '10.0.0.2'], false],
    ['is new when an endpoint goes', ['10.0.0.1', '10.0.0.2'], ['10.0.0.2'], true], ['is new when one is replaced', ['10.0.0.1'], ['10.0.0.2'], true],
    ['is new when the first endpoint comes', [], ['10.0.0.2'], true], ['is new when the last goes', ['10.0.0.2'], [], true],
  ])('%s', (_what, before, after, changes) => {
    const zones = new UdpZones(10)
    zones.update(at(...before))
    const first = zone(zones)
    expect(first).toBe(11)
    zones.update(at(...after))
    expect(zone(zones) !== first).toBe(changes)
  })
  it('are none for TCP, go with their port, and begin again after the last', () => {
    const zones = new UdpZones(65_534)
    zones.update(portsOf(service('t'), slice('t', ['10.0.0.1'])))
    expect(zones.zones.size).toBe(0)
    zones.update(at('10.0.0.1'))
    expect(zone(zones)).toBe(65_535)
    zones.update(at('10.0.0.2'))
    expect(zone(zones)).toBe(1)
    zones.update([])
    expect(zones.zones.size).toBe(0)
  })
})
