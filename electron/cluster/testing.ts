/** For tests: a whole cluster of hollow nodes in this process, whose time stands still until it is turned. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FakeClock } from '../../shared/clock.ts'
import { startWorld } from '../apiserver/testing.ts'
import type { Component } from '../client/component.ts'
import { createClientFactory, createEventRecorder, createInformerFactory } from '../client/index.ts'
import type { Client } from '../client/types.ts'
import { createControllerManager } from '../controllers/index.ts'
import { policyFor } from '../controllers/testing.ts'
import { createHollowRuntime, createKubelet, type HollowRuntime } from '../kubelet/index.ts'
import { createScheduler } from '../scheduler/index.ts'
import { createLocalNodes, type LocalNodesComponent } from './local-nodes.ts'

export interface HollowCluster {
  readonly client: Client
  readonly clock: FakeClock
  readonly runtime: HollowRuntime
  readonly localNodes: LocalNodesComponent
  /** Asks again, turning the clock `step` ms each time, until it answers something true; fails after a minute. */
  until<T>(ask: () => T | undefined | false | Promise<T | undefined | false>, what: string, step?: number): Promise<T>
  /** Ends it; fails when the cluster's own policy forbade the controllers anything. */
  close(): Promise<void>
}

const MANAGER = 'system:kube-controller-manager'
const DEADLINE_MS = 60_000

/** @param runtime what stands in for the engine's name: hollow nodes share nothing, Docker's do */
export async function startHollowCluster(nodes: number, runtimeName: 'hollow' | 'docker' = 'hollow'): Promise<HollowCluster> {
  const denied: string[] = []
  const world = await startWorld({ authorizer: policyFor(MANAGER, denied) })
  const folder = await mkdtemp(join(tmpdir(), 'cluster-'))
  const { clock, server } = world
  const factory = createClientFactory(server)
  const runtime = createHollowRuntime({ clock })
  const ends: (() => Promise<unknown>)[] = []
  const informersOf = (user: string): ReturnType<typeof createInformerFactory> => {
    const informers = createInformerFactory(factory.clientFor(user), clock)
    ends.push(() => informers.stop())
    return informers
  }
  const recorder = createEventRecorder(factory.clientFor('events'), { component: 'test', clock })
  ends.push(() => recorder.stop())
  const informers = informersOf(MANAGER)
  const manager = createControllerManager({ client: factory.clientFor(MANAGER), informers, clock, caPem: 'PEM', network: { podCIDR: '10.244.0.0/16', nodeMaskSize: 24 }, volumeFolders: { make: async (name) => join(folder, name), remove: async () => undefined } })
  const scheduler = createScheduler({ client: factory.clientFor('system:kube-scheduler'), informers: informersOf('system:kube-scheduler'), clock, recorder })
  const kubeletInformers = informersOf('system:node:hollow')
  const localNodes = createLocalNodes({
    client: factory.clientFor(MANAGER), informers, clock, runtime: { ...runtime, name: runtimeName }, atLeast: nodes,
    dataDirOf: (name) => join(folder, name),
    build(node, capacity) {
      const nodeName = node.metadata.name
      const kubelet = createKubelet({
        client: factory.clientFor(`system:node:${nodeName}`), informers: kubeletInformers, clock, runtime, recorder, nodeName, dataDir: join(folder, nodeName), capacity, labels: node.spec.labels ?? {}, taints: node.spec.taints ?? [],
      })
      return { kubelet, close: () => kubelet.stop() }
    },
  })
  const parts: Component[] = [manager, scheduler, localNodes]
  await Promise.all(parts.map((p) => p.start()))
  return {
    client: factory.clientFor('test'), clock, runtime, localNodes,
    async until(ask, what, step = 20) {
      for (const end = Date.now() + DEADLINE_MS; Date.now() < end; ) {
        const answer = await ask()
        if (answer) return answer
        await world.turn(step)
      }
      throw new Error(`${what}: did not come to pass`)
    },
    async close() {
      await world.turnUntil(Promise.all(parts.map((p) => p.stop())))
      for (const end of ends.reverse()) await end()
      await runtime.close()
      await world.close()
      await rm(folder, { recursive: true })
      if (denied.length) throw new Error(`the policy did not let the controllers do: ${[...new Set(denied)].join('; ')}`)
    },
  }
}
