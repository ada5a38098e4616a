import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Events, Jobs, Pods } from '../../shared/api/resources.ts'
import type { Job, Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { retryOnConflict } from '../client/index.ts'
import { COMPLETION_INDEX } from './job-pods.ts'
import { findCondition, holds } from './job-state.ts'
import { startLoop, type Loop } from './testing.ts'

const namespace = 'default'
let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
  loop.readyWhen = (p) => p.status?.phase === 'Pending'
})
afterAll(() => loop.close())

const draft = (name: string, spec: object = {}): Parameters<typeof loop.client.create<Job>>[1] => ({ metadata: { name, namespace }, spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x:1' }] } }, ...spec } })
const get = (name: string): Promise<Job> => loop.client.get(Jobs, name, namespace)
const pods = async (name: string): Promise<Pod[]> => (await loop.client.list(Pods, { namespace, labelSelector: `job-name=${name}` })).items
const running = async (name: string): Promise<Pod[]> => (await pods(name)).filter((p) => p.status?.phase === 'Running' && !p.metadata.deletionTimestamp)
const end = (pod: Pod, code: number): Promise<Pod> => retryOnConflict(async () => {
  const live = await loop.client.get(Pods, pod.metadata.name, namespace)
  const terminated = { exitCode: code, finishedAt: rfc3339(loop.clock.now()) }
  return loop.client.updateStatus(Pods, { ...live, status: { ...live.status, phase: code === 0 ? 'Succeeded' : 'Failed', conditions: [], containerStatuses: [{ name: 'c', image: 'x:1', imageID: '', ready: false, restartCount: 0, state: { terminated } }] } })
})
const patch = (name: string, spec: object): Promise<Job> => loop.client.patch(Jobs, name, namespace, 'merge', { spec })
const over = (name: string, type: 'Complete' | 'Failed'): Promise<Job> => loop.until(async () => {
  const job = await get(name)
  return holds(job, type) && job
}, `${name} ${type}`)
const withPods = (name: string, count: number): Promise<Pod[]> => loop.until(async () => {
  const all = await running(name)
  return all.length === count && (await get(name)).status?.active === count && all
}, `${count} pods of ${name}`)
/** Past any back-off. */
const wait = (): Promise<void> => loop.clock.advance(700_000)

describe('a Job, on the real API server', () => {
  it('runs pods to their end, counts each once and lets go of it', async () => {
    await loop.client.create(Jobs, draft('three', { completions: 3, parallelism: 2 }))
    for (const pod of await withPods('three', 2)) await end(pod, 0)
    await loop.until(async () => (await get('three')).status?.succeeded === 2, 'two counted')
    const [last] = await withPods('three', 1)
    expect((await get('three')).status).toMatchObject({ active: 1, succeeded: 2 })
    await end(last!, 0)
    const job = await over('three', 'Complete')
    expect(job.status).toMatchObject({ succeeded: 3, ready: 0, terminating: 0, uncountedTerminatedPods: {} })
    expect(job.status?.active).toBeUndefined()
    expect(job.status?.completionTime).toBeDefined()
    expect(job.status?.conditions?.map((c) => `${c.type}/${c.reason}`)).toEqual(['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached'])
    expect((await pods('three')).flatMap((p) => p.metadata.finalizers ?? [])).toEqual([])
    expect(job.spec.selector?.matchLabels).toEqual({ 'batch.kubernetes.io/controller-uid': job.metadata.uid })
    await loop.until(async () => (await loop.client.list(Events, { namespace })).items.some((e) => e.reason === 'Completed' && e.involvedObject.name === 'three'), 'event')
    await loop.client.delete(Jobs, 'three', namespace, { propagationPolicy: 'Background' })
    await loop.until(async () => (await pods('three')).length === 0, 'gone')
  })

  it('tries again with back-off, and gives up', async () => {
    await loop.client.create(Jobs, draft('bad', { backoffLimit: 1 }))
    await end((await withPods('bad', 1))[0]!, 1)
    await loop.until(async () => (await get('bad')).status?.failed === 1, 'counted')
    expect(await running('bad')).toEqual([])
    await wait()
    await end((await withPods('bad', 1))[0]!, 1)
    const job = await over('bad', 'Failed')
    expect(job.status).toMatchObject({ failed: 2, uncountedTerminatedPods: {} })
    expect(findCondition(job, 'Failed')).toMatchObject({ reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' })
    expect(job.status?.conditions?.map((c) => c.type)).toEqual(['FailureTarget', 'Failed'])
  })

  it('runs an index each, and remembers which are done', async () => {
    await loop.client.create(Jobs, draft('indexed', { completionMode: 'Indexed', completions: 3, parallelism: 3, backoffLimitPerIndex: 0 }))
    const all = await withPods('indexed', 3)
    const at = (index: number): Pod => all.find((p) => p.metadata.annotations?.[COMPLETION_INDEX] === String(index))!
    await end(at(0), 0)
    await end(at(2), 0)
    await loop.until(async () => (await get('indexed')).status?.completedIndexes === '0,2', 'two done')
    await end(at(1), 1)
    const job = await over('indexed', 'Failed')
    expect(job.status).toMatchObject({ succeeded: 2, failed: 1, completedIndexes: '0,2', failedIndexes: '1' })
    expect(findCondition(job, 'Failed')?.reason).toBe('FailedIndexes')
  })

  it('takes away what is left when it has what it wants', async () => {
    await loop.client.create(Jobs, draft('enough', { completionMode: 'Indexed', completions: 3, parallelism: 3, successPolicy: { rules: [{ succeededCount: 1 }] } }))
    await end((await withPods('enough', 3))[0]!, 0)
    const job = await over('enough', 'Complete')
    expect(job.status?.conditions?.map((c) => `${c.type}/${c.reason}`)).toEqual(['SuccessCriteriaMet/SuccessPolicy', 'Complete/SuccessPolicy'])
    expect((await pods('enough')).filter((p) => p.status?.phase === 'Running')).toEqual([])
  })

  it('suspends and resumes, and its deadline counts from then', async () => {
    await loop.client.create(Jobs, draft('rest', { suspend: true, activeDeadlineSeconds: 100 }))
    await loop.until(async () => holds(await get('rest'), 'Suspended'), 'suspended')
    expect(await pods('rest')).toEqual([])
    await loop.clock.advance(200_000)
    await patch('rest', { suspend: false })
    await withPods('rest', 1)
    await patch('rest', { suspend: true })
    await loop.until(async () => (await pods('rest')).length === 0 && holds(await get('rest'), 'Suspended'), 'suspended again')
    expect((await get('rest')).status?.failed).toBeUndefined()
    expect((await get('rest')).status?.startTime).toBeUndefined()
    await patch('rest', { suspend: false })
    await withPods('rest', 1)
    await loop.clock.advance(101_000)
    expect(findCondition(await over('rest', 'Failed'), 'Failed')?.reason).toBe('DeadlineExceeded')
  })

  it('goes when its time after the end is over', async () => {
    await loop.client.create(Jobs, draft('brief', { ttlSecondsAfterFinished: 50 }))
    await end((await withPods('brief', 1))[0]!, 0)
    await over('brief', 'Complete')
    await loop.clock.advance(51_000)
    const gone = await loop.until(async () => get('brief').then(() => false, (error: unknown) => isNotFound(error)), 'gone')
    expect(gone).toBe(true)
    await loop.until(async () => (await pods('brief')).length === 0, 'its pod too')
  })

  it('does not hold the pods of a Job that is gone', async () => {
    await loop.client.create(Jobs, draft('short', { parallelism: 2, completions: 2 }))
    await withPods('short', 2)
    await loop.client.delete(Jobs, 'short', namespace, { propagationPolicy: 'Background' })
    await loop.until(async () => (await pods('short')).length === 0, 'gone with it')
    expect(await pods('short')).toEqual([])
  })
})
