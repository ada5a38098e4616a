/** The ReplicationController controller: the ReplicaSet's logic over an elder kind, whose selector is a plain map. */
import { ReplicationControllers } from '../../shared/api/resources.ts'
import type { ReplicaSet, ReplicationController } from '../../shared/api/types.ts'
import type { Controller, ControllerContext } from './context.ts'
import { createReplicaController } from './replicaset.ts'

/** Objects are frozen, so a view of one stays true; expectations and claims compare by what is in it. */
const views = new WeakMap<ReplicationController, ReplicaSet>()
function view(rc: ReplicationController): ReplicaSet {
  let seen = views.get(rc)
  if (!seen) {
    const { selector, ...spec } = rc.spec
    views.set(rc, (seen = { ...rc, spec: { ...spec, selector: selector ? { matchLabels: selector } : {} } } as ReplicaSet))
  }
  return seen
}

export const createReplicationController = (context: ControllerContext): Controller =>
  createReplicaController<ReplicationController>(context, { name: 'replication-controller', type: ReplicationControllers, view, withStatus: (rc, status) => ({ ...rc, status }) })
