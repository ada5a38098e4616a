/** Validation of admission policies, their expressions apart. Source: Kubernetes documentation, "Validating Admission Policy". */
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../../../shared/api/types.ts'
import { field, type FieldError } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import { optionalOneOf, say, type Errors } from './common.ts'
import { labelSelector } from './metadata.ts'
import { matchConditions, validateRule, type Rule } from './webhooks.ts'

type Match = NonNullable<ValidatingAdmissionPolicy['spec']['matchConstraints']>
const LINES = /[\n\r]/
const ACTIONS = ['Audit', 'Deny', 'Warn']
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized']

function validateMatch(errors: Errors, path: string, match: Match): void {
  optionalOneOf(errors, `${path}.matchPolicy`, match.matchPolicy, ['Equivalent', 'Exact'])
  labelSelector(errors, `${path}.namespaceSelector`, match.namespaceSelector)
  labelSelector(errors, `${path}.objectSelector`, match.objectSelector)
  match.resourceRules?.forEach((rule, i) => validateRule(errors, `${path}.resourceRules[${i}]`, rule as Rule))
  match.excludeResourceRules?.forEach((rule, i) => validateRule(errors, `${path}.excludeResourceRules[${i}]`, rule as Rule))
}

/** What both kinds of policy have. */
function validateCommon(errors: Errors, spec: Pick<ValidatingAdmissionPolicy['spec'], 'failurePolicy' | 'paramKind' | 'matchConstraints' | 'matchConditions' | 'variables'>): void {
  optionalOneOf(errors, 'spec.failurePolicy', spec.failurePolicy, ['Fail', 'Ignore'])
  if (spec.paramKind) {
    if (!spec.paramKind.apiVersion) errors.push(field.required('spec.paramKind.apiVersion'))
    if (!spec.paramKind.kind) errors.push(field.required('spec.paramKind.kind'))
  }
  if (!spec.matchConstraints) errors.push(field.required('spec.matchConstraints'))
  else {
    if (!spec.matchConstraints.resourceRules?.length) errors.push(field.required('spec.matchConstraints.resourceRules'))
    validateMatch(errors, 'spec.matchConstraints', spec.matchConstraints)
  }
  matchConditions(errors, 'spec.matchConditions', spec.matchConditions)
  const names = new Set<string>()
  spec.variables?.forEach((variable, i) => {
    if (!variable.expression?.trim()) errors.push(field.required(`spec.variables[${i}].expression`, 'expression is not specified'))
    if (!variable.name) errors.push(field.required(`spec.variables[${i}].name`, 'name is not specified'))
    else if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(variable.name ?? '')) errors.push(field.invalid(`spec.variables[${i}].name`, variable.name, 'name is not a valid CEL identifier'))
    if (names.has(variable.name)) errors.push(field.duplicate(`spec.variables[${i}].name`, variable.name))
    names.add(variable.name)
  })
}

export function validatePolicy(object: ValidatingAdmissionPolicy): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  validateCommon(errors, spec)
  if (!spec.validations?.length && !spec.auditAnnotations?.length) errors.push(field.required('spec.validations', 'validations or auditAnnotations must be non-empty'))
  spec.validations?.forEach((validation, i) => {
    if (!validation.expression?.trim()) errors.push(field.required(`spec.validations[${i}].expression`, 'expression is not specified'))
    const { expression = '', message = '', messageExpression = '' } = validation
    if (message && !message.trim()) errors.push(field.invalid(`spec.validations[${i}].message`, message, 'message must be non-empty if specified'))
    else if (LINES.test(message.trim())) errors.push(field.invalid(`spec.validations[${i}].message`, message, 'message must not contain line breaks'))
    else if (LINES.test(expression.trim()) && !message.trim()) errors.push(field.required(`spec.validations[${i}].message`, 'message must be specified if expression contains line breaks'))
    if (messageExpression && !messageExpression.trim()) errors.push(field.required(`spec.validations[${i}].messageExpression`, 'must be non-empty if specified'))
    optionalOneOf(errors, `spec.validations[${i}].reason`, validation.reason, REASONS)
  })
  const keys = new Set<string>()
  spec.auditAnnotations?.forEach(({ key, valueExpression }, i) => {
    const path = `spec.auditAnnotations[${i}]`
    if (!key) errors.push(field.required(`${path}.key`))
    else say(errors, `${path}.key`, key, qualifiedName(key))
    if (!valueExpression?.trim()) errors.push(field.required(`${path}.valueExpression`, 'valueExpression is not specified'))
    if (keys.has(key)) errors.push(field.duplicate(`${path}.key`, key))
    keys.add(key)
  })
  return errors
}

function validateParamRef(errors: Errors, reference: ValidatingAdmissionPolicyBinding['spec']['paramRef']): void {
  if (!reference) return
  if (reference.name && reference.selector) errors.push(field.forbidden('spec.paramRef.name', 'name and selector are mutually exclusive'))
  if (!reference.name && !reference.selector) errors.push(field.required('spec.paramRef', 'one of name or selector must be specified'))
  if (!reference.parameterNotFoundAction) errors.push(field.required('spec.paramRef.parameterNotFoundAction'))
  else optionalOneOf(errors, 'spec.paramRef.parameterNotFoundAction', reference.parameterNotFoundAction, ['Allow', 'Deny'])
}

export function validateMutatingPolicy({ spec }: MutatingAdmissionPolicy): FieldError[] {
  const errors: Errors = []
  if (!spec) return [field.required('spec')]
  validateCommon(errors, spec)
  spec.matchConstraints?.resourceRules?.forEach((rule, i) => rule.operations?.forEach((operation, n) => {
    if (operation === 'CONNECT' || operation === 'DELETE') errors.push(field.notSupported(`spec.matchConstraints.resourceRules[${i}].operations[${n}]`, operation, ['*', 'CREATE', 'UPDATE']))
  }))
  if (!spec.reinvocationPolicy) errors.push(field.required('spec.reinvocationPolicy'))
  else optionalOneOf(errors, 'spec.reinvocationPolicy', spec.reinvocationPolicy, ['IfNeeded', 'Never'])
  if (!spec.mutations?.length) errors.push(field.required('spec.mutations', 'mutations must contain at least one item'))
  spec.mutations?.forEach((mutation, i) => {
    const path = `spec.mutations[${i}]`
    const fields = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' } as const
    if (!mutation.patchType) errors.push(field.required(`${path}.patchType`))
    else if (!(mutation.patchType in fields)) errors.push(field.notSupported(`${path}.patchType`, mutation.patchType, Object.keys(fields)))
    for (const [type, name] of Object.entries(fields)) {
      const given = mutation[name]
      if (mutation.patchType !== type) {
        if (given) errors.push(field.invalid(`${path}.${name}`, given, `must not be specified when patchType is not ${type}`))
      } else if (!given) errors.push(field.required(`${path}.${name}`, `must be specified when patchType is ${type}`))
      else if (!given.expression?.trim()) errors.push(field.required(`${path}.${name}.expression`, 'expression is not specified'))
    }
  })
  return errors
}

export function validateMutatingBinding({ spec }: MutatingAdmissionPolicyBinding): FieldError[] {
  const errors: Errors = []
  if (!spec?.policyName) errors.push(field.required('spec.policyName'))
  validateParamRef(errors, spec?.paramRef)
  if (spec?.matchResources) validateMatch(errors, 'spec.matchResources', spec.matchResources)
  return errors
}

export function validateBinding(object: ValidatingAdmissionPolicyBinding): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec?.policyName) errors.push(field.required('spec.policyName'))
  if (!spec?.validationActions?.length) errors.push(field.required('spec.validationActions', 'at least one validation action is required'))
  spec?.validationActions?.forEach((action, i) => {
    optionalOneOf(errors, `spec.validationActions[${i}]`, action, ACTIONS)
    if (spec.validationActions?.indexOf(action) !== i) errors.push(field.duplicate(`spec.validationActions[${i}]`, action))
  })
  if (spec?.validationActions?.includes('Deny') && spec.validationActions.includes('Warn')) errors.push(field.invalid('spec.validationActions', spec.validationActions, 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'))
  validateParamRef(errors, spec?.paramRef)
  if (spec?.matchResources) validateMatch(errors, 'spec.matchResources', spec.matchResources)
  return errors
}
