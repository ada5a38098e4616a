import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limitFiles, limitPod, podCgroup, removeClusterCgroups, removePodCgroup } from './pod-cgroup.ts'

const all = { cpuShares: 1024, cpuQuota: 50_000, cpuPeriod: 100_000, memoryBytes: 1 << 20 }
const G = podCgroup('c', 'u')

describe('the limits of a pod', () => {
  it('are these files', () => {
    expect(G).toBe('/pilothouse-c/podu')
    expect(limitFiles(1, G, all)).toEqual([
      [`cpu${G}/cpu.shares`, '1024'], [`cpu${G}/cpu.cfs_period_us`, '100000'], [`cpu${G}/cpu.cfs_quota_us`, '50000'],
      [`memory${G}/memory.limit_in_bytes`, '1048576'], [`memory${G}/memory.memsw.limit_in_bytes?`, '1048576'],
    ])
    expect(limitFiles(2, G, all)).toEqual([[`${G}/cpu.weight`, '39'], [`${G}/cpu.max`, '50000 100000'], [`${G}/memory.max`, '1048576'], [`${G}/memory.swap.max?`, '0']])
    expect(limitFiles(2, G, { cpuShares: 2 })).toEqual([[`${G}/cpu.weight`, '1']])
  })

  let root: string
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'cgroup-')) })
  afterEach(() => rmSync(root, { recursive: true, force: true }))
  const touch = (...files: string[]): void => {
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), '')
    }
  }
  const read = (file: string): string => readFileSync(join(root, file), 'utf8')

  it('are written where the kernel has them, and nowhere else', async () => {
    touch('cgroup.controllers', `${G}/cpu.weight`, `${G}/cpu.max`, `${G}/memory.max`)
    await limitPod(G, all, root)
    expect([read(`${G}/memory.max`), read(`${G}/cpu.max`)]).toEqual(['1048576', '50000 100000'])
    expect(existsSync(join(root, G, 'memory.swap.max'))).toBe(false)
    await expect(limitPod(podCgroup('c', 'other'), all, root)).rejects.toThrow(/ENOENT/)
  })

  it('go with the pod, tree by tree, and what is left of a cluster with the cluster', async () => {
    for (const tree of ['cpu', 'memory']) for (const uid of ['a', 'b']) mkdirSync(join(root, tree, podCgroup('c', uid)), { recursive: true })
    mkdirSync(join(root, 'cpu', podCgroup('other', 'x')), { recursive: true })
    await removePodCgroup(podCgroup('c', 'a'), root)
    await removePodCgroup(podCgroup('c', 'a'), root)
    expect(['cpu', 'memory'].map((tree) => ['a', 'b'].map((uid) => existsSync(join(root, tree, podCgroup('c', uid)))))).toEqual([[false, true], [false, true]])
    expect(await removeClusterCgroups('c', root)).toBe(true)
    expect(await removeClusterCgroups('c', root)).toBe(false)
    expect(existsSync(join(root, 'cpu/pilothouse-c'))).toBe(false)
    expect(existsSync(join(root, 'cpu', podCgroup('other', 'x')))).toBe(true)
  })
})
