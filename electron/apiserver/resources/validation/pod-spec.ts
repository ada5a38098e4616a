/** The spec of pods and of pod templates. Paths and sentences are those that kubectl users know. */
import type { PodSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { ip, nonNegative, oneOf, say } from './common.ts'
import { containers } from './containers.ts'
import { envFiles } from './env.ts'
import { labels } from './metadata.ts'
import { podLevelResources } from './pod-level-resources.ts'
import { quantities } from './quantities.ts'
import { affinity } from './affinity.ts'
import { tolerations, topologySpread } from './scheduling.ts'
import { volumes } from './volumes.ts'

const MAX_INT32 = 2_147_483_647
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const SYSCTL_LENGTH = 253

export function podSpec(errors: Errors, path: string, spec: PodSpec): void {
  const volumeNames = volumes(errors, `${path}.volumes`, spec.volumes)
  containers(errors, path, spec, volumeNames)
  oneOf(errors, `${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES)
  dns(errors, path, spec)
  labels(errors, `${path}.nodeSelector`, spec.nodeSelector)
  names(errors, path, spec)
  securityContext(errors, `${path}.securityContext`, spec)
  spec.hostAliases?.forEach((alias, i) => {
    ip(errors, `${path}.hostAliases[${i}].ip`, alias.ip ?? '')
    alias.hostnames?.forEach((name, j) => say(errors, `${path}.hostAliases[${i}].hostnames[${j}]`, name, dns1123Subdomain(name)))
  })
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32)) errors.push(field.invalid(`${path}.activeDeadlineSeconds`, deadline, `must be between 1 and ${MAX_INT32}, inclusive`))
  nonNegative(errors, `${path}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds)
  affinity(errors, `${path}.affinity`, spec.affinity)
  tolerations(errors, `${path}.tolerations`, spec.tolerations)
  topologySpread(errors, `${path}.topologySpreadConstraints`, spec.topologySpreadConstraints)
  spec.readinessGates?.forEach(({ conditionType }, i) => say(errors, `${path}.readinessGates[${i}].conditionType`, conditionType, qualifiedName(conditionType)))
  schedulingGates(errors, path, spec)
  quantities(errors, `${path}.overhead`, spec.overhead)
  podLevelResources(errors, path, spec)
  envFiles(errors, path, spec)
  ownUsers(errors, path, spec)
}

/** A pod with users of its own shares no other namespace with its node, and no block device. */
function ownUsers(errors: Errors, path: string, spec: PodSpec): void {
  if (spec.hostUsers !== false) return
  const why = 'when `hostUsers` is false'
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC'] as const) if (spec[key]) errors.push(field.forbidden(`${path}.${key}`, why))
  for (const key of ['containers', 'initContainers'] as const) {
    spec[key]?.forEach((container, i) => {
      if (container.volumeDevices?.length) errors.push(field.forbidden(`${path}.${key}[${i}].volumeDevices`, why))
    })
  }
}

function dns(errors: Errors, path: string, spec: PodSpec): void {
  oneOf(errors, `${path}.dnsPolicy`, spec.dnsPolicy, DNS_POLICIES)
  const servers = spec.dnsConfig?.nameservers ?? []
  if (spec.dnsPolicy === 'None' && !spec.dnsConfig) errors.push(field.required(`${path}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None'))
  else if (spec.dnsPolicy === 'None' && servers.length === 0) errors.push(field.required(`${path}.dnsConfig.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'))
  if (servers.length > 3) errors.push(field.invalid(`${path}.dnsConfig.nameservers`, servers, 'must not have more than 3 nameservers'))
  servers.forEach((server, i) => ip(errors, `${path}.dnsConfig.nameservers[${i}]`, server))
}

function names(errors: Errors, path: string, spec: PodSpec): void {
  for (const key of ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'] as const) {
    const value = spec[key]
    if (value) say(errors, `${path}.${key}`, value, dns1123Subdomain(value))
  }
  for (const key of ['hostname', 'subdomain'] as const) {
    const value = spec[key]
    if (value) say(errors, `${path}.${key}`, value, dns1123Label(value))
  }
}

function securityContext(errors: Errors, path: string, spec: PodSpec): void {
  const context = spec.securityContext
  if (!context) return
  for (const key of ['runAsUser', 'runAsGroup', 'fsGroup'] as const) {
    const id = context[key]
    if (id !== undefined && (id < 0 || id > MAX_INT32)) errors.push(field.invalid(`${path}.${key}`, id, `must be between 0 and ${MAX_INT32}, inclusive`))
  }
  sysctls(errors, path, spec)
  if (spec.shareProcessNamespace && spec.hostPID) errors.push(field.invalid(`${path.replace(/securityContext$/, 'shareProcessNamespace')}`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'))
}

/** Both ways of writing a name are known: with dots and with slashes. */
function sysctls(errors: Errors, path: string, spec: PodSpec): void {
  const seen = new Set<string>()
  spec.securityContext?.sysctls?.forEach(({ name }, i) => {
    const at = `${path}.sysctls[${i}].name`
    if (!name) errors.push(field.required(at))
    else if (name.length > SYSCTL_LENGTH || !SYSCTL.test(name)) errors.push(field.invalid(at, name, `must have at most ${SYSCTL_LENGTH} characters and match regex ${SYSCTL.source}`))
    else if (seen.has(name)) errors.push(field.duplicate(at, name))
    seen.add(name)
  })
}

function schedulingGates(errors: Errors, path: string, spec: PodSpec): void {
  const seen = new Set<string>()
  spec.schedulingGates?.forEach(({ name }, i) => {
    const at = `${path}.schedulingGates[${i}]`
    say(errors, at, name, qualifiedName(name))
    if (seen.has(name)) errors.push(field.duplicate(at, name))
    seen.add(name)
  })
  if (seen.size > 0 && spec.nodeName) errors.push(field.forbidden(`${path}.nodeName`, 'cannot be set until all schedulingGates have been cleared'))
}
