import { describe, expect, it } from 'vitest'
import type { AnyObject } from '../../../../shared/api/meta.ts'
import type { Body } from '../testing.ts'
import { change, created, faults, row, updateFaults, withDefaults } from '../testing.ts'

const JOB: Body = { metadata: { uid: 'u1' }, spec: { template: { metadata: { labels: { app: 'pi' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'pi:1' }] } } } }
const INDEXED: Body = change(change(JOB, 'spec/completionMode', 'Indexed'), 'spec/completions', 3)
const rule = (r: object): Body => change(JOB, 'spec/podFailurePolicy', { rules: [r] })
const success = (r: object): Body => change(INDEXED, 'spec/successPolicy', { rules: [r] })

describe('Job', () => {
  it.each<[string, Body]>([
    ['plain', JOB], ['indexed', INDEXED], ['on failure', change(JOB, 'spec/template/spec/restartPolicy', 'OnFailure')], ['manual', { ...change(change(JOB, 'spec/manualSelector', true), 'spec/selector', { matchLabels: { app: 'pi' } }) }],
    ['failure policy', rule({ action: 'FailJob', onExitCodes: { containerName: 'a', operator: 'In', values: [1, 42] } })], ['conditions', rule({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] })],
    ['success policy', success({ succeededIndexes: '0,2', succeededCount: 1 })], ['limits', change(change(INDEXED, 'spec/backoffLimitPerIndex', 1), 'spec/maxFailedIndexes', 2)],
  ])('%s passes', (_name, body) => {
    expect(faults('Job', body)).toEqual([])
    const once = withDefaults('Job', body)
    expect(withDefaults('Job', structuredClone(once) as never)).toEqual(once)
  })
  it.each<[string, Body, unknown[]]>([
    ['no spec', { metadata: {} }, ['spec: Required value']],
    ['always', change(JOB, 'spec/template/spec/restartPolicy', undefined), ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']],
    ['negative', change(JOB, 'spec/parallelism', -1), ['spec.parallelism: Invalid value: -1: must be greater than or equal to 0']],
    ['a selector of its own', change(JOB, 'spec/selector', { matchLabels: { app: 'other' } }), [expect.stringMatching(/^spec\.template\.metadata\.labels: .*`selector` does not match template `labels`$/)]],
    ['work queue with indexes', change(change(INDEXED, 'spec/completions', undefined), 'spec/parallelism', 2), ['spec.completions: Required value: when completion mode is Indexed']],
    ['limit without indexes', change(JOB, 'spec/backoffLimitPerIndex', 1), ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode']],
    ['mode', change(JOB, 'spec/completionMode', 'Both'), ['spec.completionMode: Unsupported value: "Both": supported values: "NonIndexed", "Indexed"']],
    ['exit code 0', rule({ action: 'Count', onExitCodes: { operator: 'In', values: [0, 1] } }), ['spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator']],
    ['both patterns', rule({ action: 'Count', onExitCodes: { operator: 'In', values: [1] }, onPodConditions: [{ type: 'X' }] }), ['spec.podFailurePolicy.rules[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported']],
    ['no such container', rule({ action: 'Count', onExitCodes: { containerName: 'z', operator: 'In', values: [1] } }), ['spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "z": must be one of the container or initContainer names in the pod template']],
    ['FailIndex', rule({ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } }), ['spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set']],
    ['policy and OnFailure', change(rule({ action: 'Count', onExitCodes: { operator: 'In', values: [1] } }), 'spec/template/spec/restartPolicy', 'OnFailure'), ['spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified']],
    ['success without indexes', change(JOB, 'spec/successPolicy', { rules: [{ succeededCount: 1 }] }), [expect.stringMatching(/^spec\.successPolicy: .*requires indexed completion mode$/)]],
    ['success with too many', success({ succeededIndexes: '0,1', succeededCount: 3 }), ['spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)']],
    ['success with no such index', success({ succeededIndexes: '5' }), ['spec.successPolicy.rules[0].succeededIndexes: Invalid value: "5": error parsing succeededIndexes: too large index: "5"']],
  ])('%s', (_name, body, expected) => expect(faults('Job', body)).toEqual(expected))
  it.each<[string, string, unknown, boolean]>([
    ['parallelism', 'spec/parallelism', 5, true], ['suspend', 'spec/suspend', true, true], ['backoffLimit', 'spec/backoffLimit', 1, true], ['ttl', 'spec/ttlSecondsAfterFinished', 1, true],
    ['completions', 'spec/completions', 5, false], ['template', 'spec/template/spec/containers/0/image', 'pi:2', false], ['completionMode', 'spec/completionMode', 'Indexed', false],
  ])('%s may change: %#', (_name, path, value, allowed) => {
    const old = created('Job', JOB) as unknown as Body
    expect(updateFaults('Job', change(old, path, value), old).length === 0).toBe(allowed)
  })
  it('defaults, and labels by which it knows its pods', () => {
    expect(created('Job', JOB)).toMatchObject({
      metadata: { labels: { app: 'pi' } },
      spec: {
        completions: 1, parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, podReplacementPolicy: 'TerminatingOrFailed', selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u1' } },
        template: { metadata: { labels: { app: 'pi', 'job-name': 'x', 'controller-uid': 'u1', 'batch.kubernetes.io/job-name': 'x', 'batch.kubernetes.io/controller-uid': 'u1' } } },
      },
    })
    expect(created('Job', change(JOB, 'spec/template/metadata', {})).metadata?.labels).toEqual({ 'job-name': 'x', 'controller-uid': 'u1', 'batch.kubernetes.io/job-name': 'x', 'batch.kubernetes.io/controller-uid': 'u1' })
    expect(withDefaults('Job', change(JOB, 'spec/parallelism', 3)).spec).not.toHaveProperty('completions')
    expect(withDefaults('Job', change(INDEXED, 'spec/backoffLimitPerIndex', 1))).toMatchObject({ spec: { backoffLimit: 2_147_483_647 } })
    expect(withDefaults('Job', rule({ action: 'Ignore', onPodConditions: [{ type: 'X' }] }))).toMatchObject({ spec: { podReplacementPolicy: 'Failed', podFailurePolicy: { rules: [{ onPodConditions: [{ status: 'True' }] }] } } })
  })
  it.each<[string, object, object, string[]]>([
    ['running', {}, { active: 1, startTime: '2026-01-01T00:55:00Z' }, ['Running', '0/1', '5m']],
    ['complete', { completions: 2 }, { succeeded: 2, startTime: '2026-01-01T00:55:00Z', completionTime: '2026-01-01T00:55:20Z', conditions: [{ type: 'SuccessCriteriaMet', status: 'True' }, { type: 'Complete', status: 'True' }] }, ['Complete', '2/2', '20s']],
    ['failed', {}, { startTime: '2026-01-01T00:55:00Z', conditions: [{ type: 'FailureTarget', status: 'True' }, { type: 'Failed', status: 'True', lastTransitionTime: '2026-01-01T00:55:30Z' }] }, ['Failed', '0/1', '30s']],
    ['suspended', {}, { conditions: [{ type: 'Suspended', status: 'True' }] }, ['Suspended', '0/1', '']],
    ['work queue', { completions: undefined, parallelism: 3 }, { succeeded: 1 }, ['Running', '1/1 of 3', '']],
  ])('columns: %s', (_name, spec, status, expected) => {
    const object = created('Job', JOB)
    const shown = { ...object, metadata: { ...object.metadata, creationTimestamp: '2026-01-01T00:55:00Z' }, spec: { ...(object as AnyObject & { spec: object }).spec, ...spec }, status }
    expect(row('Job', shown)).toEqual(['x', ...expected, '5m'])
  })
})
