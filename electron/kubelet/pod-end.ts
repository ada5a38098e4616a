/** The ends of a pod: deleted, or over by itself. */
import { Pods } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import type { PodRecord } from './pod-record.ts'
import { refresh } from './pod-refresh.ts'
import { killPod } from './termination.ts'
import { SUPERSEDED } from './superseded.ts'

/** A pod that the API has forgotten gets this long, in seconds. */
const ORPHAN_GRACE_SECONDS = 1

export const graceOf = (pod: Pod): number => pod.metadata.deletionGracePeriodSeconds ?? Number(pod.spec.terminationGracePeriodSeconds ?? 30)

/** Ends everything of a deleted pod, tells its last status, and lets the API forget it. */
export async function terminate(r: PodRecord): Promise<void> {
  const { ctx, uid, identity } = r
  const { runtime } = ctx
  r.abort.abort(SUPERSEDED)
  for (const id of r.containers.keys()) r.prober.ending(id)
  r.killGrace = r.gone ? ORPHAN_GRACE_SECONDS : graceOf(r.pod)
  r.report() // That it was seen to be deleted does not wait for its end.
  await killPod(r.kill(), r.pod, [...r.containers.values()], r.killGrace, () => r.killGrace ?? 0)
  for (const id of r.containers.keys()) { r.prober.unwatch(id); r.changed.add(id) }
  await refresh(r)
  for (const s of r.sandboxes.values()) { await runtime.stopPodSandbox(s.id); r.sandboxes.set(s.id, { ...s, ready: false }) }
  r.report()
  await ctx.status.flush(uid)
  for (const c of r.containers.values()) { await runtime.removeContainer(c.id); r.containers.delete(c.id) }
  for (const s of r.sandboxes.values()) { await runtime.removePodSandbox(s.id); r.sandboxes.delete(s.id) }
  if (!ctx.hollow) await ctx.volumes.remove(uid)
  if (!r.gone) {
    try {
      await ctx.client.delete(Pods, identity.name, identity.namespace, { gracePeriodSeconds: 0, preconditions: { uid } })
    } catch (e) {
      if (!isNotFound(e) && !isConflict(e)) throw e
    }
  }
  r.stopped = true
  ctx.status.forget(uid)
  ctx.images.forget(uid)
  ctx.tokens.forget(uid)
  ctx.network?.release(uid)
  ctx.traffic?.release(uid)
  ctx.ended(r.pod)
}

/** A pod that is over keeps its containers (for their logs) and loses its sandbox. */
export async function finish(r: PodRecord): Promise<void> {
  // A node that runs short cannot wait.
  await killPod(r.kill(), r.pod, [...r.containers.values()], r.failure?.reason === 'Evicted' ? 0 : Number(r.pod.spec.terminationGracePeriodSeconds ?? 30))
  for (const c of r.containers.values()) if (c.state === 'running') r.changed.add(c.id)
  await refresh(r)
  for (const s of r.sandboxes.values()) if (s.ready) { await r.ctx.runtime.stopPodSandbox(s.id); r.sandboxes.set(s.id, { ...s, ready: false }) }
  r.ctx.network?.release(r.uid)
  r.ctx.traffic?.release(r.uid)
  r.report()
}
