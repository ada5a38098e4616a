import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { Client } from '../client/types.ts'
import { podOf, workerBench } from './testing.ts'
import { createTokenManager } from './tokens.ts'
import { createHost } from './volumes/host.ts'
import { createVolumeManager } from './volumes/manager.ts'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'tokens-')) })
afterEach(() => rm(folder, { recursive: true }))

/** Gives token 1, 2, 3 …, each for as long as it is asked for. */
function world() {
  const clock = new FakeClock()
  const asked: { audiences: string[]; expirationSeconds: number; boundObjectRef: object }[] = []
  const client = {
    async createSubresource(_type: unknown, account: string, namespace: string, _sub: string, { spec }: { spec: (typeof asked)[number] }) {
      asked.push(spec)
      return { status: { token: `${namespace}/${account} ${asked.length}`, expirationTimestamp: new Date(clock.now() + spec.expirationSeconds * 1000).toISOString() } }
    },
  } as unknown as Client
  return { clock, asked, tokens: createTokenManager(client, clock) }
}
const pod = podOf({ serviceAccountName: 'robot' })

describe('tokens of pods', () => {
  it('are asked for once, bound to the pod, and anew when four fifths of their life are over', async () => {
    const { clock, asked, tokens } = world()
    const token = () => tokens.token(pod, { audience: 'vault', expirationSeconds: 600 })
    expect(tokens.renewAt('u')).toBeUndefined()
    expect(await token()).toBe('d/robot 1')
    expect(asked).toEqual([{ audiences: ['vault'], expirationSeconds: 600, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' } }])
    expect(tokens.renewAt('u')).toBe(clock.now() + 480_000)
    await clock.advance(479_000)
    expect(await token()).toBe('d/robot 1')
    await clock.advance(1_000)
    expect(await token()).toBe('d/robot 2')
    expect(tokens.renewAt('u')).toBe(clock.now() + 480_000)
  })
  it('of another audience or life are others; those of a day are made anew after a day', async () => {
    const { clock, tokens } = world()
    expect([await tokens.token(pod, {}), await tokens.token(pod, { audience: 'x' }), await tokens.token(pod, { expirationSeconds: 7 * 86_400 }), await tokens.token(pod, {})]).toEqual(['d/robot 1', 'd/robot 2', 'd/robot 3', 'd/robot 1'])
    expect(tokens.renewAt('u')).toBe(clock.now() + 0.8 * 3_600_000)
    await clock.advance(86_400_000)
    expect(await tokens.token(pod, { expirationSeconds: 7 * 86_400 })).toBe('d/robot 4')
    tokens.forget('u')
    expect(tokens.renewAt('u')).toBeUndefined()
  })
  it('stand in the pod\'s file, which is exchanged in time', async () => {
    const { clock, tokens } = world()
    const manager = createVolumeManager({ dataDir: folder, nodeName: 'n', client: {} as Client, host: createHost({ local: true, engine: {} }), source: { configMap: () => undefined, secret: () => undefined }, tokens })
    const with_ = { ...pod, spec: { ...pod.spec, volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }] } }] } }
    const facts = { podIP: '10.0.0.1', hostIP: '192.0.2.1', cpuMillis: 4000, memoryBytes: 8 << 20 }
    const said = async (): Promise<string> => readFile(join((await manager.prepare(with_, facts)).get('v')!.path, 'token'), 'utf8')
    expect([await said(), manager.renewAt('u')]).toEqual(['d/robot 1', clock.now() + 480_000])
    await clock.advance(480_000)
    expect(await said()).toBe('d/robot 2')
  })
  it('wake the pod\'s worker when they are due', async () => {
    const bench = await workerBench(podOf({ volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }] }))
    let prepared = 0
    const due = bench.clock.now() + 480_000
    const volumes = { ...bench.context.volumes, renewAt: () => (bench.clock.now() < due ? due : undefined), prepare: async () => { prepared++; return new Map() } }
    Object.assign(bench.context, { volumes, hollow: false })
    bench.worker.wake()
    await bench.rest()
    const before = prepared
    expect(before).toBeGreaterThan(0)
    await bench.advance(479_000)
    expect(prepared).toBe(before)
    await bench.advance(2_000)
    expect(prepared).toBeGreaterThan(before)
  })
})
