import { describe, expect, it } from 'vitest'
import type { ImageProgress } from '../../shared/images.ts'
import type { Pod } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { StatusError } from '../../shared/errors.ts'
import { createHollowRuntime } from '../kubelet/runtime/hollow/index.ts'
import { RuntimeError, type ContainerRuntime, type RegistryCredentials } from '../kubelet/runtime/types.ts'
import { createImages, toImageStatus, usersOf, type ImageParts } from './images.ts'

const ID = `sha256:${'a'.repeat(64)}`
const pod = (name: string, image: string, imageID?: string): Pod => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'd' }, spec: { nodeName: 'n', containers: [{ name: 'c', image }] }, status: imageID ? { containerStatuses: [{ name: 'c', imageID }] } : {},
}) as unknown as Pod
const DOCKERCFG = { metadata: { name: 's' }, type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths: { 'r.example.com': { username: 'u', password: 'p' } } })).toString('base64') } }

function bench(more: Partial<ImageParts> = {}, runtime: Partial<ContainerRuntime> & Record<string, unknown> = {}) {
  const calls: unknown[] = []
  const hollow = createHollowRuntime({ clock: new FakeClock() })
  const engine = {
    ...hollow,
    listImages: async () => [{ id: ID, names: ['r.example.com/app:1', 'r.example.com/app:2'], sizeBytes: 5, createdAt: 7 }, { id: 'sha256:b', names: [], sizeBytes: 1 }],
    removeImage: async (image: string, all: boolean) => void calls.push(['remove', image, all]),
    imageStatus: async (image: string) => (image.includes('absent') ? undefined : { id: ID, names: [image], sizeBytes: 1 }),
    pullImage: async (image: string, credentials: RegistryCredentials | undefined, on: (p: { status: string; currentBytes: number; totalBytes: number }) => void) => { calls.push(['pull', image, credentials]); on({ status: 'Downloading', currentBytes: 1, totalBytes: 2 }); return { id: ID, names: [], sizeBytes: 1 } },
    pushImage: async (image: string, credentials: RegistryCredentials | undefined) => { calls.push(['push', image, credentials]); return 'sha256:d' },
    buildImage: async () => ID, tagImage: async (image: string, name: string) => void calls.push(['tag', image, name]), ...runtime,
  } as unknown as ContainerRuntime
  const images = createImages({ runtime: () => engine, nodes: () => ['n'], pods: () => [pod('p', 'r.example.com/app:1')], secret: async () => DOCKERCFG as never, folders: {}, ...more })
  const messages: ImageProgress[] = []
  return { images, calls, messages, emit: (m: ImageProgress) => void messages.push(m), signal: new AbortController().signal }
}
const refusal = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (e: unknown) => (e instanceof StatusError ? `${e.status.code} ${e.status.message}` : String(e)))

describe('images', () => {
  it('are listed with who uses them', async () => {
    const list = await bench().images.list()
    expect(list).toEqual({ nodes: ['n'], images: [{ id: ID, names: ['r.example.com/app:1', 'r.example.com/app:2'], sizeBytes: 5, createdAt: 7, usedBy: [{ namespace: 'd', pod: 'p', node: 'n' }] }, { id: 'sha256:b', names: [], sizeBytes: 1, usedBy: [] }] })
  })
  it.each([
    ['by name, not yet pulled', pod('p', 'nginx'), true], ['by what runs', pod('p', 'other:1', `docker://${ID}`), true], ['by another of that name', pod('p', 'nginx', `docker://sha256:${'c'.repeat(64)}`), false], ['by digest', pod('p', 'nginx', `docker-pullable://nginx@${ID}`), true],
  ])('are used %s', (_n, p, used) => expect(usersOf({ id: ID, names: ['nginx:latest', `nginx@${ID}`] }, [p])).toHaveLength(used ? 1 : 0))

  it.each<[object, string, unknown[]]>([
    [{ image: 'r.example.com/app:1' }, 'done', [['remove', 'r.example.com/app:1', false]]],
    [{ image: ID }, `409 Operation cannot be fulfilled on images "${ID}": it is used by d/p`, []],
    [{ image: ID, force: true }, 'done', [['remove', ID, true]]],
    [{ image: 'sha256:b' }, 'done', [['remove', 'sha256:b', true]]],
    [{ image: 'absent:1' }, '404 images "absent:1" not found', []],
    [{ image: 5 }, '400 image must be a string', []],
  ])('remove %j: %s', async (request, answer, calls) => {
    const b = bench()
    expect([await refusal(b.images.remove(request)), b.calls]).toEqual([answer, calls])
  })
  it('are pulled and pushed with the credentials given, or those of a secret', async () => {
    const b = bench()
    const image = 'r.example.com/app:1'
    await b.images.pull({ image, username: 'me', password: 'x' }, b.emit, b.signal)
    await b.images.push({ image, secret: { namespace: 'd', name: 's' } }, b.emit, b.signal)
    expect(b.calls).toEqual([['pull', image, { username: 'me', password: 'x', serverAddress: 'r.example.com' }], ['push', image, { username: 'u', password: 'p', serverAddress: 'r.example.com' }]])
    expect(b.messages).toEqual([{ lines: ['Downloading'], currentBytes: 1, totalBytes: 2, done: { image, id: ID, digest: '' } }, { lines: [], currentBytes: 0, totalBytes: 0, done: { image, id: ID, digest: 'sha256:d' } }])
  })
  it.each<[string, 'pull' | 'push' | 'build', object, string]>([
    ['no name', 'pull', { image: 'Not A Name' }, "400 couldn't parse image name"], ['half of the credentials', 'push', { image: 'a:1', username: 'u' }, '400 username and password must be strings'],
    ['a secret of elsewhere', 'push', { image: 'other.example.com/a:1', secret: { namespace: 'd', name: 's' } }, '400 secret d/s has no credentials for other.example.com'], ['an image that is not there', 'push', { image: 'absent:1' }, '404 images "absent:1" not found'],
    ['a relative folder', 'build', { folder: 'x', tag: 'a:1' }, '400 folder must be an absolute path'], ['a folder that is none', 'build', { folder: '/no/such', tag: 'a:1' }, '400 /no/such is not a folder'],
    ['a Dockerfile outside', 'build', { folder: '/tmp', tag: 'a:1', dockerfile: '../x' }, '400 dockerfile must be a path in the folder'], ['arguments that are none', 'build', { folder: '/tmp', tag: 'a:1', buildArgs: { a: 1 } }, '400 buildArgs must be strings by name'],
  ])('%s is refused', async (_n, what, request, message) => {
    const b = bench()
    expect(await refusal(b.images[what](request, b.emit, b.signal))).toContain(message)
    expect([b.calls, b.messages]).toEqual([[], []])
  })
  it('are built only from a folder that the user has chosen, where there is a dialog', async () => {
    const b = bench({ folders: { choose: async () => '/chosen/folder' } })
    expect(await refusal(b.images.build({ folder: '/chosen/folder', tag: 'a:1' }, b.emit, b.signal))).toContain('the folder was not chosen in the dialog')
    expect(await b.images.chooseFolder()).toEqual({ typed: false, folder: '/chosen/folder' })
    expect(await refusal(b.images.build({ folder: '/chosen/folder', tag: 'a:1' }, b.emit, b.signal))).toContain('/chosen/folder is not a folder')
    expect(await bench().images.chooseFolder()).toEqual({ typed: true, folder: null })
  })
  it('of hollow nodes can be neither built nor tagged', async () => {
    const hollow = createHollowRuntime({ clock: new FakeClock() })
    const b = bench({ runtime: () => hollow })
    expect(await refusal(b.images.tag({ image: 'a:1', name: 'b:1' }))).toContain('501 hollow nodes run nothing')
    expect(await refusal(bench({ runtime: () => undefined }).images.list())).toContain('503 The kubelet has not started yet')
  })
  it.each<[ConstructorParameters<typeof RuntimeError>[0], number]>([['EngineUnavailable', 503], ['InvalidImageName', 400], ['NotFound', 404], ['Conflict', 409], ['Timeout', 504], ['PullFailed', 500]])('a failure %s is a Status %i', (reason, code) => {
    expect(toImageStatus(new RuntimeError(reason, 'why'), 'i').status.code).toBe(code)
  })
})
