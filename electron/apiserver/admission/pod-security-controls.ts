/**
 * The controls of the Pod Security Standards: what a pod may not do, each as a function that answers its sentence. Pure.
 * Source: Kubernetes documentation, "Pod Security Standards" (as of release 1.36).
 */
import type { PodSpec } from '../../../shared/api/types.ts'

type SecurityContext = NonNullable<NonNullable<PodSpec['containers'][number]['securityContext']>>
export interface Container { readonly name: string; readonly securityContext?: SecurityContext; readonly ports?: readonly { hostPort?: number }[]; readonly livenessProbe?: object; readonly readinessProbe?: object; readonly startupProbe?: object; readonly lifecycle?: object }
export interface Subject {
  readonly spec: PodSpec
  readonly containers: readonly Container[]
  readonly annotations: Readonly<Record<string, string>>
}
/** undefined: nothing to say. */
export type Control = (subject: Subject) => string | undefined

const BASELINE_CAPABILITIES = new Set(['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'])
const SYSCTLS_1_0 = ['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range', 'net.ipv4.tcp_syncookies']
const SYSCTLS_1_27 = [...SYSCTLS_1_0, 'net.ipv4.ip_local_reserved_ports']
const SYSCTLS_1_29 = [...SYSCTLS_1_27, 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_keepalive_time']
const SYSCTLS_1_32 = [...SYSCTLS_1_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']
const SELINUX_1_0 = ['', 'container_t', 'container_init_t', 'container_kvm_t']
const SELINUX_1_31 = [...SELINUX_1_0, 'container_engine_t']
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const RESTRICTED_VOLUMES = new Set(['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'])
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/'

const quoted = (names: Iterable<string>): string => [...names].map((name) => JSON.stringify(name)).join(', ')
const who = (list: readonly { name: string }[]): string => `${list.length > 1 ? 'containers' : 'container'} ${quoted(list.map((c) => c.name))}`
const podAnd = (pod: boolean, list: readonly { name: string }[]): string => [...(pod ? ['pod'] : []), ...(list.length ? [who(list)] : [])].join(' and ')

const hostNamespaces: Control = ({ spec }) => {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name])
  return used.length ? `host namespaces (${used.map((name) => `${name}=true`).join(', ')})` : undefined
}
const privileged: Control = ({ containers }) => {
  const bad = containers.filter((c) => c.securityContext?.privileged)
  return bad.length ? `privileged (${who(bad)} must not set securityContext.privileged=true)` : undefined
}
const baselineCapabilities: Control = ({ containers }) => {
  const over = (c: Container): string[] => (c.securityContext?.capabilities?.add ?? []).filter((name) => !BASELINE_CAPABILITIES.has(name))
  const bad = containers.filter((c) => over(c).length)
  return bad.length ? `non-default capabilities (${who(bad)} must not include ${quoted(new Set(bad.flatMap(over).toSorted()))} in securityContext.capabilities.add)` : undefined
}
const hostPath: Control = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((v) => v.hostPath)
  return bad.length ? `hostPath volumes (${bad.length > 1 ? 'volumes' : 'volume'} ${quoted(bad.map((v) => v.name))})` : undefined
}
const hostPorts: Control = ({ containers }) => {
  const ports = (c: Container): number[] => (c.ports ?? []).flatMap((p) => (p.hostPort ? [p.hostPort] : []))
  const bad = containers.filter((c) => ports(c).length)
  const used = [...new Set(bad.flatMap(ports))].toSorted((a, b) => a - b)
  return bad.length ? `hostPort (${who(bad)} ${bad.length > 1 ? 'use' : 'uses'} hostPort${used.length > 1 ? 's' : ''} ${used.join(', ')})` : undefined
}
const appArmor: Control = ({ spec, containers, annotations }) => {
  const forbids = (type: string | undefined): boolean => type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost'
  const bad = containers.filter((c) => forbids(c.securityContext?.appArmorProfile?.type))
  const pod = forbids(spec.securityContext?.appArmorProfile?.type)
  const old = Object.entries(annotations).filter(([key, value]) => key.startsWith(APPARMOR) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'))
  if (old.length) return `forbidden AppArmor profile (${old.length > 1 ? 'annotations' : 'annotation'} ${old.map(([key, value]) => JSON.stringify(`${key}=${value}`)).join(', ')})`
  return pod || bad.length ? `forbidden AppArmor profile (${podAnd(pod, bad)} must not set AppArmor profile type to "Unconfined")` : undefined
}
const seLinux = (types: readonly string[]): Control => ({ spec, containers }) => {
  const all = [{ name: '', securityContext: spec.securityContext } as Container, ...containers]
  const bad = all.filter(({ securityContext: s }) => s?.seLinuxOptions && (!types.includes(s.seLinuxOptions.type ?? '') || s.seLinuxOptions.user || s.seLinuxOptions.role))
  const named = bad.filter((c) => c.name)
  return bad.length ? `seLinuxOptions (${podAnd(named.length < bad.length, named)} set forbidden securityContext.seLinuxOptions)` : undefined
}
const procMount: Control = ({ containers }) => {
  const bad = containers.filter((c) => c.securityContext?.procMount && c.securityContext.procMount !== 'Default')
  return bad.length ? `procMount (${who(bad)} must not set securityContext.procMount to ${quoted(new Set(bad.map((c) => c.securityContext?.procMount ?? '')))})` : undefined
}
/** Before there was a field for it. */
const seccompAnnotations: Control = ({ containers, annotations }) => {
  const good = (value: string): boolean => value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')
  const bad = [SECCOMP_POD, ...containers.map((c) => SECCOMP_CONTAINER + c.name)].flatMap((key) => {
    const value = annotations[key]
    return value === undefined || good(value) ? [] : [`${key}=${JSON.stringify(value)}`]
  })
  return bad.length ? `seccompProfile (forbidden ${bad.length > 1 ? 'annotations' : 'annotation'} ${bad.toSorted().join(', ')})` : undefined
}
const seccompBaseline: Control = ({ spec, containers }) => {
  const pod = spec.securityContext?.seccompProfile?.type === 'Unconfined'
  const bad = containers.filter((c) => c.securityContext?.seccompProfile?.type === 'Unconfined')
  return pod || bad.length ? `seccompProfile (${podAnd(pod, bad)} must not set securityContext.seccompProfile.type to "Unconfined")` : undefined
}
const sysctls = (safe: readonly string[]): Control => ({ spec }) => {
  const bad = (spec.securityContext?.sysctls ?? []).map((s) => s.name).filter((name) => !safe.includes(name))
  return bad.length ? `forbidden sysctls (${bad.toSorted().join(', ')})` : undefined
}
const hostProcess: Control = ({ spec, containers }) => {
  const pod = spec.securityContext?.windowsOptions?.hostProcess === true
  const bad = containers.filter((c) => c.securityContext?.windowsOptions?.hostProcess)
  return pod || bad.length ? `hostProcess (${podAnd(pod, bad)} must not set securityContext.windowsOptions.hostProcess=true)` : undefined
}
const hostProbes: Control = ({ containers }) => {
  interface Handler { httpGet?: { host?: string }; tcpSocket?: { host?: string } }
  const hosts = (c: Container): string[] => [c.livenessProbe, c.readinessProbe, c.startupProbe, ...Object.values(c.lifecycle ?? {})].flatMap((given) => {
    const { httpGet, tcpSocket } = (given ?? {}) as Handler
    return [httpGet?.host, tcpSocket?.host].filter((host): host is string => Boolean(host))
  })
  const bad = containers.filter((c) => hosts(c).length)
  return bad.length ? `probe or lifecycle host (${who(bad)} ${bad.length > 1 ? 'use' : 'uses'} probe or lifecycle host${bad.flatMap(hosts).length > 1 ? 's' : ''} ${quoted(new Set(bad.flatMap(hosts)))})` : undefined
}

const escalation: Control = ({ containers }) => {
  const bad = containers.filter((c) => c.securityContext?.allowPrivilegeEscalation !== false)
  return bad.length ? `allowPrivilegeEscalation != false (${who(bad)} must set securityContext.allowPrivilegeEscalation=false)` : undefined
}
const restrictedCapabilities: Control = ({ containers }) => {
  const adding = (c: Container): string[] => (c.securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE')
  const keeping = containers.filter((c) => !c.securityContext?.capabilities?.drop?.includes('ALL'))
  const bad = containers.filter((c) => adding(c).length)
  const parts = [
    ...(keeping.length ? [`${who(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(bad.length ? [`${who(bad)} must not include ${quoted(new Set(bad.flatMap(adding).toSorted()))} in securityContext.capabilities.add`] : []),
  ]
  return parts.length ? `unrestricted capabilities (${parts.join('; ')})` : undefined
}
const volumeTypes: Control = ({ spec }) => {
  const typeOf = (v: object): string => Object.keys(v).find((key) => key !== 'name') ?? 'emptyDir'
  const bad = (spec.volumes ?? []).filter((v) => !RESTRICTED_VOLUMES.has(typeOf(v)))
  return bad.length ? `restricted volume types (${bad.length > 1 ? 'volumes' : 'volume'} ${quoted(bad.map((v) => v.name))} ${bad.length > 1 ? 'use' : 'uses'} restricted volume type${new Set(bad.map(typeOf)).size > 1 ? 's' : ''} ${quoted(new Set(bad.map(typeOf)))})` : undefined
}
const nonRoot: Control = ({ spec, containers }) => {
  const pod = spec.securityContext?.runAsNonRoot
  const explicit = containers.filter((c) => c.securityContext?.runAsNonRoot === false)
  if (explicit.length || pod === false) {
    if (explicit.length) return `runAsNonRoot != true (${podAnd(pod === false, explicit)} must not set securityContext.runAsNonRoot=false)`
    if (containers.every((c) => c.securityContext?.runAsNonRoot)) return undefined
    return 'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)'
  }
  if (pod) return undefined
  const silent = containers.filter((c) => c.securityContext?.runAsNonRoot === undefined)
  return silent.length ? `runAsNonRoot != true (pod or ${who(silent)} must set securityContext.runAsNonRoot=true)` : undefined
}
const nonRootUser: Control = ({ spec, containers }) => {
  const pod = spec.securityContext?.runAsUser === 0
  const bad = containers.filter((c) => c.securityContext?.runAsUser === 0)
  return pod || bad.length ? `runAsUser=0 (${podAnd(pod, bad)} must not set runAsUser=0)` : undefined
}
const seccompRestricted: Control = ({ spec, containers }) => {
  const good = (type: string | undefined): boolean => type === 'RuntimeDefault' || type === 'Localhost'
  const pod = spec.securityContext?.seccompProfile?.type
  const wrong = containers.filter((c) => c.securityContext?.seccompProfile && !good(c.securityContext.seccompProfile.type))
  if (wrong.length || (pod !== undefined && !good(pod))) return `seccompProfile (${podAnd(pod !== undefined && !good(pod), wrong)} must not set securityContext.seccompProfile.type to "Unconfined")`
  if (good(pod)) return undefined
  const silent = containers.filter((c) => !c.securityContext?.seccompProfile)
  return silent.length ? `seccompProfile (pod or ${who(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")` : undefined
}

/** In a user namespace of its own a pod's root is nobody. */
const unlessOwnUsers = (control: Control): Control => (subject) => (subject.spec.hostUsers === false ? undefined : control(subject))
/** These mean nothing on Windows, where the fields may not be set. */
const unlessWindows = (control: Control): Control => (subject) => (subject.spec.os?.name === 'windows' ? undefined : control(subject))

export interface VersionedControl {
  readonly id: string
  /** By the minor version from which on it is so; ascending. Before the first there is no such control. */
  readonly versions: readonly (readonly [minor: number, control: Control])[]
  /** The baseline control that it stands in for, where it is in force. */
  readonly overrides?: string
}
/** In the order in which they are told: by their names upstream. */
export const BASELINE: readonly VersionedControl[] = [
  { id: 'appArmorProfile', versions: [[0, appArmor]] },
  { id: 'capabilities_baseline', versions: [[0, baselineCapabilities]] },
  { id: 'hostNamespaces', versions: [[0, hostNamespaces]] },
  { id: 'hostPathVolumes', versions: [[0, hostPath]] },
  { id: 'hostPorts', versions: [[0, hostPorts]] },
  { id: 'hostProbesAndHostLifecycle', versions: [[34, hostProbes]] },
  { id: 'privileged', versions: [[0, privileged]] },
  { id: 'procMount_baseline', versions: [[0, procMount], [35, unlessOwnUsers(procMount)]] },
  { id: 'seLinuxOptions', versions: [[0, seLinux(SELINUX_1_0)], [31, seLinux(SELINUX_1_31)]] },
  { id: 'seccompProfile_baseline', versions: [[0, seccompAnnotations], [19, seccompBaseline]] },
  { id: 'sysctls', versions: [[0, sysctls(SYSCTLS_1_0)], [27, sysctls(SYSCTLS_1_27)], [29, sysctls(SYSCTLS_1_29)], [32, sysctls(SYSCTLS_1_32)]] },
  { id: 'windowsHostProcess', versions: [[0, hostProcess]] },
]
export const RESTRICTED: readonly VersionedControl[] = [
  { id: 'allowPrivilegeEscalation', versions: [[8, escalation], [25, unlessWindows(escalation)]] },
  { id: 'capabilities_restricted', versions: [[22, restrictedCapabilities], [25, unlessWindows(restrictedCapabilities)]], overrides: 'capabilities_baseline' },
  { id: 'procMount_restricted', versions: [[35, procMount]], overrides: 'procMount_baseline' },
  { id: 'restrictedVolumes', versions: [[0, volumeTypes]], overrides: 'hostPathVolumes' },
  { id: 'runAsNonRoot', versions: [[0, unlessOwnUsers(nonRoot)]] },
  { id: 'runAsUser', versions: [[23, unlessOwnUsers(nonRootUser)]] },
  { id: 'seccompProfile_restricted', versions: [[19, seccompRestricted], [25, unlessWindows(seccompRestricted)]], overrides: 'seccompProfile_baseline' },
]
