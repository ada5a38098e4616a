import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { NodeNetwork } from '../network/index.ts'
import { createHollowRuntime } from './runtime/hollow/index.ts'
import { RuntimeError, type SandboxConfig } from './runtime/types.ts'
import { podOf, workerBench } from './testing.ts'

const range = (): NodeNetwork => {
  const network = new NodeNetwork()
  network.setRange('10.244.3.0/24')
  return network
}
/** A runtime on which somebody else has some addresses. */
const bench = async (network: NodeNetwork, taken: readonly string[], spec = {}) => {
  const hollow = createHollowRuntime({ clock: new FakeClock() })
  const asked: (string | undefined)[] = []
  const runPodSandbox = async (config: SandboxConfig): Promise<string> => {
    asked.push(config.ip)
    if (config.ip && taken.includes(config.ip)) throw new RuntimeError('AddressInUse', 'Address already in use')
    return hollow.runPodSandbox(config)
  }
  return { asked, bench: await workerBench(podOf(spec), { hollow, runtime: { runPodSandbox }, network }) }
}

describe('the address of a sandbox', () => {
  it('is of the node\'s range', async () => {
    const { bench: b } = await bench(range(), [])
    expect(b.status().podIP).toBe('10.244.3.2')
  })
  it('is another one where somebody else has it', async () => {
    const { bench: b, asked } = await bench(range(), ['10.244.3.2', '10.244.3.3'])
    expect([b.status().podIP, asked]).toEqual(['10.244.3.4', ['10.244.3.2', '10.244.3.3', '10.244.3.4']])
  })
  it('is not looked for without end', async () => {
    const { bench: b, asked } = await bench(range(), Array.from({ length: 255 }, (_, i) => `10.244.3.${i}`))
    expect(asked).toHaveLength(8)
    expect(b.events).toContainEqual({ reason: 'FailedCreatePodSandBox', message: 'Failed to create pod sandbox: Address already in use' })
  })
  it('is not asked for on the host\'s network', async () => {
    const { asked } = await bench(range(), [], { hostNetwork: true })
    expect(asked).toEqual([undefined])
  })
  it('is free again when the pod has gone', async () => {
    const network = new NodeNetwork()
    network.setRange('10.244.3.0/29')
    for (const pod of ['a', 'b', 'c', 'd']) network.take(pod)
    const { bench: b } = await bench(network, [])
    expect([b.status().podIP, network.take('e')]).toEqual(['10.244.3.6', undefined])
    await b.update((pod) => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 } }))
    expect(b.deleted()).toBe(true)
    expect(network.take('e')).toBe('10.244.3.6')
  })
  it('that it has already is held when it runs with it', async () => {
    const network = range()
    network.hold('u', '10.244.3.2')
    expect(network.take('other')).toBe('10.244.3.3')
  })
})
