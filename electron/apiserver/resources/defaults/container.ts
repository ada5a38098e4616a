/** Defaults of a container. Source: core/v1 defaulting of Kubernetes. */
import type { Container, Probe } from '../../../../shared/api/types.ts'
import { canonicalResources } from './resources.ts'

/** `repository` and `tag` of an image name; a digest counts as a tag that is not `latest`. */
export function imageTag(image: string): string {
  if (image.includes('@')) return ''
  const last = image.slice(image.lastIndexOf('/') + 1)
  const colon = last.indexOf(':')
  return colon === -1 ? 'latest' : last.slice(colon + 1)
}

type HttpGet = NonNullable<Probe['httpGet']>
function httpGetDefaults(get: HttpGet | undefined): void {
  if (!get) return
  get.path ||= '/'
  get.scheme ||= 'HTTP'
}

function probeDefaults(probe: Probe | undefined): void {
  if (!probe) return
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  httpGetDefaults(probe.httpGet)
  if (probe.grpc) probe.grpc.service ??= ''
}

export function containerDefaults(container: Container): void {
  container.terminationMessagePath ||= '/dev/termination-log'
  container.terminationMessagePolicy ||= 'File'
  if (!container.imagePullPolicy) container.imagePullPolicy = container.image && imageTag(container.image) === 'latest' ? 'Always' : 'IfNotPresent'
  container.resources ??= {}
  canonicalResources(container.resources.limits)
  canonicalResources(container.resources.requests)
  for (const port of container.ports ?? []) port.protocol ||= 'TCP'
  for (const env of container.env ?? []) if (env.valueFrom?.fieldRef) env.valueFrom.fieldRef.apiVersion ||= 'v1'
  probeDefaults(container.livenessProbe)
  probeDefaults(container.readinessProbe)
  probeDefaults(container.startupProbe)
  httpGetDefaults(container.lifecycle?.postStart?.httpGet)
  httpGetDefaults(container.lifecycle?.preStop?.httpGet)
  const divisors = (container.env ?? []).map((env) => env.valueFrom?.resourceFieldRef)
  for (const reference of divisors) if (reference) reference.divisor ??= '0'
}
