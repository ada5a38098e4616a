/**
 * Which parameters of a list and of a watch go together. Source: Kubernetes documentation, "API concepts: resource
 * versions, semantics for get, list and watch".
 */
import { field, invalid, type FieldError } from '../../../shared/errors.ts'

const AT = 'resourceVersionMatch'
const NOT_OLDER = 'NotOlderThan'
const OPTIONS = { group: 'meta.k8s.io', kind: 'ListOptions' }

function refuse(errors: readonly FieldError[]): void {
  if (errors.length) throw invalid(OPTIONS, '', errors)
}

/** Throws Invalid. */
export function checkListOptions(query: URLSearchParams): void {
  const errors: FieldError[] = []
  const match = query.get(AT)
  if (match) {
    if (!query.get('resourceVersion')) errors.push(field.forbidden(AT, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
    if (query.get('continue')) errors.push(field.forbidden(AT, 'resourceVersionMatch is forbidden when continue is provided'))
    if (match !== 'Exact' && match !== NOT_OLDER) errors.push(field.notSupported(AT, match, ['Exact', NOT_OLDER, '']))
    if (match === 'Exact' && query.get('resourceVersion') === '0') errors.push(field.forbidden(AT, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  }
  if (query.has('sendInitialEvents')) errors.push(field.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  refuse(errors)
}

/** Throws Invalid. */
export function checkWatchOptions(query: URLSearchParams): void {
  const errors: FieldError[] = []
  const match = query.get(AT)
  const sendInitial = query.has('sendInitialEvents')
  if (sendInitial && match !== NOT_OLDER) errors.push(field.forbidden(AT, `sendInitialEvents requires setting resourceVersionMatch to ${NOT_OLDER}`))
  if (match) {
    if (!sendInitial) errors.push(field.forbidden(AT, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
    if (match !== NOT_OLDER) errors.push(field.notSupported(AT, match, [NOT_OLDER]))
    if (query.get('continue')) errors.push(field.forbidden(AT, 'resourceVersionMatch is forbidden when continue is provided'))
  }
  refuse(errors)
}
