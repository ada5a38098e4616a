import { describe, expect, it } from 'vitest'
import type { ContainerStatus, Pod } from '../../shared/api/types.ts'
import { chooseContainer, encodeLines } from './pod-logs.ts'
import type { ContainerState, LogLine } from './runtime/types.ts'

const container = (name: string, attempt: number, state: ContainerState['state']): ContainerState => ({ id: `${name}-${attempt}`, name, attempt, state }) as ContainerState
const pod = (status: Partial<ContainerStatus>[] = []): Pod => ({ metadata: { name: 'web' }, spec: { initContainers: [{ name: 'init', image: 'x' }], containers: [{ name: 'c', image: 'x' }] }, status: { containerStatuses: status } }) as unknown as Pod
const waiting = (reason: string): Partial<ContainerStatus>[] => [{ name: 'c', state: { waiting: { reason } } }]

describe('the container whose log is read', () => {
  it.each<[string, Partial<ContainerStatus>[], ContainerState[], { container?: string; previous?: boolean }, string]>([
    ['runs', [], [container('c', 0, 'exited'), container('c', 1, 'running')], {}, 'c-1'],
    ['has ended', [], [container('c', 0, 'exited')], {}, 'c-0'],
    ['prepares the pod', [], [container('init', 0, 'running')], { container: 'init' }, 'init-0'],
    ['waits to be begun again: its last life', waiting('CrashLoopBackOff'), [container('c', 2, 'exited')], {}, 'c-2'],
    ['lived before', [], [container('c', 0, 'exited'), container('c', 1, 'running')], { previous: true }, 'c-0'],
    ['lived before, and waits', waiting('CrashLoopBackOff'), [container('c', 2, 'exited')], { previous: true }, 'c-2'],
  ])('%s', (_name, status, containers, options, id) => expect(chooseContainer(pod(status), containers, { container: 'c', previous: false, ...options }).id).toBe(id))

  it.each<[string, Partial<ContainerStatus>[], ContainerState[], { container?: string; previous?: boolean }, string]>([
    ['is none of the pod', [], [], { container: 'x' }, 'container x is not valid for pod web'],
    ['never lived before', [], [container('c', 0, 'running')], { previous: true }, 'previous terminated container "c" in pod "web" not found'],
    ['is made', waiting('ContainerCreating'), [], {}, 'container "c" in pod "web" is waiting to start: ContainerCreating'],
    ['is made, and not started', waiting('RunContainerError'), [container('c', 0, 'created')], {}, 'container "c" in pod "web" is waiting to start: RunContainerError'],
    ['waits for those before it', waiting('PodInitializing'), [container('init', 0, 'running')], {}, 'container "c" in pod "web" is waiting to start: PodInitializing'],
    ['has no image', waiting('ErrImagePull'), [], {}, 'container "c" in pod "web" is waiting to start: image can\'t be pulled'],
    ['has no image for long', waiting('ImagePullBackOff'), [], {}, 'container "c" in pod "web" is waiting to start: trying and failing to pull image'],
    ['lacks a configuration', waiting('CreateContainerConfigError'), [], {}, 'container "c" in pod "web" is waiting to start: CreateContainerConfigError'],
  ])('%s: none', (_name, status, containers, options, message) => {
    expect(() => chooseContainer(pod(status), containers, { container: 'c', previous: false, ...options })).toThrow(expect.objectContaining({ code: 400, message }))
  })
})

describe('its lines', () => {
  const LINES: LogLine[] = [{ timestamp: 'T1', stream: 'stdout', text: 'one' }, { timestamp: 'T2', stream: 'stderr', text: 'two' }, { timestamp: 'T3', stream: 'stdout', text: '' }]
  async function* given(): AsyncGenerator<readonly LogLine[]> {
    yield LINES.slice(0, 1)
    yield LINES.slice(1)
  }
  it.each<[Parameters<typeof encodeLines>[1], string]>([
    [{ timestamps: false }, 'one\ntwo\n\n'], [{ timestamps: true }, 'T1 one\nT2 two\nT3 \n'], [{ timestamps: false, limitBytes: 6 }, 'one\ntw'], [{ timestamps: false, limitBytes: 4 }, 'one\n'],
    [{ timestamps: false, stream: 'stdout' }, 'one\n\n'], [{ timestamps: true, stream: 'stderr', limitBytes: 5 }, 'T2 tw'],
  ])('%j', async (options, text) => {
    const parts: Buffer[] = []
    for await (const part of encodeLines(given(), options)) parts.push(part)
    expect(Buffer.concat(parts).toString()).toBe(text)
  })
})
