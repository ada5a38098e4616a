/** The paths of a kind and what may be done there. Names, ids and shapes are those that generated clients go by. */
import { PATCH_TYPES } from '../codec/decode.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { GroupVersionKind, Json } from './components.ts'
import { PATCH } from './names.ts'
import { groupName, one, operation, STREAMED, tagOf, type Writer } from './operations.ts'
import { APPLY, DELETE, DELETE_ALL, LIST, pathParameter, queryParameter, WRITE } from './parameters.ts'
import { addSubresources } from './subresource-paths.ts'

/** Kinds of which a deletion answers the object; of all others, a Status. */
const ANSWERED = new Set(['Pod', 'PersistentVolume', 'PersistentVolumeClaim', 'PodTemplate', 'ResourceQuota', 'ServiceAccount', 'Service', 'CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'])

/** What the parts of a kind's paths have in common. */
export interface Place {
  readonly writer: Writer
  readonly kind: KindDefinition
  readonly gvk: GroupVersionKind
  /** `/apis/apps/v1/namespaces/{namespace}/deployments/{name}` */
  readonly item: string
  /** `AppsV1` and `NamespacedDeployment`, between which an id may have more. */
  readonly group: string
  readonly name: string
  readonly tag: string
  /** Parameters of the path of one object. */
  readonly parameters: readonly Json[]
  readonly own: Json
  /** @param of of what kind the answer is, where it is another */
  read(what: string, suffix: string, answer: Json, of?: GroupVersionKind): Json
  replace(what: string, suffix: string, body: Json, of?: GroupVersionKind): Json
  patch(what: string, suffix: string, answer: Json, of?: GroupVersionKind): Json
}

/** Adds the paths of one kind to `paths`. */
export function addKind(paths: Json, kind: KindDefinition, listSchema: string, writer: Writer): void {
  const { components, version } = writer
  const gvk: GroupVersionKind = { group: kind.group, version: kind.version, kind: kind.kind }
  const can = (verb: string): boolean => !kind.verbs || kind.verbs.includes(verb)
  const own = components.ref(kind.schema)
  components.mark(kind.schema, gvk)
  const options = components.ref('V1DeleteOptions')
  const status = components.ref('V1Status')
  components.mark('V1DeleteOptions', { ...gvk, kind: 'DeleteOptions' })
  components.mark('V1Status', { group: '', version: 'v1', kind: 'Status' })

  const namespaced = kind.scope === 'Namespaced'
  const root = kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`
  const inside = `${namespaced ? '/namespaces/{namespace}' : ''}/${kind.resource}`
  const group = groupName(kind.group, kind.version)
  const name = `${namespaced ? 'Namespaced' : ''}${kind.kind}`
  const tag = tagOf(kind.group, kind.version)
  const of = (action: string, other = gvk): { action: string; gvk: GroupVersionKind } => ({ action, gvk: other })
  const pretty = queryParameter('pretty', version)
  const common = [...(namespaced ? [pathParameter('namespace', 'The namespace of the object.', version)] : []), pretty]
  const parameters = [pathParameter('name', `Name of the ${kind.kind}.`, version), ...common]
  const patch = components.special(PATCH)
  // From this kubectl tells which patch to send.
  const patchTypes = kind.decode ? PATCH_TYPES.filter((type) => type !== 'application/strategic-merge-patch+json') : PATCH_TYPES

  const place: Place = {
    writer, kind, gvk, item: `${root}${inside}/{name}`, group, name, tag, parameters, own,
    read: (what, suffix, answer, other) => operation({ id: `read${group}${name}${suffix}`, of: of('get', other), description: `read ${what}the specified ${kind.kind}`, tag, answer }, writer),
    replace: (what, suffix, body, other) => operation({ id: `replace${group}${name}${suffix}`, of: of('put', other), description: `replace ${what}the specified ${kind.kind}`, tag, query: WRITE, body: { ref: body, types: ['*/*'] }, answer: body, codes: ['201'] }, writer),
    patch: (what, suffix, answer, other) => operation({ id: `patch${group}${name}${suffix}`, of: of('patch', other), description: `partially update ${what}the specified ${kind.kind}`, tag, query: APPLY, body: { ref: patch, types: patchTypes }, answer, codes: ['201'] }, writer),
  }

  const collection: Json = {}
  if (can('list')) {
    const list = components.ref(listSchema)
    components.mark(listSchema, { ...gvk, kind: kind.listKind ?? `${kind.kind}List` })
    const lists = (id: string): Json => operation({ id, of: of('list'), description: `list ${can('watch') ? 'or watch ' : ''}objects of kind ${kind.kind}`, tag, query: LIST, answer: list, types: STREAMED }, writer)
    collection['get'] = lists(`list${group}${name}`)
    if (namespaced) paths[`${root}/${kind.resource}`] = { get: lists(`list${group}${kind.kind}ForAllNamespaces`), parameters: [pretty] }
  }
  if (can('create')) collection['post'] = operation({ id: `create${group}${name}`, of: of('post'), description: `create ${one(kind.kind)}`, tag, query: WRITE, body: { ref: own, types: ['*/*'] }, answer: own, codes: ['201', '202'] }, writer)
  if (can('deletecollection')) {
    collection['delete'] = operation({ id: `delete${group}Collection${name}`, of: of('deletecollection'), description: `delete collection of ${kind.kind}`, tag, query: DELETE_ALL, body: { ref: options, types: ['*/*'], optional: true }, answer: status }, writer)
  }
  if (Object.keys(collection).length) paths[`${root}${inside}`] = { ...collection, parameters: common }

  const item: Json = {}
  if (can('get')) item['get'] = place.read('', '', own)
  if (can('update')) item['put'] = place.replace('', '', own)
  if (can('patch')) item['patch'] = place.patch('', '', own)
  if (can('delete')) {
    item['delete'] = operation({ id: `delete${group}${name}`, of: of('delete'), description: `delete ${one(kind.kind)}`, tag, query: DELETE, body: { ref: options, types: ['*/*'], optional: true }, answer: ANSWERED.has(kind.kind) && !kind.decode ? own : status, codes: ['202'] }, writer)
  }
  if (Object.keys(item).length) paths[place.item] = { ...item, parameters }
  addSubresources(paths, place)
  if (can('watch') && !kind.decode) addWatches(paths, place, root, inside, common)
}

/** The old form of a watch, with a path of its own. Custom resources have none. */
function addWatches(paths: Json, { writer, kind, gvk, group, name, tag, parameters }: Place, root: string, inside: string, common: readonly Json[]): void {
  const event = writer.components.ref('V1WatchEvent')
  writer.components.mark('V1WatchEvent', { ...gvk, kind: 'WatchEvent' })
  const add = (path: string, id: string, action: string, what: string, given: readonly Json[]): void => {
    const query = LIST.map((p) => queryParameter(p, writer.version))
    paths[`${root}/watch${path}`] = {
      get: operation({ id, of: { action, gvk }, description: `watch ${what} ${kind.kind}. Deprecated: use the parameter watch of a list.`, tag, answer: event, types: STREAMED }, writer),
      parameters: [...given, ...query],
    }
  }
  add(`${inside}/{name}`, `watch${group}${name}`, 'watch', 'changes to an object of kind', parameters)
  add(inside, `watch${group}${name}List`, 'watchlist', 'changes to a list of', common)
  if (kind.scope === 'Namespaced') add(`/${kind.resource}`, `watch${group}${kind.kind}ListForAllNamespaces`, 'watchlist', 'changes to a list of', common.slice(1))
}
