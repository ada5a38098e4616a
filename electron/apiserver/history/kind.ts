/** The kind ObjectHistory: nothing of it is stored; history/handler.ts answers from what the store has kept of the past. */
import { defineKind } from '../resources/kind.ts'
import type { Schema, Schemas } from '../schema.ts'

const PREFIX = 'dev.pilothouse.v1.'
const string: Schema = { type: 'string' }
const head = { apiVersion: string, kind: string, metadata: { ref: 'V1ObjectMeta' } } as const

export const historySchemas: Schemas = {
  [`${PREFIX}ObjectHistory`]: {
    description: 'What an object has been, as far back as it is kept. The name says of which object: RESOURCE.GROUP:NAME.',
    type: 'object',
    properties: {
      ...head,
      revisions: { description: 'Newest first.', type: 'array', items: { ref: `${PREFIX}ObjectRevision` } },
      complete: { description: 'False: there were more before the oldest one, which are not kept.', type: 'boolean' },
    },
  },
  [`${PREFIX}ObjectRevision`]: {
    description: 'One state of the object.',
    type: 'object', required: ['revision', 'operation', 'changes'],
    properties: {
      revision: { description: 'The resourceVersion that the object had.', type: 'integer', format: 'int64' },
      operation: { description: 'Created, Updated, Deleted, or Restored from a snapshot.', type: 'string' },
      time: { description: 'When it was written, as the object tells.', type: 'string', format: 'date-time' },
      manager: { description: 'Who wrote it, as managedFields tell.', type: 'string' },
      subresource: { description: 'Through which subresource.', type: 'string' },
      changes: { description: 'The fields that differ from the revision before.', type: 'array', items: string },
    },
  },
  [`${PREFIX}ObjectRestore`]: {
    description: 'Brings an object back to what it was at a revision: posted to the restore subresource of its history.',
    type: 'object', required: ['revision'],
    properties: { ...head, revision: { description: 'The revision to go back to.', type: 'integer', format: 'int64' } },
  },
}

export const RESTORE = { group: 'pilothouse.dev', version: 'v1', kind: 'ObjectRestore', schema: `${PREFIX}ObjectRestore` }

export const objectHistory = defineKind({
  group: 'pilothouse.dev', version: 'v1', kind: 'ObjectHistory', resource: 'objecthistories', singular: 'objecthistory', shortNames: ['history'],
  scope: 'Namespaced', schema: `${PREFIX}ObjectHistory`, ownSchemas: historySchemas, strategy: {}, verbs: ['get'], generation: false, nameRule: 'path',
  memory: { list: () => [] }, answer: async (call, served) => (await import('./handler.ts')).handleHistory(call, served),
  subresources: [{ name: 'at', verbs: ['get'], kind: 'ObjectHistory' }, { name: 'restore', verbs: ['create'], kind: 'ObjectRestore' }],
  columns: [],
})
