/** Most of these wait for probes; they do so together. */
import { expect, it, type onTestFinished } from 'vitest'
import type { Container, Pod } from '../../../../shared/api/types.ts'
import { AGNHOST, eventually, namespace, ok } from '../../cluster.ts'
import { box, condition, events, first, podOf, running, SLEEP, start, until } from '../pods.ts'

type Probe = NonNullable<Container['livenessProbe']>
const often: Partial<Probe> = { periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 5 }
const netexec = (probe: Probe): Container => ({ name: 'c', image: AGNHOST, args: ['netexec', '--http-port=8080'], livenessProbe: { initialDelaySeconds: 5, ...often, failureThreshold: 5, ...probe } })
/** Until it passes for the first time, which on a slow machine is late, nothing else is asked. */
const starts = (probe: Probe): Probe => ({ ...probe, initialDelaySeconds: 0, failureThreshold: 120, timeoutSeconds: 60 })
const restarts = (n: number) => (p: Pod): boolean => (first(p)?.restartCount ?? 0) >= n

/** A probe that passes restarts nothing, however long it takes: watched over several of its periods. */
async function staysUp(finished: typeof onTestFinished, container: Container, probed: string): Promise<void> {
  const ns = await namespace({}, finished)
  const pod = await running(ns, 'healthy', { containers: [{ ...container, livenessProbe: { ...container.livenessProbe, timeoutSeconds: 60 }, startupProbe: starts(container.livenessProbe!) }] })
  const since = Date.parse(first(pod)!.state!.running!.startedAt!)
  await eventually(`${probed} was probed for some time`, async () => Date.now() - since, (ms) => ms > 9_000)
  expect(first(await podOf(ns, 'healthy'))).toMatchObject({ restartCount: 0, state: { running: expect.anything() } })
  expect((await events(ns, 'healthy')).filter((e) => e.reason === 'Killing')).toEqual([])
}

it.concurrent('exec restarted', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await start(ns, 'ill', { containers: [box(`touch /tmp/health; sleep 2; rm -f /tmp/health; ${SLEEP}`, { livenessProbe: { ...often, initialDelaySeconds: 1, exec: { command: ['cat', '/tmp/health'] } } })] })
  await until(ns, 'ill', 'is restarted', restarts(1))
  await eventually('the event', () => events(ns, 'ill'), (all) => all.some((e) => e.reason === 'Unhealthy' && e.message.startsWith('Liveness probe failed:')))
})
it.concurrent('exec not restarted', ({ onTestFinished }) => staysUp(onTestFinished, box(`touch /tmp/health; ${SLEEP}`, { livenessProbe: { ...often, initialDelaySeconds: 1, exec: { command: ['cat', '/tmp/health'] } } }), 'exec'))
it.concurrent('http restarted', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const probe: Probe = { ...often, httpGet: { path: '/healthz', port: 8080 as never } }
  await start(ns, 'ill', { containers: [{ name: 'c', image: AGNHOST, args: ['liveness'], livenessProbe: probe, startupProbe: starts(probe) }] })
  await until(ns, 'ill', 'is restarted', restarts(1))
  await eventually('the event', () => events(ns, 'ill'), (all) => all.some((e) => e.reason === 'Unhealthy' && e.message === 'Liveness probe failed: HTTP probe failed with statuscode: 500'))
})
it.concurrent('http not restarted', ({ onTestFinished }) => staysUp(onTestFinished, netexec({ httpGet: { path: '/healthz', port: 8080 as never } }), 'http'))
it.concurrent('tcp not restarted', ({ onTestFinished }) => staysUp(onTestFinished, netexec({ tcpSocket: { port: 8080 as never } }), 'tcp'))
it.concurrent('grpc not restarted', ({ onTestFinished }) => staysUp(onTestFinished, { name: 'c', image: AGNHOST, args: ['grpc-health-checking'], livenessProbe: { ...often, initialDelaySeconds: 2, failureThreshold: 3, grpc: { port: 5000 } } }, 'grpc'))
it.concurrent('grpc restarted', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const probe: Probe = { ...often, grpc: { port: 5000 } }
  const ill = { name: 'c', image: AGNHOST, args: ['grpc-health-checking', '--delay-unhealthy-sec=4'], livenessProbe: probe, startupProbe: { ...starts(probe), failureThreshold: 20 } }
  await start(ns, 'ill', { containers: [ill] })
  await until(ns, 'ill', 'is restarted', restarts(1))
  await eventually('the event', () => events(ns, 'ill'), (all) => all.some((e) => e.reason === 'Unhealthy' && e.message.includes('service unhealthy')))
})
it.concurrent('monotonic restart count', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await start(ns, 'ill', { terminationGracePeriodSeconds: 0, containers: [box('sleep 600', { livenessProbe: { ...often, exec: { command: ['false'] } } })] })
  let last = 0
  await until(ns, 'ill', 'is restarted three times', (p) => {
    const now = first(p)?.restartCount ?? 0
    expect(now).toBeGreaterThanOrEqual(last)
    last = now
    return now >= 3
  })
})
it.concurrent('readiness initial delay', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await start(ns, 'slow', { containers: [box(SLEEP, { readinessProbe: { initialDelaySeconds: 5, periodSeconds: 1, exec: { command: ['true'] } } })] })
  const pod = await until(ns, 'slow', 'is ready', (p) => condition(p, 'Ready') === 'True')
  const ready = Date.parse(pod.status!.conditions!.find((c) => c.type === 'Ready')!.lastTransitionTime!)
  // Times of the API have whole seconds.
  expect(ready - Date.parse(first(pod)!.state!.running!.startedAt!)).toBeGreaterThanOrEqual(4_000)
  expect(first(pod)!.restartCount).toBe(0)
})
it.concurrent('readiness failing never ready', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await start(ns, 'never', { containers: [box(SLEEP, { readinessProbe: { periodSeconds: 1, exec: { command: ['false'] } } })] })
  await eventually('it was probed often', async () => ok(['get', 'events', '-n', ns, '--field-selector', 'involvedObject.name=never,reason=Unhealthy', '-o', 'jsonpath={.items[*].count}']), (text) => text.split(' ').reduce((sum, n) => sum + Number(n), 0) >= 4)
  const pod = await podOf(ns, 'never')
  expect([condition(pod, 'Ready'), first(pod)!.ready, first(pod)!.restartCount]).toEqual(['False', false, 0])
})
