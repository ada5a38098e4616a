import { expect, it } from 'vitest'
import type { Pod } from './api/types.ts'
import { leavesOnDrain } from './drain.ts'

const pod = (more: { metadata?: object; status?: object }): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...more.metadata }, spec: { containers: [] }, ...(more.status ? { status: more.status } : {}) })
const owned = (kind: string, controller = true): object => ({ ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'x', uid: 'x', controller }] })

it.each([
  ['a bare pod', pod({}), true],
  ['of a ReplicaSet', pod({ metadata: owned('ReplicaSet') }), true],
  ['of a DaemonSet', pod({ metadata: owned('DaemonSet') }), false],
  ['owned, but not controlled, by a DaemonSet', pod({ metadata: owned('DaemonSet', false) }), true],
  ['finished', pod({ status: { phase: 'Succeeded' } }), false],
  ['failed', pod({ status: { phase: 'Failed' } }), false],
  ['static', pod({ metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }), false],
])('%s', (_what, p, leaves) => expect(leavesOnDrain(p)).toBe(leaves))
