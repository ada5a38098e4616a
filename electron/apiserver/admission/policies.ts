/** ValidatingAdmissionPolicy: rules in CEL, put in force by bindings. Source: Kubernetes documentation, "Validating Admission Policy". */
import type { CelInput } from '@bufbuild/cel'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { forbidden, type StatusError } from '../../../shared/errors.ts'
import { labelSelectorMatches } from '../../../shared/selectors.ts'
import type * as cel from '../cel/engine.ts'
import type { KindRegistry } from '../kind-registry.ts'
import { fromStore, keyOf, prefixOf, type Env } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Authorizer } from '../types.ts'
import type * as expressions from './expressions.ts'
import { matches, type Matching, type Rule } from './match.ts'
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts'
import { createPolicyAudit, type PolicyAudit } from './policy-audit.ts'
import { watched } from './watched.ts'

type Bindings = cel.Bindings
type Program = cel.Program
type Policy = ValidatingAdmissionPolicy
type Binding = ValidatingAdmissionPolicyBinding
type Engine = typeof cel & typeof expressions
export interface PolicyWorld {
  readonly registry: KindRegistry
  readonly authorizer: Authorizer | undefined
}
interface Failure {
  readonly message: string
  /** Of the validation; 0 where it is none of them. */
  readonly index: number
  readonly reason: string
}
interface Compiled {
  readonly conditions: readonly { name: string; program: Program }[]
  readonly variables: ReadonlyMap<string, Program>
  readonly validations: readonly { program: Program; message: Program | undefined; given: NonNullable<Policy['spec']['validations']>[number] }[]
  readonly notes: readonly { key: string; program: Program }[]
}

const GROUP = 'admissionregistration.k8s.io'
const CODES: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 }
const EXEMPT = new Set(['validatingadmissionpolicies', 'validatingadmissionpolicybindings'])

const matchingOf = (match: NonNullable<Policy['spec']['matchConstraints']>, all: boolean): Matching => ({
  ...match, rules: (match.resourceRules ?? (all ? [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*', '*/*'] }] : [])) as readonly Rule[], excluded: (match.excludeResourceRules ?? []) as readonly Rule[],
} as Matching)

function compile(policy: Policy, { compileAdmission }: Engine): Compiled {
  const { spec } = policy
  const params = spec.paramKind ? ['params'] : []
  const all = [...params, 'variables']
  return {
    conditions: (spec.matchConditions ?? []).map((c) => ({ name: c.name ?? '', program: compileAdmission(c.expression ?? '', 'bool', params) })),
    variables: new Map((spec.variables ?? []).map((v) => [v.name ?? '', compileAdmission(v.expression ?? '', 'any', all)])),
    validations: (spec.validations ?? []).map((given) => ({ given, program: compileAdmission(given.expression ?? '', 'bool', all), message: given.messageExpression ? compileAdmission(given.messageExpression, 'string', all) : undefined })),
    notes: (spec.auditAnnotations ?? []).map((a) => ({ key: a.key, program: compileAdmission(a.valueExpression, 'any', all) })),
  }
}

export function createPolicies(store: Env['store'], world: PolicyWorld): { plugin: AdmissionPlugin; stop(): void } {
  const policies = watched<Policy>(store, { group: GROUP, resource: 'validatingadmissionpolicies' })
  const bindings = watched<Binding>(store, { group: GROUP, resource: 'validatingadmissionpolicybindings' })
  const compiled = new WeakMap<Policy, Compiled>()
  let engine: Engine | undefined
  const { registry, authorizer } = world
  const versions = (kind: KindDefinition): KindDefinition[] => registry.all.filter((k) => k !== kind && k.group === kind.group && k.resource === kind.resource)

  /** The parameters of a binding: none are wanted, or they are there, or it says what happens when they are not. */
  function paramsOf(policy: Policy, binding: Binding, request: AdmissionRequest, env: Env): readonly (KubeObject | null)[] {
    const { paramKind } = policy.spec
    const reference = binding.spec.paramRef
    if (!paramKind || !reference) return [null]
    const [group = '', version = ''] = (paramKind.apiVersion ?? '').includes('/') ? (paramKind.apiVersion ?? '').split('/') : ['', paramKind.apiVersion ?? '']
    const kind = registry.all.find((k) => k.group === group && k.version === version && k.kind === paramKind.kind)
    if (!kind) throw new Error(`failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`)
    const namespace = kind.scope === 'Namespaced' ? (reference.namespace || request.namespace) : ''
    if (kind.scope === 'Namespaced' && !namespace) throw new Error('failed to configure binding: cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
    const found = reference.name
      ? [env.store.get(keyOf(kind, namespace, reference.name))?.value].filter((o) => o !== undefined)
      : env.store.range(prefixOf(kind, namespace)).kvs.map((kv) => kv.value).filter((o) => labelSelectorMatches(reference.selector, o.metadata.labels))
    if (!found.length && reference.parameterNotFoundAction === 'Deny') throw new Error('failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction')
    return found.map((o) => fromStore(kind, o))
  }

  function evaluate(policy: Policy, rules: Compiled, params: KubeObject | null, request: AdmissionRequest, shown: KindDefinition, env: Env, audit: PolicyAudit, { bindingsFor, authorizerDoor, LazyVariables, toCel, fromCel, CelFault }: Engine): Failure[] {
    const fails = policy.spec.failurePolicy !== 'Ignore'
    const door = authorizerDoor(request, authorizer)
    const paramKind = params && registry.all.find((k) => k.kind === params.kind && (k.group ? `${k.group}/${k.version}` : k.version) === params.apiVersion)
    const names: Bindings = { ...bindingsFor(request, shown, env), params: () => toCel(params, paramKind ? env.schemas[paramKind.schema] : undefined, env.schemas) }
    const variables = new LazyVariables([...rules.variables.keys()], (name) => (rules.variables.get(name) as Program).run(all, door) as CelInput)
    const all: Bindings = { ...names, variables: () => variables as unknown as CelInput }
    const failures: Failure[] = []
    const attempt = (what: string, run: () => void, index = 0): void => {
      try {
        run()
      } catch (error) {
        if (!(error instanceof CelFault)) throw error
        if (fails) failures.push({ message: `${what} resulted in error: ${error.message}`, reason: 'Invalid', index })
      }
    }
    let concerned = true
    for (const { program } of rules.conditions) attempt(`expression '${program.source}'`, () => { if (program.run(names, door) !== true) concerned = false })
    if (!concerned) return []
    if (failures.length) return failures
    for (const [index, { program, message, given }] of rules.validations.entries()) {
      attempt(`expression '${program.source}'`, () => {
        if (program.run(all, door) === true) return
        let text = given.message?.trim() || `failed expression: ${program.source.trim()}`
        if (message) {
          try {
            const made = fromCel(message.run(all, door))
            if (typeof made === 'string' && made.trim() && !made.includes('\n')) text = made.trim()
          } catch (error) {
            // Where the sentence cannot be made, the plain one is said.
            if (!(error instanceof CelFault)) throw error
          }
        }
        failures.push({ message: text, reason: given.reason ?? 'Invalid', index })
      }, index)
    }
    for (const { key, program } of rules.notes) {
      attempt(`audit annotation ${JSON.stringify(key)}`, () => {
        const value = fromCel(program.run(all, door))
        if (typeof value === 'string' && value.trim()) audit.note(policy.metadata.name, key, value.trim())
      })
    }
    return failures
  }

  async function judge(request: AdmissionRequest, env: Env): Promise<void> {
    engine ??= { ...(await import('../cel/engine.ts')), ...(await import('./expressions.ts')) }
    const audit = createPolicyAudit()
    let denied: StatusError | undefined
    const byName = new Map(policies.list().map((p) => [p.metadata.name, p]))
    for (const binding of bindings.list()) {
      const policy = byName.get(binding.spec.policyName ?? '')
      const match = policy?.spec.matchConstraints
      if (!policy || !match) continue
      const shown = matches(matchingOf(match, false), request, env, versions)
      if (!shown || (binding.spec.matchResources && !matches(matchingOf(binding.spec.matchResources, true), request, env, versions))) continue
      let rules = compiled.get(policy)
      if (!rules) compiled.set(policy, (rules = compile(policy, engine)))
      let failures: Failure[]
      try {
        const given = rules
        failures = paramsOf(policy, binding, request, env).flatMap((params) => evaluate(policy, given, params, request, shown, env, audit, engine as Engine))
      } catch (error) {
        if (policy.spec.failurePolicy === 'Ignore') continue
        failures = [{ message: error instanceof Error ? error.message : String(error), reason: 'Invalid', index: 0 }]
      }
      for (const failure of failures) denied = act(policy, binding, failure, request, audit, denied)
    }
    audit.write(request.annotate)
    if (denied) throw denied
  }

  /** @returns what the request is refused with: the first denial of all, `before` */
  function act(policy: Policy, binding: Binding, failure: Failure, { kind, name, warn }: AdmissionRequest, audit: PolicyAudit, before: StatusError | undefined): StatusError | undefined {
    const who = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`
    const actions = binding.spec.validationActions ?? []
    if (actions.includes('Warn')) warn(`Validation failed for ${who}: ${failure.message}`)
    if (actions.includes('Audit')) audit.failed({ message: failure.message, policy: policy.metadata.name, binding: binding.metadata.name, expressionIndex: failure.index, validationActions: actions })
    if (before || !actions.includes('Deny')) return before
    const message = `${who} denied request: ${failure.message}`
    const error = forbidden(kind, name, message)
    error.status.reason = failure.reason
    error.status.code = CODES[failure.reason] ?? 422
    error.status.details = { ...error.status.details, causes: [{ message }] }
    return error
  }

  return {
    plugin: {
      name: 'ValidatingAdmissionPolicy', operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
      validate(request, env) {
        if (!bindings.list().length || (request.kind.group === GROUP && EXEMPT.has(request.kind.resource))) return undefined
        return judge(request, env)
      },
    },
    stop() {
      policies.stop()
      bindings.stop()
    },
  }
}
