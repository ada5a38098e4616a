/** Do the expressions of webhooks and policies compile? And, of a policy that names its kinds, do they fit those? */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { MutatingAdmissionPolicy, MutatingWebhookConfiguration, ValidatingAdmissionPolicy } from '../../../shared/api/types.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { CelFault, type CompileOptions } from '../cel/engine.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Schema, Schemas } from '../schema.ts'
import { namesFor, variablesOf, withoutAuthorizer, type Names } from './expression-types.ts'
import { compileNamed } from './expressions.ts'

interface Expression {
  readonly path: string
  readonly source: string
  readonly result: CompileOptions['result']
  readonly names: Names
  readonly mutation?: boolean
}
interface Faulty { readonly fault?: string; readonly type?: Schema | undefined }

function look({ source, result, names, mutation }: Omit<Expression, 'path'>, schemas?: Schemas): Faulty {
  try {
    return { type: compileNamed(source, result, names, schemas, mutation).facts.type }
  } catch (error) {
    if (!(error instanceof CelFault)) throw error
    return { fault: error.message }
  }
}
const check = (expressions: readonly Expression[]): FieldError[] => expressions.flatMap((e) => {
  const { fault } = look(e)
  return fault === undefined ? [] : [field.invalid(e.path, e.source, fault)]
})

export const checkWebhookExpressions = (object: KubeObject): FieldError[] =>
  check(((object as MutatingWebhookConfiguration).webhooks ?? []).flatMap((hook, i) =>
    (hook.matchConditions ?? []).map((c, n): Expression => ({ path: `webhooks[${i}].matchConditions[${n}].expression`, source: c.expression ?? '', result: 'bool', names: namesFor() }))))

interface Variable { readonly name?: string; readonly expression?: string }
/** The variables' own expressions, each of which knows those before it, and the names that all other expressions may use. */
function withVariables(variables: readonly Variable[], names: Names, schemas: Schemas | undefined, mutation: boolean): { own: Expression[]; all: Names } {
  const types = new Map<string, Schema | undefined>()
  const known = (): Names => ({ ...names, variables: variablesOf(types) })
  const own = variables.map(({ name = '', expression = '' }, i): Expression => {
    const one: Expression = { path: `spec.variables[${i}].expression`, source: expression, result: 'any', names: known(), mutation }
    types.set(name, expression.trim() ? look(one, schemas).type : undefined)
    return one
  })
  return { own, all: known() }
}
const conditionsOf = (conditions: readonly { expression?: string }[] = [], names: Names): Expression[] =>
  conditions.map((c, i): Expression => ({ path: `spec.matchConditions[${i}].expression`, source: c.expression ?? '', result: 'bool', names }))
const given = (e: Expression): boolean => e.source.trim() !== ''

/** @param names without the variables */
function expressionsOf({ spec }: ValidatingAdmissionPolicy, names: Names, schemas?: Schemas): Expression[] {
  if (!spec) return []
  const { own, all } = withVariables(spec.variables ?? [], names, schemas, false)
  return [
    ...conditionsOf(spec.matchConditions, names), ...own,
    ...(spec.validations ?? []).flatMap((v, i): Expression[] => [
      { path: `spec.validations[${i}].expression`, source: v.expression ?? '', result: 'bool', names: all },
      { path: `spec.validations[${i}].messageExpression`, source: v.messageExpression ?? '', result: 'string', names: withoutAuthorizer(all) },
    ]),
    ...(spec.auditAnnotations ?? []).map((a, i): Expression => ({ path: `spec.auditAnnotations[${i}].valueExpression`, source: a.valueExpression ?? '', result: 'any', names: all })),
  ].filter(given)
}
const untyped = (spec: { paramKind?: object } | undefined): Names => ({ ...namesFor(), ...(spec?.paramKind ? { params: undefined } : {}) })

export const checkPolicyExpressions = (object: KubeObject): FieldError[] => check(expressionsOf(object as ValidatingAdmissionPolicy, untyped((object as ValidatingAdmissionPolicy).spec)))

export const checkMutationExpressions = (object: KubeObject): FieldError[] => {
  const { spec } = object as MutatingAdmissionPolicy
  const names = untyped(spec)
  const { own, all } = withVariables(spec?.variables ?? [], names, undefined, true)
  return check([
    ...conditionsOf(spec?.matchConditions, names), ...own,
    ...(spec?.mutations ?? []).flatMap((m, i): Expression[] => [
      ...(m.applyConfiguration ? [{ path: `spec.mutations[${i}].applyConfiguration.expression`, source: m.applyConfiguration.expression ?? '', result: 'map', names: all, mutation: true } as const] : []),
      ...(m.jsonPatch ? [{ path: `spec.mutations[${i}].jsonPatch.expression`, source: m.jsonPatch.expression ?? '', result: 'list', names: all, mutation: true } as const] : []),
    ]),
  ].filter(given))
}

/** How many kinds of a policy are looked at. */
const MOST_KINDS = 10
type Find = (group: string, version: string, resource: string) => KindDefinition | undefined

/** The kinds that rules name in full, in the order of their names. */
function kindsOf({ spec }: ValidatingAdmissionPolicy, find: Find): KindDefinition[] {
  const kinds = new Set<KindDefinition>()
  const all = (spec?.matchConstraints?.resourceRules ?? []).flatMap(({ apiGroups = [], apiVersions = [], resources = [] }) => {
    if ([...apiGroups, ...apiVersions].some((name) => name.includes('*'))) return []
    return apiGroups.toSorted().flatMap((group) => apiVersions.toSorted().flatMap((version) => resources.toSorted().filter((r) => !/[*/]/.test(r)).map((resource) => find(group, version, resource))))
  })
  for (const kind of all) if (kind && kinds.size < MOST_KINDS) kinds.add(kind)
  const name = (k: KindDefinition): string => [k.group, k.version, k.kind].join('\0')
  return [...kinds].toSorted((a, b) => (name(a) < name(b) ? -1 : 1))
}

/** What `status.typeChecking` says: the expressions of a policy against each kind that its rules name in full. */
export function typeWarnings(policy: ValidatingAdmissionPolicy, find: Find, findKind: (apiVersion: string, kind: string) => KindDefinition | undefined, schemas: Schemas): { fieldRef: string; warning: string }[] {
  const { paramKind } = policy.spec ?? {}
  const params = paramKind && findKind(paramKind.apiVersion ?? '', paramKind.kind ?? '')
  const warnings = new Map<string, string[]>()
  for (const kind of kindsOf(policy, find)) {
    const names: Names = { ...namesFor(schemas[kind.schema]), ...(params ? { params: schemas[params.schema] } : {}) }
    for (const e of expressionsOf(policy, names, schemas)) {
      if (!e.path.startsWith('spec.validations')) continue
      // What it answers was looked at when it was written.
      const { fault } = look({ ...e, result: 'any', names: { ...e.names, authorizer: undefined, '@requestResource': undefined } }, schemas)
      if (fault === undefined) continue
      warnings.set(e.path, [...(warnings.get(e.path) ?? []), `${kind.group}/${kind.version}, Kind=${kind.kind}: ${fault.replace(/^compilation failed: /, '')}\n`])
    }
  }
  return [...warnings].map(([fieldRef, lines]) => ({ fieldRef, warning: lines.join('\n') }))
}
