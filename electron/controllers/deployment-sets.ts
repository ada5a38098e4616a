/** What the Deployment controller does to ReplicaSets: make the new one, resize, clean up. */
import type { Draft } from '../../shared/api/meta.ts'
import { Deployments, ReplicaSets } from '../../shared/api/resources.ts'
import type { Deployment, ReplicaSet } from '../../shared/api/types.ts'
import { conflict, isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { controllerReference, isControlledBy } from '../client/index.ts'
import type { ControllerContext } from './context.ts'
import { REVISION, maxRevision, newSetAnnotations, setsToClean, sizeAnnotations } from './deployment-revision.ts'
import { newReplicaSetSize, size, type Resize } from './deployment-rolling.ts'
import { findCondition, progressDeadlineMs, setCondition } from './deployment-status.ts'
import { HASH_LABEL, canonical, findNewReplicaSet, sameTemplate, templateHash } from './deployment-template.ts'

type Context = Pick<ControllerContext, 'client' | 'clock' | 'events'>

export interface Sets {
  /** The Deployment as it is after its annotations and conditions were brought up to date. */
  readonly deployment: Deployment
  readonly newRs: ReplicaSet | undefined
  readonly old: readonly ReplicaSet[]
}

/** The ReplicaSet for the Deployment's present template, as it is to be created. */
export function replicaSetFor(d: Deployment, sets: readonly ReplicaSet[], revision: bigint): Draft<ReplicaSet> {
  const hash = templateHash(d.spec.template, d.status?.collisionCount ?? 0)
  const { template, selector } = d.spec
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash }
  return {
    metadata: {
      name: `${d.metadata.name}-${hash}`, ...(d.metadata.namespace ? { namespace: d.metadata.namespace } : {}), labels,
      annotations: { ...newSetAnnotations(d, {}, revision), ...sizeAnnotations(d) }, ownerReferences: [controllerReference(d)],
    },
    spec: {
      replicas: newReplicaSetSize(d, sets, 0),
      ...(d.spec.minReadySeconds ? { minReadySeconds: d.spec.minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  } as Draft<ReplicaSet>
}

const withCondition = (d: Deployment, status: 'True' | 'False', reason: string, message: string, now: number): Deployment =>
  progressDeadlineMs(d) === undefined ? d : { ...d, status: { ...d.status, conditions: setCondition(d.status?.conditions ?? [], 'Progressing', status, reason, message, now) } }

/** Brings the Deployment's own revision annotation up to that of its newest set. Through its status: that is no wish of its owner, which generation would count. */
async function withRevision({ client }: Context, d: Deployment, revision: string | undefined): Promise<Deployment> {
  if (!revision || d.metadata.annotations?.[REVISION] === revision) return d
  const { resourceVersion } = d.metadata
  const updated = await client.patch(Deployments, d.metadata.name, d.metadata.namespace, 'merge', { metadata: { ...(resourceVersion ? { resourceVersion } : {}), annotations: { [REVISION]: revision } } }, { subresource: 'status' })
  return { ...updated, ...(d.status ? { status: d.status } : {}) }
}

/** Sorts the sets into the new one and the old ones; makes the new one if asked to. Conditions are set, and written with the next status. */
export async function syncSets(context: Context, d: Deployment, all: readonly ReplicaSet[], create: boolean): Promise<Sets> {
  const { client, clock, events } = context
  const present = findNewReplicaSet(d.spec.template, all)
  const old = all.filter((rs) => rs !== present)
  const revision = maxRevision(old) + 1n
  if (present) {
    const annotations = newSetAnnotations(d, present.metadata.annotations ?? {}, revision)
    const minReadySeconds = d.spec.minReadySeconds ?? 0
    let newRs = present
    if (canonical(annotations) !== canonical(present.metadata.annotations ?? {}) || minReadySeconds !== (present.spec.minReadySeconds ?? 0))
      newRs = await client.update(ReplicaSets, { ...present, metadata: { ...present.metadata, annotations }, spec: { ...present.spec, minReadySeconds } })
    const found = findCondition(d.status?.conditions, 'Progressing') ? d : withCondition(d, 'True', 'FoundNewReplicaSet', `Found new replica set ${JSON.stringify(newRs.metadata.name)}`, clock.now())
    return { deployment: await withRevision(context, found, newRs.metadata.annotations?.[REVISION]), newRs, old }
  }
  if (!create) return { deployment: d, newRs: undefined, old }
  const draft = replicaSetFor(d, all, revision)
  let made: ReplicaSet
  try {
    made = await client.create(ReplicaSets, draft)
    if (size(made) > 0) events.event(d, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${made.metadata.name} from 0 to ${size(made)}`)
  } catch (error) {
    if (isAlreadyExists(error)) {
      made = await client.get(ReplicaSets, draft.metadata.name!, d.metadata.namespace)
      if (!isControlledBy(made, d) || !made.spec.template || !sameTemplate(made.spec.template, d.spec.template)) {
        // Another template has this hash: count the collision, so that the next try has another name.
        await client.updateStatus(Deployments, { ...d, status: { ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 } })
        throw conflict({ group: ReplicaSets.group, resource: ReplicaSets.resource }, made.metadata.name, 'its name is taken by another template')
      }
    } else {
      const message = `Failed to create new replica set ${JSON.stringify(draft.metadata.name)}: ${error instanceof Error ? error.message : String(error)}`
      events.event(d, 'Warning', 'ReplicaSetCreateError', message)
      const failed = withCondition(d, 'False', 'ReplicaSetCreateError', message, clock.now())
      if (failed !== d) await client.updateStatus(Deployments, failed)
      throw error
    }
  }
  const created = withCondition(d, 'True', 'NewReplicaSetCreated', `Created new replica set ${JSON.stringify(made.metadata.name)}`, clock.now())
  return { deployment: await withRevision(context, created, made.metadata.annotations?.[REVISION]), newRs: made, old }
}

/** Applies a plan. Answers true when a size changed; sets that keep theirs may get new annotations. */
export async function resize({ client, events }: Context, d: Deployment, plan: readonly Resize[]): Promise<boolean> {
  let changed = false
  for (const { rs, replicas } of plan) {
    const annotations = { ...rs.metadata.annotations, ...sizeAnnotations(d) }
    if (replicas === size(rs) && canonical(annotations) === canonical(rs.metadata.annotations ?? {})) continue
    await client.update(ReplicaSets, { ...rs, metadata: { ...rs.metadata, annotations }, spec: { ...rs.spec, replicas } })
    if (replicas === size(rs)) continue
    changed = true
    events.event(d, 'Normal', 'ScalingReplicaSet', `Scaled ${replicas > size(rs) ? 'up' : 'down'} replica set ${rs.metadata.name} from ${size(rs)} to ${replicas}`)
  }
  return changed
}

export async function cleanUp({ client }: Context, d: Deployment, old: readonly ReplicaSet[]): Promise<void> {
  for (const rs of setsToClean(d, old)) {
    try {
      await client.delete(ReplicaSets, rs.metadata.name, rs.metadata.namespace, { propagationPolicy: 'Background', ...(rs.metadata.uid ? { preconditions: { uid: rs.metadata.uid } } : {}) })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}
