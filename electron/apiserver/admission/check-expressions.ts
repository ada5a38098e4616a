/** Do the expressions of webhooks and policies compile? And, of a policy that names its kinds, do they fit those? */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { MutatingAdmissionPolicy, MutatingWebhookConfiguration, ValidatingAdmissionPolicy } from '../../../shared/api/types.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { CelFault, type CompileOptions } from '../cel/engine.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Schema, Schemas } from '../schema.ts'
import { compileAdmission } from './expressions.ts'

interface Expression {
  readonly path: string
  readonly source: string
  readonly result: CompileOptions['result']
  readonly names: readonly string[]
  readonly mutation?: boolean
}

function faultOf({ source, result, names, mutation }: Expression, object?: Schema, schemas?: Schemas): string | undefined {
  try {
    compileAdmission(source, result, names, object, schemas, mutation)
    return undefined
  } catch (error) {
    if (!(error instanceof CelFault)) throw error
    return error.message
  }
}
const check = (expressions: readonly Expression[]): FieldError[] => expressions.flatMap((e) => {
  const fault = faultOf(e)
  return fault === undefined ? [] : [field.invalid(e.path, e.source, fault)]
})

export const checkWebhookExpressions = (object: KubeObject): FieldError[] =>
  check(((object as MutatingWebhookConfiguration).webhooks ?? []).flatMap((hook, i) =>
    (hook.matchConditions ?? []).map((c, n): Expression => ({ path: `webhooks[${i}].matchConditions[${n}].expression`, source: c.expression ?? '', result: 'bool', names: [] }))))

function expressionsOf({ spec }: ValidatingAdmissionPolicy): Expression[] {
  if (!spec) return []
  const params = spec.paramKind ? ['params'] : []
  const all = [...params, 'variables']
  return [
    ...(spec.matchConditions ?? []).map((c, i): Expression => ({ path: `spec.matchConditions[${i}].expression`, source: c.expression ?? '', result: 'bool', names: params })),
    ...(spec.variables ?? []).map((v, i): Expression => ({ path: `spec.variables[${i}].expression`, source: v.expression ?? '', result: 'any', names: all })),
    ...(spec.validations ?? []).map((v, i): Expression => ({ path: `spec.validations[${i}].expression`, source: v.expression ?? '', result: 'bool', names: all })),
    ...(spec.validations ?? []).flatMap((v, i): Expression[] => (v.messageExpression ? [{ path: `spec.validations[${i}].messageExpression`, source: v.messageExpression, result: 'string', names: all }] : [])),
    ...(spec.auditAnnotations ?? []).map((a, i): Expression => ({ path: `spec.auditAnnotations[${i}].valueExpression`, source: a.valueExpression ?? '', result: 'any', names: all })),
  ].filter((e) => e.source.trim() !== '')
}

export const checkPolicyExpressions = (object: KubeObject): FieldError[] => check(expressionsOf(object as ValidatingAdmissionPolicy))

export const checkMutationExpressions = (object: KubeObject): FieldError[] => {
  const { spec } = object as MutatingAdmissionPolicy
  const params = spec?.paramKind ? ['params'] : []
  const all = [...params, 'variables']
  return check([
    ...(spec?.matchConditions ?? []).map((c, i): Expression => ({ path: `spec.matchConditions[${i}].expression`, source: c.expression ?? '', result: 'bool', names: params })),
    ...(spec?.variables ?? []).map((v, i): Expression => ({ path: `spec.variables[${i}].expression`, source: v.expression ?? '', result: 'any', names: all, mutation: true })),
    ...(spec?.mutations ?? []).flatMap((m, i): Expression[] => [
      ...(m.applyConfiguration ? [{ path: `spec.mutations[${i}].applyConfiguration.expression`, source: m.applyConfiguration.expression ?? '', result: 'map', names: all, mutation: true } as const] : []),
      ...(m.jsonPatch ? [{ path: `spec.mutations[${i}].jsonPatch.expression`, source: m.jsonPatch.expression ?? '', result: 'list', names: all, mutation: true } as const] : []),
    ]),
  ].filter((e) => e.source.trim() !== ''))
}

/** What `status.typeChecking` says: the expressions of a policy against each kind that its rules name in full. */
export function typeWarnings(policy: ValidatingAdmissionPolicy, find: (group: string, version: string, resource: string) => KindDefinition | undefined, schemas: Schemas): { fieldRef: string; warning: string }[] {
  const kinds = new Set<KindDefinition>()
  for (const rule of policy.spec?.matchConstraints?.resourceRules ?? []) {
    for (const group of rule.apiGroups ?? []) for (const version of rule.apiVersions ?? []) for (const resource of rule.resources ?? []) {
      const kind = find(group, version, resource.split('/')[0] ?? '')
      if (kind) kinds.add(kind)
    }
  }
  return expressionsOf(policy).filter((e) => e.path.startsWith('spec.validations')).flatMap((e) => {
    const faults = [...kinds].flatMap((kind) => {
      const fault = faultOf(e, schemas[kind.schema], schemas)
      return fault === undefined ? [] : [`${kind.group ? `${kind.group}/` : ''}${kind.version}, Kind=${kind.kind}: ${fault.replace(/^compilation failed: /, '')}`]
    })
    return faults.length ? [{ fieldRef: e.path, warning: faults.join('\n') }] : []
  })
}
