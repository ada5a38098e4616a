/** What GET pods/NAME/log may be asked for, and how it is refused. Source: Kubernetes API, PodLogOptions and its validation, with the selection of a stream (KEP-3288). */
import { badRequest, field, invalid, type FieldError } from '../../../shared/errors.ts'
import { integerOf, isTrue } from '../request-info.ts'
import type { ContainerLogQuery } from '../types.ts'

const STREAMS: Readonly<Record<string, ContainerLogQuery['stream']>> = { All: undefined, Stderr: 'stderr', Stdout: 'stdout' }

/** The parts of an RFC 3339 time as Go's layout spells them, and what each takes. */
const PARTS: readonly (readonly [layout: string, RegExp])[] = [
  ['2006', /^\d{4}/], ['-', /^-/], ['01', /^\d\d/], ['-', /^-/], ['02', /^\d\d/], ['T', /^T/], ['15', /^\d\d/], [':', /^:/], ['04', /^\d\d/], [':', /^:/], ['05', /^\d\d([.,]\d+)?/], ['Z07:00', /^(Z|[+-]\d\d:\d\d)/],
]

/** Milliseconds since 1970. @throws BadRequest in Go's words */
export function parseTime(text: string): number {
  const fault = (why: string): Error => badRequest(`parsing time ${JSON.stringify(text)}${why}`)
  let rest = text
  for (const [layout, takes] of PARTS) {
    const [taken] = takes.exec(rest) ?? []
    if (taken === undefined) throw fault(` as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(layout)}`)
    rest = rest.slice(taken.length)
  }
  if (rest) throw fault(`: extra text: ${JSON.stringify(rest)}`)
  const time = Date.parse(text.replace(',', '.'))
  // A day that there is not, which Date counts on from.
  if (Number.isNaN(time) || Number(text.slice(8, 10)) > new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()) throw fault(`: ${outOfRange(text)} out of range`)
  return time
}
function outOfRange(text: string): string {
  const [month, hour, minute, second] = [[5, 7], [11, 13], [14, 16], [17, 19]].map(([from, to]) => Number(text.slice(from, to)))
  return month! < 1 || month! > 12 ? 'month' : hour! > 23 ? 'hour' : minute! > 59 ? 'minute' : second! > 59 ? 'second' : 'day'
}

/** All but the container. @param now milliseconds since 1970. @throws BadRequest or Invalid */
export function logOptions(query: URLSearchParams, pod: string, now: number): Omit<ContainerLogQuery, 'container'> {
  const [sinceSeconds, tailLines, limitBytes, sinceText, stream] = [integerOf(query, 'sinceSeconds'), integerOf(query, 'tailLines'), integerOf(query, 'limitBytes'), query.get('sinceTime'), query.get('stream')]
  const since = sinceText ? parseTime(sinceText) : undefined
  const errors: FieldError[] = []
  if (tailLines !== undefined && tailLines < 0) errors.push(field.invalid('tailLines', tailLines, 'must be greater than or equal to 0'))
  if (limitBytes !== undefined && limitBytes < 1) errors.push(field.invalid('limitBytes', limitBytes, 'must be greater than 0'))
  // The path is upstream's for the options themselves.
  if (sinceSeconds !== undefined && since !== undefined) errors.push(field.forbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'))
  else if (sinceSeconds !== undefined && sinceSeconds < 1) errors.push(field.invalid('sinceSeconds', sinceSeconds, 'must be greater than 0'))
  if (stream !== null && !Object.hasOwn(STREAMS, stream)) errors.push(field.notSupported('stream', stream, Object.keys(STREAMS)))
  if (stream !== null && stream !== 'All' && tailLines !== undefined) errors.push(field.forbidden('[]', '`tailLines` and specific `stream` are mutually exclusive for now'))
  if (errors.length) throw invalid({ group: '', kind: 'PodLogOptions' }, pod, errors)
  const sinceTime = sinceSeconds === undefined ? since : now - sinceSeconds * 1000
  const only = STREAMS[stream ?? 'All']
  return {
    follow: isTrue(query.get('follow')), previous: isTrue(query.get('previous')), timestamps: isTrue(query.get('timestamps')),
    ...(sinceTime === undefined ? {} : { sinceTime }), ...(tailLines === undefined ? {} : { tailLines }), ...(limitBytes === undefined ? {} : { limitBytes }), ...(only ? { stream: only } : {}),
  }
}
