import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { chooseAddress, defaultInterface, lookAtHost, nodeIdentity } from './host.ts'

const v4 = (address: string, internal = false): NetworkInterfaceInfo[] => [{ address, internal, family: 'IPv4', netmask: '255.255.0.0', mac: '', cidr: null }]
const HEAD = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n'
const route = (name: string, destination: string, metric: number, mask = destination): string => `${name}\t${destination}\t0101A8C0\t0003\t0\t0\t${metric}\t${mask}\t0\t0\t0\n`

describe('the address of the node', () => {
  it.each<[string, Parameters<typeof chooseAddress>, string]>([
    ['is that of the default route, also in 172.16/12', [{ docker0: v4('172.17.0.1'), eth0: v4('172.18.0.5') }, HEAD + route('docker0', '000011AC', 0, '0000FFFF') + route('eth0', '00000000', 100)], '172.18.0.5'],
    ['is of the route with the lowest metric', [{ wlan0: v4('10.0.0.2'), eth0: v4('10.0.0.3') }, HEAD + route('wlan0', '00000000', 600) + route('eth0', '00000000', 100)], '10.0.0.3'],
    ['without a route is none of a bridge', [{ lo: v4('127.0.0.1', true), docker0: v4('172.17.0.1'), en0: v4('192.168.1.7') }, undefined], '192.168.1.7'],
    ['is loopback where there is nothing else', [{ lo: v4('127.0.0.1', true), docker0: v4('172.17.0.1') }, HEAD], '127.0.0.1'],
  ])('%s', (_n, given, expected) => expect(chooseAddress(...given)).toBe(expected))
  it('has no default interface without a default route', () => expect(defaultInterface(HEAD + route('eth0', '0000A8C0', 0, '00FFFFFF'))).toBeUndefined())
})

describe.runIf(process.platform === 'linux')('the machine', () => {
  it('says its disk, memory and processes', async () => {
    const h = await lookAtHost('/')
    expect(h.disk!.total).toBeGreaterThan(h.disk!.available)
    expect(h.memoryAvailable).toBeGreaterThan(1 << 20)
    expect(h.processes!.limit).toBeGreaterThan(h.processes!.running)
  })
  it('says by what a node on it is told from the others', async () => {
    const [a, again, b] = await Promise.all(['a', 'a', 'b'].map(nodeIdentity))
    expect(a).toEqual(again)
    expect(a?.bootID).toMatch(/^[0-9a-f-]{36}$/)
    // A machine without an id says none of any node.
    expect(a?.machineID === '' || (/^[0-9a-f]{32}$/.test(a?.machineID ?? '') && a?.machineID !== b?.machineID)).toBe(true)
  })
  it('leaves out what it cannot see', async () => expect((await lookAtHost('/no/such/folder')).disk).toBeUndefined())
})
