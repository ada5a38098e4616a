/** A request as it is shown to those who know its kind in another version. Source: Kubernetes documentation, "Matching requests: matchPolicy". */
import { cloneJson } from '../json.ts'
import { apiVersion, type Stored } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { AdmissionRequest } from './plugin.ts'

/** An object in another version of its kind, by way of the form in which it is stored. Throws StatusError when a converter cannot be asked. */
export async function inVersion(object: Stored, from: KindDefinition, to: KindDefinition): Promise<Stored> {
  if (from === to) return object
  const stored = (await from.storage?.toStored?.(object)) ?? from.storage?.to(object) ?? object
  await to.storage?.prepare?.([stored])
  // What comes out may be shared.
  return { ...cloneJson((to.storage?.from(stored) ?? stored) as Stored), apiVersion: apiVersion(to) }
}

/** What is posted to a subresource has a kind of its own, and stays as it is. */
export const isOfKind = (object: Stored | undefined, kind: KindDefinition): object is Stored => object !== undefined && object.kind === kind.kind

export async function shownIn(request: AdmissionRequest, shown: KindDefinition): Promise<AdmissionRequest> {
  const { kind, object, old } = request
  if (shown === kind) return request
  return { ...request, object: isOfKind(object, kind) ? await inVersion(object, kind, shown) : object, old: isOfKind(old, kind) ? await inVersion(old, kind, shown) : old }
}
