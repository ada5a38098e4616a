import { describe, expect, it } from 'vitest'
import { change, faults, row, updateFaults, withDefaults, type Body } from './testing.ts'

const SLICE: Body = { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] }
const ENDPOINTS: Body = { subsets: [{ addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], ports: [{ port: 80, name: 'a' }, { port: 81, name: 'b' }] }] }

describe('EndpointSlice', () => {
  it.each<[string, unknown, string[]]>([
    ['addressType', 'IPv4', []], ['endpoints', [], []], ['ports', undefined, []],
    ['addressType', undefined, ['addressType: Required value']],
    ['addressType', 'IPv5', ['addressType: Unsupported value: "IPv5": supported values: "FQDN", "IPv4", "IPv6"']],
    ['endpoints/0/addresses', [], ['endpoints[0].addresses: Required value: must contain at least 1 address']],
    ['endpoints/0/addresses', ['fd00::1'], ['endpoints[0].addresses[0]: Invalid value: "fd00::1": must be a valid IPv4 address']],
    ['endpoints', Array.from({ length: 1_001 }, () => ({ addresses: ['10.0.0.1'] })), ['endpoints: Too many: 1001: must have at most 1000 items']],
    ['ports', [{ port: 80 }, { port: 81 }], ['ports[1].name: Duplicate value: ""']],
    ['ports/0/port', 0, ['ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive']],
    ['ports/0/protocol', 'ICMP', ['ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"']],
  ])('%s %#', (path, value, expected) => expect(faults('EndpointSlice', change(SLICE, path, value))).toEqual(expected))
  it('keeps its address type; defaults and columns', () => {
    expect(updateFaults('EndpointSlice', change(SLICE, 'addressType', 'FQDN'), SLICE).at(-1)).toMatch(/^addressType: .*field is immutable$/)
    const once = withDefaults('EndpointSlice', SLICE)
    expect(once).toMatchObject({ ports: [{ name: '', port: 80, protocol: 'TCP' }] })
    expect(withDefaults('EndpointSlice', structuredClone(once) as never)).toEqual(once)
    const many = { ...once, metadata: { name: 'x', creationTimestamp: '2026-01-01T00:55:00Z' }, endpoints: ['1', '2', '3', '4', '5'].map((n) => ({ addresses: [`10.0.0.${n}`] })) }
    expect(row('EndpointSlice', many)).toEqual(['x', 'IPv4', '80', '10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...', '5m'])
    expect(row('EndpointSlice', { ...many, endpoints: [], ports: [] })).toEqual(['x', 'IPv4', '<unset>', '<unset>', '5m'])
  })
})

describe('Endpoints', () => {
  it.each<[string, unknown, string[]]>([
    ['subsets', [], []], ['subsets', [{ notReadyAddresses: [{ ip: '10.0.0.1' }] }], []],
    ['subsets', [{ ports: [{ port: 80 }] }], ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`']],
    ['subsets/0/addresses/0/ip', 'host', ['subsets[0].addresses[0].ip: Invalid value: "host": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    ['subsets/0/ports', [{ port: 0 }], ['subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive']],
    ['subsets/0/ports', [{ port: 1 }, { port: 2, name: 'b' }], ['subsets[0].ports[0].name: Required value']],
  ])('%s %#', (path, value, expected) => expect(faults('Endpoints', change(ENDPOINTS, path, value))).toEqual(expected))
  it('columns', () => {
    const object = { ...withDefaults('Endpoints', ENDPOINTS), metadata: { name: 'x', creationTimestamp: '2026-01-01T00:55:00Z' } }
    expect(row('Endpoints', object)).toEqual(['x', '10.0.0.1:80,10.0.0.1:81,10.0.0.2:80 + 1 more...', '5m'])
    expect(row('Endpoints', { ...object, subsets: [] })).toEqual(['x', '<none>', '5m'])
  })
})
