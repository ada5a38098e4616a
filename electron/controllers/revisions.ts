/**
 * ControllerRevisions: the states of a template that a DaemonSet or StatefulSet has had. Each carries a strategic merge patch
 * that brings its template back, which is what `kubectl rollout undo` sends.
 */
import type { KubeObject } from '../../shared/api/meta.ts'
import { ControllerRevisions } from '../../shared/api/resources.ts'
import type { ControllerRevision, PodTemplateSpec } from '../../shared/api/types.ts'
import { isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { controllerReference, isControlledBy } from '../client/index.ts'
import type { Client } from '../client/types.ts'
import { canonical, templateHash } from './deployment-template.ts'

/** On the pods of DaemonSets (the hash) and of StatefulSets (the revision's name). */
export const REVISION_HASH = 'controller-revision-hash'

export interface Revisions {
  /** The revision of the present template. */
  readonly current: ControllerRevision
  /** All others, the oldest first. */
  readonly old: readonly ControllerRevision[]
}

/** The patch that restores the template. Keys are sorted, as in the text that kubectl compares it with. */
export const revisionData = (template: PodTemplateSpec): object => JSON.parse(canonical({ spec: { template: { ...template, $patch: 'replace' } } })) as object

const texts = new WeakMap<object, string>()
/** The text of a revision's or template's data; objects are frozen, so it stays with them. */
function dataText(key: object, data: () => unknown): string {
  let text = texts.get(key)
  if (text === undefined) texts.set(key, (text = canonical(data())))
  return text
}
const sameData = (revision: ControllerRevision, template: PodTemplateSpec): boolean =>
  dataText(revision, () => revision.data) === dataText(template, () => revisionData(template))

export const byRevision = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision || ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : (a.metadata.creationTimestamp ?? '') > (b.metadata.creationTimestamp ?? '') ? 1 : a.metadata.name < b.metadata.name ? -1 : 1)

interface Owner extends KubeObject {
  spec: { template: PodTemplateSpec; revisionHistoryLimit?: number }
  status?: { collisionCount?: number }
}

/** Another template has this hash: the owner has to count the collision and try again under another name. */
export class RevisionCollision extends Error {
  override readonly name = 'RevisionCollision'
}

/**
 * Finds or makes the revision of the owner's template among those it owns. One that comes back becomes the newest again.
 * `hashLabel`: the label of the revision that says its hash. Throws RevisionCollision when the name is taken by another template.
 */
export async function syncRevisions(client: Client, owner: Owner, owned: readonly ControllerRevision[], hashLabel = REVISION_HASH): Promise<Revisions> {
  const { template } = owner.spec
  const sorted = [...owned].sort(byRevision)
  const equal = sorted.findLast((r) => sameData(r, template))
  const old = sorted.filter((r) => r !== equal)
  const next = (old.at(-1)?.revision ?? 0) + 1
  if (equal) {
    if (equal.revision >= next) return { current: equal, old }
    return { current: await client.update(ControllerRevisions, { ...equal, revision: next }), old }
  }
  const hash = templateHash(template, owner.status?.collisionCount ?? 0)
  const name = `${owner.metadata.name}-${hash}`
  const namespace = owner.metadata.namespace
  try {
    const current = await client.create(ControllerRevisions, {
      metadata: {
        name, ...(namespace ? { namespace } : {}), labels: { ...template.metadata?.labels, [hashLabel]: hash },
        ...(owner.metadata.annotations ? { annotations: owner.metadata.annotations } : {}), ownerReferences: [controllerReference(owner)],
      },
      data: revisionData(template), revision: next,
    })
    return { current, old }
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    const present = await client.get(ControllerRevisions, name, namespace)
    // The informer has not seen it yet.
    if (isControlledBy(present, owner) && sameData(present, template)) return { current: present, old }
    throw new RevisionCollision(`the name ${name} is taken by the revision of another template`)
  }
}

/** The template that the revision brings back. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { $patch, ...template } = (revision.data as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec.template
  void $patch
  return template
}

/** The revisions beyond the limit that no pod is made from, the oldest first. `live`: by name. */
export function revisionsToClean(owner: Owner, old: readonly ControllerRevision[], live: (revision: ControllerRevision) => boolean): ControllerRevision[] {
  const idle = old.filter((r) => !live(r))
  return idle.slice(0, Math.max(0, idle.length - (owner.spec.revisionHistoryLimit ?? 10)))
}
export async function cleanRevisions(client: Client, excess: readonly ControllerRevision[]): Promise<void> {
  for (const revision of excess) {
    try {
      await client.delete(ControllerRevisions, revision.metadata.name, revision.metadata.namespace)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}
