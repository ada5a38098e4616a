/** Events of both groups; paths are core's names, as upstream's are. Source: core/v1 validation of Kubernetes. */
import type { Event } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import { equal, IMMUTABLE, say } from './common.ts'

const MAX_NAME = 128
const MAX_MESSAGE = 1024
const UNSET = 'needs to be unset'

/**
 * What holds for all: an event lives in the namespace of what it is about, those of cluster-wide objects in default; one with an eventTime must
 * also say who saw it.
 * @param controller the name of the field that says who saw it, which differs between the groups
 */
export function validateEvent(object: Event, controller: 'reportingComponent' | 'reportingController' = 'reportingComponent'): FieldError[] {
  const errors: FieldError[] = []
  const own = object.metadata.namespace ?? ''
  const about = object.involvedObject?.namespace ?? ''
  const astray = about === '' ? own !== 'default' && !(object.eventTime && own === 'kube-system') : !object.eventTime && about !== own
  if (astray) errors.push(field.invalid('involvedObject.namespace', about, 'does not match event.namespace'))
  if (!object.eventTime) return errors
  const who = object.reportingComponent ?? ''
  if (!who) errors.push(field.required(controller))
  say(errors, controller, who, qualifiedName(who))
  for (const [path, value] of [['reportingInstance', object.reportingInstance], ['action', object.action], ['reason', object.reason]] as const) {
    if (!value) errors.push(field.required(path))
    else if (value.length > MAX_NAME) errors.push(field.invalid(path, '', `can have at most ${MAX_NAME} characters`))
  }
  if ((object.message ?? '').length > MAX_MESSAGE) errors.push(field.invalid('message', '', `can have at most ${MAX_MESSAGE} characters`))
  return errors
}

function series(errors: FieldError[], { series: given }: Event): void {
  if (!given) return
  if (!((given.count ?? 0) >= 2)) errors.push(field.invalid('series.count', '', 'should be at least 2'))
  if (!given.lastObservedTime) errors.push(field.required('series.lastObservedTime'))
}

/** What holds besides for those of events.k8s.io. */
export function validateNewEvent(object: Event): FieldError[] {
  const errors = validateEvent(object, 'reportingController')
  series(errors, object)
  if (!object.eventTime) errors.push(field.required('eventTime'))
  if (object.type !== 'Normal' && object.type !== 'Warning') errors.push(field.invalid('type', '', `has invalid value: ${object.type ?? ''}`))
  for (const name of ['firstTimestamp', 'lastTimestamp', 'count'] as const) if (object[name]) errors.push(field.invalid(name, '', UNSET))
  if (object.source?.component || object.source?.host) errors.push(field.invalid('source', '', UNSET))
  return errors
}

/** Reason is upstream's twice. */
const FIXED = ['involvedObject', 'reason', 'message', 'source', 'firstTimestamp', 'lastTimestamp', 'count', 'reason', 'type', 'eventTime', 'action', 'related', 'reportingComponent', 'reportingInstance'] as const

/** Only that it happened again can be added to what happened. */
export function validateNewEventUpdate(object: Event, old: Event): FieldError[] {
  const errors = validateEvent(object, 'reportingController')
  if (!equal(object.series, old.series)) series(errors, object)
  for (const name of FIXED) if (!equal(object[name], old[name])) errors.push(field.invalid(name === 'reportingComponent' ? 'reportingController' : name, object[name] ?? null, IMMUTABLE))
  return errors
}
