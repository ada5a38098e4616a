/** The containers of a pod, init containers and sidecars included. */
import type { Container, PodSpec, Volume } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, portName } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { oneOf, port, say } from './common.ts'
import { env } from './env.ts'
import { lifecycle, probe } from './probes.ts'
import { resources } from './quantities.ts'
import { restartPolicy } from './restart-rules.ts'
import { containerSecurity } from './security.ts'
import { PROTOCOLS } from './service.ts'
import { volumeDevices, volumeMounts } from './volume-mounts.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const RESIZABLE = ['cpu', 'memory']
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer']
const NOT_FOR_INIT = 'may not be set for init containers without restartPolicy=Always'

/** What a container may refer to in its pod. */
export interface Surroundings {
  readonly spec: PodSpec
  /** Those that are in order, by name. */
  readonly volumes: ReadonlyMap<string, Volume>
  /** Names of resource claims. */
  readonly claims: ReadonlySet<string>
}

export function containers(errors: Errors, path: string, around: Surroundings): void {
  const { spec } = around
  const names = new Set<string>()
  const hostPorts = new Set<string>()
  if (!spec.containers?.length) errors.push(field.required(`${path}.containers`))
  spec.containers?.forEach((given, i) => {
    const at = `${path}.containers[${i}]`
    container(errors, at, given, names, around)
    handlers(errors, at, given, spec)
    restartPolicy(errors, at, given)
  })
  spec.containers?.forEach((given, i) => uniqueHostPorts(errors, `${path}.containers[${i}]`, given, hostPorts))
  spec.initContainers?.forEach((given, i) => {
    const at = `${path}.initContainers[${i}]`
    container(errors, at, given, names, around)
    restartPolicy(errors, at, given)
    // Init containers run one at a time: only sidecars hold a host port beside the others.
    const sidecar = given.restartPolicy === 'Always'
    uniqueHostPorts(errors, at, given, sidecar ? hostPorts : new Set())
    if (sidecar) handlers(errors, at, given, spec)
    else for (const key of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) if (given[key]) errors.push(field.forbidden(`${at}.${key}`, NOT_FOR_INIT))
  })
}

/** What holds for every container. `names`: those taken already. */
export function container(errors: Errors, path: string, given: Container, names: Set<string>, around: Surroundings): void {
  const { name } = given
  if (!name) errors.push(field.required(`${path}.name`))
  else {
    say(errors, `${path}.name`, name, dns1123Label(name))
    if (names.has(name)) errors.push(field.duplicate(`${path}.name`, name))
    names.add(name)
  }
  if (!given.image) errors.push(field.required(`${path}.image`))
  oneOf(errors, `${path}.terminationMessagePolicy`, given.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'], true)
  ports(errors, `${path}.ports`, given, around.spec.hostNetwork ?? false)
  env(errors, path, given)
  volumeMounts(errors, `${path}.volumeMounts`, given, around.volumes)
  volumeDevices(errors, `${path}.volumeDevices`, given, around.volumes)
  oneOf(errors, `${path}.imagePullPolicy`, given.imagePullPolicy, PULL_POLICIES)
  resources(errors, `${path}.resources`, given.resources, around.claims)
  resizePolicy(errors, `${path}.resizePolicy`, given, around.spec)
  containerSecurity(errors, `${path}.securityContext`, given.securityContext, around.spec.hostUsers !== false)
}

/** The paths are the list's, as upstream has them; only a duplicate is told by its index. */
function resizePolicy(errors: Errors, path: string, { resizePolicy: list }: Container, spec: PodSpec): void {
  const seen = new Set<string>()
  list?.forEach(({ resourceName, restartPolicy: policy }, i) => {
    if (seen.has(resourceName)) errors.push(field.duplicate(`${path}[${i}]`, resourceName))
    seen.add(resourceName)
    oneOf(errors, path, resourceName, RESIZABLE)
    oneOf(errors, path, policy, RESIZE_POLICIES)
    if (spec.restartPolicy === 'Never' && policy !== 'NotRequired') errors.push(field.invalid(path, policy, "must be 'NotRequired' when `restartPolicy` is 'Never'"))
  })
}

function handlers(errors: Errors, path: string, container: Container, spec: PodSpec): void {
  lifecycle(errors, `${path}.lifecycle`, container.lifecycle, spec.terminationGracePeriodSeconds)
  probe(errors, `${path}.livenessProbe`, container.livenessProbe, 'liveness')
  probe(errors, `${path}.readinessProbe`, container.readinessProbe, 'readiness')
  probe(errors, `${path}.startupProbe`, container.startupProbe, 'startup')
}

function ports(errors: Errors, path: string, container: Container, hostNetwork: boolean): void {
  if (!container.ports) return
  const names = new Set<string>()
  container.ports.forEach((p, i) => {
    const at = `${path}[${i}]`
    if (p.name) {
      const faults = portName(p.name)
      say(errors, `${at}.name`, p.name, faults)
      if (faults.length === 0 && names.has(p.name)) errors.push(field.duplicate(`${at}.name`, p.name))
      names.add(p.name)
    }
    if (!p.containerPort) errors.push(field.required(`${at}.containerPort`))
    else port(errors, `${at}.containerPort`, p.containerPort)
    if (p.hostPort) port(errors, `${at}.hostPort`, p.hostPort)
    oneOf(errors, `${at}.protocol`, p.protocol, PROTOCOLS)
    if (hostNetwork && p.hostPort && p.hostPort !== p.containerPort) errors.push(field.invalid(`${at}.hostPort`, p.hostPort, 'must match `containerPort` when `hostNetwork` is true'))
  })
}

function uniqueHostPorts(errors: Errors, path: string, container: Container, taken: Set<string>): void {
  container.ports?.forEach(({ protocol, hostIP = '', hostPort }, i) => {
    if (!hostPort) return
    const key = `${protocol}/${hostIP}/${hostPort}`
    if (taken.has(key)) errors.push(field.duplicate(`${path}.ports[${i}].hostPort`, key))
    taken.add(key)
  })
}
