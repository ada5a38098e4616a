/** HorizontalPodAutoscalers. Source: autoscaling/v2 validation of Kubernetes. */
import type { HorizontalPodAutoscaler } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, pathSegment } from '../../../../shared/labels.ts'
import { parseQuantity } from '../../../../shared/quantity.ts'
import { NON_NEGATIVE, nonNegative, say, type Errors } from './common.ts'
import { labelSelector } from './metadata.ts'

type Spec = HorizontalPodAutoscaler['spec']
type Metric = NonNullable<Spec['metrics']>[number]
type Target = NonNullable<Metric['resource']>['target']
type Rules = NonNullable<NonNullable<Spec['behavior']>['scaleUp']>

/** In the order in which they are looked at. */
const SOURCES = { Object: 'object', External: 'external', Pods: 'pods', Resource: 'resource', ContainerResource: 'containerResource' } as const
const TYPES = Object.keys(SOURCES)
const MAX_PERIOD_SECONDS = 1800
const MAX_WINDOW_SECONDS = 3600

interface Reference { readonly kind?: string; readonly name?: string; readonly apiVersion?: string }

/** What is wrong with the version that a reference names. `grouped`: the core group will not do. */
function versionFault({ apiVersion = '' }: Reference, grouped: boolean): string | undefined {
  const parts = apiVersion === '/' ? [] : apiVersion.split('/')
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`
  return grouped && (parts.length < 2 || !parts[0]) ? 'apiVersion must specify API group' : undefined
}

function reference(errors: Errors, path: string, ref: Reference | undefined, grouped: boolean, old?: Reference): void {
  for (const name of ['kind', 'name'] as const) {
    const value = ref?.[name]
    if (!value) errors.push(field.required(`${path}.${name}`))
    else say(errors, `${path}.${name}`, value, pathSegment(value))
  }
  const fault = versionFault(ref ?? {}, grouped)
  // One that was taken when nobody looked may stay as it is.
  if (fault !== undefined && (old === undefined || versionFault(old, grouped) === undefined)) errors.push(field.invalid(`${path}.apiVersion`, ref?.apiVersion ?? '', fault))
}

function target(errors: Errors, path: string, given: Target | undefined): void {
  if (!given?.type) errors.push(field.required(`${path}.type`, 'must specify a metric target type'))
  if (!['AverageValue', 'Utilization', 'Value'].includes(given?.type ?? '')) errors.push(field.invalid(`${path}.type`, given?.type ?? '', 'must be either Utilization, Value, or AverageValue'))
  for (const name of ['value', 'averageValue'] as const) {
    const text = given?.[name]
    if (text !== undefined && (parseQuantity(text)?.nanos ?? 0n) <= 0n) errors.push(field.invalid(`${path}.${name}`, text, 'must be positive'))
  }
  if (given?.averageUtilization !== undefined && given.averageUtilization < 1) errors.push(field.invalid(`${path}.averageUtilization`, given.averageUtilization, 'must be greater than 0'))
}

/** Metrics of resources: a share of what pods ask for, or an amount for each, and only one of them. */
function share(errors: Errors, path: string, given: Target | undefined): void {
  target(errors, `${path}.target`, given)
  const { averageUtilization: percent, averageValue: amount } = given ?? {}
  if (percent === undefined && amount === undefined) errors.push(field.required(`${path}.target.averageUtilization`, 'must set either a target raw value or a target utilization'))
  else if (percent !== undefined && amount !== undefined) errors.push(field.forbidden(`${path}.target.averageValue`, 'may not set both a target raw value and a target utilization'))
}

function identifier(errors: Errors, path: string, given: { name?: string; selector?: Parameters<typeof labelSelector>[2] } | undefined): void {
  if (!given?.name) errors.push(field.required(`${path}.name`, 'must specify a metric name'))
  else say(errors, `${path}.name`, given.name, pathSegment(given.name))
  labelSelector(errors, `${path}.selector`, given?.selector)
}

/** Each source by its own rules. */
function source(errors: Errors, path: string, name: (typeof SOURCES)[keyof typeof SOURCES], given: Metric): void {
  const { resource, containerResource, pods, object, external } = given
  if (name === 'resource' || name === 'containerResource') {
    if (!given[name]?.name) errors.push(field.required(`${path}.name`, 'must specify a resource name'))
    if (name === 'containerResource') {
      if (!containerResource?.container) errors.push(field.required(`${path}.container`, 'must specify a container'))
      else say(errors, `${path}.container`, containerResource.container, dns1123Label(containerResource.container))
    }
    share(errors, path, (name === 'resource' ? resource : containerResource)?.target)
  } else if (name === 'pods') {
    identifier(errors, `${path}.metric`, pods?.metric)
    target(errors, `${path}.target`, pods?.target)
    if (pods?.target?.averageValue === undefined) errors.push(field.required(`${path}.target.averageValue`, 'must specify a positive target averageValue'))
  } else if (name === 'object') {
    reference(errors, `${path}.describedObject`, object?.describedObject, false)
    identifier(errors, `${path}.metric`, object?.metric)
    target(errors, `${path}.target`, object?.target)
    if (object?.target?.value === undefined && object?.target?.averageValue === undefined) errors.push(field.required(`${path}.target.averageValue`, 'must set either a target value or averageValue'))
  } else {
    identifier(errors, `${path}.metric`, external?.metric)
    target(errors, `${path}.target`, external?.target)
    const { value, averageValue } = external?.target ?? {}
    if (value === undefined && averageValue === undefined) errors.push(field.required(`${path}.target.averageValue`, 'must set either a target value for metric or a per-pod target'))
    else if (value !== undefined && averageValue !== undefined) errors.push(field.forbidden(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target'))
  }
}

/** Exactly one source, that of its type; of several, only the first is looked at. */
function metric(errors: Errors, path: string, given: Metric): void {
  const own = SOURCES[given.type as keyof typeof SOURCES]
  const unsupported = field.notSupported(`${path}.type`, given.type ?? '', TYPES)
  if (!given.type) errors.push(field.required(`${path}.type`, 'must specify a metric source type'))
  if (own === undefined) errors.push(unsupported)
  const present = Object.values(SOURCES).filter((name) => given[name])
  const [first] = present
  if (first) source(errors, `${path}.${first}`, first, given)
  // Upstream says so twice.
  if (own === undefined) errors.push(unsupported)
  else if (!given[own]) errors.push(field.required(`${path}.${own}`, 'must populate information for the given metric source'))
  if (present.length > 1) for (const name of present) if (name !== own) errors.push(field.forbidden(`${path}.${name}`, 'must populate the given metric source only'))
}

function rules(errors: Errors, path: string, given: Rules | undefined): void {
  if (!given) return
  const window = given.stabilizationWindowSeconds
  if (window !== undefined && window < 0) errors.push(field.invalid(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'))
  if (window !== undefined && window > MAX_WINDOW_SECONDS) errors.push(field.invalid(`${path}.stabilizationWindowSeconds`, window, `must be less than or equal to ${MAX_WINDOW_SECONDS}`))
  if (given.selectPolicy !== undefined && !['Disabled', 'Max', 'Min'].includes(given.selectPolicy)) errors.push(field.notSupported(`${path}.selectPolicy`, given.selectPolicy, ['Disabled', 'Max', 'Min']))
  if (!given.policies?.length) errors.push(field.required(`${path}.policies`, 'must specify at least one Policy'))
  given.policies?.forEach((policy, i) => {
    const at = `${path}.policies[${i}]`
    if (!['Percent', 'Pods'].includes(policy.type)) errors.push(field.notSupported(`${at}.type`, policy.type, ['Percent', 'Pods']))
    if (policy.value <= 0) errors.push(field.invalid(`${at}.value`, policy.value, 'must be greater than zero'))
    if (policy.periodSeconds <= 0) errors.push(field.invalid(`${at}.periodSeconds`, policy.periodSeconds, 'must be greater than zero'))
    if (policy.periodSeconds > MAX_PERIOD_SECONDS) errors.push(field.invalid(`${at}.periodSeconds`, policy.periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`))
  })
  const { tolerance } = given
  if (tolerance !== undefined && (parseQuantity(tolerance)?.nanos ?? -1n) < 0n) errors.push(field.invalid(`${path}.tolerance`, tolerance, NON_NEGATIVE))
}

/** `old`: what it replaces. */
export function validateAutoscaler(object: HorizontalPodAutoscaler, old?: HorizontalPodAutoscaler): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  // Scaling to nothing needs a metric that exists without pods.
  const fromZero = spec.metrics?.some((m) => m.type === 'Object' || m.type === 'External') ?? false
  const least = fromZero ? 0 : 1
  if (spec.minReplicas !== undefined && spec.minReplicas < least) errors.push(field.invalid('spec.minReplicas', spec.minReplicas, `must be greater than or equal to ${least}`))
  if (!(spec.maxReplicas >= 1)) errors.push(field.invalid('spec.maxReplicas', spec.maxReplicas ?? 0, 'must be greater than 0'))
  if (spec.minReplicas !== undefined && spec.maxReplicas < spec.minReplicas) errors.push(field.invalid('spec.maxReplicas', spec.maxReplicas, 'must be greater than or equal to `minReplicas`'))
  // The one kind without a group that can be scaled.
  reference(errors, 'spec.scaleTargetRef', spec.scaleTargetRef, spec.scaleTargetRef?.kind !== 'ReplicationController', old?.spec?.scaleTargetRef)
  spec.metrics?.forEach((m, i) => metric(errors, `spec.metrics[${i}]`, m))
  rules(errors, 'spec.behavior.scaleUp', spec.behavior?.scaleUp)
  rules(errors, 'spec.behavior.scaleDown', spec.behavior?.scaleDown)
  return errors
}

export function validateAutoscalerStatus(object: HorizontalPodAutoscaler): FieldError[] {
  const errors: Errors = []
  nonNegative(errors, 'status.currentReplicas', object.status?.currentReplicas)
  nonNegative(errors, 'status.desiredReplicas', object.status?.desiredReplicas)
  return errors
}
