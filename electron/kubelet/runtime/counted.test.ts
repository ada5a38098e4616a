import { expect, it } from 'vitest'
import { createKubeletCounts } from '../counts.ts'
import { hasImageEvents } from './capabilities.ts'
import { countedRuntime } from './counted.ts'
import { RuntimeError, type ContainerRuntime } from './types.ts'

it('counts what is asked of a runtime and what failed, and is that runtime all the same', async () => {
  const counts = createKubeletCounts()
  const asked: unknown[] = []
  const runtime = {
    name: 'docker', subscribeImages: () => ({ close: () => undefined }), close: async () => undefined,
    async startContainer(...args: unknown[]) { asked.push(args); throw new RuntimeError('StartFailed', 'no') },
    async pullImage(...args: unknown[]) { asked.push(args); return { id: 'sha256:1' } },
  } as unknown as ContainerRuntime
  const counted = countedRuntime(runtime, counts)
  await expect(counted.startContainer('a')).rejects.toThrow('no')
  await expect(counted.startContainer('b')).rejects.toThrow(RuntimeError)
  const signal = new AbortController().signal
  const progress = (): void => undefined
  expect(await counted.pullImage('i', undefined, progress, signal)).toEqual({ id: 'sha256:1' })
  await counted.close()
  expect(asked).toEqual([['a'], ['b'], ['i', undefined, progress, signal]])
  expect([...counts.operations].map(([name, { seconds, errors }]) => [name, seconds.counts.reduce((a, b) => a + b, 0), errors])).toEqual([['start_container', 2, 2], ['pull_image', 1, 0]])
  expect([counted.name, hasImageEvents(counted)]).toEqual(['docker', true])
})
