/** The log collector against a real engine: what containers really print, through stops and starts of the collector. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDockerRuntime } from '../../electron/kubelet/runtime/docker/index.ts'
import type { ContainerRuntime } from '../../electron/kubelet/runtime/types.ts'
import { createLogCollector, openLogStore } from '../../electron/logging/index.ts'
import { found } from '../../electron/logging/testing.ts'
import type { LogStore } from '../../electron/logging/types.ts'
import { realClock } from '../../shared/clock.ts'
import { BUSYBOX } from './busybox.ts'
import { NODE, sweep, until } from './runtime-world.ts'

const clusterId = `logs-${process.pid}`
let runtime: ContainerRuntime
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-collector-'))
  runtime = createDockerRuntime({ clusterId, socketPath: '/var/run/docker.sock' })
})
afterAll(async () => {
  await runtime.close()
  await sweep(clusterId)
  await rm(directory, { recursive: true })
})

async function run(name: string, script: string): Promise<string> {
  const pod = { name, namespace: 'default', uid: `uid-${name}` }
  const sandboxId = await runtime.runPodSandbox({ pod, node: NODE, attempt: 0, hostname: name, hostNetwork: false, portMappings: [], labels: {} })
  const image = await runtime.imageStatus(BUSYBOX)
  const id = await runtime.createContainer({
    pod, node: NODE, sandboxId, name: 'main', attempt: 0, image: BUSYBOX, imageId: image?.id ?? '', command: ['sh', '-c', script], env: [], mounts: [], tty: false, stdin: false, labels: {},
    resources: { oomScoreAdj: 0 }, security: { readOnlyRootFilesystem: false, noNewPrivileges: true, privileged: false, addCapabilities: [], dropCapabilities: [] },
  })
  await runtime.startContainer(id)
  return id
}
const withCollector = async (work: (store: LogStore) => Promise<void>): Promise<void> => {
  const store = await openLogStore({ directory, clock: realClock })
  const collector = createLogCollector({ store, source: runtime, clock: realClock, node: NODE })
  await collector.start()
  try {
    await work(store)
  } finally {
    await collector.stop()
    await store.close()
  }
}
const texts = async (store: LogStore, pod: string): Promise<string[]> => (await found(store, `namespace:default pod:${pod}`)).map((e) => e.text)

describe('log collector on a real engine', () => {
  it('has every line once and in order, though it is stopped and started while a container writes', async () => {
    await run('writer', 'i=0; while [ $i -lt 1500 ]; do echo line $i; i=$((i+1)); [ $((i % 10)) = 0 ] && sleep 0.02; done; echo done')
    for (let round = 1; round <= 3; round++) await withCollector((store) => until('some lines', async () => (await texts(store, 'writer')).length >= round * 50 || undefined).then(() => undefined))
    await withCollector(async (store) => {
      await until('the last line', async () => (await texts(store, 'writer')).includes('done'), 60_000)
      expect(await texts(store, 'writer')).toEqual([...Array.from({ length: 1500 }, (_, i) => `line ${i}`), 'done'])
    })
  })

  it('gets the last words of a container that ends at once, from both streams, and of several at a time', async () => {
    await withCollector(async (store) => {
      const names = ['quick-0', 'quick-1', 'quick-2']
      await Promise.all(names.map((n) => run(n, `echo hello from ${n}; echo "grüße ${n}" >&2; exit 3`)))
      for (const n of names) {
        await until(`both lines of ${n}`, async () => (await texts(store, n)).length >= 2 || undefined)
        const entries = await found(store, `namespace:default pod:${n}`)
        expect(entries.map((e) => `${e.stream}: ${e.text}`).sort()).toEqual([`stderr: grüße ${n}`, `stdout: hello from ${n}`])
        expect(entries[0]).toMatchObject({ podUid: `uid-${n}`, container: 'main', node: NODE, restart: 0 })
      }
    })
  })
})
