/** LocalNode: a kubelet of this app. Made, stopped, started and removed like any object; the cluster's loop carries it out. */
import { LOCAL_NODE_FINALIZER, type LocalNode } from '../../../shared/api/local-node.ts'
import { canonicalQuantity } from '../schema/quantity.ts'
import type { Schemas } from '../schema.ts'
import { ageColumn, integer, nameColumn, text, wide } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateLocalNode } from './validation/localnode.ts'

const PREFIX = 'dev.pilothouse.v1.'
const ownSchemas: Schemas = {
  [`${PREFIX}LocalNode`]: {
    description: 'A node that this app runs on its own container engine. The Node of the same name follows it.',
    type: 'object',
    properties: {
      apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { ref: 'V1ObjectMeta' },
      spec: { description: 'What the node is to be.', ref: `${PREFIX}LocalNodeSpec` }, status: { description: 'What it is.', ref: `${PREFIX}LocalNodeStatus` },
    },
  },
  [`${PREFIX}LocalNodeList`]: {
    type: 'object', required: ['items'],
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { ref: 'V1ListMeta' }, items: { type: 'array', items: { ref: `${PREFIX}LocalNode` } } },
  },
  [`${PREFIX}LocalNodeSpec`]: {
    description: 'What a node is to be.',
    type: 'object',
    properties: {
      cpu: { description: 'Cores that the node offers. Absent: an equal share of what the engine has.', type: 'string', format: 'quantity' },
      memory: { description: 'Memory that the node offers. Absent: an equal share of what the engine has.', type: 'string', format: 'quantity' },
      pods: { description: 'How many pods the node takes. Default 110.', type: 'integer', format: 'int32' },
      labels: { description: 'Labels that the Node keeps.', type: 'object', additionalProperties: { type: 'string' } },
      taints: { description: 'Taints that the Node has when it is made.', type: 'array', items: { ref: 'V1Taint' } },
      running: { description: 'False: as if its power was off. Its containers are killed and nobody answers for it. Default true.', type: 'boolean' },
    },
  },
  [`${PREFIX}LocalNodeStatus`]: {
    description: 'What a node is.',
    type: 'object',
    properties: {
      observedGeneration: { description: 'The generation of the spec that was carried out last.', type: 'integer', format: 'int64' },
      runtime: { description: 'The container runtime that the node was first run with.', type: 'string' },
      conditions: { description: 'Running, and Drained while it is being removed.', type: 'array', items: { ref: 'V1Condition' }, listType: 'map', listMapKeys: ['type'], patchMergeKey: 'type', patchStrategy: 'merge' },
    },
  },
}

function state(o: LocalNode): string {
  if (o.metadata.deletionTimestamp) return 'Removing'
  const running = o.status?.conditions?.find((c) => c.type === 'Running')
  if (!running) return 'Pending'
  if (running.status === 'True') return o.spec.running ? 'Running' : 'Stopping'
  return running.reason ?? 'Stopped'
}

export const localNode = defineKind<LocalNode>({
  group: 'pilothouse.dev', version: 'v1', kind: 'LocalNode', resource: 'localnodes', singular: 'localnode', shortNames: ['ln'],
  // The Node carries the name as a label too.
  nameRule: 'label',
  scope: 'Cluster', schema: `${PREFIX}LocalNode`, ownSchemas, status: true,
  strategy: {
    defaults(draft) {
      draft.spec ??= { running: true }
      draft.spec.running ??= true
      for (const field of ['cpu', 'memory'] as const) {
        const text = draft.spec[field]
        if (text !== undefined) draft.spec[field] = canonicalQuantity(text) ?? text
      }
    },
    prepareForCreate(draft) {
      const finalizers = draft.metadata.finalizers ?? []
      if (!finalizers.includes(LOCAL_NODE_FINALIZER)) draft.metadata.finalizers = [...finalizers, LOCAL_NODE_FINALIZER]
    },
    validate: validateLocalNode,
  },
  columns: [
    nameColumn,
    text('State', 'Running, Stopped, Removing, or what is in the way.', state),
    text('CPU', 'Cores, where given.', (o) => (o as LocalNode).spec.cpu ?? '<share>'),
    text('Memory', 'Memory, where given.', (o) => (o as LocalNode).spec.memory ?? '<share>'),
    wide(integer('Pods', 'How many pods it takes.', (o) => (o as LocalNode).spec.pods ?? 110)),
    ageColumn,
  ],
})
