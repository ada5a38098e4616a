import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Pod } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { folderSize } from './folder-size.ts'
import { createStorageLimits, overLimit, storageLimits } from './storage-limits.ts'
import { podOf, workerBench } from './testing.ts'

const MI = 2 ** 20
const limited = (limit: string): Pod['spec']['containers'] => [{ name: 'a', image: 'i:1', resources: { limits: { 'ephemeral-storage': limit } } }]
const disk = (name: string, sizeLimit?: string) => ({ name, emptyDir: sizeLimit === undefined ? {} : { sizeLimit } })
const OF_V = 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". '

describe('what a pod may keep on disk', () => {
  it.each<[string, Partial<Pod['spec']>, Record<string, number>, string | undefined]>([
    ['a volume at its limit', { volumes: [disk('v', '1Mi')] }, { v: MI }, undefined],
    ['a volume over it', { volumes: [disk('w'), disk('v', '1024Ki')] }, { v: MI + 1, w: 99 * MI }, OF_V],
    ['all volumes together', { volumes: [disk('v', '1Mi'), disk('w')], containers: limited('1536Ki') }, { v: MI, w: MI }, 'Pod ephemeral local storage usage exceeds the total limit of containers 1536Ki. '],
    ['a container and a volume together', { volumes: [disk('v', '1Mi')], containers: limited('1Mi') }, { v: MI, a: 1 }, 'Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. '],
    ['a container over its own limit', { containers: [...limited('1Mi'), { name: 'b', image: 'i:1', resources: { limits: { 'ephemeral-storage': '1Gi' } } }] }, { a: MI + 1, b: 0 }, 'Container a exceeded its local ephemeral storage limit "1Mi". '],
    ['a container over its own limit, beside one without', { containers: [...limited('1Mi'), { name: 'b', image: 'i:1' }] }, { a: MI + 1, b: 0 }, 'Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. '],
    ['a container within its limit', { containers: limited('1Mi') }, { a: MI }, undefined],
    ['all within the pod\'s limit', { volumes: [disk('v'), disk('w')], containers: limited('2Mi') }, { v: MI, w: MI }, undefined],
  ])('%s', async (_n, spec, sizes, expected) => expect(await overLimit(storageLimits(podOf(spec))!, { volume: async (v) => sizes[v]!, container: async (c) => sizes[c] ?? 0 })).toBe(expected))
  it.each<[string, Partial<Pod['spec']>]>([
    ['no limit', { volumes: [disk('v')] }], ['a limit of nothing', { volumes: [disk('v', '0')] }],
    ['memory, which cannot hold more', { volumes: [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }] }],
  ])('is not measured: %s', (_n, spec) => expect(storageLimits(podOf(spec))).toBeUndefined())
})

it('looks only at pods that live, one look at a time, and rests after a long one', async () => {
  const clock = new FakeClock()
  const done: string[] = []
  const pod = (name: string, more: Partial<Pod> = {}): Pod => ({ ...podOf({ volumes: [disk('v', '1Mi')] }, { name }), ...more })
  const look = createStorageLimits({
    clock, pods: () => [pod('small'), pod('large'), pod('done', { status: { phase: 'Succeeded' } }), { ...pod('free'), spec: podOf().spec }],
    sizes: (p) => ({ volume: async () => { done.push(p.metadata.name); await clock.advance(100); return p.metadata.name === 'large' ? 2 * MI : 0 }, container: async () => 0 }), evict: (p, message) => done.push(`evict ${p.metadata.name}: ${message}`),
  })
  const once = ['small', 'large', `evict large: ${OF_V}`]
  await Promise.all([look(), look()])
  expect(done).toEqual(once)
  await clock.advance(3_799)
  await look()
  expect(done).toEqual(once)
  await clock.advance(1)
  await look()
  expect(done).toEqual([...once, ...once])
})

it('a folder is counted only until it is large enough', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'size-'))
  try {
    for (const name of ['a', 'b', 'c']) {
      await mkdir(join(folder, name))
      await writeFile(join(folder, name, 'f'), Buffer.alloc(MI, 1))
    }
    expect(await folderSize(folder)).toBeGreaterThanOrEqual(3 * MI)
    const stopped = await folderSize(folder, MI / 2)
    expect(stopped).toBeGreaterThan(MI / 2)
    expect(stopped).toBeLessThan(2 * MI)
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('a pod that went over its own limit was not disrupted', async () => {
  const b = await workerBench(podOf())
  b.worker.evict(OF_V, { disruption: false })
  await b.rest()
  expect(b.status()).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: OF_V })
  expect(b.status().conditions!.find((c) => c.type === 'DisruptionTarget')).toBeUndefined()
  expect(await b.running()).toBeUndefined()
})
