import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { createHollowRuntime } from '../kubelet/runtime/hollow/index.ts'
import type { EngineNetworks, Machine, PodGateway } from '../kubelet/runtime/capabilities.ts'
import { RuntimeError, type ContainerRuntime } from '../kubelet/runtime/types.ts'
import { openDataDirectory, type DataDirectory } from './data-directory.ts'
import { forgetMove, planAgain, planNetwork } from './network.ts'

let data: DataDirectory
beforeEach(() => { data = openDataDirectory(join(mkdtempSync(join(tmpdir(), 'plan-')), 'home')) })
afterEach(() => rmSync(join(data.root, '..'), { recursive: true, force: true }))

const hollow = createHollowRuntime({ clock: new FakeClock() })
/** An engine with networks. */
const engine = (own: EngineNetworks['findNetworks'], ensure: EngineNetworks['ensureNetwork'] = async () => true): ContainerRuntime & EngineNetworks => ({ ...hollow, name: 'docker', findNetworks: own, ensureNetwork: ensure })
/** A machine that has a way to nowhere else. */
const none = (): string[] => []
const away = (): Promise<never> => Promise.reject(new RuntimeError('EngineUnavailable', 'no engine'))

describe('the plan of a cluster', () => {
  it('is chosen around what the engine has, reserved there, and kept', async () => {
    const made: ClusterNetwork[] = []
    const runtime = engine(async () => ({ taken: ['10.244.0.0/16'] }), async (plan) => { made.push(plan); return true })
    const plan = await planNetwork(data, runtime, none)
    expect(plan).toMatchObject({ podCIDR: '10.245.0.0/16', serviceCIDR: '10.97.0.0/16', bridge: `ph-${data.clusterId}` })
    expect(made).toEqual([plan])
    expect(await planNetwork(data, engine(away, away))).toEqual(plan)
  })
  it('is chosen around what the engine\'s machine has, where that is another one', async () => {
    const line = (iface: string, hex: string): string => [iface, hex, '00000000', '0001', '0', '0', '0', '0000FFFF', '0', '0', '0'].join('\t')
    const table = ['Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask', line('eth0', '0000F40A'), line('vpn', '0000610A')].join('\n')
    const machine: Machine = { gateway: {} as PodGateway, dialAddress: () => Promise.reject(new Error('not here')), machineCommand: async () => ({ code: 0, stdout: table, stderr: '' }) }
    const runtime = Object.assign(engine(async () => ({ taken: [] })), machine)
    expect(await planNetwork(data, runtime, none)).toMatchObject({ podCIDR: '10.246.0.0/16', serviceCIDR: '10.98.0.0/16' })
  })
  it('is chosen again when another cluster was quicker', async () => {
    const taken: string[] = []
    const runtime = engine(async () => ({ taken: [...taken] }), async (plan) => {
      if (taken.length >= 2) return true
      taken.push(plan.podCIDR)
      throw new RuntimeError('AddressInUse', 'Pool overlaps with other one on this address space')
    })
    expect((await planNetwork(data, runtime, none)).podCIDR).toBe('10.246.0.0/16')
  })
  it('is another one when one was lost, also to a network that the engine does not list yet', async () => {
    const tried: string[] = []
    const runtime = engine(async () => ({ taken: [] }), async ({ podCIDR }) => {
      if (tried.push(podCIDR) >= 4) return true
      throw new RuntimeError('AddressInUse', 'Pool overlaps with other one on this address space')
    })
    expect((await planNetwork(data, runtime, none)).podCIDR).toBe('10.247.0.0/16')
    expect(tried).toEqual(['10.244.0.0/16', '10.245.0.0/16', '10.246.0.0/16', '10.247.0.0/16'])
  })
  it.each([['cannot be asked', away, async () => true], ['goes away', async () => ({ taken: [] }), away]])('is what the machine allows when the engine %s', async (_what, find, ensure) => {
    const plan = await planNetwork(data, engine(find, ensure))
    expect(plan.podCIDR).toMatch(/^10\.2\d\d\.0\.0\/16$/)
    expect(JSON.parse(readFileSync(data.network, 'utf8'))).toEqual(plan)
  })
  it('leaves a store from before there were plans its Services, and a network in use its subnet', async () => {
    mkdirSync(data.etcd)
    const own = { id: 'x', subnet: '172.18.0.0/16', gateway: '172.18.0.1', bridge: 'br-0123456789ab' }
    const plan = await planNetwork(data, engine(async () => ({ own, taken: [] })))
    expect(plan).toMatchObject({ podCIDR: '172.18.0.0/16', gateway: '172.18.0.1', bridge: 'br-0123456789ab', serviceCIDR: '10.96.0.0/12', apiServerIP: '10.96.0.1', dnsIP: '10.96.0.10' })
  })
  it('of hollow nodes has room for thousands', async () => {
    expect((await planNetwork(data, hollow)).podCIDR).toBe('10.128.0.0/11')
  })
  it('that cannot be read is not guessed anew', async () => {
    writeFileSync(data.network, '{')
    await expect(planNetwork(data, engine(async () => ({ taken: [] })))).rejects.toThrow(/does not hold the plan of a network/)
  })
})

describe('a plan whose network cannot be made', () => {
  const PAIR = { podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16' }
  const unreachable = engine(away, away)
  beforeEach(() => planNetwork(data, unreachable, none))

  it('gives way to one with another range for pods; Services keep theirs', async () => {
    const made: ClusterNetwork[] = []
    const plan = await planAgain(data, engine(async () => ({ taken: ['10.244.7.0/24'] }), async (p) => { made.push(p); return true }), none)
    expect(plan).toMatchObject({ podCIDR: '10.245.0.0/16', gateway: '10.245.0.1', serviceCIDR: '10.96.0.0/16', dnsIP: '10.96.0.10', bridge: `ph-${data.clusterId}`, movedFrom: PAIR })
    expect(made).toEqual([plan])
    expect(await planNetwork(data, unreachable)).toEqual(plan)
  })
  it('gives Services another range too where another cluster has theirs', async () => {
    expect(await planAgain(data, engine(async () => ({ taken: ['10.244.0.0/16', '10.96.0.0/16'] })), none)).toMatchObject({ podCIDR: '10.245.0.0/16', serviceCIDR: '10.97.0.0/16', apiServerIP: '10.97.0.1' })
  })
  it('leaves the wide range of an old cluster where it is', async () => {
    rmSync(data.network)
    mkdirSync(data.etcd)
    await planNetwork(data, unreachable, none)
    expect(await planAgain(data, engine(async () => ({ taken: ['10.244.0.0/16', '10.97.0.0/16'] })), none)).toMatchObject({ serviceCIDR: '10.96.0.0/12' })
  })
  it('that moves twice before a start says where its addresses still are', async () => {
    await planAgain(data, engine(async () => ({ taken: ['10.244.0.0/16'] })), none)
    const plan = await planAgain(data, engine(async () => ({ taken: ['10.244.0.0/16', '10.245.0.0/16'] })), none)
    expect(plan).toMatchObject({ podCIDR: '10.246.0.0/16', movedFrom: PAIR })
    forgetMove(data, plan)
    const { movedFrom: _moved, ...rest } = plan
    expect(await planNetwork(data, unreachable)).toEqual(rest)
  })
  it('stays where the network is there by now, and where the engine has gone again', async () => {
    const own = { id: 'x', subnet: '10.244.0.0/16', gateway: '10.244.0.1', bridge: 'b', serviceCIDR: '10.96.0.0/16' }
    const kept = await planNetwork(data, unreachable)
    expect(await planAgain(data, engine(async () => ({ own, taken: [] })), none)).toEqual(kept)
    expect(await planAgain(data, unreachable, none)).toEqual(kept)
  })
  it('stays where no other range is left: the cluster runs on without a network', async () => {
    const kept = await planNetwork(data, unreachable)
    expect(await planAgain(data, engine(async () => ({ taken: ['10.0.0.0/8', '172.16.0.0/12', '100.64.0.0/10'].flatMap((wide) => Array.from({ length: 256 }, (_, i) => wide.replace(/\.\d+\.0\.0\/\d+$/, `.${i}.0.0/16`))) })), none)).toEqual(kept)
  })
})
