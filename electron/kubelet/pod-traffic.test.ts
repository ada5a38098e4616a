import { describe, expect, it } from 'vitest'
import { podOf, workerBench } from './testing.ts'

/** Answers when the test says so. */
function traffic() {
  const held: { ip: string; answer(why?: string): void; fail(): void }[] = []
  const released: string[] = []
  return {
    held, released,
    hold: (_pod: unknown, ip: string, signal: AbortSignal) => new Promise<string | undefined>((resolve, reject) => {
      held.push({ ip, answer: resolve, fail: () => reject(new Error('the rules are late')) })
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    }),
    release: (uid: string) => void released.push(uid),
    problem: () => undefined,
  }
}
const withInit = podOf({ initContainers: [{ name: 'init', image: 'i:1' }] })

describe('a pod whose traffic is held', () => {
  it('runs nothing until it is let go, then its init containers and the rest; once for each sandbox', async () => {
    const t = traffic()
    const b = await workerBench(withInit, { traffic: t })
    expect(t.held.map((h) => h.ip)).toEqual([(await b.hollow.listPodSandboxes())[0]?.ip])
    expect(await b.hollow.listContainers()).toEqual([])
    t.held[0]?.answer()
    await b.rest()
    b.hollow.exit((await b.running('init'))!.id, 0)
    await b.rest()
    expect(await b.running()).toBeDefined()
    expect([t.held.length, b.events.filter((e) => e.reason.includes('Policy'))]).toEqual([1, []])
    await b.runtime.stopPodSandbox((await b.hollow.listPodSandboxes())[0]!.id)
    await b.rest()
    expect(t.held.length).toBe(2)
    expect(await b.running()).toBeUndefined()
    b.worker.stop()
  })
  it('says that policies do not hold, and starts', async () => {
    const t = traffic()
    const b = await workerBench(podOf(), { traffic: t })
    t.held[0]?.answer('no filter')
    await b.rest()
    expect(b.events.find((e) => e.reason === 'NetworkPolicyNotEnforced')?.message).toBe('NetworkPolicies that select this pod are not enforced: no filter')
    expect(await b.running()).toBeDefined()
  })
  it('says that the rules are late, and tries again', async () => {
    const t = traffic()
    const b = await workerBench(podOf(), { traffic: t })
    t.held[0]?.fail()
    await b.rest()
    expect(b.events.at(-1)).toMatchObject({ reason: 'FailedCreatePodSandBox', message: 'Failed to create pod sandbox: failed to set up the network of the pod: the rules are late' })
    await b.advance(10_000)
    t.held[1]?.answer()
    await b.rest()
    expect(await b.running()).toBeDefined()
  })
  it('can be deleted meanwhile, and gives its address back', async () => {
    const t = traffic()
    const b = await workerBench(podOf(), { traffic: t })
    await b.update((pod) => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 1 } }))
    expect([b.deleted(), t.released, b.events.filter((e) => e.reason.startsWith('Failed'))]).toEqual([true, ['u'], []])
  })
  it('does not wait on the host\'s network', async () => {
    const t = traffic()
    const b = await workerBench(podOf({ hostNetwork: true }), { traffic: t })
    expect([t.held.length, (await b.running()) !== undefined]).toEqual([0, true])
  })
})
