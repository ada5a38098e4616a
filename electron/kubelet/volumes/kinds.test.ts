import { mkdir, mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Pod, Volume } from '../../../shared/api/types.ts'
import { podOf } from '../testing.ts'
import { memorySize } from './empty-dir.ts'
import { createHost, memoryMountOptions } from './host.ts'
import { hostPathPlace } from './host-path.ts'
import { mountsBelow, readMounts } from './mountinfo.ts'
import { facts, volumeBench, type VolumeBench } from './testing.ts'

const ROOT = process.platform === 'linux' && process.getuid?.() === 0
let folder: string
let bench: VolumeBench
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'kinds-')); bench = volumeBench(join(folder, 'data')) })
afterEach(async () => { await bench.host.remove(folder) })
const bits = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8)

describe('hostPath', () => {
  it.each([
    ['new', '', 'folder'], ['new', 'DirectoryOrCreate', 'folder'], ['new', 'FileOrCreate', 'file'], ['dir', 'Directory', 'folder'], ['dir', 'DirectoryOrCreate', 'folder'], ['file', 'File', 'file'], ['file', '', 'file'], ['socket', 'Socket', 'socket'],
    ['new', 'Directory', 'is not a directory'], ['new', 'File', 'is not a file'], ['file', 'DirectoryOrCreate', 'is not a directory'], ['dir', 'FileOrCreate', 'is not a file'], ['file', 'Socket', 'is not a socket file'],
    ['file', 'CharDevice', 'is not a character device'], ['file', 'BlockDevice', 'is not a block device'], ['file', 'Nonsense', 'is unknown'],
  ])('%s as %j: %s', async (name, type, expected) => {
    await mkdir(join(folder, 'dir'))
    await writeFile(join(folder, 'file'), '')
    const server = createServer().listen(join(folder, 'socket'))
    await new Promise<void>((resolve) => server.once('listening', () => resolve()))
    const outcome = await hostPathPlace(join(folder, name), type).then((place) => stat(place.path), (e: Error) => e.message)
    await new Promise((resolve) => server.close(resolve))
    expect(typeof outcome === 'string' ? outcome : outcome.isDirectory() ? 'folder' : outcome.isFile() ? 'file' : 'socket').toContain(expected)
  })
})

describe('emptyDir', () => {
  const volume = (emptyDir: NonNullable<Volume['emptyDir']>): Volume => ({ name: 'v', emptyDir })
  const limited = (...limits: (string | undefined)[]): Pod => podOf({ containers: limits.map((memory, i) => ({ name: `c${i}`, image: 'i', ...(memory ? { resources: { limits: { memory } } } : {}) })) })
  it.each([
    [{}, [undefined], 8 << 20], [{ sizeLimit: '1Mi' }, [undefined], 1 << 20], [{ sizeLimit: '1Gi' }, [undefined], 8 << 20], [{}, ['1Mi', '2Mi'], 3 << 20], [{}, ['1Mi', undefined], 8 << 20], [{ sizeLimit: '0' }, ['1Mi'], 1 << 20],
  ])('in memory, %j with limits %j holds %i bytes', (source, limits, expected) => expect(memorySize(limited(...limits), volume(source), facts)).toBe(expected))

  it('is open to all, once; later its mode is its containers\' business', async () => {
    const path = (await bench.prepare({ volumes: [volume({})] })).get('v')!.path
    expect(await bits(path)).toBe('777')
    await rm(path, { recursive: true })
    await mkdir(path, { mode: 0o700 })
    await bench.prepare({ volumes: [volume({})] })
    expect(await bits(path)).toBe('700')
  })
  it.skipIf(!ROOT)('belongs to the fsGroup', async () => {
    const path = (await bench.prepare({ volumes: [volume({})], securityContext: { fsGroup: 1001 } })).get('v')!.path
    expect([(await stat(path)).gid, await bits(path)]).toEqual([1001, '2777'])
  })
  it.skipIf(!ROOT)('in memory is a file system of that size, which goes with the pod', async () => {
    const spec = { volumes: [volume({ medium: 'Memory', sizeLimit: '1Mi' })], securityContext: { fsGroup: 7 } }
    const path = (await bench.prepare(spec)).get('v')!.path
    await bench.prepare(spec)
    expect([(await stat(path)).gid, await bits(path)]).toEqual([7, '2777'])
    const { blocks, bsize } = await statfs(path)
    expect(blocks * bsize).toBe(1 << 20)
    await bench.manager.remove('u')
    expect(mountsBelow(await readMounts(), folder)).toEqual([])
  })
  it('in memory, where the app cannot mount, is a volume of the engine that the sandbox holds', async () => {
    const asked: unknown[] = []
    bench = volumeBench(folder, createHost({ local: true, uid: 1000, platform: 'linux', engine: { memoryVolume: async (of, options) => { asked.push(of, options); return 'engine-volume' } } }))
    const spec = { volumes: [volume({ medium: 'Memory' }), { name: 'disk', emptyDir: {} }] }
    expect((await bench.prepare(spec)).get('v')).toMatchObject({ engineVolume: 'engine-volume' })
    expect(asked).toEqual([{ podUid: 'u', volume: 'v' }, 'size=8388608,mode=777'])
    expect((await bench.manager.held(podOf(spec), facts)).map((p) => p.engineVolume)).toEqual(['engine-volume'])
    expect(memoryMountOptions({ mode: 0o777, gid: 5 })).toBe('gid=5,mode=2777')
  })
  it('knows no other media', () => expect(bench.prepare({ volumes: [volume({ medium: 'HugePages' })] })).rejects.toThrow('the storage medium "HugePages" is not supported by this node'))
})

describe('claims', () => {
  const pvc = (more: object = {}, status: object = { phase: 'Bound' }, metadata: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'claim', namespace: 'd', uid: 'pvc-uid', ...metadata }, spec: { volumeName: 'pv', ...more }, status }) as KubeObject
  const pv = (more: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' }, spec: { claimRef: { uid: 'pvc-uid' }, local: { path: folder }, ...more } }) as KubeObject
  const CLAIM: Volume = { name: 'v', persistentVolumeClaim: { claimName: 'claim' } }
  it.each<[string, () => KubeObject[], Volume, string]>([
    ['not there', () => [], CLAIM, 'persistentvolumeclaim "claim" not found'],
    ['not bound', () => [pvc({}, { phase: 'Pending' })], CLAIM, 'error processing PVC d/claim: PVC is not bound'],
    ['of another volume', () => [pvc(), pv({ claimRef: { uid: 'other' } })], CLAIM, 'volume pv is bound to another claim'],
    ['a block device', () => [pvc(), pv({ volumeMode: 'Block' })], CLAIM, 'volumes of mode Block are not supported'],
    ['a driver', () => [pvc(), pv({ local: undefined, csi: { driver: 'x' } })], CLAIM, 'persistent volumes of kind csi are not supported by this node'],
    ['a local folder that has gone', () => [pvc(), pv({ local: { path: '/no/such' } })], CLAIM, 'path "/no/such" does not exist'],
    ['of another pod', () => [pvc({}, { phase: 'Bound' }, { name: 'p-v' }), pv()], { name: 'v', ephemeral: { volumeClaimTemplate: { spec: {} } } } as Volume, 'PVC d/p-v was not created for pod d/p (pod is not owner)'],
  ])('%s', (_n, objects, volume, message) => {
    bench.objects.push(...objects())
    return expect(bench.prepare({ volumes: [volume] })).rejects.toThrow(message)
  })
  it('is the folder of its volume, and the fsGroup\'s', async () => {
    bench.objects.push(pvc(), pv())
    const fsGroup = ROOT ? { securityContext: { fsGroup: 1001 } } : {}
    expect((await bench.prepare({ volumes: [CLAIM], ...fsGroup })).get('v')!.path).toBe(folder)
    expect((await stat(folder)).gid).toBe(ROOT ? 1001 : process.getgid?.())
  })
  it('can be asked how full it is where it is a folder of the node, once for all its pods, until they have gone', async () => {
    bench.objects.push(pvc(), pv())
    await bench.prepare({ volumes: [CLAIM] })
    await bench.manager.prepare(podOf({ volumes: [CLAIM] }, { uid: 'other' }), facts)
    expect(bench.manager.claims()).toEqual([{ namespace: 'd', name: 'claim', path: folder }])
    await bench.manager.remove('u')
    expect(bench.manager.claims()).toHaveLength(1)
    await bench.manager.remove('other')
    expect(bench.manager.claims()).toEqual([])
  })
  it('is not asked where it is just some path', async () => {
    bench.objects.push(pvc(), pv({ local: undefined, hostPath: { path: folder } }))
    await bench.prepare({ volumes: [CLAIM] })
    expect(bench.manager.claims()).toEqual([])
  })
  it('of a pod alone', async () => {
    bench.objects.push(pvc({}, { phase: 'Bound' }, { name: 'p-v', ownerReferences: [{ controller: true, uid: 'u' }] }), pv())
    expect((await bench.prepare({ volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate: { spec: {} } } } as Volume] })).get('v')!.path).toBe(folder)
  })
})
