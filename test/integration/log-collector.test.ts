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
import { formatNanos } from '../../shared/logs/time.ts'
import { BUSYBOX } from './busybox.ts'
import { docker, NODE, sweep, until } from './runtime-world.ts'

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

  it('says what may be missing of a container that somebody else has removed while its log was far behind', async () => {
    const store = await openLogStore({ directory, clock: realClock })
    // Room comes only when the container has gone.
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => { open = resolve })
    const collector = createLogCollector({ store: { position: (origin) => store.position(origin), keepPositions: (keep) => store.keepPositions(keep), flush: () => store.flush(), append: async (...batch) => { await gate; return store.append(...batch) } }, source: runtime, clock: realClock, node: NODE })
    await collector.start()
    try {
      // More than a file of the engine's.
      const id = await run('removed', `busybox yes ${'x'.repeat(100)} | busybox head -n 150000; echo last words; sleep 1000`)
      await until('all is written', async () => (await docker.getContainer(id).logs({ stdout: true, stderr: false, tail: 1 })).toString('latin1').includes('last words'), 60_000)
      await docker.getContainer(id).remove({ force: true })
      open()
      const [last] = await until('what the log says of it', async () => { const said = await found(store, 'pod:removed level:warn'); return said.length > 0 && said })
      expect(last?.text).toMatch(/^Pilothouse: lines after \S+Z may be lost: the container was removed before its log could be read to the end$/)
      expect(await found(store, 'pod:removed "last words"')).toEqual([])
      expect(collector.lost().gaps).toBe(1)
    } finally {
      open()
      await collector.stop()
      await store.close()
    }
  })

  it('has all that a container prints as it was printed: colours, JSON, lines over 16 KiB, bytes that are no text, traces of four languages on both outputs at once', async () => {
    const java = ['java.lang.IllegalStateException: cart has no owner', '\tat shop.Cart.add(Cart.java:47)', 'Caused by: java.net.SocketTimeoutException: Read timed out', '\tat shop.Net.read(Net.java:9)']
    const python = ['Traceback (most recent call last):', '  File "/app/a.py", line 3, in <module>', '    f()', 'ValueError: no']
    const go = ['panic: runtime error: index out of range [5] with length 3', '', 'goroutine 1 [running]:', 'main.main()', '\t/app/main.go:5 +0x20', 'exit status 2']
    const node = ['TypeError: x is not a function', '    at f (/app/a.js:3:5)', '    at Object.<anonymous> (/app/a.js:9:1)']
    const plain = ['\u001b[31mred\u001b[0m and \u001b[1mbold\u001b[0m', '{"level":"error","msg":"한글","http":{"status":504}}', 'level=warn msg="took long" queue=mail', '  indented and spaced  ', '']
    const print = (lines: readonly string[]): string => lines.map((l) => `printf '%s\\n' '${l}'`).join('; ')
    const long = 'x'.repeat(16 * 1024 * 3 + 17)
    const id = await run('printer', [
      print(plain), `busybox head -c ${long.length} /dev/zero | busybox tr '\\0' x; echo ' end'`, `printf 'junk \\377\\376\\001 behind\\n'`,
      // At once, so that lines of both come in turn.
      `(${print(java)}; ${print(['on', 'stdout'])}; ${print(go)}) & (${print(python)}; ${print(['on', 'stderr'])}; ${print(node)}) >&2 & wait; echo last`,
    ].join('\n'))
    // What belongs together is known by when it comes, which a busy machine says nothing about: it has all been printed before it is read.
    await docker.getContainer(id).wait()
    await withCollector(async (store) => {
      await until('the last line of each output', async () => { const all = await texts(store, 'printer'); return all.includes('last') && all.includes(node.join('\n')) })
      const { batch: { entries, sources } } = await store.scan({ query: 'namespace:default pod:printer', after: 0, limit: 1_000 })
      const of = (stream: string): string[] => entries.filter((e) => sources[e.source]?.stream === stream).map((e) => e.text)
      // What is no UTF-8 the engine itself has replaced; the line is there, and those behind it.
      expect(of('stdout')).toEqual([...plain, `${long} end`, 'junk \ufffd\ufffd\u0001 behind', java.join('\n'), 'on', 'stdout', go.join('\n'), 'last'])
      expect(of('stderr')).toEqual([python.join('\n'), 'on', 'stderr', node.join('\n')])
      expect(Object.fromEntries(entries.map((e) => [e.text.split('\n')[0], e.level]))).toMatchObject({ [java[0] as string]: 'error', [python[0] as string]: 'error', [go[0] as string]: 'fatal', [node[0] as string]: 'error', [plain[1] as string]: 'error', [plain[2] as string]: 'warn', on: '' })
      expect(await found(store, 'pod:printer json.http.status>=500')).toHaveLength(1)
      expect(await found(store, 'pod:printer logfmt.queue:mail level:warn')).toHaveLength(1)
      // To the nanosecond the time that the engine has for it.
      const kept = (await docker.getContainer(id).logs({ stdout: true, stderr: false, timestamps: true })).toString('latin1')
      const last = entries.find((e) => e.text === 'last')
      expect(formatNanos(last?.time ?? 0, last?.nanos ?? 0)).toBe(/(\d{4}-\d\d-\d\dT[\d:]+\.\d+Z) last\n/.exec(kept)?.[1]?.replace(/\.(\d+)Z/, (_, n: string) => `.${n.padEnd(9, '0')}Z`))
    })
  })
})
