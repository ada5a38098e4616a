import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeClock } from '../../../shared/clock.ts'
import type { ContainerRuntime } from '../runtime/types.ts'
import { createCgroupReader, readNetwork } from './cgroup.ts'
import { createUsageReader } from './index.ts'

const NET = 'Inter-|   Receive                                                |  Transmit\n face |bytes    packets\n    lo: 999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0\n  eth0: 1500 10 1 2 0 0 0 0 700 5 3 4 0 0 0 0\n'
let root: string
beforeAll(async () => { root = await mkdtemp(join(tmpdir(), 'cgroup-')) })
afterAll(() => rm(root, { recursive: true }))
async function files(name: string, content: Record<string, string>): Promise<[string, string]> {
  const at = join(root, name)
  for (const [path, text] of Object.entries({ ...content, 'proc/42/net/dev': NET })) {
    await mkdir(dirname(join(at, path)), { recursive: true })
    await writeFile(join(at, path), text)
  }
  return [join(at, 'fs'), join(at, 'proc')]
}
const packets = { rx: { total: 10, errors: 1, dropped: 2 }, tx: { total: 5, errors: 3, dropped: 4 } }
const expected = { time: 7, cpuNanos: 123_000_000, memoryBytes: 900, rxBytes: 1500, txBytes: 700, packets, readBytes: 4106, writeBytes: 8192 }

describe('what the kernel says', () => {
  test.each([
    ['v1', { 'fs/blkio/docker/abc/blkio.throttle.io_service_bytes': '8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 12288\n8:0 Total 12288\n8:16 Read 10\nTotal 12298\n', 'fs/cpuacct/docker/abc/cpuacct.usage': '123000000\n', 'fs/cpuacct/docker/abc/cgroup.procs': '42\n43\n', 'fs/memory/docker/abc/memory.usage_in_bytes': '1000\n', 'fs/memory/docker/abc/memory.stat': 'cache 5\ninactive_file 1\ntotal_inactive_file 100\n' }],
    ['v1 that counts no bytes', { 'fs/blkio/docker/abc/blkio.throttle.io_service_bytes': 'Total 0\n', 'proc/42/io': 'rchar: 5000\nwchar: 9000\nread_bytes: 4100\nwrite_bytes: 8000\ncancelled_write_bytes: 7\n', 'proc/44/io': 'read_bytes: 6\nwrite_bytes: 192\n', 'fs/cpuacct/docker/abc/cpuacct.usage': '123000000\n', 'fs/cpuacct/docker/abc/cgroup.procs': '42\n43\n44\n', 'fs/memory/docker/abc/memory.usage_in_bytes': '1000\n', 'fs/memory/docker/abc/memory.stat': 'total_inactive_file 100\n' }],
    ['v1 of systemd', { 'fs/blkio/system.slice/docker-abc.scope/blkio.throttle.io_service_bytes': '8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 12288\n8:0 Total 12288\n8:16 Read 10\nTotal 12298\n', 'fs/cpu,cpuacct/system.slice/docker-abc.scope/cpuacct.usage': '123000000\n', 'fs/cpu,cpuacct/system.slice/docker-abc.scope/cgroup.procs': '42\n', 'fs/memory/system.slice/docker-abc.scope/memory.usage_in_bytes': '1000\n', 'fs/memory/system.slice/docker-abc.scope/memory.stat': 'total_inactive_file 100\n' }],
    ['v2', { 'fs/docker/abc/io.stat': '8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n8:16 rbytes=10 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n', 'fs/docker/abc/cpu.stat': 'usage_usec 123000\nuser_usec 1\n', 'fs/docker/abc/cgroup.procs': '42\n', 'fs/docker/abc/memory.current': '1000\n', 'fs/docker/abc/memory.stat': 'anon 1\ninactive_file 100\n' }],
    ['v2 of systemd', { 'fs/system.slice/docker-abc.scope/io.stat': '8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n8:16 rbytes=10 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n', 'fs/system.slice/docker-abc.scope/cpu.stat': 'usage_usec 123000\n', 'fs/system.slice/docker-abc.scope/cgroup.procs': '42\n', 'fs/system.slice/docker-abc.scope/memory.current': '1000\n', 'fs/system.slice/docker-abc.scope/memory.stat': 'inactive_file 100\n' }],
  ])('cgroup %s', async (name, content) => {
    const reader = createCgroupReader(...(await files(name, content)), '/no/such')
    const { disks, ...own } = (await reader.read('abc', 7)) ?? {}
    expect(own).toEqual(expected)
    // Those that the kernel names are told one by one, too.
    expect(disks?.map((d) => [d.device, d.readBytes, d.writeBytes])).toEqual(name === 'v1 that counts no bytes' ? undefined : [['', 4096, 8192], ['', 10, 0]])
    expect(await reader.read('gone', 7)).toBeUndefined()
  })
  test.each([
    ['v1', { 'fs/cpuacct/docker/abc/cpuacct.usage': '123000000\n', 'fs/cpu/docker/abc/cpu.stat': 'nr_periods 50\nnr_throttled 20\nthrottled_time 7000\n', 'fs/cpuacct/docker/abc/cgroup.procs': '42\n', 'fs/memory/docker/abc/memory.usage_in_bytes': '1000\n', 'fs/memory/docker/abc/memory.stat': 'cache 5\nrss 5\ntotal_cache 250\ntotal_rss 700\ntotal_inactive_file 100\n' }],
    ['v1 of systemd', { 'fs/cpu,cpuacct/system.slice/docker-abc.scope/cpuacct.usage': '123000000\n', 'fs/cpu,cpuacct/system.slice/docker-abc.scope/cpu.stat': 'nr_periods 50\nnr_throttled 20\nthrottled_time 7000\n', 'fs/cpu,cpuacct/system.slice/docker-abc.scope/cgroup.procs': '42\n', 'fs/memory/system.slice/docker-abc.scope/memory.usage_in_bytes': '1000\n', 'fs/memory/system.slice/docker-abc.scope/memory.stat': 'total_cache 250\ntotal_rss 700\ntotal_inactive_file 100\n' }],
    ['v2', { 'fs/docker/abc/cpu.stat': 'usage_usec 123000\nuser_usec 1\nnr_periods 50\nnr_throttled 20\nthrottled_usec 7\n', 'fs/docker/abc/cgroup.procs': '42\n', 'fs/docker/abc/memory.current': '1000\n', 'fs/docker/abc/memory.stat': 'anon 700\nfile 250\ninactive_file 100\n' }],
  ])('of which memory it is, and how it was held to its limit: cgroup %s', async (name, content) => {
    const reader = createCgroupReader(...(await files(`more of ${name}`, content)))
    expect(await reader.read('abc', 7)).toMatchObject({ memoryBytes: 900, memory: { usage: 1000, rss: 700, cache: 250 }, throttling: { periods: 50, throttled: 20, nanos: 7000 } })
  })
  test('a container that is with the rest of its pod', async () => {
    const v1 = (at: string) => ({ [`fs/cpuacct${at}/cpuacct.usage`]: '123000000\n', [`fs/cpuacct${at}/cgroup.procs`]: '42\n', [`fs/memory${at}/memory.usage_in_bytes`]: '1000\n', [`fs/memory${at}/memory.stat`]: 'total_inactive_file 100\n', [`fs/blkio${at}/blkio.throttle.io_service_bytes`]: '8:0 Read 4106\n8:0 Write 8192\n' })
    const reader = createCgroupReader(...(await files('with its pod', { ...v1('/ours/podu/abc'), ...v1('/docker/xyz') })), '/no/such')
    const whole = { ...expected, disks: [{ device: '', readBytes: 4106, writeBytes: 8192, reads: 0, writes: 0 }] }
    expect([await reader.read('abc', 7, '/ours/podu'), await reader.read('xyz', 7, '/ours/podv'), await reader.read('gone', 7, '/ours/podu')]).toEqual([whole, whole, undefined])
  })
  test('loopback is no traffic', () => expect(readNetwork(NET)).toEqual({ rxBytes: 1500, txBytes: 700, packets }))
})

test('where its files are not, the engine is asked, a few at a time; network is the sandbox\'s', async () => {
  let atOnce = 0
  let most = 0
  const runtime = {
    local: true,
    listPodSandboxes: async () => [{ id: 'box', pod: { uid: 'p' }, ready: true }],
    stats: async (id: string) => {
      most = Math.max(most, ++atOnce)
      await new Promise((resolve) => setImmediate(resolve))
      atOnce--
      return id === 'gone' ? undefined : { containerId: id, time: 7, cpuNanos: 1, memoryBytes: 2, memory: { usage: 3, rss: 1, cache: 1 }, ...(id === 'box' ? { rxBytes: 3, txBytes: 4, packets } : {}) }
    },
  } as unknown as ContainerRuntime
  const reader = createUsageReader(runtime, new FakeClock(), { read: async () => undefined })
  const targets = ['a', 'gone', ...Array.from({ length: 30 }, (_, i) => `c${i}`)].map((containerId) => ({ containerId, podUid: 'p' }))
  const readings = await reader.read(targets, new AbortController().signal)
  expect(readings.get('a')).toEqual({ time: 7, cpuNanos: 1, memoryBytes: 2, memory: { usage: 3, rss: 1, cache: 1 }, rxBytes: 3, txBytes: 4, packets })
  expect([readings.has('gone'), readings.size, most]).toEqual([false, 31, 6])
})
