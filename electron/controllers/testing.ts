/** For the tests of this room: all controllers over the real API server and store, and a kubelet that only writes status. */
import type { KubeObject } from '../../shared/api/meta.ts'
import { Pods } from '../../shared/api/resources.ts'
import type { ClusterRole, ClusterRoleBinding, Pod, Role, RoleBinding } from '../../shared/api/types.ts'
import { rfc3339, type FakeClock } from '../../shared/clock.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
// oxlint-disable-next-line no-restricted-imports -- as below: the policy that the cluster ships
import { bootstrapPolicy, createRbacAuthorizer } from '../apiserver/auth/index.ts'
// oxlint-disable-next-line no-restricted-imports -- tests run against the real API server; nothing but tests imports this file
import { startWorld } from '../apiserver/testing.ts'
import type { Component } from '../client/component.ts'
import { createClientFactory, createInformerFactory, createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Client, InformerFactory } from '../client/types.ts'
import { createControllerManager, type ControllerManagerOptions } from './index.ts'

export interface Loop {
  readonly client: Client
  /** For what only the composition root gives it: metrics. */
  readonly server: Awaited<ReturnType<typeof startWorld>>['server']
  readonly clock: FakeClock
  readonly informers: InformerFactory
  readonly manager: Component
  /** Of the local volumes that are there. */
  readonly folders: ReadonlySet<string>
  /** Which pods the kubelet makes ready; all, unless changed. */
  readyWhen: (pod: Pod) => boolean
  /** Asks again, turning the clock a little each time, until it answers something true; fails after a minute. */
  until<T>(ask: () => T | undefined | false | Promise<T | undefined | false>, what: string): Promise<T>
  /** Fails when the cluster's own policy forbade the controllers anything. */
  close(): Promise<void>
}

const DEADLINE_MS = 60_000
const MANAGER = 'system:kube-controller-manager'

/** `user` has the rights that the shipped policy gives; everybody else (the test itself) may do anything. */
export function policyFor(user: string, denied: string[]): NonNullable<NonNullable<Parameters<typeof startWorld>[0]>['authorizer']> {
  const policy = bootstrapPolicy()
  const all = <T extends KubeObject>(kind: string, namespace?: string): T[] => policy.filter((o) => o.kind === kind && (namespace === undefined || o.metadata.namespace === namespace)) as T[]
  const rbac = createRbacAuthorizer({
    clusterRoleBindings: () => all<ClusterRoleBinding>('ClusterRoleBinding'),
    roleBindings: (namespace) => all<RoleBinding>('RoleBinding', namespace),
    clusterRole: (name) => all<ClusterRole>('ClusterRole').find((o) => o.metadata.name === name),
    role: (namespace, name) => all<Role>('Role', namespace).find((o) => o.metadata.name === name),
  })
  return {
    authorize(attributes) {
      if (attributes.user.name !== user) return { allowed: true, reason: 'the test itself' }
      const decision = rbac.authorize(attributes)
      if (!decision.allowed) denied.push(`${attributes.verb} ${attributes.resource}/${attributes.subresource} ${attributes.path}`)
      return decision
    },
  }
}

export async function startLoop(before: (client: Client) => Promise<void> = async () => undefined, options: Partial<ControllerManagerOptions> = {}): Promise<Loop> {
  const denied: string[] = []
  const folders = new Set<string>()
  const world = await startWorld({ authorizer: policyFor(MANAGER, denied) })
  const { clock, server } = world
  const factory = createClientFactory(server)
  const client = factory.clientFor(MANAGER)
  await before(factory.clientFor('test'))
  const informers = createInformerFactory(client, clock)
  const manager = createControllerManager({ client, informers, clock, caPem: 'PEM', network: { podCIDR: '10.244.0.0/16', nodeMaskSize: 24 }, volumeFolders: { make: async (name) => { folders.add(name); return `/volumes/${name}` }, remove: async (name) => void folders.delete(name) }, ...options })
  const stopKubelet = startKubelet(factory.clientFor('kubelet'), clock, (pod) => loop.readyWhen(pod))
  const loop: Loop = {
    client: factory.clientFor('test'), server, clock, informers, manager, folders,
    readyWhen: () => true,
    async until(ask, what) {
      for (const end = Date.now() + DEADLINE_MS; Date.now() < end; ) {
        const answer = await ask()
        if (answer) return answer
        await world.turn(5)
      }
      throw new Error(`${what}: did not come to pass`)
    },
    async close() {
      await stopKubelet()
      await world.turnUntil(manager.stop())
      await informers.stop()
      await world.close()
      if (denied.length) throw new Error(`the policy did not let the controllers do: ${[...new Set(denied)].join('; ')}`)
    },
  }
  await manager.start()
  return loop
}

/** Makes pods ready by writing their status, and lets go of those that are deleted with grace. */
function startKubelet(client: Client, clock: FakeClock, readyWhen: (pod: Pod) => boolean): () => Promise<void> {
  const informers = createInformerFactory(client, clock)
  const pods = informers.informer(Pods)
  const reconciler = createReconciler({
    name: 'test-kubelet', concurrency: 50, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const pod = pods.get(name, namespace)
      // A node of that name has no kubelet.
      if (!pod || pod.spec.nodeName === 'dead') return
      try {
        if (pod.metadata.deletionTimestamp) return await client.delete(Pods, name, namespace, { gracePeriodSeconds: 0 })
        if (pod.status?.phase === 'Running' || !readyWhen(pod)) return
        const time = rfc3339(clock.now())
        const conditions = ['Initialized', 'Ready', 'ContainersReady'].map((type) => ({ type, status: 'True', lastTransitionTime: time }))
        await client.updateStatus(Pods, { ...pod, status: { ...pod.status, phase: 'Running', startTime: time, conditions } })
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error
      }
    },
  })
  const add = (pod: KubeObject): void => reconciler.queue.add(keyOf(pod))
  pods.addHandlers({ onAdd: add, onUpdate: add })
  informers.start()
  reconciler.start()
  return async () => {
    await reconciler.stop()
    await informers.stop()
  }
}
