/** What every Kubernetes object, list, event and answer has in common. Source: Kubernetes API conventions. */
import type { V1LabelSelector, V1ListMeta, V1ObjectMeta, V1OwnerReference, V1Status } from '@kubernetes/client-node'
import type { Wire } from './wire.ts'

/** `name` is always there once stored; a create with only `generateName` sends it empty or not at all. */
export type ObjectMeta = Wire<Omit<V1ObjectMeta, 'name'>> & { name: string }
export type OwnerReference = Wire<V1OwnerReference>
export type ListMeta = Wire<V1ListMeta>
export type LabelSelector = Wire<V1LabelSelector>
export type Status = Wire<V1Status>

/** Any object. Plain JSON; immutable once it has left the API server's pipeline: copy before you change it. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
}

/** An object whose fields are not known at compile time. */
export type AnyObject = KubeObject & { [field: string]: unknown }

export interface KubeList<T extends KubeObject = AnyObject> {
  apiVersion: string
  kind: string
  metadata: ListMeta
  items: T[]
}

/**
 * One event of a watch. BOOKMARK carries an object with only `metadata.resourceVersion` (and, at the end of the initial
 * list, the annotation k8s.io/initial-events-end); ERROR carries a Status.
 */
export type WatchEvent<T extends KubeObject = AnyObject> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: T }
  | { type: 'ERROR'; object: Status }

export const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

/** What a create may leave out: the server fills these in. */
export type Draft<T extends KubeObject> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & {
  apiVersion?: string
  kind?: string
  metadata: Partial<ObjectMeta>
}
