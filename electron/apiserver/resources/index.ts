/** Every kind that the API server serves from its store, in discovery's order. */
import { clusterRole } from './clusterrole.ts'
import { clusterRoleBinding } from './clusterrolebinding.ts'
import { configMap } from './configmap.ts'
import { controllerRevision } from './controllerrevision.ts'
import { cronJob } from './cronjob.ts'
import { daemonSet } from './daemonset.ts'
import { deployment } from './deployment.ts'
import { endpoints } from './endpoints.ts'
import { endpointSlice } from './endpointslice.ts'
import { event } from './event.ts'
import { job } from './job.ts'
import type { KindDefinition } from './kind.ts'
import { lease } from './lease.ts'
import { localNode } from './localnode.ts'
import { namespace } from './namespace.ts'
import { node } from './node.ts'
import { pod } from './pod.ts'
import { podDisruptionBudget } from './poddisruptionbudget.ts'
import { priorityClass } from './priorityclass.ts'
import { replicaSet } from './replicaset.ts'
import { replicationController } from './replicationcontroller.ts'
import { role } from './role.ts'
import { roleBinding } from './rolebinding.ts'
import { secret } from './secret.ts'
import { service } from './service.ts'
import { serviceAccount } from './serviceaccount.ts'
import { statefulSet } from './statefulset.ts'

export const kinds: readonly KindDefinition[] = [
  configMap, endpoints, event, namespace, node, pod, replicationController, secret, serviceAccount, service,
  controllerRevision, daemonSet, deployment, replicaSet, statefulSet, cronJob, job, endpointSlice, podDisruptionBudget, lease, clusterRoleBinding, clusterRole, roleBinding, role, priorityClass, localNode,
]
