/** The paths of a kind and what may be done there. */
import { PATCH_TYPES } from '../codec/decode.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Components, GroupVersionKind, Json } from './components.ts'
import { PATCH } from './names.ts'

const MEDIA = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const

const PARAMETERS: Readonly<Record<string, { type: string; description: string }>> = {
  pretty: { type: 'string', description: 'Print the answer for people to read.' },
  dryRun: { type: 'string', description: 'Do everything but store the result. The only value is All.' },
  fieldManager: { type: 'string', description: 'Name of the program that makes this change, for field ownership.' },
  fieldValidation: { type: 'string', description: 'What happens to unknown and duplicate fields: Ignore, Warn or Strict.' },
  force: { type: 'boolean', description: 'Take over fields that other managers own. Only for apply patches.' },
  allowWatchBookmarks: { type: 'boolean', description: 'Send bookmark events.' },
  continue: { type: 'string', description: 'Token of the previous page.' },
  fieldSelector: { type: 'string', description: 'Select objects by their fields.' },
  labelSelector: { type: 'string', description: 'Select objects by their labels.' },
  limit: { type: 'integer', description: 'Largest number of objects in one answer.' },
  resourceVersion: { type: 'string', description: 'From which version to read.' },
  resourceVersionMatch: { type: 'string', description: 'How resourceVersion is applied to a list.' },
  sendInitialEvents: { type: 'boolean', description: 'Begin a watch with the objects that exist.' },
  timeoutSeconds: { type: 'integer', description: 'How long the call may take.' },
  watch: { type: 'boolean', description: 'Stream changes.' },
  gracePeriodSeconds: { type: 'integer', description: 'Seconds before the object is deleted.' },
  propagationPolicy: { type: 'string', description: 'What happens to dependents: Orphan, Background or Foreground.' },
}
const LIST = ['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion', 'resourceVersionMatch', 'sendInitialEvents', 'timeoutSeconds', 'watch']
const WRITE = ['dryRun', 'fieldManager', 'fieldValidation']
const PATCH_PARAMETERS = [...WRITE, 'force']
const DELETE = ['dryRun', 'gracePeriodSeconds', 'propagationPolicy']

export interface Writer {
  components: Components
  version: 'v2' | 'v3'
}

const schemaOf = (type: string, writer: Writer): Json => (writer.version === 'v3' ? { schema: { type, uniqueItems: true } } : { type, uniqueItems: true })

function parameter(name: string, writer: Writer): Json {
  const p = PARAMETERS[name] ?? { type: 'string', description: '' }
  return { name, in: 'query', description: p.description, ...schemaOf(p.type, writer) }
}
const pathParameter = (name: string, description: string, writer: Writer): Json => ({ name, in: 'path', required: true, description, ...schemaOf('string', writer) })

interface Operation {
  id: string
  action: string
  gvk: GroupVersionKind
  query?: readonly string[]
  /** What the body is, and in which forms. */
  body?: { ref: Json; types: readonly string[]; optional?: boolean }
  /** What comes back. */
  answer: Json
  created?: boolean
}

function operation(op: Operation, writer: Writer): Json {
  const query = (op.query ?? []).map((name) => parameter(name, writer))
  const codes = op.created ? ['200', '201', '202'] : ['200']
  const head: Json = { operationId: op.id, 'x-kubernetes-action': op.action, 'x-kubernetes-group-version-kind': op.gvk }
  if (writer.version === 'v2') {
    return {
      ...head,
      consumes: op.body?.types ?? ['*/*'],
      produces: MEDIA,
      parameters: [...(op.body ? [{ name: 'body', in: 'body', ...(op.body.optional ? {} : { required: true }), schema: op.body.ref }] : []), ...query],
      responses: Object.fromEntries(codes.map((c) => [c, { description: 'OK', schema: op.answer }])),
    }
  }
  const content = (types: readonly string[], schema: Json): Json => Object.fromEntries(types.map((t) => [t, { schema }]))
  return {
    ...head,
    parameters: query,
    ...(op.body ? { requestBody: { content: content(op.body.types, op.body.ref), ...(op.body.optional ? {} : { required: true }) } } : {}),
    responses: Object.fromEntries(codes.map((c) => [c, { description: 'OK', content: content(MEDIA, op.answer) }])),
  }
}

/** Adds the paths of one kind to `paths`. */
export function addKind(paths: Json, kind: KindDefinition, listSchema: string, writer: Writer): void {
  const { components } = writer
  const gvk: GroupVersionKind = { group: kind.group, version: kind.version, kind: kind.kind }
  const own = components.ref(kind.schema)
  const list = components.ref(listSchema)
  const status = components.ref('V1Status')
  const options = components.ref('V1DeleteOptions')
  const patch = components.special(PATCH)
  components.mark(kind.schema, gvk)
  components.mark(listSchema, { ...gvk, kind: kind.listKind ?? `${kind.kind}List` })
  components.mark('V1DeleteOptions', { ...gvk, kind: 'DeleteOptions' })
  components.mark('V1Status', { group: '', version: 'v1', kind: 'Status' })

  const namespaced = kind.scope === 'Namespaced'
  const root = kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`
  const base = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${kind.resource}`
  const name = operationName(kind)
  const can = (verb: string): boolean => !kind.verbs || kind.verbs.includes(verb)
  const common = [...(namespaced ? [pathParameter('namespace', 'The namespace of the object.', writer)] : []), parameter('pretty', writer)]
  const one = [pathParameter('name', `Name of the ${kind.kind}.`, writer), ...common]
  const write = (id: string, action: string, body: Json): Json => operation({ id, action, gvk, query: WRITE, body: { ref: body, types: ['*/*'] }, answer: body, created: true }, writer)
  // From this kubectl tells which patch to send.
  const patchTypes = kind.decode ? PATCH_TYPES.filter((type) => type !== 'application/strategic-merge-patch+json') : PATCH_TYPES
  const patchOf = (id: string, answer: Json): Json => operation({ id, action: 'patch', gvk, query: PATCH_PARAMETERS, body: { ref: patch, types: patchTypes }, answer, created: true }, writer)
  const read = (id: string, answer: Json): Json => operation({ id, action: 'get', gvk, answer }, writer)

  const collection: Json = {}
  if (can('list')) collection['get'] = operation({ id: `list${name}`, action: 'list', gvk, query: LIST, answer: list }, writer)
  if (can('create')) collection['post'] = write(`create${name}`, 'post', own)
  if (can('deletecollection')) {
    collection['delete'] = operation({ id: `deleteCollection${name}`, action: 'deletecollection', gvk, query: [...DELETE, ...LIST], body: { ref: options, types: ['*/*'], optional: true }, answer: status }, writer)
  }
  paths[base] = { ...collection, parameters: common }
  if (namespaced && can('list')) {
    paths[`${root}/${kind.resource}`] = { get: operation({ id: `list${name}ForAllNamespaces`, action: 'list', gvk, query: LIST, answer: list }, writer), parameters: [parameter('pretty', writer)] }
  }

  const item: Json = {}
  if (can('get')) item['get'] = read(`read${name}`, own)
  if (can('update')) item['put'] = write(`replace${name}`, 'put', own)
  if (can('patch')) item['patch'] = patchOf(`patch${name}`, own)
  if (can('delete')) item['delete'] = operation({ id: `delete${name}`, action: 'delete', gvk, query: DELETE, body: { ref: options, types: ['*/*'], optional: true }, answer: status }, writer)
  if (Object.keys(item).length) paths[`${base}/{name}`] = { ...item, parameters: one }

  const part = (suffix: string, schema: Json, id: string): void => {
    paths[`${base}/{name}/${suffix}`] = { get: read(`read${id}`, schema), put: write(`replace${id}`, 'put', schema), patch: patchOf(`patch${id}`, schema), parameters: one }
  }
  if (kind.status) part('status', own, `${name}Status`)
  if (kind.scale) part('scale', components.ref('V1Scale'), `${name}Scale`)
}

const operationName = (kind: KindDefinition): string => {
  const group = kind.group === '' ? 'Core' : (kind.group.split('.')[0] as string).replace(/^./, (c) => c.toUpperCase())
  return `${group}${kind.version.replace(/^./, (c) => c.toUpperCase())}${kind.scope === 'Namespaced' ? 'Namespaced' : ''}${kind.kind}`
}
