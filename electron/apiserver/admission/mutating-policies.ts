/**
 * MutatingAdmissionPolicy: changes in CEL, put in force by bindings. They run before the mutating webhooks; those that ask for
 * it run once more when somebody, a plugin of ours too, has changed the object after them. Source: Kubernetes documentation, "Mutating Admission Policy".
 */
import type { CelInput } from '@bufbuild/cel'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { forbidden } from '../../../shared/errors.ts'
import { checkBody } from '../body.ts'
import type * as cel from '../cel/engine.ts'
import { cloneJson, jsonEqual } from '../json.ts'
import { apiVersion, type Env, type Stored } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type * as expressions from './expressions.ts'
import { matches } from './match.ts'
import type * as patches from './mutating-patch.ts'
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts'
import type { PolicyWorld } from './policies.ts'
import { isPolicyKind, matchingOf, paramKindOf, paramsOf, POLICY_GROUP, versionsIn } from './policy-binding.ts'
import { inVersion, shownIn } from './versions.ts'
import { watched } from './watched.ts'

type Policy = MutatingAdmissionPolicy
type Binding = MutatingAdmissionPolicyBinding
type Engine = typeof cel & typeof expressions & typeof patches
interface Compiled {
  readonly conditions: readonly cel.Program[]
  readonly variables: ReadonlyMap<string, cel.Program>
  readonly mutations: readonly { readonly patch: boolean; readonly program: cel.Program }[]
}
interface Invocation {
  readonly policy: Policy
  readonly binding: Binding
  /** The object as this one left it. */
  after?: Stored | undefined
}

function compile({ spec }: Policy, { compileAdmission }: Engine): Compiled {
  const params = spec.paramKind ? ['params'] : []
  const all = [...params, 'variables']
  const mutating = (source: string | undefined, result: cel.ResultType): cel.Program => compileAdmission(source ?? '', result, all, {}, true)
  return {
    conditions: (spec.matchConditions ?? []).map((c) => compileAdmission(c.expression ?? '', 'bool', params)),
    variables: new Map((spec.variables ?? []).map((v) => [v.name ?? '', mutating(v.expression, 'any')])),
    mutations: (spec.mutations ?? []).map((m) => (m.patchType === 'JSONPatch' ? { patch: true, program: mutating(m.jsonPatch?.expression, 'list') } : { patch: false, program: mutating(m.applyConfiguration?.expression, 'map') })),
  }
}

export interface MutatingPolicies {
  /** Policies, then `inner`; again: those policies that ask for it and whose work was changed, then `inner`. */
  around(inner: AdmissionPlugin): AdmissionPlugin
  stop(): void
}

export function createMutatingPolicies(store: Env['store'], { registry, authorizer }: PolicyWorld): MutatingPolicies {
  const policies = watched<Policy>(store, { group: POLICY_GROUP, resource: 'mutatingadmissionpolicies' })
  const bindings = watched<Binding>(store, { group: POLICY_GROUP, resource: 'mutatingadmissionpolicybindings' })
  const compiled = new WeakMap<Policy, Compiled>()
  const versions = versionsIn(registry)
  let engine: Engine | undefined
  /** Which policies came to something on the way of an object that has come out of here. */
  const made = new WeakMap<Stored, readonly Invocation[]>()

  function compiledOf(policy: Policy, with_: Engine): Compiled {
    let found = compiled.get(policy)
    if (!found) compiled.set(policy, (found = compile(policy, with_)))
    return found
  }

  /** The object, in the version in which it is shown, after all mutations of a policy, for one parameter. Throws what an expression throws. */
  function mutate(rules: Compiled, params: KubeObject | null, given: AdmissionRequest, shown: KindDefinition, env: Env, { bindingsFor, authorizerDoor, LazyVariables, toCel, applyConfiguration, applyJsonPatch }: Engine): Stored {
    const door = authorizerDoor(given, authorizer)
    const paramKind = paramKindOf(params, registry)
    let object = given.object as Stored
    const names = (): cel.Bindings => ({ ...bindingsFor({ ...given, object }, shown, env), params: () => toCel(params, paramKind ? env.schemas[paramKind.schema] : undefined, env.schemas) })
    for (const condition of rules.conditions) if (condition.run(names(), door) !== true) return object
    for (const { patch, program } of rules.mutations) {
      const variables = new LazyVariables([...rules.variables.keys()], (name) => (rules.variables.get(name) as cel.Program).run(all, door) as CelInput)
      const all: cel.Bindings = { ...names(), variables: () => variables as unknown as CelInput }
      const value = program.run(all, door)
      const out = patch ? applyJsonPatch(object, value) : applyConfiguration(object, value, shown.schema, env.schemas)
      object = checkBody({ ...out, apiVersion: apiVersion(shown), kind: shown.kind } as never, [], shown, env.schemas, 'Ignore', () => undefined)
      shown.strategy.defaults?.(object)
    }
    return object
  }

  /** One binding's turn. @throws StatusError when it fails and may not */
  async function invoke({ policy, binding }: Invocation, request: AdmissionRequest, env: Env, with_: Engine): Promise<Stored | undefined> {
    const { spec } = policy
    const shown = spec.matchConstraints && matches(matchingOf(spec.matchConstraints, false), request, env, versions)
    if (!shown || (binding.spec.matchResources && !matches(matchingOf(binding.spec.matchResources, true), request, env, versions))) return undefined
    try {
      const rules = compiledOf(policy, with_)
      const seen = await shownIn(request, shown)
      let { object } = seen
      for (const params of paramsOf(spec.paramKind, binding.spec.paramRef, request, env, registry)) object = mutate(rules, params, { ...seen, object: object && cloneJson(object) }, shown, env, with_)
      return object && (await inVersion(object, shown, request.kind))
    } catch (error) {
      if (spec.failurePolicy === 'Ignore') return undefined
      const message = `policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${error instanceof Error ? error.message : String(error)}`
      const refusal = forbidden(request.kind, request.name, message)
      Object.assign(refusal.status, { reason: 'Invalid', code: 422, details: { ...refusal.status.details, causes: [{ message }] } })
      throw refusal
    }
  }

  /** @returns the object, and the invocations that came to something, in order */
  async function round(all: readonly Invocation[], request: AdmissionRequest, env: Env, with_: Engine): Promise<{ object: Stored | undefined; done: Invocation[] }> {
    let { object } = request
    const done: Invocation[] = []
    for (const one of all) {
      const after = await invoke(one, { ...request, object }, env, with_)
      if (!after) continue
      object = after
      done.push({ ...one, after })
    }
    return { object, done }
  }

  async function run(inner: AdmissionPlugin, request: AdmissionRequest, env: Env): Promise<Stored | undefined> {
    const with_ = (engine ??= { ...(await import('../cel/engine.ts')), ...(await import('./expressions.ts')), ...(await import('./mutating-patch.ts')) })
    const byName = new Map(policies.list().map((p) => [p.metadata.name, p]))
    const all = bindings.list().flatMap((binding): Invocation[] => {
      const policy = byName.get(binding.spec.policyName ?? '')
      return policy ? [{ policy, binding }] : []
    })
    if (request.object && !request.subresource) request.kind.strategy.defaults?.(request.object)
    const first = await round(all, request, env, with_)
    const object = (await inner.admit?.({ ...request, object: first.object }, env)) ?? first.object
    if (object) made.set(object, first.done)
    return object
  }

  async function runAgain(inner: AdmissionPlugin, request: AdmissionRequest, env: Env, left: Stored): Promise<Stored | undefined> {
    const again = (made.get(left) ?? []).filter(({ policy, after }) => policy.spec.reinvocationPolicy === 'IfNeeded' && !jsonEqual(after, request.object))
    const object = again.length && engine ? (await round(again, request, env, engine)).object : request.object
    return (await inner.again?.({ ...request, object }, env, left)) ?? object
  }

  return {
    around: (inner) => ({
      ...inner, name: 'MutatingAdmissionPolicy',
      admit(request, env) {
        const { operation, object, kind } = request
        // What is posted to a subresource is not of the kind, and what is deleted is not changed.
        const concerned = bindings.list().length > 0 && (operation === 'CREATE' || operation === 'UPDATE') && object?.kind === kind.kind && !isPolicyKind(kind)
        return concerned ? run(inner, request, env) : inner.admit?.(request, env)
      },
      again: (request, env, left) => runAgain(inner, request, env, left),
    }),
    stop() {
      policies.stop()
      bindings.stop()
    },
  }
}
