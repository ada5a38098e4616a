/** What FlowSchemas and PriorityLevelConfigurations are checked for alike. */
import { field, type FieldError } from '../../../../shared/errors.ts'

/** Each condition has a type, and no two have the same. */
export function validateConditions(conditions: readonly { readonly type?: string }[] | undefined): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  conditions?.forEach(({ type = '' }, i) => {
    const path = `status.conditions[${i}].type`
    if (!type) errors.push(field.required(path, 'must not be empty'))
    else if (seen.has(type)) errors.push(field.duplicate(path, type))
    seen.add(type)
  })
  return errors
}
