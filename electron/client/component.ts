/** What each box of the picture is to the cluster: something with a name that starts, stops and can say how it is. */
import type { Clock } from '../../shared/clock.ts'
import type { Client, InformerFactory } from './types.ts'

export interface Health {
  readonly healthy: boolean
  /** One sentence; when unhealthy it says what to do. */
  readonly message: string
}

export interface Component {
  /** kube-scheduler, kube-controller-manager, kubelet, … */
  readonly name: string
  /** Resolves when it works. Rejecting stops the cluster's start with that reason. */
  start(): Promise<void>
  /** Ends every task it owns. Idempotent, bounded in time by its owner. */
  stop(): Promise<void>
  health(): Health
}

/** What a component is built from. Nothing else of the house reaches it. */
export interface ComponentContext {
  readonly client: Client
  readonly informers: InformerFactory
  readonly clock: Clock
}
