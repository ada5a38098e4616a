/** Probes and lifecycle hooks. */
import type { Container, Probe } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'
import { nonNegative, port, portOrName } from './common.ts'

const MORE_THAN_ONE = 'may not specify more than 1 handler type'
const NONE = 'must specify a handler type'
const SCHEMES = ['HTTP', 'HTTPS']
const HEADER = /^[-A-Za-z0-9]+$/
const HEADER_SENTENCE = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & { sleep?: { seconds: number } }
type HandlerName = 'exec' | 'httpGet' | 'tcpSocket' | 'grpc' | 'sleep'

/** Exactly one handler. `graceSeconds` bounds a sleep. */
function handler(errors: Errors, path: string, given: Handler, names: readonly HandlerName[], graceSeconds = 0): void {
  let found = 0
  for (const name of names) {
    if (!given[name]) continue
    if (found++ > 0) {
      errors.push(field.forbidden(`${path}.${name}`, MORE_THAN_ONE))
      continue
    }
    action(errors, `${path}.${name}`, name, given, graceSeconds)
  }
  if (found === 0) errors.push(field.required(path, NONE))
}

function action(errors: Errors, path: string, name: HandlerName, given: Handler, graceSeconds: number): void {
  if (name === 'exec' && !given.exec?.command?.length) errors.push(field.required(`${path}.command`))
  if (name === 'tcpSocket') portOrName(errors, `${path}.port`, given.tcpSocket?.port)
  if (name === 'grpc') port(errors, `${path}.port`, given.grpc?.port ?? 0)
  if (name === 'sleep' && given.sleep && (given.sleep.seconds < 0 || given.sleep.seconds > graceSeconds))
    errors.push(field.invalid(path, given.sleep.seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`))
  if (name === 'httpGet' && given.httpGet) {
    if (!given.httpGet.path) errors.push(field.required(`${path}.path`))
    portOrName(errors, `${path}.port`, given.httpGet.port)
    const { scheme = '', httpHeaders = [] } = given.httpGet
    if (!SCHEMES.includes(scheme)) errors.push(field.notSupported(`${path}.scheme`, scheme, SCHEMES))
    for (const { name } of httpHeaders) if (!HEADER.test(name)) errors.push(field.invalid(`${path}.httpHeaders`, name, HEADER_SENTENCE))
  }
}

export function probe(errors: Errors, path: string, given: Probe | undefined, purpose: 'liveness' | 'readiness' | 'startup'): void {
  if (!given) return
  handler(errors, path, given, ['exec', 'httpGet', 'tcpSocket', 'grpc'])
  nonNegative(errors, `${path}.initialDelaySeconds`, given.initialDelaySeconds)
  nonNegative(errors, `${path}.timeoutSeconds`, given.timeoutSeconds)
  nonNegative(errors, `${path}.periodSeconds`, given.periodSeconds)
  nonNegative(errors, `${path}.successThreshold`, given.successThreshold)
  nonNegative(errors, `${path}.failureThreshold`, given.failureThreshold)
  const grace = given.terminationGracePeriodSeconds
  if (grace !== undefined && grace <= 0) errors.push(field.invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'))
  if (purpose === 'readiness') {
    if (grace !== undefined) errors.push(field.invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'))
    return
  }
  if (given.successThreshold !== 1) errors.push(field.invalid(`${path}.successThreshold`, given.successThreshold, 'must be 1'))
}

export function lifecycle(errors: Errors, path: string, given: Container['lifecycle'], graceSeconds: number | undefined): void {
  if (given?.postStart) handler(errors, `${path}.postStart`, given.postStart, ['exec', 'httpGet', 'tcpSocket', 'sleep'], graceSeconds)
  if (given?.preStop) handler(errors, `${path}.preStop`, given.preStop, ['exec', 'httpGet', 'tcpSocket', 'sleep'], graceSeconds)
}
