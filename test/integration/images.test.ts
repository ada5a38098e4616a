/** Images built, pushed, removed and pulled on a real engine against a real registry. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ImageProgress } from '../../shared/images.ts'
import { StatusError } from '../../shared/errors.ts'
import { createImages } from '../../electron/cluster/images.ts'
import { createDockerRuntime } from '../../electron/kubelet/runtime/docker/index.ts'
import { startRegistry, USER, type Registry } from './registry.ts'
import { docker } from './runtime-world.ts'

const runtime = createDockerRuntime({ clusterId: 'it-images', socketPath: '/var/run/docker.sock' })
const images = createImages({ runtime: () => runtime, nodes: () => ['n'], pods: () => [], folders: {}, secret: async () => { throw new Error('none is asked for') } })
let registry: Registry
let folder: string
let tag: string
beforeAll(async () => {
  registry = await startRegistry(true)
  folder = await mkdtemp(join(tmpdir(), 'build-'))
  tag = `${registry.host}/built:${process.pid}`
})
afterAll(async () => {
  await docker.getImage(tag).remove({ force: true }).catch(() => undefined)
  await runtime.close()
  await registry?.stop()
  await rm(folder, { recursive: true, force: true })
})

type Work = 'build' | 'push' | 'pull'
async function run(work: Work, request: object, abort = new AbortController()): Promise<{ lines: string[]; done: ImageProgress['done']; error: string }> {
  const messages: ImageProgress[] = []
  const error = await images[work](request, (m) => { messages.push(m); if (m.lines.includes('cut here')) abort.abort() }, abort.signal).then(() => '', (e: unknown) => (e instanceof StatusError ? `${e.status.code} ${e.status.message}` : String(e)))
  return { lines: messages.flatMap((m) => m.lines), done: messages.at(-1)?.done, error }
}
const dockerfile = (text: string): Promise<void> => writeFile(join(folder, 'Dockerfile'), text)

it('builds from a folder, and tells each step', async () => {
  await writeFile(join(folder, '.dockerignore'), 'secret')
  await writeFile(join(folder, 'secret'), 'hidden')
  await writeFile(join(folder, 'said'), 'of the folder')
  await dockerfile('FROM busybox:local\nARG WHO\nCOPY . /ctx\nRUN echo "built by $WHO"; ls /ctx\nCMD ["cat", "/ctx/said"]\n')
  const { lines, done, error } = await run('build', { folder, tag, buildArgs: { WHO: 'the test' } })
  expect([error, done]).toEqual(['', { image: tag, id: expect.stringMatching(/^sha256:/), digest: '' }])
  expect(lines).toEqual(expect.arrayContaining(['Step 1/5 : FROM busybox:local', 'built by the test', 'said']))
  expect(lines).not.toContain('secret')
  expect((await images.list()).images.find((i) => i.id === done?.id)).toMatchObject({ names: expect.arrayContaining([tag]) as unknown, usedBy: [], createdAt: expect.any(Number) })
})
it('says why a build failed', async () => {
  await dockerfile('FROM busybox:local\nRUN echo before; exit 3\n')
  const { lines, error } = await run('build', { folder, tag: 'it-images-fails:1' })
  expect(lines).toContain('before')
  expect(error).toMatch(/^500 failed to build image "it-images-fails:1": The command '.*exit 3' returned a non-zero code: 3$/)
  await dockerfile('FORM busybox:local\n')
  expect((await run('build', { folder, tag: 'it-images-fails:1' })).error).toMatch(/unknown instruction/i)
})
it('can be cancelled in the middle of a step', async () => {
  await dockerfile('FROM busybox:local\nRUN echo "cut here"; sleep 60\n')
  const { error, done } = await run('build', { folder, tag: 'it-images-cut:1' })
  expect([error, done]).toEqual(['504 building image "it-images-cut:1" was cancelled', undefined])
  expect(await docker.listImages({ filters: { reference: ['it-images-cut'] } })).toEqual([])
})
it('pushes with credentials, and says what the registry has against others', async () => {
  expect((await run('push', { image: tag })).error).toMatch(/^(401|403|404|500) failed to push image ".*": .*(no basic auth|denied|authentication required|unauthorized)/i)
  expect((await run('push', { image: tag, username: USER.username, password: 'wrong' })).error).toMatch(/failed to push image/)
  expect((await run('push', { image: '127.0.0.1:1/nobody:1', ...USER })).error).toBe('404 images "127.0.0.1:1/nobody:1" not found')
  const { lines, done, error } = await run('push', { image: tag, ...USER })
  expect([error, done?.digest]).toEqual(['', expect.stringMatching(/^sha256:[0-9a-f]{64}$/)])
  expect(lines.some((l) => /Pushed|Layer already exists/.test(l))).toBe(true)
})
it('gives one more name, takes names away, and pulls what is gone', async () => {
  const other = 'it-images-other:1'
  await images.tag({ image: tag, name: other })
  await images.remove({ image: other })
  await images.remove({ image: tag })
  expect((await images.list()).images.filter((i) => i.names.includes(tag))).toEqual([])
  expect((await run('pull', { image: tag, ...USER, password: 'wrong' })).error).toMatch(/failed to pull image/)
  const { done, error } = await run('pull', { image: tag, ...USER })
  expect([error, done?.image]).toEqual(['', tag])
  expect((await images.list()).images.some((i) => i.names.includes(tag))).toBe(true)
})
