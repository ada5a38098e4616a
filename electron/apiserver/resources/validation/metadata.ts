/** Labels, annotations and label selectors, wherever they stand. */
import type { LabelSelector } from '../../../../shared/api/meta.ts'
import { field } from '../../../../shared/errors.ts'
import { annotationKey, labelValue, MAX_ANNOTATION_BYTES, qualifiedName } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { say } from './common.ts'

type Map = Readonly<Record<string, string>> | undefined

export function labels(errors: Errors, path: string, map: Map): void {
  for (const key in map) {
    say(errors, path, key, qualifiedName(key))
    say(errors, path, map[key], labelValue(map[key] ?? ''))
  }
}

export function annotations(errors: Errors, path: string, map: Map): void {
  let size = 0
  for (const key in map) {
    say(errors, path, key, annotationKey(key))
    size += Buffer.byteLength(key) + Buffer.byteLength(map[key] ?? '')
  }
  if (size > MAX_ANNOTATION_BYTES) errors.push(field.tooLong(path, MAX_ANNOTATION_BYTES))
}

const NEEDS_VALUES = "must be specified when `operator` is 'In' or 'NotIn'"
const NO_VALUES = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"

export interface Requirement { readonly key: string; readonly operator: string; readonly values?: readonly string[] }

/** One requirement of a selector; `ordered` also allows Gt and Lt, as nodes do. */
export function requirement(errors: Errors, path: string, { key, operator, values = [] }: Requirement, ordered = false): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) errors.push(field.required(`${path}.values`, NEEDS_VALUES))
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) errors.push(field.forbidden(`${path}.values`, NO_VALUES))
      break
    case 'Gt':
    case 'Lt':
      if (ordered) {
        if (values.length !== 1) errors.push(field.required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
        break
      }
      errors.push(field.invalid(`${path}.operator`, operator, 'not a valid selector operator'))
      break
    default:
      errors.push(field.invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'))
  }
  say(errors, `${path}.key`, key ?? '', qualifiedName(key ?? ''))
}

export function labelSelector(errors: Errors, path: string, selector: LabelSelector | undefined): void {
  if (!selector) return
  labels(errors, `${path}.matchLabels`, selector.matchLabels)
  selector.matchExpressions?.forEach((expression, i) => {
    const at = `${path}.matchExpressions[${i}]`
    requirement(errors, at, expression)
    expression.values?.forEach((value, j) => say(errors, `${at}.values[${j}]`, value, labelValue(value)))
  })
}

export const isEmptySelector = (selector: LabelSelector): boolean =>
  Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
