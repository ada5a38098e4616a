import type { Event } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import { say } from './common.ts'

const MAX_NAME = 128
const MAX_MESSAGE = 1024
/** Where events of cluster-wide objects live. */
const CLUSTER_NAMESPACES = new Set(['default', 'kube-system'])

/** An event lives in the namespace of what it is about; one with an eventTime must also say who saw it. */
export function validateEvent(object: Event): FieldError[] {
  const errors: FieldError[] = []
  const own = object.metadata.namespace ?? ''
  const about = object.involvedObject?.namespace ?? ''
  if (about === '' ? !CLUSTER_NAMESPACES.has(own) : about !== own) errors.push(field.invalid('involvedObject.namespace', about, 'does not match event.namespace'))
  if (!object.eventTime) return errors
  if (!object.reportingComponent) errors.push(field.required('reportingComponent'))
  else say(errors, 'reportingComponent', object.reportingComponent, qualifiedName(object.reportingComponent))
  for (const [path, value] of [['reportingInstance', object.reportingInstance], ['action', object.action], ['reason', object.reason]] as const) {
    if (!value) errors.push(field.required(path))
    else if (value.length > MAX_NAME) errors.push(field.invalid(path, '', `can have at most ${MAX_NAME} characters`))
  }
  if ((object.message ?? '').length > MAX_MESSAGE) errors.push(field.invalid('message', '', `can have at most ${MAX_MESSAGE} characters`))
  return errors
}
