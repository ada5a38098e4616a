import { describe, expect, it } from 'vitest'
import type { DaemonSet, Node, Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { daemonPod, targetNode, verdictOf } from './daemonset-placement.ts'
import { limitsOf, placementPlan, rollingPlan, type Place } from './daemonset-plan.ts'
import { daemonSetStatus } from './daemonset-status.ts'
import { FailureBackoff } from './failure-backoff.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')
const ds = (spec: object = {}, strategy: object = { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }): DaemonSet =>
  ({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'd', namespace: 'x', uid: 'u', generation: 3 }, spec: { selector: { matchLabels: { a: '1' } }, updateStrategy: { type: 'RollingUpdate', ...strategy }, template: { metadata: { labels: { a: '1' } }, spec: { containers: [{ name: 'c' }], ...spec } } } }) as unknown as DaemonSet
const node = (name: string, labels: Record<string, string> = {}, taints: object[] = []): Node => ({ metadata: { name, labels }, spec: { taints } }) as unknown as Node
interface Traits { hash?: string; ready?: number; phase?: string; going?: boolean; created?: number }
const pod = (name: string, t: Traits = {}): Pod => ({
  metadata: { name, uid: name, labels: { 'controller-revision-hash': t.hash ?? 'new' }, creationTimestamp: rfc3339(t.created ?? NOW - 60_000), ...(t.going ? { deletionTimestamp: rfc3339(NOW) } : {}) },
  spec: { nodeName: 'n' }, status: { phase: t.phase ?? 'Running', conditions: t.ready === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: rfc3339(t.ready) }] },
}) as unknown as Pod
const OLD = NOW - 60_000
const place = (name: string, pods: Pod[], run = true, stay = run): Place => ({ node: name, run, stay, pods })
const names = (plan: { create: string[]; remove: Pod[] }): string => `+${plan.create.join()} -${plan.remove.map((p) => p.metadata.name).join()}`

describe('where a daemon pod belongs', () => {
  it.each<[string, object, Node, string]>([
    ['anywhere', {}, node('n'), 'run stay'],
    ['nodeSelector', { nodeSelector: { disk: 'ssd' } }, node('n'), '- -'],
    ['nodeSelector met', { nodeSelector: { disk: 'ssd' } }, node('n', { disk: 'ssd' }), 'run stay'],
    ['nodeName of another', { nodeName: 'm' }, node('n'), '- -'],
    ['affinity by field', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['m'] }] }, { matchExpressions: [{ key: 'n', operator: 'Gt', values: ['3'] }] }] } } } }, node('n', { n: '4' }), 'run stay'],
    ['affinity by no term', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{}] } } } }, node('n'), '- -'],
    ['a taint NoSchedule', {}, node('n', {}, [{ key: 'k', effect: 'NoSchedule' }]), '- stay'],
    ['a taint NoExecute', {}, node('n', {}, [{ key: 'k', effect: 'NoExecute' }]), '- -'],
    ['a taint that is only a wish', {}, node('n', {}, [{ key: 'k', effect: 'PreferNoSchedule' }]), 'run stay'],
    ['a taint that it bears', { tolerations: [{ operator: 'Exists' }] }, node('n', {}, [{ key: 'k', effect: 'NoExecute' }]), 'run stay'],
    ['cordoned, lost and pressed', {}, node('n', {}, [['unschedulable', 'NoSchedule'], ['unreachable', 'NoExecute'], ['disk-pressure', 'NoSchedule']].map(([k, effect]) => ({ key: `node.kubernetes.io/${k}`, effect }))), 'run stay'],
    ['no network, without host network', {}, node('n', {}, [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }]), '- stay'],
    ['no network, with host network', { hostNetwork: true }, node('n', {}, [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }]), 'run stay'],
  ])('%s', (_name, spec, where, expected) => {
    const { run, stay } = verdictOf(ds(spec), where)
    expect(`${run ? 'run' : '-'} ${stay ? 'stay' : '-'}`).toBe(expected)
  })
  it('makes a pod that only its node can have', () => {
    const made = daemonPod(ds({ nodeSelector: { disk: 'ssd' }, affinity: { podAffinity: {}, nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } } }), 'n7', 'h')
    expect(made).toMatchObject({ metadata: { generateName: 'd-', labels: { a: '1', 'controller-revision-hash': 'h' }, ownerReferences: [{ kind: 'DaemonSet', uid: 'u', controller: true }] } })
    expect(daemonPod({ ...ds(), metadata: { ...ds().metadata, annotations: { 'deprecated.daemonset.template.generation': '4' } } }, 'n7', 'h').metadata.labels).toEqual({ a: '1', 'pod-template-generation': '4', 'controller-revision-hash': 'h' })
    expect(made.spec.affinity).toEqual({ podAffinity: {}, nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [], requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n7'] }] }] } } })
    expect(made.spec.tolerations?.map((t) => `${t.key?.split('/')[1]}:${t.effect}`)).toEqual(['not-ready:NoExecute', 'unreachable:NoExecute', 'disk-pressure:NoSchedule', 'memory-pressure:NoSchedule', 'pid-pressure:NoSchedule', 'unschedulable:NoSchedule'])
    expect(targetNode(made as Pod)).toBe('n7')
  })
})

describe('placement', () => {
  const SURGE = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  it.each<[string, DaemonSet, Place[], string]>([
    ['missing', ds(), [place('a', []), place('b', [pod('p')])], '+a -'],
    ['a pod on its way out still holds the place', ds(), [place('a', [pod('p', { going: true })])], '+ -'],
    ['where it must not be', ds(), [place('a', [pod('p')], false)], '+ -p'],
    ['where it may stay', ds(), [place('a', [pod('p')], false, true)], '+ -'],
    ['two: the older stays', ds(), [place('a', [pod('young', { created: NOW }), pod('old')])], '+ -young'],
    ['failed and finished', ds(), [place('a', [pod('p', { phase: 'Failed' })]), place('b', [pod('q', { phase: 'Succeeded' })])], '+ -p,q'],
    ['surge: old and new side by side', ds({}, SURGE), [place('a', [pod('o', { hash: 'old', ready: OLD }), pod('p')])], '+ -'],
    ['surge: the new one works', ds({}, SURGE), [place('a', [pod('o', { hash: 'old', ready: OLD }), pod('p', { ready: OLD })])], '+ -o'],
    ['surge: the old one does not work', ds({}, SURGE), [place('a', [pod('o', { hash: 'old' }), pod('p')])], '+ -o'],
    ['surge: more than one of each', ds({}, SURGE), [place('a', [pod('o', { hash: 'old', ready: OLD }), pod('p'), pod('q', { created: NOW })])], '+ -q'],
  ])('%s', (_name, set, places, expected) => expect(names(placementPlan(places, { ds: set, hash: 'new', now: NOW }, () => true))).toBe(expected))
  it('leaves a failed pod while its back-off lasts', () => expect(names(placementPlan([place('a', [pod('p', { phase: 'Failed' })])], { ds: ds(), hash: 'new', now: NOW }, () => false))).toBe('+ -'))
  it('backs off from 1 s to 15 min, and forgets', () => {
    const backoff = new FailureBackoff()
    expect(backoff.wait('d', 'n', 0)).toBe(0)
    expect(backoff.wait('d', 'n', 400)).toBe(600)
    expect(backoff.wait('d', 'n', 1_000)).toBe(0)
    expect(backoff.wait('d', 'n', 1_000)).toBe(2_000)
    expect(backoff.wait('d', 'm', 1_000)).toBe(0)
    let now = 1_000
    for (let i = 0; i < 20; i++) now += backoff.wait('d', 'n', now) || backoff.wait('d', 'n', now)
    expect(backoff.wait('d', 'n', now) || backoff.wait('d', 'n', now)).toBe(900_000)
    backoff.forget('d')
    expect(backoff.wait('d', 'n', now)).toBe(0)
    expect(backoff.wait('d', 'n', now)).toBe(1_000)
  })
})

describe('rolling update', () => {
  const rolling = (maxUnavailable: number | string, maxSurge: number | string = 0): DaemonSet => ds({}, { rollingUpdate: { maxUnavailable, maxSurge } })
  const o = (name: string, t: Traits = {}): Pod => pod(name, { hash: 'old', ready: OLD, ...t })
  it.each<[string, DaemonSet, Place[], string]>([
    ['one at a time', rolling(1), [place('a', [o('a')]), place('b', [o('b')])], '+ -a'],
    ['half of three, rounded up', rolling('50%'), ['a', 'b', 'c'].map((n) => place(n, [o(n)])), '+ -a,b'],
    ['no further while the new one is not ready', rolling(1), [place('a', [pod('n')]), place('b', [o('b')])], '+ -'],
    ['no further while a place is empty', rolling(1), [place('a', []), place('b', [o('b')])], '+ -'],
    ['what is broken is replaced at once', rolling(1), [place('a', [pod('n')]), place('b', [{ ...o('b'), status: { phase: 'Running' } }])], '+ -b'],
    ['places that should not run are left alone', rolling(1), [place('a', [o('a')], false, true)], '+ -'],
    ['0 % and 0: one', ds({}, { rollingUpdate: { maxUnavailable: '0%', maxSurge: 0 } }), [place('a', [o('a')]), place('b', [o('b')])], '+ -a'],
    ['surge makes the new one first', rolling(0, 1), [place('a', [o('a')]), place('b', [o('b')])], '+a -'],
    ['surge waits', rolling(0, 1), [place('a', [o('a'), pod('n')]), place('b', [o('b')])], '+ -'],
    ['surge goes on', rolling(0, 1), [place('a', [o('a'), pod('n', { ready: OLD })]), place('b', [o('b')])], '+b -a'],
    ['surge beside what is broken', rolling(0, 1), [place('a', [o('a'), pod('n')]), place('b', [{ ...o('b'), status: { phase: 'Running' } }])], '+b -'],
    ['done', rolling(1), [place('a', [pod('n', { ready: OLD })])], '+ -'],
  ])('%s', (_name, set, places, expected) => expect(names(rollingPlan(places, { ds: set, hash: 'new', now: NOW }))).toBe(expected))
  it('rounds percentages up', () => expect(limitsOf(rolling(0, '10%'), 3)).toEqual({ surge: 1, unavailable: 0 }))
})

it('counts nodes', () => {
  const set = { ...ds(), spec: { ...ds().spec, minReadySeconds: 10 } }
  const places = [place('a', [pod('p', { ready: NOW - 4_000 })]), place('b', [pod('q', { hash: 'old', ready: OLD })]), place('c', []), place('d', [pod('r')], false, true)]
  expect(daemonSetStatus(places, { ds: set, hash: 'new', now: NOW })).toEqual({
    status: { currentNumberScheduled: 2, numberMisscheduled: 1, desiredNumberScheduled: 3, numberReady: 2, updatedNumberScheduled: 1, numberAvailable: 1, numberUnavailable: 2, observedGeneration: 3 }, recheckIn: 6_000,
  })
})
