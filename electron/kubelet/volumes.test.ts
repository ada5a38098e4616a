import { mkdtemp, readFile, readlink, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Volume } from '../../shared/api/types.ts'
import type { ConfigSource } from './env.ts'
import { podOf } from './testing.ts'
import { containerMounts, prepareVolumes, writeAtomically } from './volumes.ts'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'volumes-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

const source: ConfigSource = {
  configMap: (_n, name) => (name === 'cm' ? { data: { a: '1', b: '2' } } : undefined),
  secret: (_n, name) => (name === 's' ? { data: { p: Buffer.from('geheim').toString('base64') } } : undefined),
}
const facts = { podIP: '10.0.0.1', hostIP: '192.0.2.1', cpuMillis: 4000, memoryBytes: 8 << 20 }
const prepare = (volume: Omit<Volume, 'name'>) => prepareVolumes(folder, podOf({ volumes: [{ name: 'v', ...volume }] }, { labels: { app: 'x' } }), source, facts, async (s) => `token for ${s.audience ?? 'api'}`)
const read = async (volume: Omit<Volume, 'name'>, file: string): Promise<string> => readFile(join((await prepare(volume)).get('v')!, file), 'utf8')

describe('prepareVolumes', () => {
  it.each<[string, Omit<Volume, 'name'>, string, string]>([
    ['configMap', { configMap: { name: 'cm' } }, 'b', '2'],
    ['an item of a configMap', { configMap: { name: 'cm', items: [{ key: 'a', path: 'deep/er' }] } }, 'deep/er', '1'],
    ['secret', { secret: { secretName: 's' } }, 'p', 'geheim'],
    ['downwardAPI', { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } }, 'l', 'app="x"'],
    ['projected: several sources', { projected: { sources: [{ configMap: { name: 'cm' } }, { secret: { name: 's' } }] } }, 'p', 'geheim'],
    ['projected: token', { projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] } }, 'token', 'token for vault'],
  ])('%s', async (_n, volume, file, expected) => expect(await read(volume, file)).toBe(expected))
  it.each<[Omit<Volume, 'name'>, string]>([
    [{ configMap: { name: 'no' } }, 'MountVolume.SetUp failed for volume "v" : configmap "no" not found'],
    [{ configMap: { name: 'cm', items: [{ key: 'zz', path: 'z' }] } }, 'references non-existent config key: zz'],
    [{ configMap: { name: 'cm', items: [{ key: 'a', path: '../out' }] } }, "must be relative and without '..'"],
    [{ hostPath: { path: '/no/such', type: 'Directory' } }, 'hostPath type check failed: /no/such is not a directory'],
    [{ nfs: { server: 'x', path: '/' } }, 'this kind of volume is not supported by this node'],
  ])('%j is refused', (volume, message) => expect(prepare(volume)).rejects.toThrow(message))
  it('leaves out what is optional', async () => expect((await prepare({ configMap: { name: 'no', optional: true } })).has('v')).toBe(true))
  it('makes a hostPath', async () => {
    expect((await prepare({ hostPath: { path: join(folder, 'h'), type: 'DirectoryOrCreate' } })).get('v')).toBe(join(folder, 'h'))
    expect((await stat(join(folder, 'h'))).isDirectory()).toBe(true)
  })
})

describe('writeAtomically', () => {
  const file = (text: string, mode = 0o640) => ({ bytes: Buffer.from(text), mode })
  it('swaps all files at once and takes away what has gone', async () => {
    expect(await writeAtomically(folder, new Map([['a', file('1')], ['b/c', file('2')]]))).toBe(true)
    const before = await readlink(join(folder, '..data'))
    expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o640)
    expect(await writeAtomically(folder, new Map([['a', file('1')], ['b/c', file('2')]]))).toBe(false)
    expect(await writeAtomically(folder, new Map([['a', file('3')]]))).toBe(true)
    expect(await readlink(join(folder, '..data'))).not.toBe(before)
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('3')
    await expect(stat(join(folder, 'b'))).rejects.toThrow('ENOENT')
  })
})

describe('containerMounts', () => {
  const mounts = (m: object) => containerMounts(podOf({ volumes: [{ name: 'v', emptyDir: {} }] }), { name: 'a', volumeMounts: [{ name: 'v', mountPath: '/m', ...m }] }, new Map([['v', folder]]), (t) => t.replace('$(X)', 'x'))
  it.each([[{}, ''], [{ subPath: 'a/b' }, '/a/b'], [{ subPathExpr: '$(X)' }, '/x']])('%j', async (m, expected) => expect((await mounts(m))[0]).toEqual({ hostPath: folder + expected, containerPath: '/m', readOnly: false }))
  it('refuses to leave the volume', async () => {
    await expect(mounts({ subPath: '../x' })).rejects.toThrow('must be relative')
    await symlink('/etc', join(folder, 'out'))
    await expect(mounts({ subPath: 'out' })).rejects.toThrow('leads out of it')
    await expect(mounts({ name: 'w' })).rejects.toThrow('does not exist')
  })
})
