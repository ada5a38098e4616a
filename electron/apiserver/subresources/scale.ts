/** The scale subresource: replicas of a workload, seen as an autoscaling/v1 Scale. */
import type { Scale } from '../../../shared/api/types.ts'
import { badRequest, field, internalError, invalid, methodNotAllowed, notFound } from '../../../shared/errors.ts'
import { decodeObject } from '../body.ts'
import { cloneJson } from '../json.ts'
import { writeContext } from '../options.ts'
import { applyView, isApply, patchView } from '../patch-verb.ts'
import { fromStore, keyOf, type Env, type Stored } from '../registry/env.ts'
import { updateObject, type Change } from '../registry/update.ts'
import type { KindDefinition, ScaleBinding } from '../resources/kind.ts'
import type { ApiResponse } from '../types.ts'
import { ageColumn, integer, nameColumn } from '../resources/columns.ts'
import { answerObject, plain, type Call } from '../verbs.ts'

const COLUMNS: KindDefinition['columns'] = [nameColumn, integer<Scale>('Desired', 'How many replicas are wanted.', (o) => o.spec?.replicas ?? 0), integer<Scale>('Available', 'How many replicas there are.', (o) => o.status?.replicas ?? 0), ageColumn] as unknown as KindDefinition['columns']

export const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: 'V1Scale' }

function view(kind: KindDefinition, binding: ScaleBinding<never>, object: Stored): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const of = object as never
  return {
    kind: SCALE.kind, apiVersion: 'autoscaling/v1',
    metadata: { name, ...(kind.scope === 'Namespaced' ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: binding.missing?.(of) === undefined ? { replicas: binding.specReplicas(of) } : {},
    status: { replicas: binding.statusReplicas(of), selector: binding.selector(of) },
  } as Scale
}

export async function handleScale(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  const binding = kind.scale as ScaleBinding<never>
  const kv = env.store.get(keyOf(kind, info.namespace, info.name))
  if (!kv) throw notFound(kind, info.name)
  const live = fromStore(kind, kv.value)
  const missing = binding.missing?.(live as never)
  if (info.verb === 'get' && missing !== undefined) throw internalError(new Error(`the spec replicas field ${JSON.stringify(missing)} does not exist`))
  // A definition's own columns are about its objects, as upstream's are.
  if (info.verb === 'get') return answerObject(env, { ...call, kind: { ...kind, columns: kind.decode ? kind.columns : COLUMNS } }, view(kind, binding, live))
  if (info.verb !== 'update' && info.verb !== 'patch') throw methodNotAllowed()
  const context = writeContext(call, 'UpdateOptions')
  const answer = async (change: Change): Promise<ApiResponse> => plain(view(kind, binding, await updateObject(env, kind, info.namespace, info.name, change, context)))
  const atLeastNone = (replicas: number): number => {
    // What a definition names is looked at with the object, by its path.
    if (replicas < 0 && !kind.decode) throw invalid(SCALE, info.name, [field.invalid('spec.replicas', replicas, 'must be greater than or equal to 0')])
    return replicas
  }
  if (info.verb === 'patch' && isApply(call)) {
    const make = applyView(env, call, SCALE, (wanted) => {
      const { name, uid, resourceVersion, managedFields } = wanted.metadata
      const metadata = { name, ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}), ...(managedFields ? { managedFields } : {}) }
      const config = { metadata, spec: {} } as Stored
      const { replicas } = (wanted as Scale).spec ?? {}
      if (replicas !== undefined) binding.setSpecReplicas(config as never, atLeastNone(replicas))
      return config
    })
    return answer({ subresource: 'scale', make, applied: true })
  }
  const put = info.verb === 'update' ? decodeObject(request, SCALE, env.schemas, call.warn) : undefined
  const make = (current: Stored): Stored => {
    const wanted = (put ?? patchView(env, call, view(kind, binding, current), SCALE)) as Scale
    if (wanted.metadata.name && wanted.metadata.name !== info.name) throw invalid(SCALE, info.name, [field.invalid('metadata.name', wanted.metadata.name, 'must be the name of the object that is scaled')])
    const absent = wanted.spec?.replicas === undefined && !put ? binding.missing?.(current as never) : undefined
    if (absent !== undefined) throw badRequest(`the spec replicas field ${JSON.stringify(absent)} cannot be empty`)
    const replicas = atLeastNone(wanted.spec?.replicas ?? 0)
    const draft = cloneJson(current)
    binding.setSpecReplicas(draft as never, replicas)
    draft.metadata.resourceVersion = wanted.metadata.resourceVersion
    draft.metadata.uid = wanted.metadata.uid
    return draft
  }
  return answer({ subresource: 'scale', make })
}
