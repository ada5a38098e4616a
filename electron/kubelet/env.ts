/** A container's environment: envFrom, env, the downward API, `$(NAME)`. Source: Kubernetes API reference, EnvVar; third_party/forked/golang/expansion. */
import type { Container, Pod } from '../../shared/api/types.ts'
import { bytes, cpuMillis } from '../../shared/quantity.ts'

/** What the pod is told about where it runs. */
export interface PodFacts {
  readonly podIP: string
  readonly hostIP: string
  /** What the pod may have at most, or the node has, for limits that the container does not set. */
  readonly cpuMillis: number
  readonly memoryBytes: number
}
export interface ConfigSource {
  configMap(namespace: string, name: string): { data?: Record<string, string>; binaryData?: Record<string, string> } | undefined
  secret(namespace: string, name: string): { type?: string; data?: Record<string, string> } | undefined
  /** Variables of the Services that a pod of this namespace is told of; `links`: all of them, not only the API's. */
  serviceVariables?(namespace: string, links: boolean): ReadonlyMap<string, string>
}
/** Waiting reason CreateContainerConfigError. */
export class ContainerConfigError extends Error {}

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')

/** `$(NAME)` becomes its value, `$$` a dollar; what is unknown stays as it is. */
export function expand(text: string, values: Pick<ReadonlyMap<string, string>, 'get'>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (all, what: string, name: string | undefined) => (what === '$' ? '$' : (values.get(name ?? '') ?? all)))
}

/** A field of the pod by its path, as text; undefined when the path is none that the API knows. */
export function fieldOf(pod: Pod, path: string, facts: Pick<PodFacts, 'podIP' | 'hostIP'>): string | undefined {
  const key = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path)
  if (key) return pod.metadata[key[1] as 'labels' | 'annotations']?.[key[2]!] ?? ''
  const lines = (m: Record<string, string> | undefined): string => Object.entries(m ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${k}=${JSON.stringify(v)}`).join('\n')
  switch (path) {
    case 'metadata.name': return pod.metadata.name
    case 'metadata.namespace': return pod.metadata.namespace ?? ''
    case 'metadata.uid': return pod.metadata.uid ?? ''
    case 'metadata.labels': return lines(pod.metadata.labels)
    case 'metadata.annotations': return lines(pod.metadata.annotations)
    case 'spec.nodeName': return pod.spec.nodeName ?? ''
    case 'spec.serviceAccountName': return pod.spec.serviceAccountName ?? ''
    case 'status.hostIP': case 'status.hostIPs': return facts.hostIP
    case 'status.podIP': case 'status.podIPs': return facts.podIP
    default: return undefined
  }
}

/** `limits.cpu`, `requests.memory`, … of a container in units of the divisor, rounded up. */
export function resourceOf(container: Pick<Container, 'resources'>, resource: string, divisor: string | undefined, facts: PodFacts): string | undefined {
  const m = /^(limits|requests)\.([a-z-]+)$/.exec(resource)
  if (!m) return undefined
  const [, which, name] = m as unknown as [string, 'limits' | 'requests', string]
  const text = container.resources?.[which]?.[name]
  const unit = divisor && divisor !== '0' ? divisor : '1'
  if (name === 'cpu') {
    const amount = text === undefined ? (which === 'limits' ? facts.cpuMillis : 0) : cpuMillis(text)
    return String(Math.ceil(amount / cpuMillis(unit)))
  }
  const amount = text === undefined ? (which === 'limits' && name === 'memory' ? facts.memoryBytes : 0) : bytes(text)
  return String(Math.ceil(amount / bytes(unit)))
}

const NO_FILES: ReadonlyMap<string, string> = new Map()

/** `files`: values that come out of files, by the variable's name. Throws ContainerConfigError for what refers to something that is not there. */
export function containerEnv(pod: Pod, container: Container, source: ConfigSource, facts: PodFacts, files = NO_FILES): Map<string, string> {
  const namespace = pod.metadata.namespace ?? ''
  const result = new Map<string, string>()
  const services = source.serviceVariables?.(namespace, pod.spec.enableServiceLinks !== false) ?? new Map<string, string>()
  /** `$(NAME)` sees what was set before, and the Services. */
  const known = { get: (name: string): string | undefined => result.get(name) ?? services.get(name) }
  const missing = (kind: string, name: string): never => { throw new ContainerConfigError(`${kind} ${JSON.stringify(name)} not found`) }
  for (const from of container.envFrom ?? []) {
    const prefix = from.prefix ?? ''
    if (from.configMapRef) {
      const map = source.configMap(namespace, from.configMapRef.name ?? '') ?? (from.configMapRef.optional ? {} : missing('configmap', from.configMapRef.name ?? ''))
      for (const [k, v] of Object.entries(map.data ?? {})) result.set(prefix + k, v)
    } else if (from.secretRef) {
      const secret = source.secret(namespace, from.secretRef.name ?? '') ?? (from.secretRef.optional ? {} : missing('secret', from.secretRef.name ?? ''))
      for (const [k, v] of Object.entries(secret.data ?? {})) result.set(prefix + k, decode(v))
    }
  }
  for (const e of container.env ?? []) {
    const from = e.valueFrom
    if (!from) {
      result.set(e.name, expand(e.value ?? '', known))
    } else if (from.fieldRef) {
      const value = fieldOf(pod, from.fieldRef.fieldPath, facts)
      if (value === undefined) throw new ContainerConfigError(`unsupported fieldPath: ${from.fieldRef.fieldPath}`)
      result.set(e.name, value)
    } else if (from.resourceFieldRef) {
      const name = from.resourceFieldRef.containerName
      const of = name ? [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === name) : container
      const value = of && resourceOf(of, from.resourceFieldRef.resource, from.resourceFieldRef.divisor, facts)
      if (value === undefined) throw new ContainerConfigError(`unsupported container resource : ${from.resourceFieldRef.resource}`)
      result.set(e.name, value)
    } else if (from.fileKeyRef) {
      const value = files.get(e.name)
      if (value !== undefined) result.set(e.name, value)
    } else {
      const ref = from.configMapKeyRef ?? from.secretKeyRef
      if (!ref) continue
      const kind = from.configMapKeyRef ? 'configmap' : 'secret'
      const found = from.configMapKeyRef ? source.configMap(namespace, ref.name ?? '') : source.secret(namespace, ref.name ?? '')
      const raw = found?.data?.[ref.key]
      if (raw !== undefined) result.set(e.name, kind === 'secret' ? decode(raw) : raw)
      else if (!ref.optional) {
        if (!found) missing(kind, ref.name ?? '')
        throw new ContainerConfigError(`couldn't find key ${ref.key} in ${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${namespace}/${ref.name}`)
      }
    }
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value)
  return result
}
