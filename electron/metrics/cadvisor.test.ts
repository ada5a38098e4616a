import { expect, it } from 'vitest'
import type { Node, Pod } from '../../shared/api/types.ts'
import { cadvisorText, type CadvisorSources } from './cadvisor.ts'
import type { Reading } from '../../shared/reading.ts'
import type { ContainerUsage, Meter } from './types.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const running = (name: string) => ({ name, image: `registry.example/${name}:1`, imageID: '', ready: true, restartCount: 0, containerID: `docker://id-of-${name}`, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } })
const pod: Pod = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', uid: 'u' },
  spec: { containers: [{ name: 'app', image: 'app:1' }, { name: 'free', image: 'free:1' }], initContainers: [{ name: 'side', image: 'side:1', restartPolicy: 'Always' }] },
  status: { phase: 'Running', containerStatuses: [running('app'), running('free')], initContainerStatuses: [running('side')] },
}
const node = (name: string): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { capacity: { cpu: '3500m', memory: '8Gi' }, nodeInfo: { machineID: 'm', bootID: 'b', systemUUID: 's' } } }) as unknown as Node
const packets = { rx: { total: 1, errors: 2, dropped: 3 }, tx: { total: 4, errors: 5, dropped: 6 } }
const usage = (name: string): ContainerUsage => ({
  name, cpu: 250, memory: 900, rx: 0, tx: 0, read: 0, write: 0, since: { cpuSeconds: 4, rxBytes: 10, txBytes: 20, readBytes: 30, writeBytes: 40 },
  reading: { time: 0, cpuNanos: 4e9, memoryBytes: 900, memory: { usage: 1000, rss: 700, cache: 250 }, throttling: { periods: 50, throttled: 20, nanos: 7e9 }, rxBytes: 10, txBytes: 20, packets },
})
const meter = (containers: readonly ContainerUsage[]): Meter => ({ note: '', latest: ({ uid }) => (uid === 'u' ? { time: START + 90_000, window: 15, containers } : undefined), history: () => Promise.reject(new Error('not asked')) })
const specOf: CadvisorSources['specOf'] = (_pod, { name }) => (name === 'app' ? { cpuShares: 512, cpuQuota: 50_000, cpuPeriod: 100_000, memoryBytes: 64 } : { cpuShares: 2 })
const lines = async (more: Partial<CadvisorSources> = {}): Promise<string[]> => (await cadvisorText({ pods: [pod], nodes: [node('n1'), node('n2')], meter: meter([usage('app'), usage('free'), usage('side')]), specOf, ...more })).split('\n')
const of = (name: string, cpu = ''): string => `container="${name}",${cpu}id="/docker/id-of-${name}",image="registry.example/${name}:1",name="id-of-${name}",namespace="shop",pod="web"`

it('each container by its image and its id, with what it uses and what it may', async () => {
  const said = await lines()
  for (const line of [
    `container_cpu_usage_seconds_total{${of('app', 'cpu="total",')}} 4`, `container_cpu_usage_seconds_total{${of('side', 'cpu="total",')}} 4`, `container_cpu_usage_cores{${of('app')}} 0.25`,
    `container_cpu_cfs_periods_total{${of('app')}} 50`, `container_cpu_cfs_throttled_periods_total{${of('app')}} 20`, `container_cpu_cfs_throttled_seconds_total{${of('app')}} 7`,
    `container_memory_working_set_bytes{${of('app')}} 900`, `container_memory_usage_bytes{${of('app')}} 1000`, `container_memory_rss{${of('app')}} 700`, `container_memory_cache{${of('app')}} 250`,
    `container_start_time_seconds{${of('app')}} ${START / 1000}`, `container_last_seen{${of('app')}} ${START / 1000 + 90}`,
    `container_spec_cpu_period{${of('app')}} 100000`, `container_spec_cpu_quota{${of('app')}} 50000`, `container_spec_cpu_shares{${of('free')}} 2`, `container_spec_memory_limit_bytes{${of('app')}} 64`, `container_spec_memory_limit_bytes{${of('free')}} 0`,
    `container_fs_reads_bytes_total{${of('app')}} 30`, `container_fs_writes_bytes_total{${of('side')}} 40`,
  ]) expect(said).toContain(line)
  // What has no limit is held to none.
  expect(said.filter((line) => /^container_(cpu_cfs|spec_cpu_quota)\w*\{container="free"/.test(line))).toEqual([])
})

it('what went from and to disks by device, where these have names', async () => {
  const disk = { device: '/dev/sda', readBytes: 1, writeBytes: 2, reads: 3, writes: 4 }
  const app = usage('app')
  const withDisks = { ...app, reading: { ...(app.reading as Reading), disks: [disk, { ...disk, device: '/dev/sdb', readBytes: 5 }] } }
  const said = await lines({ meter: meter([withDisks, usage('free')]) })
  expect(said.filter((line) => line.startsWith('container_fs'))).toEqual([
    `container_fs_reads_bytes_total{${of('app', 'device="/dev/sda",')}} 1`, `container_fs_reads_bytes_total{${of('app', 'device="/dev/sdb",')}} 5`, `container_fs_reads_bytes_total{${of('free')}} 30`,
    `container_fs_reads_total{${of('app', 'device="/dev/sda",')}} 3`, `container_fs_reads_total{${of('app', 'device="/dev/sdb",')}} 3`,
    ...['/dev/sda', '/dev/sdb'].map((device) => `container_fs_writes_bytes_total{${of('app', `device="${device}",`)}} 2`), `container_fs_writes_bytes_total{${of('free')}} 40`,
    ...['/dev/sda', '/dev/sdb'].map((device) => `container_fs_writes_total{${of('app', `device="${device}",`)}} 4`),
  ])
})

it("a pod's network once, and none of a pod on its node's", async () => {
  const network = 'interface="eth0",namespace="shop",pod="web"'
  expect((await lines()).filter((line) => line.startsWith('container_network'))).toEqual([
    `container_network_receive_bytes_total{${network}} 10`, `container_network_receive_packets_total{${network}} 1`, `container_network_receive_packets_dropped_total{${network}} 3`, `container_network_receive_errors_total{${network}} 2`,
    `container_network_transmit_bytes_total{${network}} 20`, `container_network_transmit_packets_total{${network}} 4`, `container_network_transmit_packets_dropped_total{${network}} 6`, `container_network_transmit_errors_total{${network}} 5`,
  ])
  expect((await lines({ pods: [{ ...pod, spec: { ...pod.spec, hostNetwork: true } }] })).filter((line) => line.startsWith('container_network'))).toEqual([])
})

it('nothing of what was not measured, and of pods that are not there', async () => {
  const { reading: _reading, since: _since, ...bare } = usage('app')
  const told = (await lines({ meter: meter([bare]) })).filter((line) => /^container_.*\{/.test(line)).map((line) => line.slice(0, line.indexOf('{')))
  expect(told).toEqual(['container_cpu_usage_cores', 'container_memory_working_set_bytes', 'container_start_time_seconds', 'container_last_seen', 'container_spec_cpu_period', 'container_spec_cpu_quota', 'container_spec_cpu_shares', 'container_spec_memory_limit_bytes'])
  expect((await lines({ pods: [] })).filter((line) => /^container_.*\{/.test(line))).toEqual([])
})

it('each node, also where several are one machine', async () => {
  const machine = (name: string): string => `boot_id="b",machine_id="m",node="${name}",system_uuid="s"`
  expect(await lines()).toEqual(expect.arrayContaining([`machine_cpu_cores{${machine('n1')}} 3.5`, `machine_cpu_cores{${machine('n2')}} 3.5`, `machine_memory_bytes{${machine('n1')}} ${8 * 2 ** 30}`]))
})
