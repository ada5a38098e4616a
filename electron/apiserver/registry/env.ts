/** What the registry's functions share: the world they work in. Made once by the server. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Clock } from '../../../shared/clock.ts'
import { invalid, qualified, type FieldError } from '../../../shared/errors.ts'
import type { Store } from '../../etcd/types.ts'
import type { AdmissionChain } from '../admission/plugin.ts'
import type { EscalationCheck } from '../auth/escalation.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Schemas } from '../schema.ts'
import type { Stretch } from '../stretch.ts'
import type { Annotate, UserInfo } from '../types.ts'

/** What the objects of a kind take from a common supply: addresses, ports. */
export interface Pool {
  /**
   * Fills in what the draft has not and checks what it asks for. `live` is what it replaces, whose share it may keep.
   * @returns gives back what is held for the write; call it when the write is done, whichever way it went
   * @throws StatusError Invalid, InternalError (the supply is exhausted)
   */
  reserve(draft: Stored, live: Stored | undefined): () => void
}

export interface Env {
  readonly store: Store<KubeObject>
  readonly schemas: Schemas
  readonly clock: Clock
  /** Freezes what leaves the pipeline; the identity where that is switched off. */
  readonly seal: <T>(value: T) => T
  /** Aborts when the server closes: watches end. */
  readonly closing: AbortSignal
  /** What the cluster has to say about a write. */
  readonly admission: AdmissionChain
  /** By `group/resource`. */
  readonly pools: ReadonlyMap<string, Pool>
  /** Refuses roles and bindings that give more than the writer has. Absent: nobody is held to that. */
  readonly checkEscalation?: EscalationCheck
  kindNamed(group: string, kind: string): KindDefinition | undefined
}

/** For callers that hear no warnings: what costs something to find out is not looked for. */
export const unheard = (): void => undefined

/** One write, as the caller wants it. */
export interface WriteContext {
  readonly user: UserInfo
  readonly dryRun: boolean
  readonly fieldManager: string
  warn(message: string): void
  /** Adds to the audit event of the request, where there is one. */
  readonly annotate?: Annotate | undefined
  /** Of the request that it is a part of: long work rests. Absent: it does not, being short. */
  readonly stretch?: Stretch | undefined
}

/** An object whose parts the registry itself touches. */
export type Stored = KubeObject & { spec?: Record<string, unknown>; status?: Record<string, unknown> }

const nothing = (): void => undefined

/** Reserves what the draft needs of its kind's common supply, where there is one. */
export const reserve = (env: Env, kind: KindDefinition, draft: Stored, live: Stored | undefined): (() => void) =>
  env.pools.get(`${kind.group}/${kind.resource}`)?.reserve(draft, live) ?? nothing

type Placed = Pick<KindDefinition, 'group' | 'resource'> & { readonly storage?: { readonly at?: { readonly group: string; readonly resource: string } } | undefined }

function rootOf(kind: Placed): string {
  const { group, resource } = kind.storage?.at ?? kind
  return `/registry/${group || 'core'}/${resource}/`
}

/** `/registry/core/pods/` — every key of a resource begins so. */
export const prefixOf = (kind: Placed, namespace?: string): string => (namespace ? `${rootOf(kind)}${namespace}/` : rootOf(kind))

export const keyOf = (kind: Placed & Pick<KindDefinition, 'scope'>, namespace: string, name: string): string =>
  kind.scope === 'Namespaced' ? `${rootOf(kind)}${namespace}/${name}` : `${rootOf(kind)}${name}`

export const apiVersion = (kind: Pick<KindDefinition, 'group' | 'version'>): string => (kind.group ? `${kind.group}/${kind.version}` : kind.version)

export const listKind = (kind: KindDefinition): string => kind.listKind ?? `${kind.kind}List`

export const describeKind = (kind: KindDefinition): string => qualified(kind)

/** What is stored, in the form of the kind's version. */
export const fromStore = (kind: Pick<KindDefinition, 'storage'>, stored: KubeObject): Stored => (kind.storage ? kind.storage.from(stored) : stored) as Stored

/** What is to be stored, sealed; the object itself where its form is the store's. */
export const toStore = (env: Pick<Env, 'seal'>, kind: Pick<KindDefinition, 'storage'>, object: Stored): KubeObject => env.seal(kind.storage ? kind.storage.to(object) : object)

/** Throws Invalid when there are errors. */
export function throwIfInvalid(kind: KindDefinition, name: string, errors: readonly FieldError[]): void {
  if (errors.length) throw invalid(kind, name, errors)
}

/** Does generation count changes of this object? */
export const countsGeneration = (kind: KindDefinition, object: Stored): boolean => kind.generation ?? object.spec !== undefined
