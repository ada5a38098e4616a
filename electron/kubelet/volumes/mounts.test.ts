import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Container, Pod } from '../../../shared/api/types.ts'
import { podOf } from '../testing.ts'
import { mountsBelow, parseMountInfo, readMounts } from './mountinfo.ts'
import { openBelow } from './subpath.ts'
import { volumeBench, type VolumeBench } from './testing.ts'

/** Mounting needs root, and the kernel that has these mounts. */
const MOUNTS = process.platform === 'linux' && process.getuid?.() === 0
let folder: string
let bench: VolumeBench
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'mounts-')); bench = volumeBench(folder) })
afterEach(async () => { await bench.host.remove(folder) })

const containerOf = (volumeMounts: Container['volumeMounts']): Container => ({ name: 'c', image: 'i', volumeMounts: volumeMounts! })
const mountsOf = async (spec: Partial<Pod['spec']>, volumeMounts: Container['volumeMounts'], env: [string, string][] = []) => {
  const places = await bench.prepare(spec)
  return bench.manager.mounts(podOf(spec), containerOf(volumeMounts), places, new Map(env))
}
const EMPTY = { volumes: [{ name: 'v', emptyDir: {} }] }

describe('mounts of a container', () => {
  it.each<[string, Partial<Pod['spec']>, NonNullable<Container['volumeMounts']>[number], object]>([
    ['read-only by its own word', EMPTY, { name: 'v', mountPath: '/m', readOnly: true }, { readOnly: true }],
    ['no deeper than it can be, if that is enough', EMPTY, { name: 'v', mountPath: '/m', readOnly: true, recursiveReadOnly: 'IfPossible' }, { readOnly: true }],
    ['writable', EMPTY, { name: 'v', mountPath: '/m' }, { readOnly: false, containerPath: '/m' }],
    ['always read-only: files from the API', { volumes: [{ name: 'v', configMap: { name: 'cm' } }] }, { name: 'v', mountPath: '/m' }, { readOnly: true }],
    ['from the host', EMPTY, { name: 'v', mountPath: '/m', mountPropagation: 'HostToContainer' }, { propagation: 'slave' }],
    ['both ways', EMPTY, { name: 'v', mountPath: '/m', mountPropagation: 'Bidirectional' }, { propagation: 'shared' }],
  ])('%s', async (_n, spec, mount, expected) => expect((await mountsOf(spec, [mount])).mounts[0]).toMatchObject(expected))

  it.each<[string, Partial<Pod['spec']>, Partial<NonNullable<Container['volumeMounts']>[number]>, string]>([
    ['an absolute subPath', EMPTY, { subPathExpr: '$(A)' }, 'error SubPath `/etc` must not be an absolute path'],
    ['a subPath upwards', EMPTY, { subPathExpr: 'x/$(B)' }, "unable to provision SubPath `x/../..`: must not contain '..'"],
    ['a subPathExpr without its value', EMPTY, { subPathExpr: '$(C)' }, 'missing value for "C"'],
    ['a file that is not in the volume', { volumes: [{ name: 'v', configMap: { name: 'cm' } }] }, { subPath: 'zz' }, 'subPath "zz" does not exist'],
    ['what must be read-only with all below it', EMPTY, { readOnly: true, recursiveReadOnly: 'Enabled' }, 'volume "v" requested recursive read-only mode, but it is not supported by the runtime'],
    ['a volume that is not there', {}, {}, 'volume "v" of container c does not exist'],
  ])('%s is refused', (_n, spec, mount, message) => expect(mountsOf(spec, [{ name: 'v', mountPath: '/m', ...mount }], [['A', '/etc'], ['B', '../..']])).rejects.toThrow(message))

  it('mounts a file of a volume from the API as it is now', async () => {
    const { mounts } = await mountsOf({ volumes: [{ name: 'v', configMap: { name: 'cm' } }] }, [{ name: 'v', mountPath: '/m', subPath: 'a' }])
    expect(await readFile(mounts[0]!.hostPath, 'utf8')).toBe('1')
    expect(mounts[0]!.hostPath).not.toContain('..data')
  })
  it.skipIf(!MOUNTS)('holds what a subPath leads to until it is released', async () => {
    const places = await bench.prepare(EMPTY)
    const place = places.get('v')!.path
    await mkdir(join(place, 'x'))
    await writeFile(join(place, 'x', 'f'), 'mine')
    const { mounts, release } = await mountsOf(EMPTY, [{ name: 'v', mountPath: '/m', subPathExpr: '$(X)' }, { name: 'v', mountPath: '/f', subPath: 'x/f' }, { name: 'v', mountPath: '/n', subPath: 'new/deep' }], [['X', 'x']])
    await rm(join(place, 'x'), { recursive: true })
    await symlink('/etc', join(place, 'x'))
    expect(await readFile(mounts[1]!.hostPath, 'utf8')).toBe('mine')
    expect((await stat(join(place, 'new'))).mode & 0o777).toBe(0o777)
    await release()
    expect(mountsBelow(await readMounts(), folder)).toEqual([])
  })
})

describe.skipIf(process.platform !== 'linux')('openBelow', () => {
  it.each([['out', 'leads out of its volume'], ['up', 'leads out of its volume'], ['file/x', 'failed to prepare subPath'], ['in/x', 'a folder'], ['a/b', 'a folder'], ['a/new/er', 'a folder'], ['file', 'a file']])('%s: %s', async (sub, why) => {
    await mkdir(join(folder, 'v/a/b'), { recursive: true })
    await writeFile(join(folder, 'v/file'), '')
    await writeFile(join(folder, 'secret'), '')
    await symlink('/etc', join(folder, 'v/out'))
    await symlink('../secret', join(folder, 'v/up'))
    await symlink('a', join(folder, 'v/in'))
    const outcome = await openBelow(join(folder, 'v'), sub).then(async (o) => { await o.handle.close(); return o.folder ? 'a folder' : 'a file' }, (e: Error) => e.message)
    expect(outcome).toContain(why)
  })
})

describe('mountinfo', () => {
  it('reads paths with their escapes, and says what can go in which order', () => {
    const entries = parseMountInfo('43 27 254:0 / /a\\040b rw,relatime shared:1 - ext4 /dev/vda rw\n44 43 0:5 / /a\\040b/c rw - tmpfs tmpfs rw\n45 43 0:5 / /a\\040bc rw - tmpfs tmpfs rw\n')
    expect(entries).toEqual([{ path: '/a b', type: 'ext4' }, { path: '/a b/c', type: 'tmpfs' }, { path: '/a bc', type: 'tmpfs' }])
    expect(mountsBelow(entries, '/a b')).toEqual(['/a b/c', '/a b'])
  })
})
