/** These wait for whole minutes to pass; they do so together. */
import { expect, it } from 'vitest'
import { CronJobs, Jobs } from '../../../shared/api/resources.ts'
import type { CronJob, Job } from '../../../shared/api/types.ts'
import { api, eventually, namespace } from '../cluster.ts'
import { follow, of, SLEEP, template } from './helpers.ts'

const MINUTES = 200_000
const cron = (concurrencyPolicy: string, script: string, more: object = {}): object => ({
  spec: { schedule: '*/1 * * * *', concurrencyPolicy, jobTemplate: { spec: { template: template({ c: 'c' }, script, { spec: { restartPolicy: 'OnFailure' } }) } }, ...more },
})
const active = (j: Job): boolean => (j.status?.active ?? 0) > 0

it.concurrent('multiple concurrently', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(CronJobs, ns).create('c', cron('Allow', SLEEP))
  await of(CronJobs, ns).until('c', 'two are active', (c) => (c.status?.active?.length ?? 0) > 1, MINUTES)
  await eventually('both jobs run', () => of(Jobs, ns).list(), (l) => l.filter(active).length > 1)
}, 420_000)
it.concurrent('ForbidConcurrent', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const other = await namespace({}, onTestFinished)
  await of(CronJobs, ns).create('c', cron('Forbid', SLEEP))
  await eventually('the first runs', () => of(Jobs, ns).list(), (l) => l.some(active), MINUTES)
  // A second of the kind that may run side by side says when the next minute has come.
  await of(CronJobs, other).create('c', cron('Allow', 'exit 0'))
  await eventually('the next minute has come', () => of(Jobs, other).list(), (l) => l.length > 0, MINUTES)
  expect(await of(Jobs, ns).list()).toHaveLength(1)
}, 420_000)
it.concurrent('ReplaceConcurrent', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(CronJobs, ns).create('c', cron('Replace', SLEEP))
  const [first] = await eventually('the first runs', () => of(Jobs, ns).list(), (l) => l.some(active), MINUTES)
  const list = await eventually('another one in its place', () => of(Jobs, ns).list(), (l) => l.length === 1 && l[0]?.metadata.uid !== first?.metadata.uid && active(l[0] as Job), MINUTES)
  expect(list[0]?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'CronJob', name: 'c', controller: true })
}, 420_000)
it.concurrent('suspended', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const other = await namespace({}, onTestFinished)
  await of(CronJobs, ns).create('c', cron('Allow', SLEEP, { suspend: true }))
  await of(CronJobs, other).create('c', cron('Allow', 'exit 0'))
  await eventually('a minute has come for others', () => of(Jobs, other).list(), (l) => l.length > 0, MINUTES)
  expect(await of(Jobs, ns).list()).toEqual([])
}, 420_000)
it.concurrent('API operations', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const crons = of(CronJobs, ns)
  const mark = { api: ns }
  const never = (): object => cron('Allow', 'exit 0', { schedule: '0 0 31 2 *' })
  for (const name of ['a', 'b', 'c']) await crons.create(name, never(), { labels: mark })
  expect((await api().get<{ groups: { name: string }[] }>('/apis')).groups.map((g) => g.name)).toContain('batch')
  expect((await api().get<{ resources: { name: string }[] }>('/apis/batch/v1')).resources.map((r) => r.name)).toEqual(expect.arrayContaining(['cronjobs', 'cronjobs/status']))
  expect((await api().get<{ items: CronJob[] }>(`/apis/batch/v1/cronjobs?labelSelector=api%3D${ns}`)).items).toHaveLength(3)
  const seen = await follow(crons, `api=${ns}`)
  await crons.strategic('a', { metadata: { annotations: { patched: 'true' } } })
  await seen.saw('patched', (e) => (e.object as CronJob).metadata.annotations?.['patched'] === 'true')
  await eventually('replaced', async () => {
    const now = await crons.get('a')
    return crons.replace({ ...now, metadata: { ...now.metadata, annotations: { ...now.metadata.annotations, updated: 'true' } } }).then(() => true, (e: Error) => { if (!/: 409 /.test(e.message)) throw e; return false })
  }, Boolean)
  await seen.saw('updated', (e) => (e.object as CronJob).metadata.annotations?.['updated'] === 'true')
  const time = '2026-01-01T00:00:00Z'
  expect((await crons.patch('a', { metadata: { annotations: { patchedstatus: 'true' } }, status: { lastScheduleTime: time } }, 'status')).status?.lastScheduleTime).toBe(time)
  const now = await crons.get('a', 'status')
  expect((await crons.replace({ ...now, status: { ...now.status, lastScheduleTime: '2026-01-01T01:00:00Z' } }, 'status')).status?.lastScheduleTime).toBe('2026-01-01T01:00:00Z')
  await crons.remove('a')
  await crons.gone('a')
  await crons.removeAll(`api=${ns}`)
  await eventually('all are gone', () => crons.list(), (l) => l.length === 0)
  seen.close()
})
