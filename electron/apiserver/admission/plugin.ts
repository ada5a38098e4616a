/**
 * Admission: what the cluster has to say about a write after its writer may make it. The chain mutates first (`admit`),
 * then, when the object has been defaulted, prepared and found valid, it judges (`validate`), and at last takes what the
 * write uses up from a common budget (`reserve`). Source: Kubernetes documentation, "Admission Control".
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Compare, Operation } from '../../etcd/types.ts'
import type { Env, Stored } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Annotate, UserInfo } from '../types.ts'

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'

export interface AdmissionRequest {
  readonly operation: AdmissionOperation
  readonly kind: KindDefinition
  /** '' is the object itself. `binding`, `eviction`: CREATE, with the Binding or Eviction as object. `exec`, `attach`, `portforward`, `proxy`: CONNECT. */
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** What is to be stored: ours to change in `admit`, to be read in `validate`. DELETE: undefined. */
  readonly object: Stored | undefined
  /** What it replaces or deletes; frozen. CREATE and CONNECT: undefined. */
  readonly old: Stored | undefined
  readonly user: UserInfo
  readonly dryRun: boolean
  /** Who manages the fields: part of the options that webhooks see. */
  readonly fieldManager: string
  /** A `Warning: 299` for the caller. */
  warn(message: string): void
  /** Adds to the audit event of the request, where there is one. */
  readonly annotate?: Annotate | undefined
}

/** What a write changes beside its object, in the same transaction. */
export interface Reservation {
  readonly compare: readonly Compare[]
  readonly operations: readonly Operation<KubeObject>[]
  /** Called once, when the transaction has gone through or has not. */
  settle(succeeded: boolean): void
}

export interface AdmissionPlugin {
  /** Upstream's name. */
  readonly name: string
  /** `group/resource` (`/pods`, `apps/deployments`), or `group/resource/subresource`. Absent: every object and subresource. */
  readonly resources?: readonly string[]
  readonly operations: readonly AdmissionOperation[]
  /**
   * Changes the object in place, or answers another in its place. A promise only where there is something to wait for.
   * @throws StatusError
   */
  admit?(request: AdmissionRequest, env: Env): Promise<Stored | undefined> | Stored | undefined
  /**
   * Of one that others write (webhooks, policies): asked once more when its `admit`, which then answers a promise, has changed the
   * object, after the plugins before it have seen that. @param left what `admit` answered, to know it by
   */
  again?(request: AdmissionRequest, env: Env, left: Stored): Promise<Stored | undefined>
  /** @throws StatusError */
  validate?(request: AdmissionRequest, env: Env): Promise<void> | undefined
  /** Runs just before the transaction, again at each attempt. undefined: nothing is used up. @throws StatusError */
  reserve?(request: AdmissionRequest, env: Env): Reservation | undefined
}

export interface AdmissionChain {
  /** Resolves, or answers at once, to the object to go on with. undefined when the request has none (DELETE). */
  admit(request: AdmissionRequest, env: Env): Promise<Stored | undefined> | Stored | undefined
  validate(request: AdmissionRequest, env: Env): Promise<void> | undefined
  /** Undefined when nothing is used up. */
  reserve(request: AdmissionRequest, env: Env): Reservation | undefined
}
