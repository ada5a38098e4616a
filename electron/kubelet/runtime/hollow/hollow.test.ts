import { describe, it, expect } from 'vitest'
import { realClock } from '../../../../shared/clock.ts'
import { describeRuntime } from '../contract.ts'
import { createHollowRuntime, type HollowRuntime } from './index.ts'

describeRuntime('hollow', async () => {
  const runtime = createHollowRuntime({ clock: realClock })
  return { runtime, image: 'pilothouse.dev/hello:1', close: () => runtime.close() }
})

const pod = (i: number) => ({ name: `p-${i}`, namespace: 'default', uid: `uid-${i}` })
const sandbox = (runtime: HollowRuntime, i: number): Promise<string> =>
  runtime.runPodSandbox({ pod: pod(i), node: 'n', attempt: 0, labels: {} } as unknown as Parameters<HollowRuntime['runPodSandbox']>[0])
const container = async (runtime: HollowRuntime, i: number): Promise<string> => {
  const sandboxId = await sandbox(runtime, i)
  const id = await runtime.createContainer({ pod: pod(i), node: 'n', sandboxId, name: 'c', attempt: 0, image: 'a', imageId: 'b', labels: {} } as unknown as Parameters<HollowRuntime['createContainer']>[0])
  await runtime.startContainer(id)
  return id
}
const read = async (runtime: HollowRuntime, id: string, signal: AbortSignal): Promise<number> => {
  let lines = 0
  for await (const some of runtime.logs(id, { follow: true }, signal)) lines += some.filter((l) => l.text).length
  return lines
}

describe('many pods at once', () => {
  it('begins one pod a turn of the event loop, all of them, in order', async () => {
    const runtime = createHollowRuntime({ clock: realClock })
    const begun: number[] = []
    const all = Promise.all(Array.from({ length: 50 }, (_, i) => sandbox(runtime, i).then(() => begun.push(i))))
    let most = 0
    while (begun.length < 50) {
      const before = begun.length
      await new Promise((resolve) => setImmediate(resolve))
      most = Math.max(most, begun.length - before)
    }
    await all
    expect(begun).toEqual(Array.from({ length: 50 }, (_, i) => i))
    // Ours and the runtime's turns interleave.
    expect(most).toBeLessThanOrEqual(2)
  })

  it.each<[string, (runtime: HollowRuntime, id: string, abort: AbortController) => unknown]>([
    ['the container ends', (runtime, id) => runtime.exit(id, 0)],
    ['the container is removed', (runtime, id) => runtime.removeContainer(id)],
    ['the runtime is closed', (runtime) => runtime.close()],
    ['the reader goes', (_r, _id, abort) => abort.abort()],
  ])('ends the log of all who follow when %s, and of nobody else but by closing', async (what, end) => {
    const runtime = createHollowRuntime({ clock: realClock })
    const ids = await Promise.all([container(runtime, 1), container(runtime, 2)])
    const abort = new AbortController()
    const other = new AbortController()
    const first = [read(runtime, ids[0]!, abort.signal), read(runtime, ids[0]!, abort.signal)]
    let otherEnded = false
    const second = read(runtime, ids[1]!, other.signal).finally(() => { otherEnded = true })
    await new Promise((resolve) => setImmediate(resolve))
    await end(runtime, ids[0]!, abort)
    expect(await Promise.all(first)).toEqual([1, 1])
    expect(otherEnded).toBe(what === 'the runtime is closed')
    other.abort()
    expect(await second).toBe(1)
  })
})
