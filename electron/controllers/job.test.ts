import { describe, expect, it } from 'vitest'
import type { Job, Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { failuresAfter, jobPlan, type Failures } from './job-plan.ts'
import { backoffMs, jobPod } from './job-pods.ts'
import { failureVerdict, successVerdict } from './job-rules.ts'
import { jobState } from './job-state.ts'
import { expiryOf } from './ttl-after-finished.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')
const job = (spec: object = {}, status: object = {}): Job => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', namespace: 'x', uid: 'u' }, spec: { parallelism: 1, completions: 1, backoffLimit: 6, podReplacementPolicy: 'TerminatingOrFailed', template: { metadata: { labels: { a: '1' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'c' }] } }, ...spec }, status }) as unknown as Job
interface Traits { phase?: string; index?: number; failures?: number; code?: number; end?: number; going?: boolean; conditions?: object[]; tracked?: boolean; restarts?: number }
let uid = 0
const pod = (t: Traits = {}): Pod => {
  const name = `p${uid++}`
  return {
    metadata: {
      name, namespace: 'x', uid: name, finalizers: t.tracked === false ? [] : ['batch.kubernetes.io/job-tracking'], ...(t.going ? { deletionTimestamp: rfc3339(NOW) } : {}),
      annotations: { ...(t.index === undefined ? {} : { 'batch.kubernetes.io/job-completion-index': String(t.index) }), ...(t.failures === undefined ? {} : { 'batch.kubernetes.io/job-index-failure-count': String(t.failures) }) },
    },
    spec: {}, status: { phase: t.phase ?? 'Running', conditions: t.conditions ?? [], containerStatuses: [{ name: 'c', restartCount: t.restarts ?? 0, state: t.code === undefined && t.end === undefined ? {} : { terminated: { exitCode: t.code ?? 1, finishedAt: rfc3339(t.end ?? NOW) } } }] },
  } as unknown as Pod
}
const INDEXED = { completionMode: 'Indexed', completions: 4, parallelism: 2 }
const ok = (index?: number): Pod => pod({ phase: 'Succeeded', code: 0, ...(index === undefined ? {} : { index }) })
const bad = (t: Traits = {}): Pod => pod({ phase: 'Failed', code: 1, ...t })
const state = (j: Job, pods: Pod[]) => jobState(j, pods, new Set(), NOW)

describe('where a Job stands', () => {
  it.each<[string, Job, Pod[], string | undefined]>([
    ['nothing yet', job(), [pod()], undefined],
    ['done', job(), [ok()], 'SuccessCriteriaMet/CompletionsReached'],
    ['one of two', job({ completions: 2 }), [ok(), pod()], undefined],
    ['two of two, one counted before', job({ completions: 2 }, { succeeded: 1 }), [ok()], 'SuccessCriteriaMet/CompletionsReached'],
    ['counted pods are not counted twice', job({ completions: 2 }, { succeeded: 1 }), [{ ...ok(), metadata: { name: 'z', finalizers: [] } } as unknown as Pod], undefined],
    ['work queue: one is at work', job({ completions: undefined, parallelism: 2 }), [ok(), pod()], undefined],
    ['work queue: done', job({ completions: undefined, parallelism: 2 }), [ok(), ok()], 'SuccessCriteriaMet/CompletionsReached'],
    ['nothing to do', job({ completions: 0 }), [], 'SuccessCriteriaMet/CompletionsReached'],
    ['failed as often as allowed', job({ backoffLimit: 2 }), [bad(), bad()], undefined],
    ['failed too often', job({ backoffLimit: 2 }), [bad(), bad(), bad()], 'FailureTarget/BackoffLimitExceeded'],
    ['a pod that goes counts as failed', job({ backoffLimit: 0 }), [pod({ going: true })], 'FailureTarget/BackoffLimitExceeded'],
    ['unless it is waited for', job({ backoffLimit: 0, podReplacementPolicy: 'Failed' }), [pod({ going: true })], undefined],
    ['restarts count', job({ backoffLimit: 2, template: { spec: { restartPolicy: 'OnFailure', containers: [] } } }), [pod({ restarts: 2 })], 'FailureTarget/BackoffLimitExceeded'],
    ['too late', job({ activeDeadlineSeconds: 60 }, { startTime: rfc3339(NOW - 60_000) }), [pod()], 'FailureTarget/DeadlineExceeded'],
    ['in time', job({ activeDeadlineSeconds: 60 }, { startTime: rfc3339(NOW - 59_000) }), [pod()], undefined],
    ['one index twice is one', job(INDEXED), [ok(0), ok(0), ok(1), ok(2)], undefined],
    ['all indexes', job(INDEXED, { completedIndexes: '0-2' }), [ok(3)], 'SuccessCriteriaMet/CompletionsReached'],
    ['an index that is none', job({ ...INDEXED, completions: 2 }), [ok(0), ok(7)], undefined],
    ['failed indexes at the end', job({ ...INDEXED, completions: 2, backoffLimitPerIndex: 1 }), [ok(0), bad({ index: 1, failures: 1 })], 'FailureTarget/FailedIndexes'],
    ['an index may try again', job({ ...INDEXED, completions: 2, backoffLimitPerIndex: 1 }), [ok(0), bad({ index: 1, failures: 0 })], undefined],
    ['too many failed indexes', job({ ...INDEXED, backoffLimitPerIndex: 0, maxFailedIndexes: 1 }), [bad({ index: 0 }), bad({ index: 1 })], 'FailureTarget/MaxFailedIndexesExceeded'],
    ['success policy', job({ ...INDEXED, successPolicy: { rules: [{ succeededIndexes: '0,3', succeededCount: 1 }] } }), [ok(3)], 'SuccessCriteriaMet/SuccessPolicy'],
    ['what is decided stays', job({}, { conditions: [{ type: 'FailureTarget', status: 'True', reason: 'R' }] }), [ok()], 'FailureTarget/R'],
    ['failure policy', job({ podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] } }), [bad({ code: 42 })], 'FailureTarget/PodFailurePolicy'],
    ['ignored', job({ backoffLimit: 0, podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] } }), [bad({ conditions: [{ type: 'DisruptionTarget', status: 'True' }] })], undefined],
  ])('%s', (_name, j, pods, expected) => {
    const { target } = state(j, pods)
    expect(target && `${target.type}/${target.reason}`).toBe(expected)
  })
  it('lists indexes', () => {
    const s = state(job({ ...INDEXED, backoffLimitPerIndex: 0 }, { completedIndexes: '0', failedIndexes: '1' }), [ok(2), bad({ index: 3, failures: 0 })])
    expect([[...s.completedIndexes], [...s.failedIndexes], s.succeeded, s.failed]).toEqual([[0, 2], [1, 3], 2, 1])
  })
})

describe('policies', () => {
  const rules = (...list: object[]): Job => job({ podFailurePolicy: { rules: list } })
  it.each<[string, Job, Pod, string, string]>([
    ['no policy', job(), bad(), 'Count', ''],
    ['in', rules({ action: 'FailJob', onExitCodes: { operator: 'In', values: [3, 42] } }), bad({ code: 42 }), 'FailJob', 'Container c for pod x/P failed with exit code 42 matching FailJob rule at index 0'],
    ['not in', rules({ action: 'Count', onExitCodes: { operator: 'In', values: [1] } }, { action: 'FailIndex', onExitCodes: { operator: 'NotIn', values: [1] } }), bad({ code: 2 }), 'FailIndex', 'Container c for pod x/P failed with exit code 2 matching FailIndex rule at index 1'],
    ['another container', rules({ action: 'FailJob', onExitCodes: { containerName: 'd', operator: 'In', values: [1] } }), bad(), 'Count', ''],
    ['condition', rules({ action: 'FailJob', onPodConditions: [{ type: 'X', status: 'True' }] }), bad({ conditions: [{ type: 'X', status: 'True' }] }), 'FailJob', 'Pod x/P has condition X matching FailJob rule at index 0'],
    ['condition of another status', rules({ action: 'FailJob', onPodConditions: [{ type: 'X', status: 'True' }] }), bad({ conditions: [{ type: 'X', status: 'False' }] }), 'Count', ''],
    ['a pod on its way out', rules({ action: 'Ignore', onPodConditions: [{ type: 'X' }] }), pod({ going: true, conditions: [{ type: 'X', status: 'True' }] }), 'Count', ''],
  ])('%s', (_name, j, p, action, message) => expect(failureVerdict(j, p)).toEqual({ action, message: message.replace('x/P', `x/${p.metadata.name}`) }))
  it.each<[object, number[], string | undefined]>([
    [{ succeededIndexes: '0-2' }, [0, 1], undefined], [{ succeededIndexes: '0-2' }, [0, 1, 2], 'Matched rules at index 0'], [{ succeededCount: 2 }, [7, 9], 'Matched rules at index 0'], [{ succeededIndexes: '1,5', succeededCount: 1 }, [2, 5], 'Matched rules at index 0'],
  ])('success %j with %j', (rule, done, expected) => expect(successVerdict(job({ ...INDEXED, successPolicy: { rules: [rule] } }), new Set(done))).toBe(expected))
})

describe('which pods are made', () => {
  const show = (j: Job, pods: Pod[], failures?: Failures): string => {
    const plan = jobPlan(j, state(j, pods), pods, failures, NOW)
    return `+${plan.create.map((c) => (c.index === undefined ? '*' : `${c.index}${c.failures ? `!${c.failures}` : ''}`)).join()} -${plan.remove.length}${plan.recheckIn === undefined ? '' : ` in ${plan.recheckIn}`}`
  }
  it.each<[string, Job, Pod[], Failures | undefined, string]>([
    ['as many as at once', job({ completions: 5, parallelism: 3 }), [pod()], undefined, '+*,* -0'],
    ['no more than are left', job({ completions: 5, parallelism: 3 }, { succeeded: 4 }), [], undefined, '+* -0'],
    ['work queue', job({ completions: undefined, parallelism: 2 }), [], undefined, '+*,* -0'],
    ['work queue after the first success', job({ completions: undefined, parallelism: 2 }), [ok(), pod()], undefined, '+ -0'],
    ['fewer at once', job({ completions: 5, parallelism: 1 }), [pod(), pod()], undefined, '+ -1'],
    ['suspended', job({ suspend: true, completions: 5 }), [pod(), pod()], undefined, '+ -2'],
    ['back-off', job(), [], { count: 2, last: NOW - 5_000 }, '+ -0 in 15000'],
    ['back-off is over', job(), [], { count: 2, last: NOW - 20_000 }, '+* -0'],
    ['a pod that goes is replaced', job(), [pod({ going: true })], undefined, '+* -0'],
    ['or is waited for', job({ podReplacementPolicy: 'Failed' }), [pod({ going: true })], undefined, '+ -0'],
    ['the lowest indexes', job(INDEXED, { completedIndexes: '1' }), [pod({ index: 0 })], undefined, '+2 -0'],
    ['two for one index', job(INDEXED), [pod({ index: 0 }), pod({ index: 0 })], undefined, '+ -1'],
    ['not a failed index', job({ ...INDEXED, backoffLimitPerIndex: 1 }, { failedIndexes: '0' }), [], undefined, '+1,2 -0'],
    ['an index that failed waits by itself', job({ ...INDEXED, parallelism: 3, backoffLimitPerIndex: 3 }), [bad({ index: 0, failures: 1, end: NOW - 5_000 }), bad({ index: 1, end: NOW - 60_000 })], undefined, '+1!1,2,3 -0 in 15000'],
  ])('%s', (_name, j, pods, failures, expected) => expect(show(j, pods, failures)).toBe(expected))
  it('counts failures in a row', () => {
    const j = job({ completions: 9 })
    expect(failuresAfter({ count: 2, last: 1 }, state(j, [bad({ end: NOW - 9_000 })]), NOW)).toEqual({ count: 3, last: NOW - 9_000 })
    expect(failuresAfter({ count: 2, last: 1 }, state(j, [bad({ end: NOW - 9_000 }), pod({ phase: 'Succeeded', code: 0, end: NOW - 5_000 }), bad({ end: NOW - 1_000 })]), NOW)).toEqual({ count: 1, last: NOW - 1_000 })
    expect([0, 1, 2, 3, 6, 7, 100].map(backoffMs)).toEqual([0, 10_000, 20_000, 40_000, 320_000, 600_000, 600_000])
  })
  it('with its index in every way a program may ask for it', () => {
    const made = jobPod(job({ ...INDEXED, backoffLimitPerIndex: 2 }), 3, 1)
    expect(made).toMatchObject({
      metadata: { generateName: 'j-3-', finalizers: ['batch.kubernetes.io/job-tracking'], labels: { a: '1', 'batch.kubernetes.io/job-completion-index': '3' }, annotations: { 'batch.kubernetes.io/job-completion-index': '3', 'batch.kubernetes.io/job-index-failure-count': '1' }, ownerReferences: [{ kind: 'Job', controller: true }] },
      spec: { hostname: 'j-3', containers: [{ env: [{ name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } } }] }] },
    })
    expect(jobPod(job()).metadata).toMatchObject({ generateName: 'j-', labels: { a: '1' } })
  })
})

it.each<[object, object[], number | undefined]>([
  [{ ttlSecondsAfterFinished: 30 }, [{ type: 'Complete', status: 'True', lastTransitionTime: rfc3339(NOW) }], NOW + 30_000],
  [{ ttlSecondsAfterFinished: 0 }, [{ type: 'Failed', status: 'True', lastTransitionTime: rfc3339(NOW) }], NOW],
  [{ ttlSecondsAfterFinished: 30 }, [{ type: 'FailureTarget', status: 'True', lastTransitionTime: rfc3339(NOW) }], undefined],
  [{}, [{ type: 'Complete', status: 'True', lastTransitionTime: rfc3339(NOW) }], undefined],
])('expires %j %#', (spec, conditions, at) => expect(expiryOf(job(spec, { conditions }))).toBe(at))
