/** Security contexts of pods and containers. Source: core/v1 validation of Kubernetes. */
import type { Container, PodSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Subdomain } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { localPath, numericId, optionalOneOf, say } from './common.ts'

type PodContext = NonNullable<PodSpec['securityContext']>
type Context = NonNullable<Container['securityContext']>

const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined']
const MAX_PROFILE = 4095
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const SYSCTL_TEXT = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'
const MAX_SYSCTL = 253
/** Those that belong to a namespace which a pod may share with its node; each name as it begins, in both of its forms. */
const IPC_SYSCTLS = ['kernel.shm', 'kernel.msg', 'kernel.sem', 'fs.mqueue.']

function seccomp(errors: Errors, path: string, given: PodContext['seccompProfile']): void {
  if (!given) return
  if (!given.type) errors.push(field.required(`${path}.type`, 'type is required when seccompProfile is set'))
  else if (!PROFILES.includes(given.type)) errors.push(field.notSupported(`${path}.type`, given.type, PROFILES, true))
  if (given.type !== 'Localhost') {
    if (given.localhostProfile !== undefined) errors.push(field.invalid(`${path}.localhostProfile`, given, 'can only be set when seccomp type is Localhost'))
  } else if (given.localhostProfile === undefined) errors.push(field.required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'))
  else localPath(errors, `${path}.localhostProfile`, given.localhostProfile)
}

function appArmor(errors: Errors, path: string, given: PodContext['appArmorProfile']): void {
  if (!given) return
  const { type, localhostProfile: name } = given
  if (!type) errors.push(field.required(`${path}.type`, 'type is required when appArmorProfile is set'))
  else if (!PROFILES.includes(type)) errors.push(field.notSupported(`${path}.type`, type, PROFILES, true))
  else if (type !== 'Localhost') {
    if (name !== undefined) errors.push(field.invalid(`${path}.localhostProfile`, name, 'can only be set when AppArmor type is Localhost'))
  } else if (name === undefined || name === '') errors.push(field.required(`${path}.localhostProfile`, 'must be set when AppArmor type is Localhost'))
  else {
    if (name.trim() !== name) errors.push(field.invalid(`${path}.localhostProfile`, name, 'must not be padded with whitespace'))
    if (name.length > MAX_PROFILE) errors.push(field.tooLong(`${path}.localhostProfile`, MAX_PROFILE))
  }
}

function windows(errors: Errors, path: string, given: PodContext['windowsOptions']): void {
  if (!given) return
  const { gmsaCredentialSpecName: spec, runAsUserName: user } = given
  if (spec !== undefined) say(errors, `${path}.gmsaCredentialSpecName`, spec, dns1123Subdomain(spec))
  if (given.gmsaCredentialSpec === '') errors.push(field.invalid(`${path}.gmsaCredentialSpec`, '', 'gmsaCredentialSpec cannot be an empty string'))
  if (user === '') errors.push(field.invalid(`${path}.runAsUserName`, user, 'runAsUserName cannot be an empty string'))
  else if (user?.split('').some((c) => c < ' ' || c === '\u007f')) errors.push(field.invalid(`${path}.runAsUserName`, user, 'runAsUserName cannot contain control characters'))
}

/** What a container of its own has. `hostUsers`: its users are the node's. */
export function containerSecurity(errors: Errors, path: string, context: Context | undefined, hostUsers: boolean): void {
  if (!context) return
  numericId(errors, `${path}.runAsUser`, context.runAsUser)
  numericId(errors, `${path}.runAsGroup`, context.runAsGroup)
  optionalOneOf(errors, `${path}.procMount`, context.procMount, ['Default', 'Unmasked'], true)
  if (hostUsers && context.procMount === 'Unmasked') errors.push(field.invalid(`${path}.procMount`, context.procMount, '`hostUsers` must be false to use `Unmasked`'))
  seccomp(errors, `${path}.seccompProfile`, context.seccompProfile)
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged) errors.push(field.invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) errors.push(field.invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'))
  }
  windows(errors, `${path}.windowsOptions`, context.windowsOptions)
  appArmor(errors, `${path}.appArmorProfile`, context.appArmorProfile)
}

export function podSecurity(errors: Errors, path: string, spec: PodSpec): void {
  const context = spec.securityContext
  if (!context) return
  for (const key of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) numericId(errors, `${path}.${key}`, context[key])
  context.supplementalGroups?.forEach((id, i) => numericId(errors, `${path}.supplementalGroups[${i}]`, id))
  if (spec.shareProcessNamespace && spec.hostPID) errors.push(field.invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'))
  sysctls(errors, `${path}.sysctls`, spec)
  optionalOneOf(errors, `${path}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'])
  seccomp(errors, `${path}.seccompProfile`, context.seccompProfile)
  windows(errors, `${path}.windowsOptions`, context.windowsOptions)
  appArmor(errors, `${path}.appArmorProfile`, context.appArmorProfile)
  optionalOneOf(errors, `${path}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, ['Merge', 'Strict'])
  optionalOneOf(errors, `${path}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['MountOption', 'Recursive'])
}

/** Both ways of writing a name are known: with dots and with slashes. */
function sysctls(errors: Errors, path: string, spec: PodSpec): void {
  const seen = new Set<string>()
  spec.securityContext?.sysctls?.forEach(({ name }, i) => {
    const at = `${path}[${i}].name`
    if (!name) errors.push(field.required(at))
    else if (name.length > MAX_SYSCTL || !SYSCTL.test(name)) errors.push(field.invalid(at, name, `must have at most ${MAX_SYSCTL} characters and match regex ${SYSCTL_TEXT}`))
    else if (seen.has(name)) errors.push(field.duplicate(at, name))
    seen.add(name)
    const dotted = (name ?? '').replaceAll('/', '.')
    if (spec.hostNetwork && dotted.startsWith('net.')) errors.push(field.invalid(at, name, "may not be specified when 'hostNetwork' is true"))
    else if (spec.hostIPC && IPC_SYSCTLS.some((prefix) => dotted.startsWith(prefix))) errors.push(field.invalid(at, name, "may not be specified when 'hostIPC' is true"))
  })
}
