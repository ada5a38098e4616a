import { describe, expect, it } from 'vitest'
import type { Deployment } from '../../../shared/api/types.ts'
import { deploymentStatus, ownedBy } from './model.ts'

const make = (replicas: number, status: Deployment['status'], more: object = {}): Deployment => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', uid: '1', generation: 2, ...more }, spec: { replicas } as Deployment['spec'], status: { observedGeneration: 2, ...status } })
describe('deploymentStatus', () => {
  it.each<[string, Deployment, string]>([
    ['complete', make(2, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), 'deployments.status.complete'],
    ['not yet seen', make(2, { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), 'deployments.status.rolling'],
    ['old pods left', make(2, { replicas: 3, updatedReplicas: 2, availableReplicas: 3 }), 'deployments.status.rolling'],
    ['not available', make(2, { replicas: 2, updatedReplicas: 2, availableReplicas: 1 }), 'deployments.status.rolling'],
    ['stalled', make(2, { replicas: 2, conditions: [{ type: 'Progressing', status: 'False' }] }), 'deployments.status.stalled'],
    ['zero', make(0, {}), 'deployments.status.zero'],
    ['zero, pods still there', make(0, { replicas: 1, updatedReplicas: 1 }), 'deployments.status.complete'],
    ['leaving', make(1, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), 'common.terminating'],
  ])('%s', (_, d, word) => expect(deploymentStatus(d).word).toBe(word))
})
it('ownedBy goes by uid of the controller', () => {
  const child = (uid: string, controller: boolean) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: uid + controller, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'X', name: 'a', uid, controller }] } })
  expect(ownedBy([child('1', true), child('1', false), child('2', true)], make(1, {})).map((o) => o.metadata.name)).toEqual(['1true'])
})
