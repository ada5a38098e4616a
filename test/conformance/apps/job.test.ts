import { expect, it } from 'vitest'
import { Jobs, Pods } from '../../../shared/api/resources.ts'
import type { Job, Pod } from '../../../shared/api/types.ts'
import { api, eventually, namespace } from '../cluster.ts'
import { follow, living, of, pods, SLEEP, template, untilPods } from './helpers.ts'

const INDEX = 'batch.kubernetes.io/job-completion-index'
const condition = (job: Job, type: string) => job.status?.conditions?.find((c) => c.type === type && c.status === 'True')
const done = (job: Job): boolean => condition(job, 'Complete') !== undefined
const failed = (job: Job): boolean => condition(job, 'Failed') !== undefined
const jobs = (ns: string) => of(Jobs, ns)
const NEVER = { spec: { restartPolicy: 'Never' } }
const job = (script: string, spec: object = {}, more: { spec?: object } = NEVER): object => ({ spec: { ...spec, template: template({ job: 'j' }, script, more) } })
const indexOf = (p: Pod): string => p.metadata.annotations?.[INDEX] ?? ''
/** Fails in the first index only, or in those given. */
const failIn = (...indexes: number[]): string => `case " ${indexes.join(' ')} " in *" $JOB_COMPLETION_INDEX "*) exit 3;; esac`

it.concurrent('completion with local restarts', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  // The pod's own volume outlives its containers: it fails once, then not.
  const spec = { restartPolicy: 'OnFailure', volumes: [{ name: 'd', emptyDir: {} }] }
  await jobs(ns).create('j', job('if [ -f /d/again ]; then exit 0; fi; touch /d/again; exit 1', { parallelism: 2, completions: 4 }, { spec, container: { volumeMounts: [{ name: 'd', mountPath: '/d' }] } } as never))
  const end = await jobs(ns).until('j', 'complete', done)
  expect(end.status).toMatchObject({ succeeded: 4 })
  const list = await pods(ns).list('job-name=j')
  expect(list.filter((p) => p.status?.phase === 'Succeeded')).toHaveLength(4)
  expect(list.every((p) => p.status?.containerStatuses?.[0]?.restartCount === 1)).toBe(true)
})

it.concurrent('indexed + hostname', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await jobs(ns).create('j', job('echo "$(hostname) $JOB_COMPLETION_INDEX"', { parallelism: 2, completions: 4, completionMode: 'Indexed' }))
  const end = await jobs(ns).until('j', 'complete', done)
  expect(end.status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' })
  const list = await pods(ns).list('job-name=j')
  expect(list.map(indexOf).sort()).toEqual(['0', '1', '2', '3'])
  for (const p of list) {
    expect(p.spec.hostname).toBe(`j-${indexOf(p)}`)
    expect(p.metadata.name).toMatch(new RegExp(`^j-${indexOf(p)}-`))
    expect(p.metadata.labels?.[INDEX]).toBe(indexOf(p))
  }
})

it.concurrent('adopt/release pods', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await jobs(ns).create('j', job(SLEEP, { parallelism: 2, completions: 2 }))
  const [pod] = await untilPods(ns, 'two run', (l) => l.length === 2 && l.every((p) => p.status?.phase === 'Running'))
  const { name, labels = {} } = pod?.metadata ?? { name: '' }
  await pods(ns).patch(name, { metadata: { ownerReferences: null } })
  await pods(ns).until(name, 'adopted', (p) => p.metadata.ownerReferences?.some((o) => o.kind === 'Job' && o.controller) ?? false)
  await pods(ns).patch(name, { metadata: { labels: Object.fromEntries(Object.keys(labels).map((k) => [k, null])) } })
  await pods(ns).until(name, 'released', (p) => !p.metadata.ownerReferences?.length)
})

it.concurrent('delete a job', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await jobs(ns).create('j', job(SLEEP, { parallelism: 2, completions: 2 }))
  await untilPods(ns, 'two run', (l) => l.length === 2 && l.every((p) => p.status?.phase === 'Running'))
  await jobs(ns).remove('j', { propagationPolicy: 'Foreground' })
  await jobs(ns).gone('j')
  expect(await pods(ns).list()).toEqual([])
})

it.concurrent('podFailurePolicy fail early on exit code', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const rules = [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [3] } }]
  await jobs(ns).create('j', job('exit 3', { backoffLimit: 6, podFailurePolicy: { rules } }))
  const end = await jobs(ns).until('j', 'failed', failed)
  expect(condition(end, 'Failed')).toMatchObject({ reason: 'PodFailurePolicy', message: expect.stringMatching(/^Container c for pod .* failed with exit code 3 matching FailJob rule at index 0$/) })
  expect(await pods(ns).list()).toHaveLength(1)
})

it.concurrent('podFailurePolicy ignore DisruptionTarget', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }, { action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [0] } }]
  // Evicted while it runs, it ends with an error; the next one succeeds.
  await jobs(ns).create('j', job('trap "exit 1" TERM; i=0; while [ $i -lt 3000 ]; do [ -f /go ] && exit 0; i=$((i+1)); sleep 0.1; done', { backoffLimit: 0, podFailurePolicy: { rules } }, { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 5 } }))
  const [pod] = await untilPods(ns, 'it runs', (l) => l[0]?.status?.phase === 'Running')
  const { name } = pod?.metadata ?? { name: '' }
  await api().send('POST', `${pods(ns).at(name, 'eviction')}`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: ns } })
  const [next] = await untilPods(ns, 'another one runs', (l) => living(l).some((p) => p.metadata.name !== name && p.status?.phase === 'Running') && living(l).length === 1)
  expect(next).toBeDefined()
  const now = await jobs(ns).get('j')
  expect([now.status?.failed ?? 0, failed(now)]).toEqual([0, false])
  expect((await api().get<{ metadata: object }>(pods(ns).at(living(await pods(ns).list())[0]?.metadata.name ?? ''))).metadata).toBeDefined()
})

it.concurrent('backoffLimitPerIndex (1.33)', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await jobs(ns).create('j', job(failIn(0, 2), { parallelism: 2, completions: 4, completionMode: 'Indexed', backoffLimitPerIndex: 1 }))
  const end = await jobs(ns).until('j', 'failed', failed)
  expect(end.status).toMatchObject({ failedIndexes: '0,2', completedIndexes: '1,3', failed: 4, succeeded: 2 })
  expect(condition(end, 'Failed')?.reason).toBe('FailedIndexes')
})

it.concurrent('maxFailedIndexes (1.33)', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await jobs(ns).create('j', job('exit 1', { parallelism: 2, completions: 4, completionMode: 'Indexed', backoffLimitPerIndex: 0, maxFailedIndexes: 0 }))
  const end = await jobs(ns).until('j', 'failed', failed)
  expect(condition(end, 'Failed')?.reason).toBe('MaxFailedIndexesExceeded')
  expect(end.status?.succeeded ?? 0).toBe(0)
  expect(await pods(ns).list('job-name=j')).not.toHaveLength(4)
})

it.concurrent('FailIndex action (1.33)', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const rules = [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [3] } }]
  await jobs(ns).create('j', job(failIn(0), { parallelism: 2, completions: 2, completionMode: 'Indexed', backoffLimitPerIndex: 4, podFailurePolicy: { rules } }))
  const end = await jobs(ns).until('j', 'failed', failed)
  expect(end.status).toMatchObject({ failedIndexes: '0', completedIndexes: '1', failed: 1, succeeded: 1 })
})

it.concurrent('successPolicy all indexes (1.33)', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await jobs(ns).create('j', job('exit 0', { parallelism: 2, completions: 2, completionMode: 'Indexed', successPolicy: { rules: [{ succeededIndexes: '0,1' }] } }))
  const end = await jobs(ns).until('j', 'complete', done)
  expect(end.status).toMatchObject({ completedIndexes: '0,1' })
  expect(end.status?.conditions?.find((c) => c.type === 'SuccessCriteriaMet')).toMatchObject({ status: 'True', reason: 'SuccessPolicy' })
})
it.concurrent('successPolicy succeededCount (1.33)', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  // Index 0 succeeds, the other goes on for ever.
  await jobs(ns).create('j', job('[ "$JOB_COMPLETION_INDEX" = 0 ] && exit 0; sleep 1000', { parallelism: 2, completions: 2, completionMode: 'Indexed', successPolicy: { rules: [{ succeededCount: 1 }] } }))
  const end = await jobs(ns).until('j', 'complete', done)
  expect(end.status).toMatchObject({ completedIndexes: '0' })
  expect(condition(end, 'SuccessCriteriaMet')?.reason).toBe('SuccessPolicy')
  expect(condition(end, 'Complete')?.reason).toBe('SuccessPolicy')
  await untilPods(ns, 'the rest is ended', (l) => l.every((p) => p.status?.phase !== 'Running'))
})
it.concurrent('successPolicy succeededIndexes (1.33)', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await jobs(ns).create('j', job('[ "$JOB_COMPLETION_INDEX" = 1 ] && exit 0; sleep 1000', { parallelism: 3, completions: 3, completionMode: 'Indexed', successPolicy: { rules: [{ succeededIndexes: '1' }] } }))
  const end = await jobs(ns).until('j', 'complete', done)
  expect(end.status).toMatchObject({ completedIndexes: '1' })
  expect(condition(end, 'SuccessCriteriaMet')?.reason).toBe('SuccessPolicy')
})

it.concurrent('status', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await jobs(ns).create('j', job(SLEEP, { parallelism: 1, completions: 2 }))
  await jobs(ns).until('j', 'one is active', (j) => j.status?.active === 1)
  const seen = await follow(jobs(ns))
  // Upstream allows conditions of one's own in a Job's status.
  await jobs(ns).patch('j', { status: { conditions: [{ type: 'CustomConditionType', status: 'True', lastProbeTime: null, lastTransitionTime: null }] } }, 'status')
  await seen.saw('the condition that was patched', (e) => (e.object as Job).status?.conditions?.some((c) => c.type === 'CustomConditionType') ?? false)
  await eventually('the status is replaced', async () => {
    const now = await jobs(ns).get('j', 'status')
    return jobs(ns).replace({ ...now, status: { ...now.status, startTime: '2026-01-01T00:00:00Z' } }, 'status').then(() => 'replaced', (e: Error) => e.message)
  }, (answer) => answer === 'replaced' || /startTime/.test(answer))
  expect((await jobs(ns).get('j', 'status')).status?.active).toBe(1)
  seen.close()
})

it.concurrent('lifecycle', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const mark = { life: ns }
  const seen = await follow(jobs(ns), `life=${ns}`)
  await jobs(ns).create('j', job('exit 0', { suspend: true, parallelism: 2, completions: 4 }), { labels: mark })
  await seen.saw('added', (e) => e.type === 'ADDED')
  await jobs(ns).until('j', 'suspended', (j) => condition(j, 'Suspended') !== undefined)
  expect(await pods(ns).list()).toEqual([])
  await jobs(ns).strategic('j', { metadata: { labels: { step: 'patched' } } })
  await seen.saw('patched', (e) => (e.object as Job).metadata.labels?.['step'] === 'patched')
  await eventually('replaced', async () => {
    const now = await jobs(ns).get('j')
    return jobs(ns).replace({ ...now, metadata: { ...now.metadata, annotations: { updated: 'yes' } }, spec: { ...now.spec, suspend: false } }).then(() => true, (e: Error) => { if (!/: 409 /.test(e.message)) throw e; return false })
  }, Boolean)
  await jobs(ns).until('j', 'complete', done)
  const all = await api().get<{ items: Job[] }>(`/apis/batch/v1/jobs?labelSelector=life%3D${ns}`)
  expect(all.items.map((j) => j.metadata.annotations?.['updated'])).toEqual(['yes'])
  await api().send('DELETE', `${jobs(ns).at()}?labelSelector=life%3D${ns}`, { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' })
  await seen.saw('deleted', (e) => e.type === 'DELETED')
  await eventually('its pods go with it', () => of(Pods, ns).list(), (l) => l.length === 0)
  seen.close()
})
