/** Rules through the helper container, as for a user who may use the engine and is not root: with real packets. */
import { get } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EndpointSlices, Services } from '../../shared/api/resources.ts'
import type { Service } from '../../shared/api/types.ts'
import { realClock } from '../../shared/clock.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { startWorld, type World } from '../../electron/apiserver/testing.ts'
import { createClientFactory, createInformerFactory } from '../../electron/client/index.ts'
import type { Client } from '../../electron/client/types.ts'
import { createDockerRuntime } from '../../electron/kubelet/index.ts'
import { networkHost } from '../../electron/cluster/network-host.ts'
import { createKubeProxy, removeRules, type KubeProxy, type NetworkHost } from '../../electron/kube-proxy/index.ts'
import { choosePlan, hostRanges } from '../../electron/network/index.ts'
import { docker, sweep, until } from './runtime-world.ts'

const clusterId = `${process.pid.toString(16).padStart(4, '0')}beef`.slice(-8).padStart(8, '0')
let plan: ClusterNetwork
const runtime = createDockerRuntime({ clusterId, socketPath: '/var/run/docker.sock', network: () => plan })
let host: NetworkHost
let world: World
let client: Client
let proxy: KubeProxy
let stopInformers: () => Promise<void>

const ask = (ip: string, port: number): Promise<string> => new Promise((resolve) => {
  get({ host: ip, port, timeout: 2_000, agent: false }, (answer) => { answer.resume(); resolve(String(answer.statusCode)) }).on('error', (e: NodeJS.ErrnoException) => resolve(e.code ?? e.message)).on('timeout', () => resolve('timeout'))
})

beforeAll(async () => {
  // Another cluster of this machine may be quicker, as for an app that starts.
  await until('a network', async () => {
    const { taken } = await runtime.findNetworks()
    plan = choosePlan({ clusterId, taken: [...hostRanges(), ...taken] })
    return runtime.ensureNetwork(plan).then(() => true, (e: { reason?: string }) => { if (e.reason !== 'AddressInUse') throw e; return false })
  })
  // As if it were not root: the direct way is then closed.
  const found = networkHost(runtime, 1000)
  if ('why' in found) throw new Error(found.why)
  host = found
  world = await startWorld({ clock: realClock, serviceCIDR: plan.serviceCIDR } as never)
  client = createClientFactory(world.server).clientFor('test')
  const informers = createInformerFactory(client, realClock)
  stopInformers = () => informers.stop()
  proxy = createKubeProxy({ informers, clock: realClock, network: plan, clusterId, host, onEngine: ({ started, available }) => { const s = runtime.subscribe((e) => { if (e.type === 'available') available(); else if (e.type === 'sandbox' && e.action === 'started') started() }); return () => s.close() } })
  const id = await runtime.runPodSandbox({ pod: { name: 'p', namespace: 'default', uid: 'u' }, node: 'n', attempt: 0, hostname: 'p', hostNetwork: false, ip: plan.gateway.replace(/\.0\.1$/, '.1.2'), portMappings: [], labels: {} })
  const image = await until('the image', () => runtime.imageStatus('pilothouse.dev/hello:1'))
  const container = await runtime.createContainer({
    pod: { name: 'p', namespace: 'default', uid: 'u' }, node: 'n', sandboxId: id, name: 'c', attempt: 0, image: 'pilothouse.dev/hello:1', imageId: image.id, env: [], mounts: [], tty: false, stdin: false,
    resources: { oomScoreAdj: 1000 }, security: { readOnlyRootFilesystem: false, noNewPrivileges: false, privileged: false, addCapabilities: [], dropCapabilities: [] }, labels: {},
  })
  await runtime.startContainer(container)
  await proxy.start()
})
afterAll(async () => {
  await proxy?.stop()
  await stopInformers?.()
  if (host) await removeRules(host, clusterId)
  await world?.close()
  await runtime.close()
  await sweep(clusterId)
})

describe('without root', () => {
  let service: Service
  it('leads a cluster address to its endpoint', async () => {
    expect(host.how).toBe('through a helper container')
    service = await client.create(Services, { metadata: { name: 'web', namespace: 'default' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } } as never)
    await client.create(EndpointSlices, { metadata: { name: 'web', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } }, addressType: 'IPv4', ports: [{ port: 80, protocol: 'TCP' }], endpoints: [{ addresses: [plan.gateway.replace(/\.0\.1$/, '.1.2')], conditions: { ready: true } }] } as never)
    await until('served', async () => (await ask(service.spec.clusterIP ?? '', 80)) === '200')
    // The rules hold a moment before the helper has said so.
    await until('healthy', () => proxy.health().healthy)
    expect(proxy.health()).toMatchObject({ healthy: true, message: expect.stringContaining('through a helper container') })
  })
  it('answers node ports on localhost by a listener', async () => {
    await until('served', async () => (await ask('127.0.0.1', service.spec.ports?.[0]?.nodePort ?? 0)) === '200')
    expect(await ask('127.0.0.1', service.spec.ports?.[0]?.nodePort ?? 0)).toBe('200')
  })
  it('goes on with a new helper when somebody removes it', async () => {
    await docker.getContainer(`pilothouse-${clusterId}-network`).remove({ force: true })
    await client.delete(EndpointSlices, 'web', 'default')
    await until('refused', async () => (await ask(service.spec.clusterIP ?? '', 80)) === 'ECONNREFUSED')
    expect((await docker.getContainer(`pilothouse-${clusterId}-network`).inspect()).State.Running).toBe(true)
  })
  it('closes the listener with the Service, and takes rules and helper away', async () => {
    const port = service.spec.ports?.[0]?.nodePort ?? 0
    await client.delete(Services, 'web', 'default')
    await until('closed', () => new Promise<boolean>((resolve) => { connect(port, '127.0.0.1').on('connect', function (this: { destroy(): void }) { this.destroy(); resolve(false) }).on('error', () => resolve(true)) }))
    await proxy.stop()
    expect(await removeRules(host, clusterId)).toBe(true)
    expect((await host.run('iptables-save', [])).stdout).not.toContain(`pilothouse ${clusterId}`)
    await runtime.close()
    await expect(docker.getContainer(`pilothouse-${clusterId}-network`).inspect()).rejects.toMatchObject({ statusCode: 404 })
  })
})
