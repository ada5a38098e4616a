import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../../../shared/clock.ts'
import { startWorld } from '../testing.ts'
import { decodeBody, decodePatch } from './decode.ts'
import { isLargeYaml, LARGE_YAML, YamlThread } from './yaml-thread.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const YAML = 'application/yaml'
const APPLY = 'application/apply-patch+yaml'
/** Reads nothing, ever: it stands for a document without end. */
const STUCK = new URL(`data:text/javascript,${encodeURIComponent("import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => undefined)")}`)
const DEAD = new URL(`data:text/javascript,${encodeURIComponent("import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('out of memory') })")}`)
const lines = (n: number): string => Array.from({ length: n }, (_, i) => `  key-${i}: value ${i}\n`).join('')
const outcome = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return (error as Error).message
  }
}

let thread: YamlThread | undefined
afterEach(async () => thread?.close())

describe('what is read in the thread', () => {
  it.each([
    [1, YAML, false], [LARGE_YAML + 1, YAML, true], [LARGE_YAML + 1, `${APPLY}; charset=utf-8`, true], [LARGE_YAML + 1, 'application/json', false], [LARGE_YAML + 1, undefined, false],
  ])('%i bytes of %s: %s', (size, type, large) => expect(isLargeYaml(new Uint8Array(size), type)).toBe(large))

  it.each([
    ['a map', `data:\n${lines(2000)}`], ['duplicate keys', 'a: {b: 1, b: 2}\n'], ['long numbers', 'a: 9007199254740993\nb: 18446744073709551616\n'], ['JSON', '{"a": 1, "a": 2}'], ['a flow map that is no JSON', '{a: 1}'],
    ['a fault', 'a: [\n'], ['an alias', 'a: &x {b: 1}\nc: *x\n'], ['nothing', ''], ['depth', `a: ${'['.repeat(2000)}${']'.repeat(2000)}`], ['deep JSON', '{"a":'.repeat(5000) + '1' + '}'.repeat(5000)],
  ])('%s reads as it does at once', async (_name, text) => {
    const [here, there] = [bytes(text), bytes(text)]
    thread = new YamlThread(new FakeClock())
    await thread.read(there)
    expect(outcome(() => decodeBody(there, YAML))).toEqual(outcome(() => decodeBody(here, YAML)))
    expect(outcome(() => decodePatch(there, APPLY))).toEqual(outcome(() => decodePatch(here, APPLY)))
  })

  it('refuses aliases that multiply', async () => {
    const there = bytes(`a: &x "${'x'.repeat(5000)}"\nb: [${Array.from({ length: 90 }, () => '*x').join(', ')}]\n`)
    thread = new YamlThread(new FakeClock())
    await thread.read(there)
    expect(outcome(() => decodeBody(there, YAML))).toMatch(/yaml: document contains excessive aliasing/)
  })
})

describe('the thread', () => {
  it('is begun with the first body and let go when idle', async () => {
    const clock = new FakeClock()
    thread = new YamlThread(clock)
    expect(thread.running).toBe(false)
    await Promise.all([thread.read(bytes('a: 1')), thread.read(bytes('b: 1'))])
    expect(thread.running).toBe(true)
    await clock.advance(10_000)
    expect([thread.running, clock.waiting]).toEqual([false, 0])
    await thread.read(bytes('c: 1'))
    expect(thread.running).toBe(true)
  })
  it('gives a document up that takes too long, and goes on with the next', async () => {
    const clock = new FakeClock()
    thread = new YamlThread(clock, STUCK)
    const [one, two] = [bytes('a: 1'), bytes('b: 1')]
    const reads = [thread.read(one), thread.read(two)]
    await clock.advance(20_000)
    await reads[0]
    expect(outcome(() => decodeBody(one, YAML))).toMatch(/takes too long/)
    expect(clock.waiting).toBe(1)
    await clock.advance(20_000)
    await reads[1]
  })
  it('survives a document that ends it', async () => {
    thread = new YamlThread(new FakeClock(), DEAD)
    const there = bytes('a: 1')
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await thread.read(there)
    vi.restoreAllMocks()
    expect(outcome(() => decodeBody(there, YAML))).toMatch(/too large/)
  })
  it('takes so many, and none once closed', async () => {
    thread = new YamlThread(new FakeClock(), STUCK)
    const reads = Array.from({ length: 32 }, (_, i) => thread?.read(bytes(`a: ${i}`)).catch((e: unknown) => e))
    await expect(thread.read(bytes('x: 1'))).rejects.toMatchObject({ code: 429 })
    await thread.close()
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 32 }, () => expect.objectContaining({ code: 503 })))
    await expect(thread.read(bytes('x: 1'))).rejects.toMatchObject({ code: 503 })
  })
})

it('a large apply holds nobody up, and says what a small one would', async () => {
  const world = await startWorld()
  try {
    const order: string[] = []
    const path = '/api/v1/namespaces/default/configmaps/large?fieldManager=t'
    const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\n'
    const large = world.ask('PATCH', path, `${head}data:\n${lines(20_000)}`, { 'content-type': APPLY }).then((a) => (order.push('large'), a))
    const small = world.ask('GET', '/api/v1/namespaces/default').then(() => order.push('small'))
    await Promise.all([large, small])
    expect(order).toEqual(['small', 'large'])
    expect(await large).toMatchObject({ status: 201, body: { data: { 'key-19999': 'value 19999' } } })
    const strict = await world.ask('PATCH', `${path}&fieldValidation=Strict`, `${head}data:\n${lines(3000)}kind: ConfigMap\n`, { 'content-type': APPLY })
    expect(strict).toMatchObject({ status: 400, body: { message: 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 3005: key "kind" already set in map' } })
    const broken = await world.ask('POST', '/api/v1/namespaces/default/configmaps', `${head}data:\n${lines(3000)}  [`, { 'content-type': YAML })
    expect(broken).toMatchObject({ status: 400, body: { reason: 'BadRequest', message: expect.stringMatching(/must be of type ConfigMap.*yaml: /) } })
  } finally {
    await world.close()
  }
})
