import { expect, it } from 'vitest'
import type { Container, Pod } from '../../../../shared/api/types.ts'
import { bytes, cpuMillis } from '../../../../shared/quantity.ts'
import { api, namespace, ok } from '../../cluster.ts'
import { box, isReady, patch, path, podOf, running, SLEEP, until } from '../pods.ts'

/** cpu in thousandths, memory in MiB: requests, limits. */
type Size = readonly [cpu: readonly [number, number], memory: readonly [number, number]]
const resources = ([cpu, memory]: Size) => ({ requests: { cpu: `${cpu[0]}m`, memory: `${memory[0]}Mi` }, limits: { cpu: `${cpu[1]}m`, memory: `${memory[1]}Mi` } })
const sized = (name: string, size: Size, more: Partial<Container> = {}): Container => ({ ...box(SLEEP), name, resources: resources(size), ...more })

const has = (p: Pod, name: string, size: Size): boolean => {
  const s = p.status?.containerStatuses?.find((c) => c.name === name)
  const { requests, limits } = s?.resources ?? {}
  return s?.state?.running !== undefined && cpuMillis(requests?.['cpu'] ?? '0') === size[0][0] && cpuMillis(limits?.['cpu'] ?? '0') === size[0][1] && bytes(requests?.['memory'] ?? '0') === size[1][0] << 20 &&
    bytes(limits?.['memory'] ?? '0') === size[1][1] << 20 && cpuMillis(s.allocatedResources?.['cpu'] ?? '0') === size[0][0]
}
/** What the kernel has for a container: its limits, of either version of cgroups. */
async function kernel(ns: string, name: string): Promise<{ quota: number; memory: number }> {
  const script = 'cat /sys/fs/cgroup/cpu.max 2>/dev/null | cut -d" " -f1 || true; cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null; cat /sys/fs/cgroup/memory.max 2>/dev/null; cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null'
  const [quota, memory] = (await ok(['exec', '-n', ns, 'resized', '-c', name, '--', 'sh', '-c', `PATH=/bin; ${script.replace('| cut -d" " -f1', '')}; true`])).trim().split('\n').map((l) => Number.parseInt(l, 10))
  return { quota: quota ?? 0, memory: memory ?? 0 }
}

/** Resizes all containers at once, sees it carried out in the API and in the kernel, and takes it back. */
async function resize(before: Record<string, Size>, after: Record<string, Size>, how: (ns: string, sizes: Record<string, Size>) => Promise<void> = patched, more: (name: string) => Partial<Container> = () => ({}), restarted: readonly string[] = []): Promise<void> {
  const ns = await namespace()
  await running(ns, 'resized', { containers: Object.entries(before).map(([name, size]) => sized(name, size, more(name))) })
  let turn = 0
  for (const sizes of [after, before]) {
    await how(ns, sizes)
    turn++
    const pod = await until(ns, 'resized', 'is resized', (p) => isReady(p) && Object.entries(sizes).every(([name, size]) => has(p, name, size)) && !p.status!.conditions!.some((c) => c.type.startsWith('PodResize')))
    for (const [name, size] of Object.entries(sizes)) {
      expect(await kernel(ns, name)).toEqual({ quota: size[0][1] * 100, memory: size[1][1] << 20 })
      expect(pod.status!.containerStatuses!.find((s) => s.name === name)!.restartCount).toBe(restarted.includes(name) ? turn : 0)
    }
  }
}
async function patched(ns: string, sizes: Record<string, Size>): Promise<void> {
  await patch(ns, 'pod resized', { spec: { containers: Object.entries(sizes).map(([name, size]) => ({ name, resources: resources(size) })) } }, '--subresource', 'resize')
}
async function replaced(ns: string, sizes: Record<string, Size>): Promise<void> {
  for (;;) {
    const pod = await podOf(ns, 'resized')
    const containers = pod.spec.containers.map((c) => ({ ...c, resources: resources(sizes[c.name]!) }))
    if (await api().send('PUT', path(ns, 'resized/resize'), { ...pod, spec: { ...pod.spec, containers } }).then(() => true, (e: Error) => { if (!e.message.includes(' 409 ')) throw e; return false })) return
  }
}
const same = (cpu: number, memory: number): Size => [[cpu, cpu], [memory, memory]]

it('replace endpoint (1.35)', () => resize({ c1: same(50, 20) }, { c1: same(80, 30) }, replaced))
it('3 containers net increase (1.35)', () => resize({ c1: same(40, 20), c2: same(40, 20), c3: same(40, 20) }, { c1: same(60, 30), c2: same(50, 30), c3: same(30, 20) }))
it('3 containers net decrease (1.35)', () => resize({ c1: same(60, 30), c2: same(60, 30), c3: same(60, 30) }, { c1: same(30, 20), c2: same(40, 20), c3: same(70, 30) }))
it('3 containers mixed (1.35)', () =>
  resize({ c1: [[40, 60], [20, 30]], c2: [[40, 60], [20, 30]], c3: [[40, 60], [20, 30]] }, { c1: [[50, 80], [20, 30]], c2: [[30, 50], [24, 40]], c3: [[40, 60], [16, 24]] }, patched, (name) => (name === 'c3' ? { resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }] } : {}), ['c3']))
it('6 containers various (1.35)', () =>
  resize({ c1: same(20, 20), c2: same(20, 20), c3: [[20, 40], [16, 20]], c4: [[20, 40], [16, 20]], c5: [[20, 40], [16, 20]], c6: [[20, 40], [16, 20]] },
    { c1: same(30, 20), c2: same(20, 24), c3: [[30, 40], [16, 20]], c4: [[20, 50], [16, 20]], c5: [[20, 40], [20, 20]], c6: [[20, 40], [16, 32]] }, patched, (name) => (name === 'c6' ? { resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }] } : {}), ['c6']))
it('equivalents (1.35)', async () => {
  const ns = await namespace()
  // Smaller than a share or a quota can be: the kernel gets the least there is, and the status what was asked for.
  await running(ns, 'resized', { containers: [sized('c1', [[1, 5], [20, 20]])] })
  await patched(ns, { c1: [[2, 10], [20, 20]] })
  await until(ns, 'resized', 'is resized', (p) => has(p, 'c1', [[2, 10], [20, 20]]))
  expect((await kernel(ns, 'c1')).quota).toBe(1000)
})
