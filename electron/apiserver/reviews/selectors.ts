/** Selectors in a question of what somebody may do: of a list, whether its part is allowed. Source: the authorization API, FieldSelectorAttributes and LabelSelectorAttributes. */
import { field, type FieldError } from '../../../shared/errors.ts'
import { labelKeyFault, labelValueFault, parseFieldSelector, parseLabelSelector } from '../../../shared/selectors.ts'

interface Requirement { key?: string; operator?: string; values?: string[] }
export interface SelectorAttributes { rawSelector?: string; requirements?: Requirement[] }

function checkRequirement({ key, operator, values }: Requirement, path: string, errors: FieldError[]): void {
  if (!key) errors.push(field.required(`${path}.key`, 'must be specified'))
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (!values?.length) errors.push(field.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values?.length) errors.push(field.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
      break
    default:
      errors.push(field.invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'))
  }
}

export function selectorFaults(selector: SelectorAttributes | undefined, path: string): FieldError[] {
  if (!selector) return []
  const { rawSelector = '', requirements = [] } = selector
  const errors: FieldError[] = []
  if (rawSelector && requirements.length) errors.push(field.invalid(`${path}.rawSelector`, rawSelector, 'may not specified at the same time as requirements'))
  if (!rawSelector && !requirements.length) errors.push(field.required(`${path}.requirements`, `when ${path} is specified, requirements or rawSelector is required`))
  requirements.forEach((requirement, i) => checkRequirement(requirement, `${path}.requirements[${i}]`, errors))
  return errors
}

/** How many of the requirements can be understood: by a field selector less than by one of labels. */
function understood({ rawSelector, requirements = [] }: SelectorAttributes, parse: (text: string) => readonly unknown[], sayable: (r: Requirement) => boolean): { some: boolean; all: boolean } {
  if (!rawSelector) {
    const fine = requirements.filter(sayable)
    return { some: fine.length > 0, all: fine.length === requirements.length }
  }
  try {
    parse(rawSelector)
    return { some: true, all: true }
  } catch {
    return { some: false, all: false }
  }
}
const sayableOfField = ({ operator, values }: Requirement): boolean => (operator === 'In' || operator === 'NotIn') && values?.length === 1
const sayableOfLabel = ({ key = '', operator, values = [] }: Requirement): boolean => labelKeyFault(key) === undefined && (operator === 'Exists' || operator === 'DoesNotExist' || values.every((v) => labelValueFault(v) === undefined))

/** What of the selectors is not looked at, for whoever asks: what cannot be understood narrows nothing. `''`: nothing. */
export function selectorNotes({ fieldSelector, labelSelector }: { fieldSelector?: SelectorAttributes; labelSelector?: SelectorAttributes }): string {
  return [
    ['fieldSelector', fieldSelector && understood(fieldSelector, parseFieldSelector, sayableOfField)] as const,
    ['labelSelector', labelSelector && understood(labelSelector, parseLabelSelector, sayableOfLabel)] as const,
  ].flatMap(([name, found]) => (!found || found.all ? [] : [`spec.resourceAttributes.${name} ${found.some ? 'partially ' : ''}ignored due to parse error`])).join('; ')
}

/** As it would stand in a request. What a field selector cannot say is left out: who asks for more is allowed no less. */
export function fieldSelectorText(selector: SelectorAttributes | undefined): string {
  if (selector?.rawSelector) return selector.rawSelector
  return (selector?.requirements ?? []).flatMap(({ key, operator, values = [] }) => (values.length === 1 && (operator === 'In' || operator === 'NotIn') ? [`${key}${operator === 'In' ? '=' : '!='}${values[0]}`] : [])).join(',')
}
