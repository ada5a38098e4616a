/** HorizontalPodAutoscalers. Source: autoscaling/v2 validation of Kubernetes. */
import type { HorizontalPodAutoscaler } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { pathSegment } from '../../../../shared/labels.ts'
import { parseQuantity } from '../../../../shared/quantity.ts'
import { nonNegative, say, type Errors } from './common.ts'
import { labelSelector } from './metadata.ts'

type Spec = HorizontalPodAutoscaler['spec']
type Metric = NonNullable<Spec['metrics']>[number]
type Target = NonNullable<Metric['resource']>['target']
type Rules = NonNullable<NonNullable<Spec['behavior']>['scaleUp']>

const SOURCES = { ContainerResource: 'containerResource', External: 'external', Object: 'object', Pods: 'pods', Resource: 'resource' } as const
const TYPES = Object.keys(SOURCES)
const MAX_PERIOD_SECONDS = 1800
const MAX_WINDOW_SECONDS = 3600

function reference(errors: Errors, path: string, ref: { kind?: string; name?: string } | undefined): void {
  for (const name of ['kind', 'name'] as const) {
    const value = ref?.[name]
    if (!value) errors.push(field.required(`${path}.${name}`))
    else say(errors, `${path}.${name}`, value, pathSegment(value))
  }
}

function target(errors: Errors, path: string, given: Target | undefined): void {
  if (!given?.type) errors.push(field.required(`${path}.type`, 'must specify a metric target type'))
  else if (!['AverageValue', 'Utilization', 'Value'].includes(given.type)) errors.push(field.invalid(`${path}.type`, given.type, 'must be either Utilization, Value, or AverageValue'))
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

function metric(errors: Errors, path: string, given: Metric): void {
  const own = SOURCES[given.type as keyof typeof SOURCES]
  if (!given.type) errors.push(field.required(`${path}.type`, 'must specify a metric source type'))
  else if (own === undefined) errors.push(field.notSupported(`${path}.type`, given.type, TYPES))
  else if (!given[own]) errors.push(field.required(`${path}.${own}`, `must populate information for the given metric source`))
  for (const name of Object.values(SOURCES)) if (own && name !== own && given[name]) errors.push(field.forbidden(`${path}.${name}`, 'must populate the given metric source only'))
  const { resource, containerResource, pods, object, external } = given
  for (const [name, source] of [['resource', resource], ['containerResource', containerResource]] as const) {
    if (!source) continue
    if (!source.name) errors.push(field.required(`${path}.${name}.name`, 'must specify a resource name'))
    share(errors, `${path}.${name}`, source.target)
  }
  if (containerResource && !containerResource.container) errors.push(field.required(`${path}.containerResource.container`, 'must specify a container'))
  if (pods) {
    identifier(errors, `${path}.pods.metric`, pods.metric)
    target(errors, `${path}.pods.target`, pods.target)
    if (pods.target?.averageValue === undefined) errors.push(field.required(`${path}.pods.target.averageValue`, 'must specify a positive target averageValue'))
  }
  if (object) {
    reference(errors, `${path}.object.describedObject`, object.describedObject)
    identifier(errors, `${path}.object.metric`, object.metric)
    target(errors, `${path}.object.target`, object.target)
    if (object.target?.value === undefined && object.target?.averageValue === undefined) errors.push(field.required(`${path}.object.target.averageValue`, 'must set either a target value or averageValue'))
  }
  if (external) {
    identifier(errors, `${path}.external.metric`, external.metric)
    target(errors, `${path}.external.target`, external.target)
    const { value, averageValue } = external.target ?? {}
    if (value === undefined && averageValue === undefined) errors.push(field.required(`${path}.external.target.averageValue`, 'must set either a target value for metric or a per-pod target'))
    else if (value !== undefined && averageValue !== undefined) errors.push(field.forbidden(`${path}.external.target.value`, 'may not set both a target value for metric and a per-pod target'))
  }
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
}

export function validateAutoscaler(object: HorizontalPodAutoscaler): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  // Scaling to nothing needs a metric that exists without pods.
  const fromZero = spec.metrics?.some((m) => m.type === 'Object' || m.type === 'External') ?? false
  const least = fromZero ? 0 : 1
  if (spec.minReplicas !== undefined && spec.minReplicas < least) errors.push(field.invalid('spec.minReplicas', spec.minReplicas, `must be greater than or equal to ${least}`))
  if (!(spec.maxReplicas >= 1)) errors.push(field.invalid('spec.maxReplicas', spec.maxReplicas ?? 0, 'must be greater than 0'))
  if (spec.minReplicas !== undefined && spec.maxReplicas < spec.minReplicas) errors.push(field.invalid('spec.maxReplicas', spec.maxReplicas, 'must be greater than or equal to `minReplicas`'))
  reference(errors, 'spec.scaleTargetRef', spec.scaleTargetRef)
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
