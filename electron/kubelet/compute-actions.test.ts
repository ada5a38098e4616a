import { describe, expect, it } from 'vitest'
import type { Container, Pod } from '../../shared/api/types.ts'
import { computePodActions, type PodWorld } from './compute-actions.ts'
import type { ContainerState, SandboxState } from './runtime/types.ts'

const pod = (spec: Partial<Pod['spec']> = {}, status?: Pod['status']): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'd', uid: 'u' }, spec: { containers: [c('a')], ...spec }, ...(status ? { status } : {}) })
const c = (name: string, more: Partial<Container> = {}): Container => ({ name, image: 'i', ...more })
const id = { name: 'p', namespace: 'd', uid: 'u' }
const sandbox = (attempt = 0, ready = true): SandboxState => ({ id: `s${attempt}`, pod: id, node: 'n', attempt, ready, createdAt: 0, labels: {} })
const state = (name: string, s: ContainerState['state'], more: Partial<ContainerState> = {}): ContainerState =>
  ({ id: `${name}${more.attempt ?? 0}`, pod: id, node: 'n', sandboxId: 's0', name, attempt: 0, state: s, image: 'i', imageId: 'x', createdAt: 0, ...(s === 'exited' ? { exitCode: 0, finishedAt: 5 } : {}), labels: {}, ...more })
const world = (w: Partial<PodWorld>): PodWorld => ({ pod: pod(), sandbox: sandbox(), containers: [], unhealthy: new Map(), started: () => true, backoffUntil: () => undefined, ...w })
const short = (w: Partial<PodWorld>): object => {
  const a = computePodActions(world(w))
  return {
    ...(a.createSandbox === undefined ? {} : { sandbox: a.createSandbox }), ...(a.kill.length ? { kill: a.kill.map((k) => k.id) } : {}), ...(a.start.length ? { start: a.start.map((s) => `${s.container.name}:${s.attempt}`) } : {}),
    ...(a.backoff.length ? { backoff: a.backoff.map((b) => b.name) } : {}), ...(a.finished ? { finished: a.finished } : {}),
  }
}
const sidecar = c('s', { restartPolicy: 'Always' })
const inits = pod({ initContainers: [c('i'), c('j')] })
const withSidecar = pod({ initContainers: [sidecar] })
const debugged = pod({ ephemeralContainers: [c('e')] as never })
const never = pod({ restartPolicy: 'Never' })
const onFailure = pod({ restartPolicy: 'OnFailure' })

describe('computePodActions', () => {
  it.each<[string, Partial<PodWorld>, object]>([
    ['nothing there', { sandbox: undefined }, { sandbox: 0 }],
    ['sandbox there', {}, { start: ['a:0'] }],
    ['all runs', { containers: [state('a', 'running')] }, {}],
    ['two containers', { pod: pod({ containers: [c('a'), c('b')] }), containers: [state('a', 'running')] }, { start: ['b:0'] }],
    ['created but not started', { containers: [state('a', 'created')] }, { start: ['a:0'] }],
    ['exited, Always', { containers: [state('a', 'exited')] }, { start: ['a:1'] }],
    ['exited again', { containers: [state('a', 'exited'), state('a', 'exited', { attempt: 1 })] }, { start: ['a:2'] }],
    ['exited 0, OnFailure', { pod: onFailure, containers: [state('a', 'exited')] }, { finished: 'Succeeded' }],
    ['exited 1, OnFailure', { pod: onFailure, containers: [state('a', 'exited', { exitCode: 1 })] }, { start: ['a:1'] }],
    ['exited 1, Never', { pod: never, containers: [state('a', 'exited', { exitCode: 1 })] }, { finished: 'Failed' }],
    ['in back-off', { containers: [state('a', 'exited')], backoffUntil: () => 99 }, { backoff: ['a'] }],
    ['sandbox dead', { sandbox: sandbox(0, false), containers: [state('a', 'running')] }, { sandbox: 1, kill: ['a0'] }],
    ['sandbox dead, all done', { pod: never, sandbox: sandbox(0, false), containers: [state('a', 'exited')] }, { finished: 'Succeeded' }],
    ['sandbox is new, container of the old one ended', { sandbox: sandbox(1), containers: [state('a', 'exited', { exitCode: 137 })] }, { start: ['a:1'] }],
    ['liveness failed', { containers: [state('a', 'running')], unhealthy: new Map([['a0', { message: 'why' }]]) }, { kill: ['a0'] }],
    ['image changed', { containers: [state('a', 'running', { labels: { 'dev.pilothouse.spec-image': 'old' } })] }, { kill: ['a0'] }],
    ['lost by the engine', { pod: pod({}, { containerStatuses: [{ name: 'a', restartCount: 3, containerID: 'docker://x' }] } as never) }, { start: ['a:4'] }],
    ['first init', { pod: inits }, { start: ['i:0'] }],
    ['init runs', { pod: inits, containers: [state('i', 'running')] }, {}],
    ['second init', { pod: inits, containers: [state('i', 'exited')] }, { start: ['j:0'] }],
    ['inits done', { pod: inits, containers: [state('i', 'exited'), state('j', 'exited')] }, { start: ['a:0'] }],
    ['init failed, Always', { pod: inits, containers: [state('i', 'exited', { exitCode: 1 })] }, { start: ['i:1'] }],
    ['init failed, Never', { pod: pod({ restartPolicy: 'Never', initContainers: [c('i')] }), containers: [state('i', 'exited', { exitCode: 1 })] }, { finished: 'Failed' }],
    ['inits removed after the start', { pod: inits, containers: [state('a', 'running')] }, {}],
    ['new sandbox runs inits again', { pod: inits, sandbox: sandbox(1), containers: [state('i', 'exited'), state('j', 'exited'), state('a', 'exited')] }, { start: ['i:1'] }],
    ['sidecar first', { pod: withSidecar }, { start: ['s:0'] }],
    ['sidecar not started up', { pod: withSidecar, containers: [state('s', 'running')], started: () => false }, {}],
    ['sidecar started', { pod: withSidecar, containers: [state('s', 'running')] }, { start: ['a:0'] }],
    ['sidecar dies beside the running', { pod: withSidecar, containers: [state('s', 'exited'), state('a', 'running')] }, { start: ['s:1'] }],
    ['ended by us to begin anew', { pod: onFailure, containers: [state('a', 'exited')], restarting: new Set(['a0']) }, { start: ['a:1'] }],
    ['ephemeral, once', { pod: debugged, containers: [state('a', 'running')] }, { start: ['e:0'] }],
    ['ephemeral, also while inits run', { pod: pod({ initContainers: [c('i')], ephemeralContainers: [c('e')] as never }), containers: [state('i', 'running')] }, { start: ['e:0'] }],
    ['ephemeral that ended', { pod: debugged, containers: [state('a', 'running'), state('e', 'exited', { exitCode: 1 })] }, {}],
    ['ephemeral that the engine has lost', { pod: { ...debugged, status: { ephemeralContainerStatuses: [{ name: 'e', containerID: 'docker://x' }] } as never }, containers: [state('a', 'running')] }, {}],
    ['ephemeral does not keep a pod alive', { pod: pod({ restartPolicy: 'Never', ephemeralContainers: [c('e')] as never }), containers: [state('a', 'exited'), state('e', 'running')] }, { finished: 'Succeeded' }],
    ['its own policy before the pod\'s', { pod: pod({ restartPolicy: 'Always', containers: [c('a', { restartPolicy: 'Never' })] }), containers: [state('a', 'exited', { exitCode: 1 })] }, { finished: 'Failed' }],
    ['a rule before its policy', { pod: pod({ restartPolicy: 'Never', containers: [c('a', { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] })] }), containers: [state('a', 'exited', { exitCode: 42 })] }, { start: ['a:1'] }],
    ['sidecar does not keep a pod alive', { pod: pod({ restartPolicy: 'Never', initContainers: [sidecar] }), containers: [state('s', 'running'), state('a', 'exited')] }, { kill: ['s0'], finished: 'Succeeded' }],
  ])('%s', (_name, given, expected) => expect(short(given)).toEqual(expected))
})
