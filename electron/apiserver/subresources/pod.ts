/** Subresources of a pod: binding (the scheduler's) and eviction. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { DeleteOptions, ObjectReference, Pod } from '../../../shared/api/types.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { badRequest, conflict, field, invalid, methodNotAllowed } from '../../../shared/errors.ts'
import { nameErrors } from '../../../shared/labels.ts'
import { admitPart } from '../admission/part.ts'
import { decodeObject } from '../body.ts'
import { writeContext } from '../options.ts'
import { deleteObject, validateDeleteOptions } from '../registry/delete.ts'
import type { Env, Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import type { ApiResponse } from '../types.ts'
import { plain, type Call } from '../verbs.ts'
import { announceEviction, spendBudget } from './eviction-budget.ts'

const BINDING = { group: '', version: 'v1', kind: 'Binding', schema: 'V1Binding' }
const EVICTION = { group: 'policy', version: 'v1', kind: 'Eviction', schema: 'V1Eviction', formerly: ['policy/v1beta1'] }
const success = (code = 201): ApiResponse => plain({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code }, code)

/** POST pods/NAME/binding, or POST bindings with the pod's name in metadata. */
export async function handleBinding(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  if (info.verb !== 'create') throw methodNotAllowed()
  const body = decodeObject(request, BINDING, env.schemas, call.warn) as KubeObject & { target?: ObjectReference }
  const name = info.subresource === 'binding' ? info.name : body.metadata.name
  if (body.metadata.name && body.metadata.name !== name) throw badRequest(`name in URL does not match name in Binding object`)
  const node = body.target?.name
  const errors = []
  if (body.target?.kind && body.target.kind !== 'Node') errors.push(field.notSupported('target.kind', body.target.kind, ['Node', '<empty>']))
  if (!node) errors.push(field.required('target.name'))
  else for (const fault of nameErrors('subdomain', node)) errors.push(field.invalid('target.name', node, fault))
  if (errors.length) throw invalid(BINDING, name, errors)
  const make = (live: Stored): Stored => {
    const pod = live as Pod
    if (body.metadata.uid && body.metadata.uid !== pod.metadata.uid) throw conflict(kind, name, `Precondition failed: UID in precondition: ${body.metadata.uid}, UID in object meta: ${pod.metadata.uid ?? ''}`)
    if (pod.metadata.deletionTimestamp) throw conflict(kind, name, `pod ${name} is being deleted, cannot be assigned to a host`)
    if (pod.spec.nodeName) throw conflict(kind, name, `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`)
    if (pod.spec.schedulingGates?.length) throw conflict(kind, name, `pod ${name} has non-empty .spec.schedulingGates`)
    const { annotations, resourceVersion } = body.metadata
    const metadata = { ...pod.metadata, ...(annotations ? { annotations: { ...pod.metadata.annotations, ...annotations } } : {}), ...(resourceVersion ? { resourceVersion } : {}) }
    const others = (pod.status?.conditions ?? []).filter((c) => c.type !== 'PodScheduled')
    const status = { ...pod.status, conditions: [...others, { type: 'PodScheduled', status: 'True', lastTransitionTime: rfc3339(env.clock.now()), ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }) }] }
    // All the rest is the live pod's own: neither copied nor compared.
    return { ...pod, metadata, spec: { ...pod.spec, nodeName: node }, status } as Stored
  }
  const context = writeContext(call, 'CreateOptions')
  await admitPart(env, { ...call, info: { ...info, name, subresource: 'binding' } }, 'CREATE', body, context.dryRun)
  await updateObject(env, kind, info.namespace, name, { subresource: 'binding', make, raw: true, checked: true }, context)
  return success()
}

/** POST pods/NAME/eviction: a deletion with grace, which budgets may refuse. */
export async function handleEviction(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  if (info.verb !== 'create') throw methodNotAllowed()
  const body = decodeObject(request, EVICTION, env.schemas, call.warn) as KubeObject & { deleteOptions?: DeleteOptions }
  if (body.metadata.name !== info.name) throw badRequest('name in URL does not match name in Eviction object')
  const options = body.deleteOptions ?? {}
  validateDeleteOptions(options)
  const context = writeContext(call, 'CreateOptions')
  const dryRun = context.dryRun || options.dryRun?.length === 1
  await admitPart(env, call, 'CREATE', body as Stored, dryRun)
  await spendBudget(env, kind, info.namespace, info.name, { ...context, dryRun })
  const bound = await announceEviction(env, kind, info.namespace, info.name, options, { ...context, dryRun })
  await deleteObject(env, kind, info.namespace, info.name, bound, { ...context, dryRun })
  return success()
}
