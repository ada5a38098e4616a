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
  spec.containers?.forEach((container, i) => {
    const at = `${path}.containers[${i}]`
    one(errors, at, container, names, volumes)
    ports(errors, `${at}.ports`, container, hostPorts, spec.hostNetwork ?? false)
    handlers(errors, at, container, spec)
    if (container.restartPolicy) errors.push(field.forbidden(`${at}.restartPolicy`, 'may not be set for non-init containers'))
  })
  spec.initContainers?.forEach((container, i) => {
    const at = `${path}.initContainers[${i}]`
    one(errors, at, container, names, volumes)
    // Init containers run one at a time: only sidecars hold a host port beside the others.
    const sidecar = container.restartPolicy === 'Always'
    ports(errors, `${at}.ports`, container, sidecar ? hostPorts : new Set(), spec.hostNetwork ?? false)
    if (container.restartPolicy && !sidecar) errors.push(field.notSupported(`${at}.restartPolicy`, container.restartPolicy, ['Always']))
    if (sidecar) handlers(errors, at, container, spec)
    else for (const key of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) if (container[key]) errors.push(field.forbidden(`${at}.${key}`, NOT_FOR_INIT))
  })
}

function one(errors: Errors, path: string, container: Container, names: Set<string>, volumes: ReadonlySet<string>): void {
  const { name } = container
  if (!name) errors.push(field.required(`${path}.name`))
  else {
    say(errors, `${path}.name`, name, dns1123Label(name))
    if (names.has(name)) errors.push(field.duplicate(`${path}.name`, name))
    names.add(name)
  }
  if (!container.image) errors.push(field.required(`${path}.image`))
  oneOf(errors, `${path}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES)
  oneOf(errors, `${path}.terminationMessagePolicy`, container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'])
  env(errors, path, container)
  volumeMounts(errors, path, container, volumes)
  resources(errors, `${path}.resources`, container.resources)
  security(errors, `${path}.securityContext`, container)
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
