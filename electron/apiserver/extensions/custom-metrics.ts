/**
 * custom.metrics.k8s.io, v1beta2 and v1beta1: numbers that pods say of themselves, and of other objects, for the
 * HorizontalPodAutoscaler. Upstream has an adapter of somebody's behind the aggregator for it; here it is one more group of
 * this server, there while there are such numbers. Source: k8s.io/metrics/pkg/apis/custom_metrics, and the paths of its client.
 */
import { badRequest, failure, methodNotAllowed } from '../../../shared/errors.ts'
import { parseLabelSelector, requirementsMatch, SelectorError, type Requirement } from '../../../shared/selectors.ts'
import type { KindRegistry } from '../kind-registry.ts'
import type { RequestInfo } from '../request-info.ts'
import { defineKind, type KindDefinition } from '../resources/kind.ts'
import type { Schema, Schemas } from '../schema.ts'
import type { ApiRequest, ApiResponse, CustomMetricsDoor } from '../types.ts'

export const CUSTOM_METRICS = 'custom.metrics.k8s.io'
const VERSIONS = ['v1beta2', 'v1beta1'] as const
const PACKAGE = 'io.k8s.metrics.pkg.apis.custom_metrics.'
const string: Schema = { type: 'string' }

const schemas: Schemas = Object.fromEntries(VERSIONS.flatMap((version): [string, Schema][] => [
  [`${PACKAGE}${version}.MetricValue`, {
    type: 'object', required: ['describedObject', 'timestamp', 'value'],
    properties: {
      apiVersion: string, kind: string, describedObject: { ref: 'V1ObjectReference' }, timestamp: { type: 'string', format: 'date-time' }, windowSeconds: { type: 'integer', format: 'int64' }, value: { type: 'string', format: 'quantity' },
      ...(version === 'v1beta2' ? { metric: { type: 'object', required: ['name'], properties: { name: string, selector: { ref: 'V1LabelSelector' } } } } : { metricName: string, selector: { ref: 'V1LabelSelector' } }),
    },
  }],
  [`${PACKAGE}${version}.MetricValueList`, { type: 'object', required: ['items'], properties: { apiVersion: string, kind: string, metadata: { ref: 'V1ListMeta' }, items: { type: 'array', items: { ref: `${PACKAGE}${version}.MetricValue` } } } }],
]))

/** For discovery: each metric is a subresource of pods, as adapters list them. */
export function customMetricsKinds(names: readonly string[], door: () => CustomMetricsDoor): { kinds: readonly KindDefinition[]; schemas: Schemas } {
  if (!names.length) return { kinds: [], schemas: {} }
  const kinds = VERSIONS.map((version) => defineKind({
    group: CUSTOM_METRICS, version, kind: 'MetricValueList', resource: 'pods', singular: '', scope: 'Namespaced', schema: `${PACKAGE}${version}.MetricValueList`, verbs: [], strategy: {}, memory: { list: () => [] }, columns: [],
    anyResource: true, answer: ({ request, info }, { registry }) => answer(request, info, registry, door()),
    subresources: names.map((name) => ({ name, verbs: ['get'], kind: 'MetricValueList' })),
  }))
  return { kinds, schemas }
}

function requirements(query: URLSearchParams, parameter: string): readonly Requirement[] {
  try {
    return parseLabelSelector(query.get(parameter) ?? '')
  } catch (e) {
    if (e instanceof SelectorError) throw badRequest(`unable to parse ${parameter}: ${e.message}`)
    throw e
  }
}

/** GET of `…/namespaces/NS/RESOURCE[.GROUP]/NAME/METRIC`, `…/namespaces/NS/metrics/METRIC` (of the namespace), `…/RESOURCE/NAME/METRIC`. */
async function answer(request: ApiRequest, info: RequestInfo, registry: Pick<KindRegistry, 'resource'>, door: CustomMetricsDoor): Promise<ApiResponse> {
  if (info.verb !== 'get' && info.verb !== 'list') throw methodNotAllowed()
  const ofNamespace = info.resource === 'metrics' && info.namespace !== '' && info.subresource === ''
  const [resource = '', ...group] = (ofNamespace ? 'namespaces' : info.resource).split('.')
  const metric = ofNamespace ? info.name : info.subresource
  const name = ofNamespace ? info.namespace : info.name
  if (!metric || !name) throw failure(404, 'NotFound', 'the server could not find the requested resource', {})
  const kind = registry.resource(group.join('.'), resource)
  const missing = (): Error => failure(404, 'NotFound', `the server could not find the metric ${metric} for ${resource}${name === '*' ? '' : ` ${name}`}`, {})
  if (!kind) throw missing()
  const [objects, series] = [requirements(request.query, 'labelSelector'), requirements(request.query, 'metricLabelSelector')]
  const values = await door.query({
    object: { kind: kind.kind, apiVersion: `${kind.group}/${kind.version}`, resource, group: kind.group, singular: kind.singular }, namespace: info.namespace, name, metric,
    matchesObject: (labels) => requirementsMatch(objects, labels), matchesMetric: (labels) => requirementsMatch(series, labels),
  })
  if (!values.length) throw missing()
  const named = info.version === 'v1beta1' ? { metricName: metric } : { metric: { name: metric } }
  return {
    status: 200,
    body: { type: 'object', value: { kind: 'MetricValueList', apiVersion: `${CUSTOM_METRICS}/${info.version}`, metadata: {}, items: values.map(({ describedObject, ...value }) => ({ describedObject, ...named, ...value })) } },
  }
}
