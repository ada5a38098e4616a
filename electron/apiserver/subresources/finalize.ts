/** namespaces/NAME/finalize: the only way to change spec.finalizers; the last one gone lets a deleted namespace go. */
import type { Namespace } from '../../../shared/api/types.ts'
import { methodNotAllowed } from '../../../shared/errors.ts'
import { decodeObject } from '../body.ts'
import { cloneJson } from '../json.ts'
import { writeContext } from '../options.ts'
import type { Env, Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import type { ApiResponse } from '../types.ts'
import { answerObject, type Call } from '../verbs.ts'

export async function handleFinalize(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  if (info.verb !== 'update') throw methodNotAllowed()
  const body = decodeObject(request, kind, env.schemas, call.warn) as Namespace
  const make = (live: Stored): Stored => {
    const draft = cloneJson(live) as Namespace
    draft.spec = { ...draft.spec, finalizers: [...(body.spec?.finalizers ?? [])] }
    draft.metadata.resourceVersion = body.metadata.resourceVersion
    draft.metadata.uid = body.metadata.uid
    draft.metadata.name = body.metadata.name || info.name
    return draft as Stored
  }
  return answerObject(env, call, await updateObject(env, kind, '', info.name, { subresource: 'finalize', make, raw: true }, writeContext(call, 'UpdateOptions')))
}
