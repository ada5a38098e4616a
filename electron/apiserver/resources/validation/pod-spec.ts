/** The spec of pods and of pod templates. Paths, sentences and their order are those that kubectl users know. */
import type { PodSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../../shared/labels.ts'
import { affinity } from './affinity.ts'
import type { Errors } from './common.ts'
import { ip, MAX_INT32, oneOf, say } from './common.ts'
import { containers, type Surroundings } from './containers.ts'
import { envFiles } from './env.ts'
import { labels } from './metadata.ts'
import { podDns } from './pod-dns.ts'
import { podLevelResources } from './pod-level-resources.ts'
import { hostProcesses, podOs } from './pod-os.ts'
import { quantities } from './quantities.ts'
import { podClaims } from './resource-claims.ts'
import { tolerations, topologySpread } from './scheduling.ts'
import { podSecurity } from './security.ts'
import { volumes } from './volumes.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never']

/** `pod`: its name, where it is one and no template. Answers what its containers may refer to. */
export function podSpec(errors: Errors, path: string, spec: PodSpec, pod?: string): Surroundings {
  const around = { spec, volumes: volumes(errors, `${path}.volumes`, spec.volumes, pod), claims: podClaims(errors, `${path}.resourceClaims`, spec.resourceClaims) }
  containers(errors, path, around)
  envFiles(errors, path, spec)
  podLevelResources(errors, path, spec, around.claims)
  oneOf(errors, `${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES, true)
  oneOf(errors, `${path}.dnsPolicy`, spec.dnsPolicy, DNS_POLICIES, true)
  labels(errors, `${path}.nodeSelector`, spec.nodeSelector)
  podSecurity(errors, `${path}.securityContext`, spec)
  affinity(errors, `${path}.affinity`, spec.affinity)
  podDns(errors, `${path}.dnsConfig`, spec)
  spec.readinessGates?.forEach(({ conditionType }, i) => say(errors, `${path}.readinessGates[${i}].conditionType`, conditionType, qualifiedName(conditionType)))
  schedulingGates(errors, `${path}.schedulingGates`, spec)
  topologySpread(errors, `${path}.topologySpreadConstraints`, spec.topologySpreadConstraints)
  hostProcesses(errors, path, spec)
  ownUsers(errors, path, spec)
  names(errors, path, spec)
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32)) errors.push(field.invalid(`${path}.activeDeadlineSeconds`, deadline, `must be between 1 and ${MAX_INT32}, inclusive`))
  tolerations(errors, `${path}.tolerations`, spec.tolerations)
  spec.hostAliases?.forEach((alias, i) => {
    ip(errors, `${path}.hostAliases[${i}].ip`, alias.ip ?? '')
    alias.hostnames?.forEach((name, j) => say(errors, `${path}.hostAliases[${i}].hostnames[${j}]`, name, dns1123Subdomain(name)))
  })
  if (spec.preemptionPolicy !== undefined) oneOf(errors, `${path}.preemptionPolicy`, spec.preemptionPolicy, PREEMPTION_POLICIES, true)
  quantities(errors, `${path}.overhead.limits`, spec.overhead)
  podOs(errors, path, spec)
  return around
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

function names(errors: Errors, path: string, spec: PodSpec): void {
  for (const key of ['serviceAccountName', 'nodeName', 'priorityClassName'] as const) {
    const value = spec[key]
    if (value) say(errors, `${path}.${key}`, value, dns1123Subdomain(value))
  }
  if (spec.runtimeClassName !== undefined) say(errors, `${path}.runtimeClassName`, spec.runtimeClassName, dns1123Subdomain(spec.runtimeClassName))
  for (const key of ['hostname', 'subdomain'] as const) {
    const value = spec[key]
    if (value) say(errors, `${path}.${key}`, value, dns1123Label(value))
  }
}

function schedulingGates(errors: Errors, path: string, spec: PodSpec): void {
  const seen = new Set<string>()
  spec.schedulingGates?.forEach(({ name }, i) => {
    const at = `${path}[${i}]`
    say(errors, at, name, qualifiedName(name))
    if (seen.has(name)) errors.push(field.duplicate(at, name))
    seen.add(name)
  })
}
