/**
 * metrics.k8s.io/v1beta1, answered from memory: what `kubectl top` and the HorizontalPodAutoscaler ask. Upstream has a
 * server of its own for it (metrics-server) behind the aggregator; here it is one more group of this one.
 */
import type { NodeMetrics, PodMetrics } from '../../../shared/api/types.ts'
import { nameColumn, text } from '../resources/columns.ts'
import { defineKind, type KindDefinition } from '../resources/kind.ts'
import type { Schema, Schemas } from '../schema.ts'
import type { MetricsDoor } from '../types.ts'

const GROUP = 'metrics.k8s.io'
const PACKAGE = 'io.k8s.metrics.pkg.apis.metrics.v1beta1.'
const VERBS = ['get', 'list']

const string: Schema = { type: 'string' }
const quantities: Schema = { type: 'object', additionalProperties: { type: 'string', format: 'quantity' } }
const head = { apiVersion: string, kind: string, metadata: { ref: 'V1ObjectMeta' }, timestamp: { type: 'string', format: 'date-time' }, window: string } as const
const list = (of: string): Schema => ({
  type: 'object', required: ['items'],
  properties: { apiVersion: string, kind: string, metadata: { ref: 'V1ListMeta' }, items: { type: 'array', items: { ref: PACKAGE + of } } },
})
const schemas: Schemas = {
  [`${PACKAGE}NodeMetrics`]: { type: 'object', required: ['timestamp', 'window', 'usage'], properties: { ...head, usage: quantities } },
  [`${PACKAGE}NodeMetricsList`]: list('NodeMetrics'),
  [`${PACKAGE}ContainerMetrics`]: { type: 'object', required: ['name', 'usage'], properties: { name: string, usage: quantities } },
  [`${PACKAGE}PodMetrics`]: { type: 'object', required: ['timestamp', 'window', 'containers'], properties: { ...head, containers: { type: 'array', items: { ref: `${PACKAGE}ContainerMetrics` } } } },
  [`${PACKAGE}PodMetricsList`]: list('PodMetrics'),
}

export function metricsKinds(door: MetricsDoor): { kinds: readonly KindDefinition[]; schemas: Schemas } {
  const nodes = defineKind<NodeMetrics>({
    group: GROUP, version: 'v1beta1', kind: 'NodeMetrics', resource: 'nodes', singular: '', scope: 'Cluster', schema: `${PACKAGE}NodeMetrics`, verbs: VERBS, strategy: {},
    memory: { list: () => door.nodes() },
    columns: [
      nameColumn, text<NodeMetrics>('cpu', 'Cores in use.', (o) => o.usage.cpu), text<NodeMetrics>('memory', 'Memory in use.', (o) => o.usage.memory),
      text<NodeMetrics>('Window', 'How long was measured.', (o) => o.window),
    ],
  })
  const pods = defineKind<PodMetrics>({
    group: GROUP, version: 'v1beta1', kind: 'PodMetrics', resource: 'pods', singular: '', scope: 'Namespaced', schema: `${PACKAGE}PodMetrics`, verbs: VERBS, strategy: {},
    memory: { list: (namespace) => door.pods(namespace) },
    columns: [nameColumn, text<PodMetrics>('Window', 'How long was measured.', (o) => o.window)],
  })
  return { kinds: [nodes, pods], schemas }
}
