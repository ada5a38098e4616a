/** The containers of a pod, init containers and sidecars included. */
import type { Container, PodSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, portName } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { oneOf, port, say } from './common.ts'
import { env } from './env.ts'
import { lifecycle, probe } from './probes.ts'
import { resources } from './quantities.ts'
import { PROTOCOLS } from './service.ts'
import { volumeMounts } from './volumes.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const NOT_FOR_INIT = 'may not be set for init containers without restartPolicy=Always'

/** `volumes`: names that mounts may refer to. */
export function containers(errors: Errors, path: string, spec: PodSpec, volumes: ReadonlySet<string>): void {
  const names = new Set<string>()
  const hostPorts = new Set<string>()
  if (!spec.containers?.length) errors.push(field.required(`${path}.containers`))
  spec.containers?.forEach((given, i) => {
    const at = `${path}.containers[${i}]`
    container(errors, at, given, names, volumes)
    ports(errors, `${at}.ports`, given, hostPorts, spec.hostNetwork ?? false)
    handlers(errors, at, given, spec)
    restartPolicy(errors, at, given)
  })
  spec.initContainers?.forEach((given, i) => {
    const at = `${path}.initContainers[${i}]`
    container(errors, at, given, names, volumes)
    // Init containers run one at a time: only sidecars hold a host port beside the others.
    const sidecar = given.restartPolicy === 'Always'
    ports(errors, `${at}.ports`, given, sidecar ? hostPorts : new Set(), spec.hostNetwork ?? false)
    restartPolicy(errors, at, given)
    if (sidecar) handlers(errors, at, given, spec)
    else for (const key of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) if (given[key]) errors.push(field.forbidden(`${at}.${key}`, NOT_FOR_INIT))
  })
}

/** What holds for every container. `names`: those taken already. */
export function container(errors: Errors, path: string, given: Container, names: Set<string>, volumes: ReadonlySet<string>): void {
  const { name } = given
  if (!name) errors.push(field.required(`${path}.name`))
  else {
    say(errors, `${path}.name`, name, dns1123Label(name))
    if (names.has(name)) errors.push(field.duplicate(`${path}.name`, name))
    names.add(name)
  }
  if (!given.image) errors.push(field.required(`${path}.image`))
  oneOf(errors, `${path}.imagePullPolicy`, given.imagePullPolicy, PULL_POLICIES)
  oneOf(errors, `${path}.terminationMessagePolicy`, given.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'])
  env(errors, path, given)
  volumeMounts(errors, path, given, volumes)
  resources(errors, `${path}.resources`, given.resources)
  security(errors, `${path}.securityContext`, given)
}

function security(errors: Errors, path: string, { securityContext }: Container): void {
  if (!securityContext) return
  if (securityContext.privileged && securityContext.allowPrivilegeEscalation === false)
    errors.push(field.invalid(path, securityContext, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
  for (const key of ['runAsUser', 'runAsGroup'] as const) {
    const id = securityContext[key]
    if (id !== undefined && (id < 0 || id > 2_147_483_647)) errors.push(field.invalid(`${path}.${key}`, id, 'must be between 0 and 2147483647, inclusive'))
  }
}

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure']
const MOST_RULES = 20
const MOST_CODES = 255

/** Of the container alone; rules come before it. */
function restartPolicy(errors: Errors, path: string, { restartPolicy: policy, restartPolicyRules: rules }: Container): void {
  if (policy !== undefined) oneOf(errors, `${path}.restartPolicy`, policy, RESTART_POLICIES)
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

function handlers(errors: Errors, path: string, container: Container, spec: PodSpec): void {
  lifecycle(errors, `${path}.lifecycle`, container.lifecycle, spec.terminationGracePeriodSeconds)
  probe(errors, `${path}.livenessProbe`, container.livenessProbe, 'liveness')
  probe(errors, `${path}.readinessProbe`, container.readinessProbe, 'readiness')
  probe(errors, `${path}.startupProbe`, container.startupProbe, 'startup')
}

function ports(errors: Errors, path: string, container: Container, hostPorts: Set<string>, hostNetwork: boolean): void {
  const names = new Set<string>()
  container.ports?.forEach((p, i) => {
    const at = `${path}[${i}]`
    if (p.name) {
      const faults = portName(p.name)
      say(errors, `${at}.name`, p.name, faults)
      if (faults.length === 0 && names.has(p.name)) errors.push(field.duplicate(`${at}.name`, p.name))
      names.add(p.name)
    }
    if (!p.containerPort) errors.push(field.required(`${at}.containerPort`))
    else port(errors, `${at}.containerPort`, p.containerPort)
    oneOf(errors, `${at}.protocol`, p.protocol, PROTOCOLS)
    if (!p.hostPort) return
    port(errors, `${at}.hostPort`, p.hostPort)
    if (hostNetwork && p.hostPort !== p.containerPort) errors.push(field.invalid(`${at}.containerPort`, p.containerPort, 'must match `hostPort` when `hostNetwork` is true'))
    const taken = `${p.protocol}/${p.hostIP ?? ''}/${p.hostPort}`
    if (hostPorts.has(taken)) errors.push(field.duplicate(`${at}.hostPort`, taken))
    hostPorts.add(taken)
  })
}
