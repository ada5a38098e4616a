import { mkdtemp, readFile, readlink, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Volume } from '../../../shared/api/types.ts'
import { podOf } from '../testing.ts'
import { writeAtomically, type Owned } from './atomic-writer.ts'
import { commonUser } from './payload.ts'
import { volumeBench, type VolumeBench } from './testing.ts'

let folder: string
let bench: VolumeBench
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'volumes-')); bench = volumeBench(folder) })
afterEach(() => rm(folder, { recursive: true, force: true }))
const prepare = (volume: Omit<Volume, 'name'>, securityContext = {}) => bench.prepare({ volumes: [{ name: 'v', ...volume }], securityContext })
const at = async (volume: Omit<Volume, 'name'>, file: string, securityContext = {}): Promise<string> => join((await prepare(volume, securityContext)).get('v')!.path, file)

describe('files from the API', () => {
  it.each<[string, Omit<Volume, 'name'>, string, string, number]>([
    ['configMap', { configMap: { name: 'cm' } }, 'b', '2', 0o644],
    ['binary data', { configMap: { name: 'cm' } }, 'bin', '\0x', 0o644],
    ['an item of a configMap', { configMap: { name: 'cm', items: [{ key: 'a', path: 'deep/er', mode: 0o400 }] } }, 'deep/er', '1', 0o400],
    ['secret', { secret: { secretName: 's', defaultMode: 0o440 } }, 'p', 'geheim', 0o440],
    ['downwardAPI', { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } }, 'l', 'app="x"', 0o644],
    ['projected: several sources', { projected: { defaultMode: 0o600, sources: [{ configMap: { name: 'cm' } }, { secret: { name: 's' } }] } }, 'p', 'geheim', 0o600],
    ['projected: token', { projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] } }, 'token', 'token for vault', 0o644],
  ])('%s', async (_n, volume, file, text, mode) => {
    const path = await at(volume, file)
    expect(await readFile(path, 'utf8')).toBe(text)
    expect((await stat(path)).mode & 0o7777).toBe(mode)
  })
  it.each<[Omit<Volume, 'name'>, string]>([
    [{ configMap: { name: 'no' } }, 'MountVolume.SetUp failed for volume "v" : configmap "no" not found'],
    [{ secret: { secretName: 'no' } }, 'MountVolume.SetUp failed for volume "v" : secret "no" not found'],
    [{ configMap: { name: 'cm', items: [{ key: 'zz', path: 'z' }] } }, 'configmap references non-existent config key: zz'],
    [{ secret: { secretName: 's', items: [{ key: 'zz', path: 'z' }] } }, 'references non-existent secret key: zz'],
    [{ configMap: { name: 'cm', items: [{ key: 'a', path: '../out' }] } }, "must be relative and without '..'"],
    [{ nfs: { server: 'x', path: '/' } }, 'volumes of kind nfs are not supported by this node'],
    [{ csi: { driver: 'x' } }, 'volumes of kind csi are not supported by this node'],
  ])('%j is refused', (volume, message) => expect(prepare(volume)).rejects.toThrow(message))
  it('leaves out what is optional', async () => {
    expect((await prepare({ configMap: { name: 'no', optional: true } })).has('v')).toBe(true)
    expect((await prepare({ configMap: { name: 'cm', optional: true, items: [{ key: 'zz', path: 'z' }] } })).has('v')).toBe(true)
  })
  it.skipIf(process.getuid?.() !== 0)('belongs to the fsGroup, which may read it; a token to the user of all containers alone', async () => {
    const owner = async (path: string): Promise<string> => { const s = await stat(path); return `${s.uid}:${s.gid} ${(s.mode & 0o7777).toString(8)}` }
    expect(await owner(await at({ secret: { secretName: 's', defaultMode: 0o400 } }, 'p', { fsGroup: 1001 }))).toBe('0:1001 440')
    const token = { projected: { sources: [{ serviceAccountToken: { path: 't/token' } }] } }
    bench = volumeBench(`${folder}/2`)
    expect(await owner(await at(token, 't/token', { runAsUser: 1000 }))).toBe('1000:0 600')
    bench = volumeBench(`${folder}/3`)
    expect(await owner(await at(token, 't/token', { runAsUser: 1000, fsGroup: 1001 }))).toBe('1000:1001 640')
    expect(await owner(await at(token, 't', { runAsUser: 1000, fsGroup: 1001 }))).toBe('0:1001 2755')
  })
  it.each([
    [{ securityContext: { runAsUser: 7 } }, [{}, {}], 7],
    [{ securityContext: { runAsUser: 7 } }, [{}, { runAsUser: 8 }], undefined],
    [{}, [{ runAsUser: 8 }, { runAsUser: 8 }], 8],
    [{}, [{ runAsUser: 8 }, {}], undefined],
  ])('the user of %j with %j is %s', (spec, own, user) => expect(commonUser(podOf({ ...spec, containers: own.map((securityContext, i) => ({ name: `c${i}`, image: 'i', securityContext })) }))).toBe(user))
})

describe('writeAtomically', () => {
  const file = (text: string, mode = 0o640) => ({ bytes: Buffer.from(text), mode })
  const owned: Owned[] = []
  const own = async (changes: readonly Owned[]): Promise<void> => void owned.push(...changes)
  it('swaps all files at once and takes away what has gone', async () => {
    expect(await writeAtomically(folder, new Map([['a', file('1')], ['b/c', file('2')]]), own)).toBe(true)
    const before = await readlink(join(folder, '..data'))
    expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o640)
    expect(await writeAtomically(folder, new Map([['a', file('1')], ['b/c', file('2')]]), own)).toBe(false)
    expect(await writeAtomically(folder, new Map([['a', file('3')]]), own)).toBe(true)
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('3')
    expect(await readlink(join(folder, '..data'))).not.toBe(before)
    await expect(stat(join(folder, 'b'))).rejects.toThrow('ENOENT')
    await expect(stat(join(folder, before))).rejects.toThrow('ENOENT')
    expect(owned).toEqual([])
  })
  it('gives to the group what it has written', async () => {
    await writeAtomically(folder, new Map([['b/c', { ...file('2', 0o400), uid: 5 }]]), own, 7)
    expect(owned.map((o) => [o.path.replace(/.*\.\.[0-9a-f]+/, ''), o.uid, o.gid, o.mode.toString(8)])).toEqual([['', undefined, 7, '2755'], ['/b', undefined, 7, '2755'], ['/b/c', 5, 7, '440']])
  })
  it('finishes what a kill has left after the swap', async () => {
    await writeAtomically(folder, new Map([['a', file('1')]]), own)
    await rm(join(folder, 'a'))
    await symlink('..data/gone', join(folder, 'gone'))
    expect(await writeAtomically(folder, new Map([['a', file('1')]]), own)).toBe(false)
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('1')
    await expect(readlink(join(folder, 'gone'))).rejects.toThrow('ENOENT')
  })
})
