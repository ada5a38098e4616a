/** Who owns whom, by uid. Pure data: fed by the informers of every kind, asked by the garbage collector. */
import type { KubeObject, OwnerReference } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'

export const ORPHAN = 'orphan'
export const FOREGROUND = 'foregroundDeletion'

export interface Node {
  readonly type: ResourceType<KubeObject>
  readonly object: KubeObject
}

export const ownersOf = (object: KubeObject): readonly OwnerReference[] => object.metadata.ownerReferences ?? []
const going = (object: KubeObject, finalizer: string): boolean => object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(finalizer)
export const waitsForDependents = (object: KubeObject): boolean => going(object, FOREGROUND)
export const orphansDependents = (object: KubeObject): boolean => going(object, ORPHAN)

export class OwnerGraph {
  readonly #nodes = new Map<string, Node>()
  readonly #dependents = new Map<string, Set<string>>()

  get(uid: string): Node | undefined {
    return this.#nodes.get(uid)
  }
  /** Those that name this uid as an owner, whether or not the owner itself is known. */
  dependents(uid: string): Node[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((d) => this.#nodes.get(d) ?? [])
  }
  put(type: ResourceType<KubeObject>, object: KubeObject): void {
    const uid = object.metadata.uid ?? ''
    const old = this.#nodes.get(uid)
    if (old) this.#unlink(uid, old.object)
    this.#nodes.set(uid, { type, object })
    for (const owner of ownersOf(object)) {
      let set = this.#dependents.get(owner.uid)
      if (!set) this.#dependents.set(owner.uid, (set = new Set()))
      set.add(uid)
    }
  }
  remove(uid: string): void {
    const old = this.#nodes.get(uid)
    if (!old) return
    this.#unlink(uid, old.object)
    this.#nodes.delete(uid)
  }
  #unlink(uid: string, object: KubeObject): void {
    for (const owner of ownersOf(object)) {
      const set = this.#dependents.get(owner.uid)
      set?.delete(uid)
      if (set?.size === 0) this.#dependents.delete(owner.uid)
    }
  }
}

/** How an owner stands to its dependent. */
export type OwnerState = 'solid' | 'absent' | 'waiting'
export type Verdict =
  | { readonly action: 'keep' }
  /** Some owners are gone or wait: those references go, the object stays for the others. */
  | { readonly action: 'unlink'; readonly uids: readonly string[] }
  | { readonly action: 'delete'; readonly policy: 'Background' | 'Foreground' | 'Orphan' }

/** What becomes of an object whose owners are in these states. */
export function verdict(object: KubeObject, owners: readonly { uid: string; state: OwnerState }[], hasDependents: boolean): Verdict {
  if (!owners.length) return { action: 'keep' }
  const lost = owners.filter((o) => o.state !== 'solid').map((o) => o.uid)
  if (lost.length < owners.length) return lost.length ? { action: 'unlink', uids: lost } : { action: 'keep' }
  if (object.metadata.deletionTimestamp) return { action: 'keep' }
  const finalizers = object.metadata.finalizers ?? []
  if (finalizers.includes(ORPHAN)) return { action: 'delete', policy: 'Orphan' }
  const foreground = finalizers.includes(FOREGROUND) || (hasDependents && owners.some((o) => o.state === 'waiting'))
  return { action: 'delete', policy: foreground ? 'Foreground' : 'Background' }
}
