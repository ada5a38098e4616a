/** ValidatingAdmissionPolicy: rules in CEL, put in force by bindings. Source: Kubernetes documentation, "Validating Admission Policy". */
import type { CelInput } from '@bufbuild/cel'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { forbidden, type StatusError } from '../../../shared/errors.ts'
import type * as cel from '../cel/engine.ts'
import type { KindRegistry } from '../kind-registry.ts'
import type { Env } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Authorizer } from '../types.ts'
import type * as expressions from './expressions.ts'
import { matches } from './match.ts'
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts'
import { isPolicyKind, matchingOf, paramKindOf, paramsOf, PolicyFault, versionsIn } from './policy-binding.ts'
import { createPolicyAudit, type PolicyAudit } from './policy-audit.ts'
import { shownIn } from './versions.ts'
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
  /** It is no validation's: the request is refused, whatever the binding's actions are. */
  readonly always?: boolean
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
/** Of a sentence that an expression makes. */
const LONGEST_MESSAGE = 5 * 1024
const CODES: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 }

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
  const versions = versionsIn(registry)

  function evaluate(policy: Policy, rules: Compiled, params: KubeObject | null, request: AdmissionRequest, shown: KindDefinition, env: Env, audit: PolicyAudit, { bindingsFor, authorizerDoor, LazyVariables, toCel, fromCel, celTypeOf, CelFault }: Engine): Failure[] {
    const fails = policy.spec.failurePolicy !== 'Ignore'
    const door = authorizerDoor(request, authorizer)
    const paramKind = paramKindOf(params, registry)
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
            if (typeof made === 'string' && made.trim() && !made.trim().includes('\n') && Buffer.byteLength(made.trim()) <= LONGEST_MESSAGE) text = made.trim()
          } catch (error) {
            // Where the sentence cannot be made, the plain one is said.
            if (!(error instanceof CelFault)) throw error
          }
        }
        failures.push({ message: text, reason: given.reason ?? 'Invalid', index })
      }, index)
    }
    for (const { key, program } of rules.notes) {
      const fail = (message: string): void => {
        if (fails) failures.push({ message, reason: 'Invalid', index: 0, always: true })
      }
      try {
        const made = program.run(all, door)
        const value = fromCel(made)
        if (typeof value === 'string') {
          if (value.trim()) audit.note(policy.metadata.name, key, value.trim())
        } else if (value !== null) failures.push({ message: `valueExpression '${program.source}' resulted in unsupported return type: ${celTypeOf(made)}. Return type must be either string or null.`, reason: 'Invalid', index: 0, always: true })
      } catch (error) {
        if (!(error instanceof CelFault)) throw error
        fail(`expression '${program.source}' resulted in error: ${error.message}`)
      }
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
        const [given, seen] = [rules, await shownIn(request, shown)]
        failures = paramsOf(policy.spec.paramKind, binding.spec.paramRef, request, env, registry).flatMap((params) => evaluate(policy, given, params, seen, shown, env, audit, engine as Engine))
      } catch (error) {
        if (policy.spec.failurePolicy === 'Ignore') continue
        failures = [{ message: error instanceof Error ? error.message : String(error), reason: 'Invalid', index: 0, always: true }]
        if (error instanceof PolicyFault) {
          denied = act(policy, undefined, failures[0] as Failure, request, audit, denied)
          continue
        }
      }
      for (const failure of failures) denied = act(policy, binding, failure, request, audit, denied)
    }
    audit.write(request.annotate)
    if (denied) throw denied
  }

  /** @returns what the request is refused with: the first denial of all, `before` */
  function act(policy: Policy, binding: Binding | undefined, failure: Failure, { kind, name, warn }: AdmissionRequest, audit: PolicyAudit, before: StatusError | undefined): StatusError | undefined {
    const who = `ValidatingAdmissionPolicy '${policy.metadata.name}'${binding ? ` with binding '${binding.metadata.name}'` : ''}`
    const actions = failure.always || !binding ? ['Deny'] : (binding.spec.validationActions ?? [])
    if (actions.includes('Warn')) warn(`Validation failed for ${who}: ${failure.message}`)
    if (actions.includes('Audit')) audit.failed({ message: failure.message, policy: policy.metadata.name, binding: binding?.metadata.name ?? '', expressionIndex: failure.index, validationActions: actions })
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
        if (!bindings.list().length || isPolicyKind(request.kind)) return undefined
        return judge(request, env)
      },
    },
    stop() {
      policies.stop()
      bindings.stop()
    },
  }
}
