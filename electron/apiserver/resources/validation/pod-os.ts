/** What a pod says of the system it runs on, and what does not fit that system. Source: core/v1 validation of Kubernetes. */
import type { Container, PodSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'

const LINUX_ONLY_POD = [
  'appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'fsGroup', 'fsGroupChangePolicy', 'sysctls', 'runAsUser', 'runAsGroup', 'supplementalGroups', 'supplementalGroupsPolicy', 'seLinuxChangePolicy',
] as const
const LINUX_ONLY_SPEC = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const
const LINUX_ONLY_CONTAINER = ['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged', 'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup'] as const
const NOT_LINUX = 'windows options cannot be set for a linux pod'
const NOT_WINDOWS = 'cannot be set for a windows pod'

type Visit = (container: Container, path: string) => void
/** Every container of the pod, with its path. */
function each(path: string, spec: PodSpec, visit: Visit): void {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) spec[list]?.forEach((c, i) => visit(c as Container, `${path}.${list}[${i}]`))
}

export function podOs(errors: Errors, path: string, spec: PodSpec): void {
  const { os } = spec
  if (!os) return
  if (!os.name) errors.push(field.required(`${path}.os.name`, 'cannot be empty'))
  else if (os.name === 'linux') {
    if (spec.securityContext?.windowsOptions) errors.push(field.forbidden(`${path}.securityContext.windowsOptions`, NOT_LINUX))
    each(path, spec, (c, at) => {
      if (c.securityContext?.windowsOptions) errors.push(field.forbidden(`${at}.securityContext.windowsOptions`, NOT_LINUX))
    })
  } else if (os.name === 'windows') {
    for (const name of LINUX_ONLY_POD) if (spec.securityContext?.[name] !== undefined) errors.push(field.forbidden(`${path}.securityContext.${name}`, NOT_WINDOWS))
    for (const name of LINUX_ONLY_SPEC) if (name === 'hostPID' || name === 'hostIPC' ? spec[name] : spec[name] !== undefined) errors.push(field.forbidden(`${path}.${name}`, NOT_WINDOWS))
    each(path, spec, (c, at) => {
      for (const name of LINUX_ONLY_CONTAINER) if (c.securityContext?.[name] !== undefined) errors.push(field.forbidden(`${at}.securityContext.${name}`, NOT_WINDOWS))
    })
  } else errors.push(field.notSupported(`${path}.os`, os.name, ['linux', 'windows']))
}

/** Containers that are processes of their (Windows) node: all of a pod or none, and with its network. */
export function hostProcesses(errors: Errors, path: string, spec: PodSpec): void {
  const whole = spec.securityContext?.windowsOptions?.hostProcess
  let all = 0
  let some = 0
  each(path, spec, (c, at) => {
    const own = c.securityContext?.windowsOptions?.hostProcess
    all++
    if (whole !== undefined && own !== undefined && whole !== own) errors.push(field.invalid(`${at}.securityContext.windowsOptions.hostProcess`, own, `pod hostProcess value must be identical if both are specified, was ${whole}`))
    if (own ?? whole) some++
  })
  if (some === 0) return
  if (some !== all) errors.push(field.invalid(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'))
  if (!spec.hostNetwork) errors.push(field.invalid(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'))
}
