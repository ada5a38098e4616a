import { afterEach, expect, it, vi } from 'vitest'
import { Nodes, Pods } from '../../shared/api/resources.ts'
import { FakeClock } from '../../shared/clock.ts'
import { serviceUnavailable } from '../../shared/errors.ts'
import { FakeCluster } from './fake-cluster.ts'
import { makeNode, makePod } from './fixtures.ts'
import { createScheduler, type Scheduler } from './index.ts'
import { createCounts } from './metrics.ts'

let running: Scheduler | undefined
afterEach(async () => { await running?.stop(); running = undefined })

async function setup() {
  const cluster = new FakeCluster()
  const clock = new FakeClock()
  cluster.of(Nodes).set(makeNode('a'))
  const scheduler = (running = createScheduler({ client: cluster.client, informers: cluster.informers, recorder: cluster.recorder, clock }))
  await scheduler.start()
  return { cluster, clock, told: async () => (await scheduler.metrics()).split('\n') }
}
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { interval: 2 })
const tries = (result: string, n: number): string[] => [`scheduler_schedule_attempts_total{profile="default-scheduler",result="${result}"} ${n}`, `scheduler_scheduling_attempt_duration_seconds_count{profile="default-scheduler",result="${result}"} ${n}`]
const pending = (queue: string, n: number): string => `scheduler_pending_pods{queue="${queue}"} ${n}`

it('each try by what came of it, and each pod by its tries and how long it waited', async () => {
  const { cluster, clock, told } = await setup()
  let refuse = true
  cluster.beforeBind = (pod) => { if (refuse && pod.metadata.name === 'second') throw serviceUnavailable('not now') }
  cluster.of(Pods).set(makePod('first'))
  cluster.of(Pods).set(makePod('second'))
  await until(async () => expect(await told()).toEqual(expect.arrayContaining([...tries('scheduled', 1), ...tries('error', 1), pending('backoff', 1)])))
  refuse = false
  await clock.advance(3_000)
  await until(async () => expect(await told()).toEqual(expect.arrayContaining([...tries('scheduled', 2), ...tries('error', 1), ...tries('unschedulable', 0), pending('backoff', 0)])))
  for (const line of [
    'scheduler_pod_scheduling_attempts_bucket{le="1"} 1', 'scheduler_pod_scheduling_attempts_bucket{le="2"} 2', 'scheduler_pod_scheduling_attempts_sum 3', 'scheduler_scheduling_algorithm_duration_seconds_count 3',
    'scheduler_pod_scheduling_sli_duration_seconds_sum{attempts="1"} 0', 'scheduler_pod_scheduling_sli_duration_seconds_sum{attempts="2"} 3', 'scheduler_bound_pods 2', 'scheduler_preemption_attempts_total 0',
  ]) expect(await told()).toContain(line)
})

it('pods that wait, each in its queue, and those that had to go', async () => {
  const { cluster, told } = await setup()
  cluster.of(Pods).set(makePod('gated', { spec: { schedulingGates: [{ name: 'later' }] } }))
  cluster.of(Pods).set(makePod("somebody else's", { spec: { schedulerName: 'mine', schedulingGates: [{ name: 'later' }] } }))
  cluster.of(Pods).set(makePod('small', { cpu: '4', on: 'a' }))
  cluster.of(Pods).set(makePod('equal', { cpu: '4' }))
  await until(async () => expect(await told()).toEqual(expect.arrayContaining([...tries('unschedulable', 1), pending('unschedulable', 1), pending('gated', 1), pending('active', 0), 'scheduler_preemption_attempts_total 1', 'scheduler_preemption_victims_count 0'])))
  cluster.of(Pods).set(makePod('great', { cpu: '4', spec: { priority: 10 } }))
  await until(async () => expect(await told()).toEqual(expect.arrayContaining([...tries('unschedulable', 2), 'scheduler_preemption_attempts_total 2', 'scheduler_preemption_victims_bucket{le="1"} 1', 'scheduler_preemption_victims_sum 1'])))
})

it('pods of very many tries are told together', async () => {
  const counts = createCounts({ waiting: () => ({ active: 0, backoff: 0, unschedulable: 0 }), pods: () => [] })
  for (const attempts of [14, 15, 99]) counts.bound(attempts, 500)
  const text = await counts.text()
  expect([...text.matchAll(/sli_duration_seconds_count\{attempts="(.*)"\} (\d)/g)].map(([, attempts, n]) => [attempts, n])).toEqual([['14', '1'], ['15+', '2']])
})
