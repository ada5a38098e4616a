import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { createHollowRuntime } from '../kubelet/runtime/hollow/index.ts'
import type { Machine, NetworkHelperCommands, PodGateway } from '../kubelet/runtime/capabilities.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import type { NetworkHost } from '../kube-proxy/index.ts'
import { networkHost } from './network-host.ts'

const hollow = createHollowRuntime({ clock: new FakeClock() })
const asked: string[] = []
/** An engine of another machine; what its commands answer. */
const far = (answer: (command: string) => { code?: number; stdout?: string; stderr?: string }): NetworkHost => {
  asked.length = 0
  const run = async (text: string) => { asked.push(text); return { code: 0, stdout: '', stderr: '', ...answer(text) } }
  const runtime: ContainerRuntime & Machine & NetworkHelperCommands = {
    ...hollow, name: 'docker', gateway: {} as PodGateway, dialAddress: () => Promise.reject(new Error('not here')),
    machineCommand: (args) => run(args.join(' ')), networkCommand: (command, args) => run([command, ...args].join(' ')),
  }
  return networkHost(runtime) as NetworkHost
}
const bridge = { bridge: 'ph-1', serviceCIDR: '10.96.0.0/16' }

describe('the network of another machine', () => {
  it.each([
    ['absent', { present: false, localhostPorts: false, filtered: true }], ['present filtered', { present: true, localhostPorts: false, filtered: true }], ['present unfiltered', { present: true, localhostPorts: false, filtered: false }],
  ])('the bridge is %s', async (stdout, expected) => {
    expect(await far(() => ({ stdout: `${stdout}\n` })).prepareBridge?.(bridge)).toEqual(expected)
    expect(asked).toEqual(['bridge ph-1 10.96.0.0/16'])
  })
  it('the module that filters is loaded, once', async () => {
    let loaded = false
    const host = far((text) => {
      if (text.startsWith('modprobe')) loaded = true
      return { stdout: loaded ? 'present filtered' : 'present unloaded' }
    })
    expect(await host.prepareBridge?.(bridge)).toMatchObject({ filtered: true })
    expect(asked).toEqual(['bridge ph-1 10.96.0.0/16', 'modprobe br_netfilter', 'bridge ph-1 10.96.0.0/16 /host'])
    const without = far((text) => (text.startsWith('modprobe') ? { code: 127 } : { stdout: 'present unloaded' }))
    expect([await without.prepareBridge?.(bridge), await without.prepareBridge?.(bridge)]).toEqual([{ present: true, localhostPorts: false, filtered: false }, { present: true, localhostPorts: false, filtered: false }])
    expect(asked.filter((text) => text.startsWith('modprobe')).length).toBe(1)
  })
  it('says what to do where there is no iptables, and what else fails', async () => {
    await expect(far(() => ({ code: 127 })).run('iptables-save', [])).rejects.toThrow(/has no iptables.*Install iptables there/)
    expect(await far(() => ({ code: 4, stderr: 'busy' })).run('iptables-save', [])).toMatchObject({ code: 4, stderr: 'busy' })
    await expect(far(() => ({ code: 1, stderr: 'no route\n' })).prepareBridge?.(bridge)).rejects.toThrow('the pods\' bridge cannot be set up: no route')
  })
})
it('nodes that run nothing have none', () => expect(networkHost(hollow)).toMatchObject({ expected: true }))
