import type Docker from 'dockerode'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ClusterNetwork } from '../../../../shared/cluster-network.ts'
import { createDockerRuntime } from './index.ts'

const plan: ClusterNetwork = { podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16', nodeMaskSize: 24, gateway: '10.244.0.1', bridge: 'ph-c', apiServerIP: '10.96.0.1', dnsIP: '10.96.0.10', clusterDomain: 'cluster.local' }
beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

it('is reserved also on an engine that takes seconds for everything', async () => {
  const networks: object[] = []
  const slow = <T>(answer: () => T): Promise<T> => new Promise((resolve) => { setTimeout(() => resolve(answer()), 4_000) })
  const docker = {
    ping: async () => 'OK',
    listNetworks: () => slow(() => [...networks]),
    createNetwork: (o: Docker.NetworkCreateOptions) => slow(() => { networks.push({ ...o, Id: 'n1' }); return { id: 'n1' } }),
  } as unknown as Docker
  const runtime = createDockerRuntime({ clusterId: 'c', docker })
  const reserved = runtime.ensureNetwork(plan)
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await reserved).toBe(true)
  const found = runtime.findNetworks()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await found).toMatchObject({ own: { subnet: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16' } })
  await runtime.close()
})
it('of one that hangs is asked for no longer than it takes to see that', async () => {
  const runtime = createDockerRuntime({ clusterId: 'c', docker: { ping: () => new Promise(() => undefined), listNetworks: async () => [] } as unknown as Docker })
  const found = runtime.findNetworks().catch((e: unknown) => (e as Error).message)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await found).toBe('the Docker engine took longer than 5 s to answer a ping')
  await runtime.close()
})

it.each(['Pool overlaps with other one on this address space', 'failed to allocate gateway (10.244.0.1): Address already in use'])('that cannot be made because somebody has its range (%s) is told to who planned it', async (message) => {
  const docker = { listNetworks: async () => [], version: async () => ({ Arch: 'amd64' }), listImages: async () => [], getImage: () => ({ inspect: () => new Promise(() => undefined) }), importImage: () => new Promise(() => undefined), createNetwork: async () => { throw new Error(message) } } as unknown as Docker
  const rangeTaken = vi.fn<() => void>()
  const runtime = createDockerRuntime({ clusterId: 'c', docker, network: () => plan, rangeTaken })
  await expect(runtime.runPodSandbox({} as never)).rejects.toMatchObject({ reason: 'AddressInUse' })
  expect(rangeTaken).toHaveBeenCalled()
  await runtime.close()
})
