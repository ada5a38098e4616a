import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CronJobs, Events, Jobs, Pods } from '../../shared/api/resources.ts'
import type { CronJob, Job, Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { parseSchedule } from '../../shared/cron.ts'
import { ownerOf, retryOnConflict } from '../client/index.ts'
import { dueOf, jobsToClean } from './cronjob-plan.ts'
import { startLoop, type Loop } from './testing.ts'

const namespace = 'default'
const MINUTE = 60_000
let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
  loop.readyWhen = (p) => p.status?.phase === 'Pending'
})
afterAll(() => loop.close())

const draft = (name: string, spec: object = {}): Parameters<typeof loop.client.create<CronJob>>[1] => ({
  metadata: { name, namespace }, spec: { schedule: '* * * * *', timeZone: 'UTC', jobTemplate: { metadata: { labels: { from: name } }, spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x:1' }] } } } }, ...spec },
})
const get = (name: string): Promise<CronJob> => loop.client.get(CronJobs, name, namespace)
const jobs = async (name: string): Promise<Job[]> => (await loop.client.list(Jobs, { namespace, labelSelector: `from=${name}` })).items
const withJobs = (name: string, count: number): Promise<Job[]> => loop.until(async () => {
  const all = await jobs(name)
  return all.length === count && all
}, `${count} jobs of ${name}`)
const tick = (): Promise<void> => loop.clock.advance(MINUTE)
const finish = async (job: Job): Promise<void> => {
  const [pod] = await loop.until(async () => {
    const all = (await loop.client.list(Pods, { namespace, labelSelector: `job-name=${job.metadata.name}` })).items
    return all.some((p) => p.status?.phase === 'Running') && all
  }, 'its pod')
  await retryOnConflict(async () => {
    const live: Pod = await loop.client.get(Pods, pod!.metadata.name, namespace)
    return loop.client.updateStatus(Pods, { ...live, status: { ...live.status, phase: 'Succeeded', conditions: [] } })
  })
  await loop.until(async () => (await loop.client.get(Jobs, job.metadata.name, namespace).catch(() => undefined))?.status?.completionTime !== undefined || (await jobs(job.metadata.labels?.from ?? '')).every((j) => j.metadata.uid !== job.metadata.uid), 'its end')
}
const reasons = async (name: string): Promise<string[]> => (await loop.client.list(Events, { namespace })).items.filter((e) => e.involvedObject.name === name).map((e) => e.reason ?? '')

describe('a CronJob, on the real API server', () => {
  it('makes a Job a minute, named after the minute, and keeps the last ones', async () => {
    await loop.client.create(CronJobs, draft('tick', { successfulJobsHistoryLimit: 1 }))
    await loop.until(async () => loop.informers.informer(CronJobs).get('tick', namespace) !== undefined, 'seen')
    await tick()
    const [first] = await withJobs('tick', 1)
    const due = Math.floor(loop.clock.now() / MINUTE)
    expect(first?.metadata.name).toBe(`tick-${due}`)
    expect(ownerOf(first!)).toMatchObject({ kind: 'CronJob', name: 'tick' })
    expect(first?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']).toBe(rfc3339(due * MINUTE))
    await loop.until(async () => (await get('tick')).status?.active?.[0]?.uid === first?.metadata.uid, 'listed as active')
    await finish(first!)
    await loop.until(async () => {
      const { status } = await get('tick')
      return status?.lastSuccessfulTime !== undefined && status.active === undefined
    }, 'no longer active')
    await tick()
    await finish((await withJobs('tick', 2)).find((j) => j.metadata.uid !== first?.metadata.uid)!)
    expect((await withJobs('tick', 1))[0]?.metadata.uid).not.toBe(first?.metadata.uid)
    await loop.until(async () => (await reasons('tick')).includes('SawCompletedJob'), 'events')
    await loop.client.delete(CronJobs, 'tick', namespace, { propagationPolicy: 'Background' })
    await loop.until(async () => (await jobs('tick')).length === 0, 'gone with its jobs')
  })

  it.each<[string, number]>([['Allow', 2], ['Forbid', 1], ['Replace', 1]])('%s', async (concurrencyPolicy, after) => {
    const name = concurrencyPolicy.toLowerCase()
    await loop.client.create(CronJobs, draft(name, { concurrencyPolicy }))
    await loop.until(async () => loop.informers.informer(CronJobs).get(name, namespace) !== undefined, 'seen')
    await tick()
    const [first] = await withJobs(name, 1)
    await loop.until(async () => (await get(name)).status?.active?.length === 1, 'active')
    await tick()
    const settled = await loop.until(async () => {
      const all = await jobs(name)
      if (concurrencyPolicy === 'Forbid') return (await reasons(name)).includes('JobAlreadyActive') && all
      return all.length === after && all.some((j) => j.metadata.uid !== first?.metadata.uid) && all
    }, 'second minute')
    expect(settled).toHaveLength(after)
    expect(settled.some((j) => j.metadata.uid === first?.metadata.uid)).toBe(concurrencyPolicy !== 'Replace')
    await loop.client.delete(CronJobs, name, namespace, { propagationPolicy: 'Background' })
    await loop.until(async () => (await jobs(name)).length === 0, 'gone')
  })

  it('goes by the clock of its time zone', async () => {
    // Of the next minute: the hour in Kathmandu, which no whole number of hours tells apart from here.
    const next = new Date((Math.floor(loop.clock.now() / MINUTE) + 1) * MINUTE)
    const [hour, minute] = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Kathmandu', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' }).format(next).split(':').map(Number)
    for (const [name, timeZone] of [['there', 'Asia/Kathmandu'], ['here', 'UTC']] as const) await loop.client.create(CronJobs, draft(name, { schedule: `${minute} ${hour} * * *`, timeZone }))
    await loop.until(async () => loop.informers.informer(CronJobs).get('here', namespace) !== undefined, 'seen')
    await tick()
    await withJobs('there', 1)
    expect(await jobs('here')).toEqual([])
  })
  it('rests while suspended, and does not count a Job made by hand', async () => {
    await loop.client.create(CronJobs, draft('rest', { suspend: true, concurrencyPolicy: 'Forbid' }))
    const cron = await get('rest')
    // What `kubectl create job --from=cronjob/rest` sends.
    await loop.client.create(Jobs, { metadata: { name: 'by-hand', namespace, labels: { from: 'rest' }, annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' }, ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'rest', uid: cron.metadata.uid!, controller: true }] }, spec: cron.spec.jobTemplate.spec! })
    await tick()
    await tick()
    expect(await jobs('rest')).toHaveLength(1)
    await loop.client.patch(CronJobs, 'rest', namespace, 'merge', { spec: { suspend: false } })
    await withJobs('rest', 2)
    expect((await jobs('rest')).map((j) => j.metadata.name)).toContain('by-hand')
  })
})

describe('what is due', () => {
  const NOW = Date.parse('2026-01-01T12:00:30Z')
  const due = (schedule: string, spec: object, last?: string): unknown => {
    const cron = { metadata: { name: 'c', creationTimestamp: '2026-01-01T11:00:00Z' }, spec, status: last ? { lastScheduleTime: last } : {} } as unknown as CronJob
    const { at, missedTooMany } = dueOf(cron, parseSchedule(schedule, 'UTC'), NOW)
    return [at === undefined ? undefined : rfc3339(at), missedTooMany]
  }
  it.each<[string, object, string | undefined, unknown[]]>([
    ['0 12 * * *', {}, undefined, ['2026-01-01T12:00:00Z', false]],
    ['0 12 * * *', {}, '2026-01-01T12:00:00Z', [undefined, false]],
    ['0 13 * * *', {}, undefined, [undefined, false]],
    ['*/5 * * * *', {}, '2026-01-01T11:40:00Z', ['2026-01-01T12:00:00Z', false]],
    ['* * * * *', {}, '2026-01-01T01:00:00Z', ['2026-01-01T12:00:00Z', true]],
    ['* * * * *', { startingDeadlineSeconds: 120 }, '2026-01-01T01:00:00Z', ['2026-01-01T12:00:00Z', false]],
    ['0 12 * * *', { startingDeadlineSeconds: 10 }, undefined, [undefined, false]],
  ])('%s %j since %s', (schedule, spec, last, expected) => expect(due(schedule, spec, last)).toEqual(expected))
  it('keeps the newest of each end', () => {
    const job = (name: string, type: string, start: string): Job => ({ metadata: { name }, status: { startTime: start, conditions: [{ type, status: 'True' }] } }) as unknown as Job
    const all = [job('c2', 'Complete', '2'), job('f1', 'Failed', '1'), job('c1', 'Complete', '1'), job('c3', 'Complete', '3'), job('f2', 'Failed', '2')]
    expect(jobsToClean({ spec: { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 } } as CronJob, all).map((j) => j.metadata.name)).toEqual(['c1', 'c2', 'f1', 'f2'])
  })
})
