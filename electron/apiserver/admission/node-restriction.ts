/**
 * NodeRestriction: a kubelet writes its own Node, Lease and CSINode, the status of its own pods, and asks for tokens of
 * those pods' accounts. Source: Kubernetes documentation, "Admission Control: NodeRestriction".
 */
import type { Node, Pod } from '../../../shared/api/types.ts'
import { forbidden, notFound, type StatusError } from '../../../shared/errors.ts'
import { isKubeletLabel } from '../../../shared/node-labels.ts'
import { nodeOf } from '../auth/node-identity.ts'
import { MIRROR, referencesOf } from '../auth/pod-references.ts'
import { jsonEqual } from '../json.ts'
import { keyOf, type Env } from '../registry/env.ts'
import { refuseForeignRequest } from './node-certificates.ts'
import { refuseForeignToken } from './node-tokens.ts'
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts'
import type { Authorizer } from '../types.ts'

const PODS = { group: '', resource: 'pods', scope: 'Namespaced' } as const
const LEASES = 'kube-node-lease'
const quoted = (text: string): string => JSON.stringify(text)

export type Refusal = (why: string) => StatusError
type Check = (node: string, request: AdmissionRequest, env: Env, no: Refusal) => Promise<void> | undefined

function createdPod(node: string, pod: Pod, no: Refusal): undefined {
  if (pod.metadata.annotations?.[MIRROR] === undefined) throw no(`pod does not have ${quoted(MIRROR)} annotation, node ${quoted(node)} can only create mirror pods`)
  if (pod.spec.nodeName !== node) throw no(`node ${quoted(node)} can only create pods with spec.nodeName set to itself`)
  const owners = pod.metadata.ownerReferences ?? []
  if (owners.length !== 1 || owners[0]?.kind !== 'Node' || owners[0].apiVersion !== 'v1' || owners[0].name !== node) throw no(`node ${quoted(node)} can only create pods with an owner reference set to itself`)
  const { [MIRROR]: _mirror, ...annotations } = pod.metadata.annotations
  const [first] = referencesOf({ ...pod, metadata: { ...pod.metadata, annotations } })
  if (first) throw no(`node ${quoted(node)} can not create pods that reference ${first.slice(0, first.indexOf('/'))}`)
  return undefined
}
const pods: Check = (node, { operation, subresource, object, old }, _env, no) => {
  if (operation === 'CREATE') return createdPod(node, object as Pod, no)
  const mine = (old as Pod | undefined)?.spec.nodeName === node
  if (operation === 'DELETE') {
    if (!mine) throw no(`node ${quoted(node)} can only delete pods with spec.nodeName set to itself`)
    return undefined
  }
  if (subresource !== 'status') throw no(`unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`)
  if (!mine) throw no(`node ${quoted(node)} can only update pod status for pods with spec.nodeName set to itself`)
  if (!jsonEqual(object?.metadata.labels, old?.metadata.labels)) throw no(`node ${quoted(node)} cannot update labels through pod status`)
  return undefined
}
const eviction: Check = (node, { namespace, name }, env, no) => {
  const pod = env.store.get(keyOf(PODS, namespace, name))?.value as Pod | undefined
  if (!pod) throw notFound(PODS, name)
  if (pod.spec.nodeName !== node) throw no(`node ${quoted(node)} can only evict pods with spec.nodeName set to itself`)
  return undefined
}
/** Anything else of a pod: a role may give it, but a kubelet has no use for it. */
const otherPart: Check = (_node, { subresource }, _env, no) => {
  throw no(`unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`)
}

const forbiddenLabels = (now: Node['metadata']['labels'] = {}, before: Node['metadata']['labels'] = {}): string =>
  [...new Set([...Object.keys(now), ...Object.keys(before)])].filter((key) => now[key] !== before[key] && !isKubeletLabel(key)).sort().join(', ')

const nodes: Check = (node, { operation, name, object, old }, _env, no) => {
  if (name !== node) throw no(`node ${quoted(node)} is not allowed to modify node ${quoted(name)}`)
  if (operation === 'DELETE') return undefined
  const [now, before] = [object as Node, old as Node | undefined]
  const labels = forbiddenLabels(now.metadata.labels, before?.metadata.labels)
  if (!before) {
    if (labels) throw no(`node ${quoted(node)} is not allowed to set the following labels: ${labels}`)
    return undefined
  }
  if (!jsonEqual(now.spec?.taints, before.spec?.taints)) throw no(`node ${quoted(node)} is not allowed to modify taints`)
  if (!jsonEqual(now.metadata.ownerReferences, before.metadata.ownerReferences)) throw no(`node ${quoted(node)} is not allowed to modify ownerReferences`)
  if (labels) throw no(`node ${quoted(node)} is not allowed to modify labels: ${labels}`)
  return undefined
}
const leases: Check = (node, { namespace, name }, _env, no) => {
  if (namespace !== LEASES) throw no(`can only access leases in the ${quoted(LEASES)} system namespace`)
  if (name !== node) throw no('can only access node lease with the same name as the requesting node')
  return undefined
}
const csiNodes: Check = (node, { name }, _env, no) => {
  if (name !== node) throw no('can only access CSINode with the same name as the requesting node')
  return undefined
}
const withoutGrowth = (claim: unknown): unknown => {
  const { metadata, status, ...rest } = claim as { metadata: object; status?: Record<string, unknown> }
  const { capacity: _a, conditions: _b, allocatedResources: _c, allocatedResourceStatuses: _d, modifyVolumeStatus: _e, currentVolumeAttributesClassName: _f, ...others } = status ?? {}
  return { ...rest, metadata: { ...metadata, managedFields: undefined, resourceVersion: undefined }, status: others }
}
const claimStatus: Check = (node, { object, old }, _env, no) => {
  if (!jsonEqual(withoutGrowth(object), withoutGrowth(old))) throw no(`node ${quoted(node)} is not allowed to update fields other than status.capacity, status.conditions and what tells of a resize`)
  return undefined
}

/** @param authorizer absent: audiences that no pod asks for are for nobody */
export function createNodeRestriction(authorizer: Authorizer | undefined): AdmissionPlugin {
  const checks: Readonly<Record<string, Check>> = {
    '/pods': pods, '/pods/status': pods, '/pods/eviction': eviction, '/pods/binding': otherPart, '/pods/ephemeralcontainers': otherPart, '/pods/resize': otherPart,
    '/nodes': nodes, '/nodes/status': nodes, '/persistentvolumeclaims/status': claimStatus,
    'coordination.k8s.io/leases': leases, 'storage.k8s.io/csinodes': csiNodes,
    '/serviceaccounts/token': (node, request, env, no) => refuseForeignToken(node, request, env, authorizer, no),
    'certificates.k8s.io/certificatesigningrequests': (_node, request, _env, no) => refuseForeignRequest(request, no),
  }
  return {
    name: 'NodeRestriction',
    resources: Object.keys(checks),
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    validate(request, env) {
      const node = nodeOf(request.user)
      if (node === undefined) return undefined
      const { kind, name, subresource } = request
      const no: Refusal = (why) => forbidden(kind, name, why)
      if (!node) throw no(`could not determine node from user ${quoted(request.user.name)}`)
      return checks[`${kind.group}/${kind.resource}${subresource ? `/${subresource}` : ''}`]?.(node, request, env, no)
    },
  }
}
