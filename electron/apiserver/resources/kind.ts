/**
 * A kind is data: one definition a kind, one file a definition. Discovery, OpenAPI, tables, kubectl's short names and the
 * dashboard's forms are derived from it; the generic registry does everything else (k8s.io/apiserver has the same split:
 * one REST store, and for each kind a small strategy).
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { FieldError } from '../../../shared/errors.ts'
import type { Schemas } from '../schema.ts'
import type { Checked } from '../schema/check.ts'
import type { KindRegistry } from '../kind-registry.ts'
import type { Env } from '../registry/env.ts'
import type { ApiRequest, ApiResponse, Authorizer, UserInfo } from '../types.ts'
import type { Call } from '../verbs.ts'

/** What a strategy may ask of the world. Pure but for these. */
export interface StrategyContext {
  /** In an update: what is being replaced. */
  readonly old?: KubeObject
  /** Milliseconds since 1970. */
  readonly now: number
  readonly user: UserInfo
  /** Warnings to send with the answer (`Warning: 299`). */
  warn(message: string): void
}

/** A table cell: string, number, boolean or null. */
export type Cell = string | number | boolean | null

export interface Column<T extends KubeObject = KubeObject> {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  /** `name` marks the name column. */
  format?: string
  description: string
  /** 0 always, others with `-o wide`. */
  priority: number
  value(object: T, context: { now: number }): Cell
}

/**
 * How objects of the kind are written. All hooks get a draft that they may mutate unless said otherwise; `old` is frozen.
 * The registry itself does names, uid, creationTimestamp, generation, resourceVersion, managedFields, metadata validation,
 * and keeps status and spec apart.
 */
export interface Strategy<T extends KubeObject> {
  /** Fill in defaults. Runs on every decoded body, before validation, also of patches; must be idempotent. */
  defaults?(draft: T): void
  prepareForCreate?(draft: T, context: StrategyContext): void
  prepareForUpdate?(draft: T, old: T, context: StrategyContext): void
  /** Check a new object; read only. Paths as in `spec.template.spec.containers[0].image`. */
  validate?(object: T, context: StrategyContext): FieldError[]
  /** Check a change, beyond `validate` (which also runs): immutable fields. Read only. */
  validateUpdate?(object: T, old: T, context: StrategyContext): FieldError[]
  /** As the two above, for the status subresource. Spec and metadata (but for labels, annotations … of upstream's rule) are the old ones by then, shared and frozen; `defaults` is not asked. */
  prepareForStatusUpdate?(draft: T, old: T, context: StrategyContext): void
  validateStatusUpdate?(object: T, old: T, context: StrategyContext): FieldError[]
  /** What is told about an object that is taken as it is: a new one, or a changed one with what it was. Read only; only asked for callers that hear it. */
  warnings?(object: T, old: T | undefined): readonly string[]
  /** As warnings, of what is written to the status subresource. */
  statusWarnings?(object: T): readonly string[]
  /** PUT of an absent object creates it (Lease, Node's children …). Default false. */
  allowCreateOnUpdate?: boolean
  /** A PUT has to say which version it replaces. Default false: without one, it replaces whatever is there. */
  conditionalUpdate?: boolean
  /**
   * Seconds of graceful deletion that an object gets, given what the caller asked for (undefined: nothing asked).
   * Absent: deleted at once. Pods: their terminationGracePeriodSeconds, or 0 when unscheduled or finished.
   */
  gracefulDeletionSeconds?(object: T, requested: number | undefined): number
  /** Finalizers that an object gets when its deletion begins: somebody has to clean up after it. */
  finalizersOnDeletion?(object: T): readonly string[]
  /** What else changes when somebody deletes it and it stays for a while. */
  prepareForDeletion?(draft: T, now: number): void
}

/** Where the objects of a kind are that is not stored but answered from memory: get and list, nothing else. */
export interface MemorySource<T extends KubeObject> {
  /** Namespaced kinds: those of the namespace, or of all where it is empty. Not changed by anybody. */
  list(namespace: string): readonly T[]
}

/**
 * The way between the form in the store and the form of this version. `from` answers the same object for the same stored
 * one, and the stored one itself where nothing has to change, so that encodings are shared; what it gives is not changed.
 */
export interface StorageForm<T extends KubeObject> {
  /** The resource under which they are stored; absent: their own. */
  readonly at?: { readonly group: string; readonly resource: string }
  from(stored: KubeObject): T
  to(object: T): KubeObject
  /**
   * Where a server has to be asked for the way between two forms: `from` answers only for what has been prepared, and
   * throws Unprepared for the rest. undefined: nothing to wait for.
   */
  prepare?(stored: readonly KubeObject[]): Promise<void> | undefined
  /** In place of `to`, where it has to be waited for. A fresh object. */
  toStored?(object: T): Promise<KubeObject> | undefined
}

/** Where the scale subresource reads and writes. */
export interface ScaleBinding<T extends KubeObject> {
  specReplicas(object: T): number
  /** The path of the field that is not there. Absent: it always is. */
  missing?(object: T): string | undefined
  setSpecReplicas(draft: T, replicas: number): void
  statusReplicas(object: T): number
  /** Label selector in its text form. */
  selector(object: T): string
}

export interface Subresource<T extends KubeObject = KubeObject> {
  readonly name: string
  readonly verbs: readonly string[]
  readonly kind: string
  readonly group?: string
  readonly version?: string
  /** It writes status as /status does, but by these rules (approval of a certificate request). The registry does the rest. */
  readonly status?: Pick<Strategy<T>, 'prepareForStatusUpdate' | 'validateStatusUpdate'>
}

/** What a kind that answers for itself may use of the server. */
export interface Served {
  readonly env: Env
  readonly registry: Pick<KindRegistry, 'resource'>
  readonly user: UserInfo
  /** Absent: everything is allowed. */
  readonly authorizer: Authorizer | undefined
}

export interface KindDefinition<T extends KubeObject = KubeObject> {
  readonly group: string
  readonly version: string
  readonly kind: string
  /** `PodList`. Default: kind + "List". */
  readonly listKind?: string
  /** Plural, as in the path. */
  readonly resource: string
  readonly singular: string
  readonly shortNames?: readonly string[]
  /** `all`, … */
  readonly categories?: readonly string[]
  readonly scope: 'Namespaced' | 'Cluster'
  /** Name of its schema in generated/schemas: `V1Pod`, `V1Deployment`, … */
  readonly schema: string
  /** Schemas that generated/schemas does not have, this kind's own among them (and its `…List`); they may refer to generated ones. */
  readonly ownSchemas?: Schemas
  /** How names are checked. Default `subdomain` (RFC 1123). */
  readonly nameRule?: 'subdomain' | 'label' | 'label1035' | 'path'
  readonly strategy: Strategy<T>
  /** Has a `status` that is written only through /status. */
  readonly status?: boolean
  /** A create may carry status (Node: the kubelet registers with its status in one write). Default: it is dropped. */
  readonly statusOnCreate?: boolean
  /** metadata.generation rises when anything but metadata and status changes. Default true where there is a spec. */
  readonly generation?: boolean
  /** Changes of this part of the metadata count as well. */
  readonly generationAlso?: 'labels' | 'annotations'
  readonly scale?: ScaleBinding<T>
  /** Further subresources, whose handlers are in route.ts; listed here for discovery. */
  readonly subresources?: readonly Subresource<T>[]
  /** Fields usable in a fieldSelector, besides metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>
  /** Printed columns. The registry adds nothing: Name and Age are listed too. */
  readonly columns: readonly Column<T>[]
  /** Verbs, when fewer than all. */
  readonly verbs?: readonly string[]
  /** Absent: objects are stored as they are served. */
  readonly storage?: StorageForm<T>
  /** Aborted when the kind is served no more, or in another way: its watches end. */
  readonly retired?: AbortSignal
  /** A warning for everybody who uses this version. */
  readonly deprecated?: string
  /** Awaited before a write, for what the strategy needs and what is loaded late. */
  readonly ready?: () => Promise<void> | undefined
  /** Decodes and prunes a body in its own way instead of by `schema`: kinds whose schema came at run time. */
  readonly decode?: (body: Readonly<Record<string, unknown>>) => Checked
  /** Another server has the kind: requests are passed on. */
  readonly forward?: (request: ApiRequest) => Promise<ApiResponse>
  /** Answers whatever is asked of the kind, once it is allowed, in place of the registry. */
  readonly answer?: (call: Call, served: Served) => Promise<ApiResponse> | ApiResponse
  /** Which of several groups and versions clients prefer, where its server has a say in it. */
  readonly priority?: { readonly group: number; readonly version: number }
  /** With `answer`: also for resources of its group's version that nobody else has. */
  readonly anyResource?: true
  /** Its server does not answer at present: discovery says so, and nothing of its version can be asked. */
  readonly stale?: true
  /** Absent: the kind's objects are in the store. */
  readonly memory?: MemorySource<T>
}

/** Keeps T for the author of a kind, drops it for the registry. */
export const defineKind = <T extends KubeObject>(definition: KindDefinition<T>): KindDefinition => definition as unknown as KindDefinition
