/** Runs plugins in order. Which ones a request concerns is worked out once for each kind of request. */
import { cloneJson, jsonEqual } from '../json.ts'
import type { Env, Stored } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { AdmissionChain, AdmissionPlugin, AdmissionRequest, Reservation } from './plugin.ts'

interface Concerned {
  readonly admit: readonly AdmissionPlugin[]
  readonly validate: readonly AdmissionPlugin[]
  readonly reserve: readonly AdmissionPlugin[]
}

/** Both of two reservations, as one. */
function joined(all: readonly Reservation[]): Reservation {
  return {
    compare: all.flatMap((r) => r.compare),
    operations: all.flatMap((r) => r.operations),
    settle(succeeded) {
      for (const one of all) one.settle(succeeded)
    },
  }
}

export function createAdmissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  const known = new WeakMap<KindDefinition, Map<string, Concerned>>()

  function concerned({ operation, kind, subresource }: AdmissionRequest): Concerned {
    let ofKind = known.get(kind)
    if (!ofKind) known.set(kind, (ofKind = new Map()))
    const key = subresource ? `${operation} ${subresource}` : operation
    let found = ofKind.get(key)
    if (!found) {
      const what = subresource ? `${kind.group}/${kind.resource}/${subresource}` : `${kind.group}/${kind.resource}`
      const own = plugins.filter((p) => p.operations.includes(operation) && (p.resources?.includes(what) ?? true))
      found = { admit: own.filter((p) => p.admit), validate: own.filter((p) => p.validate), reserve: own.filter((p) => p.reserve) }
      ofKind.set(key, found)
    }
    return found
  }

  /** What a plugin of others has added gets what any object gets: from the plugins before it, and from it where it wants to see that. */
  async function throughAgain(list: readonly AdmissionPlugin[], at: number, left: Stored, request: AdmissionRequest, env: Env): Promise<Stored> {
    let object = cloneJson(left)
    for (let i = 0; i < at; i++) object = (await list[i]?.admit?.({ ...request, object }, env)) ?? object
    return (await list[at]?.again?.({ ...request, object }, env, left)) ?? object
  }
  /** @param at the plugin that `answer` is of */
  async function admitRest(list: readonly AdmissionPlugin[], at: number, answer: Promise<Stored | undefined>, request: AdmissionRequest, env: Env): Promise<Stored | undefined> {
    let { object } = request
    for (let i = at; i < list.length; i++) {
      const before = object
      object = (await (i === at ? answer : list[i]?.admit?.({ ...request, object }, env))) ?? object
      if (list[i]?.again && object && object !== before && !jsonEqual(object, before)) object = await throughAgain(list, i, object, request, env)
    }
    return object
  }
  async function validateRest(list: readonly AdmissionPlugin[], from: number, first: Promise<void>, request: AdmissionRequest, env: Env): Promise<void> {
    await first
    for (let i = from; i < list.length; i++) await list[i]?.validate?.(request, env)
  }

  return {
    admit(request, env) {
      const list = concerned(request).admit
      let current = request
      for (let i = 0; i < list.length; i++) {
        const answer = list[i]?.admit?.(current, env)
        if (answer instanceof Promise) return admitRest(list, i, answer, current, env)
        if (answer && answer !== current.object) current = { ...current, object: answer }
      }
      return current.object
    },
    validate(request, env) {
      const list = concerned(request).validate
      for (let i = 0; i < list.length; i++) {
        const answer = list[i]?.validate?.(request, env)
        if (answer) return validateRest(list, i + 1, answer, request, env)
      }
      return undefined
    },
    reserve(request, env) {
      const taken: Reservation[] = []
      try {
        for (const plugin of concerned(request).reserve) {
          const one = plugin.reserve?.(request, env)
          if (one) taken.push(one)
        }
      } catch (error) {
        joined(taken).settle(false)
        throw error
      }
      return taken.length > 1 ? joined(taken) : taken[0]
    },
  }
}

/** Every kind passes (tests of the registry alone). */
export const admitAll: AdmissionChain = createAdmissionChain([])
