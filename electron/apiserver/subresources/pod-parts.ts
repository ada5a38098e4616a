/** pods/ephemeralcontainers and pods/resize: a pod of which one part may be written, beside what the pod itself allows. */
import type { Container, Pod } from '../../../shared/api/types.ts'
import { conflict, invalid, methodNotAllowed, notFound, type FieldError } from '../../../shared/errors.ts'
import { decodeObject } from '../body.ts'
import { cloneJson } from '../json.ts'
import { writeContext } from '../options.ts'
import { applyView, isApply, patchView } from '../patch-verb.ts'
import { keyOf, type Env, type Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import { isReadable } from '../resources/pod.ts'
import { validateEphemeralUpdate } from '../resources/validation/ephemeral.ts'
import { validatePodResize } from '../resources/validation/pod-resize.ts'
import type { ApiResponse } from '../types.ts'
import { answerObject, type Call } from '../verbs.ts'

interface Part {
  /** Takes what may be written from the body into the draft, which is the pod as it is. */
  take(draft: Pod, body: Pod): void
  validate(object: Pod, old: Pod): FieldError[]
}

/** What else was written of containers is passed over, as upstream does; others than there are, or in another order, are for the validation to refuse. */
function resizedIn(live: readonly Container[], wanted: readonly Container[]): readonly Container[] {
  if (live.length !== wanted.length || live.some((c, i) => c.name !== wanted[i]?.name)) return wanted
  return live.map(({ resources: _resources, resizePolicy: _policy, ...c }, i) => {
    const { resources, resizePolicy } = wanted[i]!
    return { ...c, ...(resources === undefined ? {} : { resources }), ...(resizePolicy === undefined ? {} : { resizePolicy }) }
  })
}

const PARTS: Readonly<Record<string, Part>> = {
  ephemeralcontainers: {
    take(draft, { spec }) {
      if (spec?.ephemeralContainers?.length) draft.spec.ephemeralContainers = spec.ephemeralContainers
      else delete draft.spec.ephemeralContainers
    },
    validate: validateEphemeralUpdate,
  },
  resize: {
    take(draft, { spec }) {
      for (const list of ['containers', 'initContainers'] as const) if (spec?.[list] !== undefined) draft.spec[list] = resizedIn(draft.spec[list] ?? [], spec[list]) as never
      // Refused below, rather than passed over in silence.
      if (spec?.resources !== undefined) draft.spec.resources = spec.resources
    },
    // What cannot be read is refused by the pod's own validation.
    validate: (object, old) => (isReadable(object) ? validatePodResize(object, old) : []),
  },
}

/** GET, PUT and PATCH of the part. Throws StatusError. */
export async function handlePodPart(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  const part = PARTS[info.subresource]!
  const live = env.store.get(keyOf(kind, info.namespace, info.name))?.value as Stored | undefined
  if (!live) throw notFound(kind, info.name)
  if (info.verb === 'get') return answerObject(env, call, live)
  if (info.verb !== 'update' && info.verb !== 'patch') throw methodNotAllowed()
  const applied = info.verb === 'patch' && isApply(call)
  const apply = applied ? applyView(env, call, kind, (view) => view) : undefined
  const put = info.verb === 'update' ? decodeObject(request, kind, env.schemas, call.warn) : undefined
  const make = (current: Stored): Stored => {
    const body = (apply?.(current) ?? put ?? patchView(env, call, current, kind)) as unknown as Pod
    // One that is out of date is told so before anything else.
    if (body.metadata.resourceVersion && body.metadata.resourceVersion !== '0' && body.metadata.resourceVersion !== current.metadata.resourceVersion) throw conflict(kind, info.name)
    const draft = cloneJson(current) as unknown as Pod
    part.take(draft, cloneJson(body) as Pod)
    draft.metadata.name = body.metadata.name
    if (body.metadata.uid) draft.metadata.uid = body.metadata.uid
    if (body.metadata.resourceVersion) draft.metadata.resourceVersion = body.metadata.resourceVersion
    if (applied && body.metadata.managedFields) draft.metadata.managedFields = body.metadata.managedFields
    kind.strategy.defaults?.(draft as never)
    const errors = part.validate(draft, current as unknown as Pod)
    if (errors.length) throw invalid(kind, info.name, errors)
    return draft as unknown as Stored
  }
  return answerObject(env, call, await updateObject(env, kind, info.namespace, info.name, { subresource: info.subresource, make, raw: true, applied }, writeContext(call, 'UpdateOptions')))
}
