/** Our rules beside those of others, in a network namespace of the test's own: real iptables, nobody else's rules. */
import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realClock } from '../../shared/clock.ts'
import { createRuleKeeper, removeRules, type RuleKeeper } from '../../electron/kube-proxy/keeper.ts'
import { directHost, save, type NetworkHost } from '../../electron/kube-proxy/host.ts'
import { chainNames } from '../../electron/kube-proxy/names.ts'
import { serviceRules } from '../../electron/kube-proxy/rules.ts'
import type { ServicePort } from '../../electron/kube-proxy/model.ts'

const space = `ph-test-${process.pid}`
const host: NetworkHost = { ...directHost, run: (command, args, input) => directHost.run('ip', ['netns', 'exec', space, command, ...args], input) }
const iptables = (...args: string[]): string => execFileSync('ip', ['netns', 'exec', space, 'iptables', '-w', ...args], { encoding: 'utf8' })
/** Without counters and times. */
const saved = async (): Promise<string> => (await save(host)).split('\n').filter((l) => !l.startsWith('#')).map((l) => l.replace(/\[\d+:\d+\]/, '[0:0]')).join('\n')

beforeEach(() => {
  execFileSync('ip', ['netns', 'add', space])
  // What an engine and a careful user have made.
  for (const chain of ['DOCKER-USER', 'DOCKER']) iptables('-N', chain)
  iptables('-P', 'FORWARD', 'DROP')
  iptables('-A', 'FORWARD', '-j', 'DOCKER-USER')
  iptables('-A', 'FORWARD', '-o', 'docker0', '-j', 'DOCKER')
  iptables('-A', 'DOCKER-USER', '-s', '198.51.100.0/24', '-j', 'DROP')
  iptables('-N', 'KUBEISH')
  iptables('-A', 'INPUT', '-p', 'tcp', '--dport', '22', '-m', 'comment', '--comment', 'my own', '-j', 'KUBEISH')
  iptables('-t', 'nat', '-N', 'DOCKER')
  iptables('-t', 'nat', '-A', 'PREROUTING', '-m', 'addrtype', '--dst-type', 'LOCAL', '-j', 'DOCKER')
  iptables('-t', 'nat', '-A', 'POSTROUTING', '-s', '172.17.0.0/16', '-j', 'MASQUERADE')
  iptables('-t', 'mangle', '-A', 'FORWARD', '-j', 'ACCEPT')
  iptables('-t', 'raw', '-A', 'PREROUTING', '-s', '198.51.100.7', '-j', 'DROP')
})
const keepers: RuleKeeper[] = []
afterEach(async () => {
  await Promise.all(keepers.splice(0).map((k) => k.stop()))
  execFileSync('ip', ['netns', 'delete', space])
})

const port = (name: string, ...ips: string[]): ServicePort => ({
  name, service: name, protocol: 'tcp', clusterIP: '10.96.0.9', port: 80, nodePort: 30080, externalIPs: [], balancerIPs: [], sourceRanges: [], affinitySeconds: 10, externalLocal: true, internalLocal: false,
  healthCheckNodePort: 0, endpoints: ips.map((ip) => ({ ip, port: 80 })),
})
const keep = (clusterId: string, state: { ports: ServicePort[] }): RuleKeeper => {
  const keeper = createRuleKeeper({
    host, clusterId, clock: realClock,
    compute: (names) => serviceRules(state.ports, { names, podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16', bridge: `ph-${clusterId}`, localhostPorts: true, masqueradeAll: false, udpZones: new Map([['10.96.0.9:80', 3]]) }),
  })
  keepers.push(keeper)
  return keeper
}
const ids = ['0a1b2c3d', 'ffee0011']

describe('our rules', () => {
  it('leave everybody else\'s byte for byte as they were, while they are there and when they go', async () => {
    const before = await saved()
    const state = { ports: [port('ns/a', '10.244.1.2', '10.244.1.3'), port('ns/b')] }
    const keeper = keep('0a1b2c3d', state)
    await keeper.sync()
    const during = await saved()
    expect(during.split('\n').filter((l) => !l.includes('KUBE-')).join('\n').replaceAll(/\*raw\n|COMMIT\n/g, '')).toBe(before.replaceAll(/\*raw\n|COMMIT\n/g, ''))
    state.ports = [port('ns/a', '10.244.1.3')]
    await keeper.sync()
    await keeper.stop()
    expect(await removeRules(host, '0a1b2c3d')).toBe(true)
    expect(await saved()).toBe(before)
    expect(await removeRules(host, '0a1b2c3d')).toBe(false)
  })

  it('change with the Services, and hold no chain of what has gone', async () => {
    const state = { ports: [port('ns/a', '10.244.1.2')] }
    const keeper = keep('0a1b2c3d', state)
    await keeper.sync()
    expect(await saved()).toContain('--to-destination 10.244.1.2:80')
    state.ports = [port('ns/a', '10.244.1.9')]
    await keeper.sync()
    const text = await saved()
    expect(text).toContain('--to-destination 10.244.1.9:80')
    expect(text).not.toContain('10.244.1.2')
    state.ports = [port('ns/a')]
    await keeper.sync()
    expect(await saved()).not.toMatch(/KUBE-(SVC|SEP|EXT|SVL)-/)
    expect(await saved()).toContain('ns/a has no endpoints')
  })

  it('come before the engine\'s, and again when it has put its own before them', async () => {
    const keeper = keep('0a1b2c3d', { ports: [port('ns/a', '10.244.1.2')] })
    await keeper.sync()
    const first = (): number[] => ['KUBE-FORWARD', 'DOCKER-USER'].map((target) => iptables('-S', 'FORWARD').split('\n').findIndex((l) => l.endsWith(`-j ${target}`)))
    expect(first()[0]).toBeLessThan(first()[1] as number)
    // As an engine does when it starts.
    iptables('-D', 'FORWARD', '-j', 'DOCKER-USER')
    iptables('-I', 'FORWARD', '-j', 'DOCKER-USER')
    expect(first()[0]).toBeGreaterThan(first()[1] as number)
    keeper.verify()
    await keeper.sync()
    expect(first()[0]).toBeLessThan(first()[1] as number)
    expect(iptables('-S', 'FORWARD').split('\n').filter((l) => l.endsWith('-j KUBE-FORWARD'))).toHaveLength(1)
  })

  it.each([
    ['a table is flushed', ['-t', 'nat', '-F']], ['a table loses its chains', ['-t', 'mangle', '-F']], ['a jump is taken out', ['-t', 'nat', '-D', 'OUTPUT', '1']], ['the filter is flushed', ['-F']], ['all is flushed', undefined],
  ])('are put in place again when %s', async (_what, command) => {
    const keeper = keep('0a1b2c3d', { ports: [port('ns/a', '10.244.1.2')] })
    await keeper.sync()
    const before = (await saved()).split('\n').filter((l) => l.includes('KUBE-')).toSorted()
    for (const each of command ? [command] : ['raw', 'mangle', 'nat', 'filter'].map((table) => ['-t', table, '-F'])) iptables(...each)
    expect((await saved()).split('\n').filter((l) => l.includes('KUBE-')).toSorted()).not.toEqual(before)
    keeper.verify()
    await keeper.sync()
    expect((await saved()).split('\n').filter((l) => l.includes('KUBE-')).toSorted()).toEqual(before)
  })

  it('of two clusters that start at once have different chains, and one goes without the other', async () => {
    const all = ids.map((id, i) => keep(id, { ports: [port('ns/a', `10.244.${i}.2`)] }))
    await Promise.all(all.map((k) => k.sync()))
    const text = await saved()
    const plain = ids.find((id) => text.includes(`-A KUBE-PROXY-CANARY -m comment --comment "pilothouse ${id}"`)) ?? ''
    const other = ids.find((id) => id !== plain) ?? ''
    expect(text).toContain(`-A KUBE-PROXY-CANARY-${other.slice(0, 4)} -m comment --comment "pilothouse ${other}"`)
    expect(text).toContain('10.244.0.2:80')
    expect(text).toContain('10.244.1.2:80')
    await Promise.all(all.map((k) => k.stop()))
    await removeRules(host, plain)
    const left = await saved()
    expect(left).not.toContain(`pilothouse ${plain}`)
    expect(left.split('\n').filter((l) => l.startsWith(':KUBE-')).length).toBe(text.split('\n').filter((l) => l.startsWith(':KUBE-')).length / 2)
    expect(left).toContain(`KUBE-SERVICES-${other.slice(0, 4)}`)
    // It goes on under its own names.
    const again = keep(other, { ports: [port('ns/a', '10.244.7.2')] })
    await again.sync()
    expect(await saved()).toContain('10.244.7.2:80')
    expect(await saved()).not.toContain(':KUBE-SERVICES ')
  })

  it('keep out of the way of another Kubernetes on the machine', async () => {
    iptables('-t', 'nat', '-N', 'KUBE-SERVICES')
    iptables('-t', 'nat', '-A', 'KUBE-SERVICES', '-d', '10.43.0.1/32', '-j', 'RETURN')
    const before = await saved()
    const keeper = keep('0a1b2c3d', { ports: [port('ns/a', '10.244.1.2')] })
    await keeper.sync()
    expect(await saved()).toContain(`:${chainNames('-0a1b').services} `)
    await keeper.stop()
    await removeRules(host, '0a1b2c3d')
    expect(await saved()).toBe(before)
  })

  it('are adopted after a crash', async () => {
    const first = keep('0a1b2c3d', { ports: [port('ns/a', '10.244.1.2'), port('ns/b', '10.244.1.3')] })
    await first.sync()
    await first.stop()
    const second = keep('0a1b2c3d', { ports: [port('ns/a', '10.244.1.4')] })
    await second.sync()
    const text = await saved()
    expect(text).not.toMatch(/10\.244\.1\.[23]/)
    expect(text.split('\n').filter((l) => l.includes('-A OUTPUT') && l.endsWith('-j KUBE-SERVICES'))).toHaveLength(2)
  })

  it('that cannot be applied are tried again, and the health says why', async () => {
    let broken = true
    const failing: NetworkHost = { ...host, run: (command, args, input) => (broken && command === 'iptables-restore' ? Promise.resolve({ code: 4, stdout: '', stderr: 'xtables lock held' }) : host.run(command, args, input)) }
    const keeper = createRuleKeeper({ host: failing, clusterId: '0a1b2c3d', clock: realClock, compute: (names) => serviceRules([port('ns/a', '10.244.1.2')], { names, podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16', bridge: 'b', localhostPorts: true, masqueradeAll: false, udpZones: new Map() }), onFailure: () => { broken = false } })
    keepers.push(keeper)
    const done = keeper.sync()
    expect(keeper.health().healthy).toBe(false)
    await done
    expect(keeper.health().healthy).toBe(true)
    expect(await saved()).toContain('10.244.1.2:80')
  })
})
