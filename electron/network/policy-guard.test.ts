import { afterEach, describe, expect, it } from 'vitest'
import { Pods } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { createClientFactory, createInformerFactory } from '../client/index.ts'
import { eventually, FakeApiServer } from '../client/testing.ts'
import { createPolicyGuard } from './policy-guard.ts'
import { followPolicies } from './policy-source.ts'

const names = { policy: 'NWPLCY', content: (prefix: string, rules: readonly string[]) => `${prefix}-${rules.length}` }
const podOf = (name: string, labels: Record<string, string>, ip?: string): Pod =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'd', uid: name, labels }, spec: { containers: [{ name: 'c' }] }, status: ip ? { podIP: ip, phase: 'Running' } : { phase: 'Pending' } }) as unknown as Pod
const POLICY = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'deny', namespace: 'd' }, spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] } }
const web = podOf('web', { app: 'web' })

const ends: (() => Promise<void>)[] = []
afterEach(async () => { for (const end of ends.splice(0)) await end() })

/** The double lists by path: what a list of one namespace finds, and what watches of all namespaces hear, are told one by one. */
async function bench() {
  const server = new FakeApiServer()
  const clock = new FakeClock()
  const client = createClientFactory(server).clientFor('x')
  const informers = createInformerFactory(client, clock)
  ends.push(() => informers.stop())
  const pods = informers.informer(Pods)
  const source = followPolicies(informers, pods)
  informers.start()
  await source.synced(new AbortController().signal)
  let settles = 0
  let settled = (): void => undefined
  let problem: string | undefined
  const guard = createPolicyGuard(client, clock)
  const enforce = (): void => guard.enforce({ source, settle: () => { settles++; return new Promise((resolve) => { settled = resolve }) }, problem: () => problem })
  return {
    clock, guard, source, enforce,
    stored: () => server.put('/apis/networking.k8s.io/v1/namespaces/d/networkpolicies/deny', POLICY),
    heard: () => server.put('/apis/networking.k8s.io/v1/networkpolicies/deny', POLICY),
    pod: (pod: Pod) => server.put(`/api/v1/pods/${pod.metadata.name}`, pod as never),
    settle: () => settled(),
    set problem(why: string) { problem = why },
    get settles() { return settles },
    rules: () => source.chains(names).get('NWPLCY')?.filter((r) => r.includes('KUBE-NWPE')).map((r) => /-s (\S+)\/32/.exec(r)?.[1]),
    known: () => eventually(() => source.knows({ ...POLICY, metadata: { ...POLICY.metadata, resourceVersion: '0' } } as never), 'the policy is heard of'),
    hold(pod: Pod, ip: string, signal = new AbortController().signal) {
      const held = { done: false, why: undefined as string | undefined, failed: '' }
      void guard.hold(pod, ip, signal).then((why) => Object.assign(held, { done: true, why }), (e: Error) => Object.assign(held, { failed: e.message }))
      return held
    },
  }
}
const turns = async (): Promise<void> => { for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve)) }

describe('a pod', () => {
  it('that no policy selects does not wait, not even for the rules of others', async () => {
    const b = await bench()
    b.stored()
    const held = b.hold(podOf('other', { app: 'db' }), '10.0.0.2')
    await eventually(() => held.done)
    expect(b.settles).toBe(0)
  })
  it('that one selects waits until its address is in rules that are in place', async () => {
    const b = await bench()
    b.stored(); b.heard()
    await b.known()
    b.enforce()
    const held = b.hold(web, '10.0.0.2')
    await eventually(() => b.settles === 1)
    expect(b.rules()).toEqual(['10.0.0.2'])
    expect(held.done).toBe(false)
    b.settle()
    await eventually(() => held.done)
    expect(held.why).toBeUndefined()
  })
  it('waits for a policy that was made before it and is not heard of yet, and for who makes rules', async () => {
    const b = await bench()
    b.stored()
    const held = b.hold(web, '10.0.0.2')
    await turns()
    b.enforce()
    await turns()
    expect(b.settles).toBe(0)
    b.heard()
    await eventually(() => b.settles === 1)
    expect(b.rules()).toEqual(['10.0.0.2'])
    b.settle()
    await eventually(() => held.done)
  })
  it('waits while somebody else is known under its address, who then is so no more', async () => {
    const b = await bench()
    b.heard()
    b.pod(podOf('before', { app: 'web' }, '10.0.0.2'))
    await eventually(() => b.source.hasOther('10.0.0.2', 'x'))
    b.enforce()
    expect(b.rules()).toEqual(['10.0.0.2'])
    const held = b.hold(podOf('free', {}), '10.0.0.2')
    await eventually(() => b.settles === 1)
    expect(b.rules() ?? []).toEqual([])
    b.settle()
    await eventually(() => held.done)
  })
  it('is told why it waits, after half a minute', async () => {
    const b = await bench()
    b.stored()
    const held = b.hold(web, '10.0.0.2')
    await turns()
    await b.clock.advance(30_000)
    await eventually(() => held.failed !== '')
    expect(held.failed).toContain('not in place after 30 s')
  })
  it('is let go when it ends', async () => {
    const b = await bench()
    b.stored()
    const abort = new AbortController()
    const held = b.hold(web, '10.0.0.2', abort.signal)
    await turns()
    abort.abort(new Error('over'))
    await turns()
    expect(held).toMatchObject({ done: false, failed: 'over' })
  })
  it.each([['the machine cannot', true], ['bridged packets pass', false]])('is told that its policies do not hold: %s', async (_what, never) => {
    const b = await bench()
    b.stored(); b.heard()
    await b.known()
    if (never) b.guard.enforce({ why: 'no' })
    else b.enforce()
    b.problem = 'no'
    const held = b.hold(web, '10.0.0.2')
    if (!never) {
      await eventually(() => b.settles === 1)
      b.settle()
    }
    await eventually(() => held.done)
    expect([held.why, b.guard.problem()]).toEqual(['no', 'no'])
  })
})

describe('an address that was announced', () => {
  it('is the pod\'s until its status says it, or it is given back', async () => {
    const b = await bench()
    b.heard()
    await b.known()
    b.enforce()
    b.source.announce(web, '10.0.0.2')
    expect(b.rules()).toEqual(['10.0.0.2'])
    b.pod(podOf('web', { app: 'web' }))
    b.pod(podOf('web', { app: 'web' }, '10.0.0.2'))
    await eventually(() => b.source.hasOther('10.0.0.2', 'x'))
    expect(b.rules()).toEqual(['10.0.0.2'])
    b.pod({ ...podOf('web', { app: 'web' }, '10.0.0.2'), status: { podIP: '10.0.0.2', phase: 'Failed' } } as Pod)
    await eventually(() => !b.rules()?.length, 'nothing is held on to')
    b.source.announce(podOf('late', { app: 'web' }), '10.0.0.3')
    expect(b.rules()).toEqual(['10.0.0.3'])
    b.guard.release('late')
    expect(b.rules() ?? []).toEqual([])
  })
})
