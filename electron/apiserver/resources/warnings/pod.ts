/** What is told about a pod, or a template of pods, that is taken as it is. Source: pkg/api/pod of Kubernetes. */
import type { ObjectMeta } from '../../../../shared/api/meta.ts'
import type { Affinity, Container, Pod, PodSpec, PodTemplateSpec } from '../../../../shared/api/types.ts'
import { dns1123Label } from '../../../../shared/labels.ts'
import { addressWarnings } from './addresses.ts'
import { fractionWarning } from './claims.ts'
import { deprecatedLabel, keyWarning, termWarnings } from './node-labels.ts'
import { portWarnings } from './pod-ports.ts'
import { volumeWarnings } from './pod-volumes.ts'

const OLD_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/'
const SECCOMP_GONE = 'non-functional in v1.27+; use the "seccompProfile" field instead'
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'
const NOBODY = 'a null labelSelector results in matching no pod'
/** What is counted in bytes. */
const BYTES = ['memory', 'ephemeral-storage']

function placement(to: string[], path: string, spec: PodSpec): void {
  for (const key in spec.nodeSelector) {
    const sentence = deprecatedLabel(key)
    if (sentence) to.push(`${path}.nodeSelector[${key}]: ${sentence}`)
  }
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred } = spec.affinity?.nodeAffinity ?? {}
  const at = `${path}.affinity.nodeAffinity`
  required?.nodeSelectorTerms?.forEach((term, i) => termWarnings(to, `${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`, term))
  preferred?.forEach(({ preference }, i) => termWarnings(to, `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`, preference, true))
  spec.topologySpreadConstraints?.forEach((constraint, i) => {
    keyWarning(to, `${path}.topologySpreadConstraints[${i}].topologyKey`, constraint.topologyKey)
    if (!constraint.labelSelector) to.push(`${path}.topologySpreadConstraints[${i}].labelSelector: ${NOBODY}`)
  })
}

function neighbours(to: string[], path: string, affinity: Affinity): void {
  for (const name of ['podAffinity', 'podAntiAffinity'] as const) {
    const at = `${path}.affinity.${name}`
    affinity[name]?.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, i) => {
      if (!term.labelSelector) to.push(`${at}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${NOBODY}`)
    })
    affinity[name]?.preferredDuringSchedulingIgnoredDuringExecution?.forEach((term, i) => {
      if (!term.podAffinityTerm?.labelSelector) to.push(`${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm.labelSelector: ${NOBODY}`)
    })
  }
}

/** Each that is told a second time. */
function twice(given: readonly (string | undefined)[], tell: (i: number, value: string) => void): void {
  if (given.length > 1) given.forEach((value = '', i) => {
    if (given.indexOf(value) !== i) tell(i, value)
  })
}

function names(to: string[], path: string, { hostAliases = [], imagePullSecrets = [] }: PodSpec): void {
  twice(hostAliases.map((a) => a.ip), (i, ip) => to.push(`${path}.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(ip)}`))
  twice(imagePullSecrets.map((s) => s.name ?? ''), (i, name) => to.push(`${path}.imagePullSecrets[${i}].name: duplicate name ${JSON.stringify(name)}`))
  imagePullSecrets.forEach(({ name }, i) => {
    if (!name) to.push(`${path}.imagePullSecrets[${i}].name: invalid empty name ""`)
  })
}

/** A later definition of a variable takes the place of an earlier one, unless it builds on it. */
function environment(to: string[], path: string, { env = [] }: Container): void {
  if (env.length < 2) return
  const seen = new Set<string>()
  env.forEach(({ name, value = '', valueFrom }, i) => {
    const earlier = `$(${name})`
    if (!seen.has(name)) seen.add(name)
    else if (valueFrom || value === earlier || !value.includes(earlier)) to.push(`${path}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`)
  })
}

function resources(to: string[], path: string, given: PodSpec['resources'] | Container['resources']): void {
  if (given) for (const list of ['limits', 'requests'] as const) for (const name of BYTES) fractionWarning(to, `${path}.resources.${list}`, name, given[list])
}

/** `prefix`: where the template is, with its dot; '' for a pod itself. */
function ofPod(to: string[], prefix: string, spec: PodSpec, annotations: ObjectMeta['annotations']): void {
  const path = `${prefix}spec`
  const annotated = (key: string, sentence: string): void => {
    if (annotations && Object.hasOwn(annotations, key)) to.push(`${prefix}metadata.annotations[${key}]: ${sentence}`)
  }
  const visit = (each: (container: Container, at: string) => void): void => {
    spec.initContainers?.forEach((c, i) => each(c, `${path}.initContainers[${i}]`))
    spec.containers?.forEach((c, i) => each(c, `${path}.containers[${i}]`))
    spec.ephemeralContainers?.forEach((c, i) => each(c as Container, `${path}.ephemeralContainers[${i}]`))
  }
  placement(to, path, spec)
  if (annotations) for (const key in OLD_ANNOTATIONS) annotated(key, OLD_ANNOTATIONS[key] ?? '')
  volumeWarnings(to, path, spec)
  names(to, path, spec)
  for (const name of BYTES) fractionWarning(to, `${path}.overhead`, name, spec.overhead)
  resources(to, path, spec.resources)
  if (annotations && !spec.securityContext?.seccompProfile) annotated(SECCOMP_POD, SECCOMP_GONE)
  visit((container, at) => {
    if (annotations) {
      if (!container.securityContext?.seccompProfile) annotated(`${SECCOMP}${container.name}`, SECCOMP_GONE)
      if (!spec.securityContext?.appArmorProfile && !container.securityContext?.appArmorProfile) annotated(`${APP_ARMOR}${container.name}`, 'deprecated since v1.30; use the "appArmorProfile" field instead')
    }
    resources(to, at, container.resources)
    environment(to, at, container)
  })
  portWarnings(to, spec, visit)
  if (Number(spec.terminationGracePeriodSeconds) < 0) to.push(`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`)
  if (spec.affinity) neighbours(to, path, spec.affinity)
  spec.dnsConfig?.nameservers?.forEach((address, i) => addressWarnings(to, `${path}.dnsConfig.nameservers[${i}]`, address))
  spec.hostAliases?.forEach(({ ip }, i) => addressWarnings(to, `${path}.hostAliases[${i}].ip`, ip))
}

export function templateWarnings(to: string[], path: string, template: PodTemplateSpec | undefined): void {
  if (template?.spec) ofPod(to, `${path}.`, template.spec, template.metadata?.annotations)
}

/** A name that pods have, or get theirs from. */
export function nameWarning(to: string[], name: string, what = 'Pod names and hostnames'): void {
  const faults = dns1123Label(name)
  if (faults.length) to.push(`metadata.name: this is used in ${what}, which can result in surprising behavior; a DNS label is recommended: [${faults.join(' ')}]`)
}

/** Of a new one; a changed pod is not looked at, as upstream does not. */
export function podWarnings(pod: Pod, old: Pod | undefined): string[] {
  const to: string[] = []
  if (old) return to
  nameWarning(to, pod.metadata.name, "the Pod's hostname")
  ofPod(to, '', pod.spec, pod.metadata.annotations)
  return to
}

export function podStatusWarnings({ status }: Pod): string[] {
  const to: string[] = []
  status?.podIPs?.forEach(({ ip }, i) => addressWarnings(to, `status.podIPs[${i}].ip`, ip))
  status?.hostIPs?.forEach(({ ip }, i) => addressWarnings(to, `status.hostIPs[${i}].ip`, ip))
  return to
}
