/**
 * The documents of other servers, beside this one's own. Nobody asks them while nobody asks this one; until there is such a
 * server, nothing of this is loaded.
 */
import type { Clock } from '../../../shared/clock.ts'
import type { Answer } from '../connect/post.ts'
import type { ApiRequest, ApiResponse } from '../types.ts'
import type { Document, OpenApi } from './index.ts'
import type { Filled } from './second.ts'

/** A server behind an APIService. */
export interface Remote {
  /** The APIService's. */
  readonly name: string
  readonly group: string
  readonly version: string
  /** Whether it did when it was last looked at. */
  readonly answers: boolean
  /** Another object whenever another thing is known of the server. */
  readonly as: object
  /** A GET in the aggregator's own name. Rejects in the words of the network. */
  get(path: string, headers: Readonly<Record<string, string>>): Promise<Answer>
  /** A request of somebody's, with who that is. Rejects with ServiceUnavailable. */
  forward(request: ApiRequest): Promise<ApiResponse>
}

/** What they said last. Another object after each change. */
export interface Told {
  /** Changes with what it is of. */
  readonly tag: string
  /** Entries of the index of version 3. */
  readonly index: Readonly<Record<string, { readonly serverRelativeURL: string }>>
  /** Parts of version 2. */
  readonly parts: readonly Filled[]
}

/** A document that its server is asked for. */
export interface Elsewhere {
  forward(request: ApiRequest): Promise<ApiResponse>
}
export const isElsewhere = (found: Document | Elsewhere): found is Elsewhere => 'forward' in found

export interface Others {
  /** undefined: there are none, or nothing was asked yet. */
  told(): Told | undefined
  /** Asks for the indices that are not known, or not lately; undefined: there are no other servers. Never rejects: who does not answer says what it said before. */
  indices(): Promise<void> | undefined
  /** The same for version 2. */
  parts(): Promise<void> | undefined
  /** A document of version 3, as in the index. */
  v3(path: string): Promise<Document | Elsewhere | undefined> | undefined
}

export function createOthers(remotes: () => readonly Remote[], clock: Clock): Others {
  let loaded: Promise<Others> | undefined
  let ready: Others | undefined
  const ask = <T>(what: (others: Others) => T): Promise<Awaited<T>> | undefined => {
    if (!loaded && !remotes().length) return undefined
    loaded ??= import('./aggregate.ts').then(({ createAggregate }) => (ready = createAggregate(remotes, clock)))
    return loaded.then(what) as Promise<Awaited<T>>
  }
  return {
    told: () => ready?.told(),
    indices: () => ask((o) => o.indices()),
    parts: () => ask((o) => o.parts()),
    v3: (path) => ask((o) => o.v3(path)) as Promise<Document | Elsewhere | undefined> | undefined,
  }
}

/** All documents; its methods wait for other servers only where there are some. */
export interface AllDocuments {
  v3Index(): Document | Promise<Document>
  v3(path: string): Document | undefined | Promise<Document | Elsewhere | undefined>
  v2(): Document | Promise<Document>
  v2Protobuf(): Document | Promise<Document>
}

/** @param own made with `others.told`, so that its index and its version 2 have what the others said */
export function together(own: OpenApi, others: Others): AllDocuments {
  return {
    v3Index: () => others.indices()?.then(() => own.v3Index()) ?? own.v3Index(),
    v3: (path) => own.v3(path) ?? others.v3(path),
    v2: () => others.parts()?.then(() => own.v2()) ?? own.v2(),
    v2Protobuf: () => others.parts()?.then(() => own.v2Protobuf()) ?? own.v2Protobuf(),
  }
}
