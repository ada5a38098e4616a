/** When a single container is started again. Source: KEP-753, KEP-5307. */
import type { Container } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'
import { oneOf } from './common.ts'

const POLICIES = ['Always', 'Never', 'OnFailure']
const MOST_RULES = 20
const MOST_CODES = 255

/** Of the container alone; rules come before it. */
export function restartPolicy(errors: Errors, path: string, { restartPolicy: policy, restartPolicyRules: rules }: Container): void {
  if (policy !== undefined) oneOf(errors, `${path}.restartPolicy`, policy, POLICIES)
  if (!rules?.length) return
  if (policy === undefined) errors.push(field.required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used'))
  if (rules.length > MOST_RULES) errors.push(field.tooMany(`${path}.restartPolicyRules`, rules.length, MOST_RULES))
  rules.forEach(({ action, exitCodes }, i) => {
    const at = `${path}.restartPolicyRules[${i}]`
    oneOf(errors, `${at}.action`, action, ['Restart'])
    if (!exitCodes) {
      errors.push(field.required(`${at}.exitCodes`, 'must be specified'))
      return
    }
    oneOf(errors, `${at}.exitCodes.operator`, exitCodes.operator, ['In', 'NotIn'])
    if (!exitCodes.values?.length) errors.push(field.invalid(`${at}.exitCodes.values`, exitCodes.values ?? null, 'at least one value must be specified'))
    else if (exitCodes.values.length > MOST_CODES) errors.push(field.tooMany(`${at}.exitCodes.values`, exitCodes.values.length, MOST_CODES))
  })
}
