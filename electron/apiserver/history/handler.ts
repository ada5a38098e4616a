/**
 * objecthistories: what an object was, and the way back. Whoever reads it must be allowed to read the object too, and
 * whoever restores it to write it: the history is no way around either.
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { MAX_REVISIONS, type ObjectHistory, type ObjectRestore, type ObjectRevision, parseHistoryName } from '../../../shared/api/object-history.ts'
import { badRequest, expired, methodNotAllowed, notFound } from '../../../shared/errors.ts'
import type { PastValue } from '../../etcd/types.ts'
import { authorize } from '../authorize.ts'
import { decodeObject } from '../body.ts'
import { cloneJson } from '../json.ts'
import { ALL_MEDIA, negotiate } from '../negotiate.ts'
import { writeContext } from '../options.ts'
import { createObject } from '../registry/create.ts'
import { fromStore, keyOf, type Env, type Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import type { KindDefinition, Served } from '../resources/kind.ts'
import type { ApiResponse, Authorizer, UserInfo } from '../types.ts'
import { answerObject, plain, type Call } from '../verbs.ts'
import { revisionOf } from './changes.ts'
import { RESTORE } from './kind.ts'

interface Subject {
  readonly kind: KindDefinition
  readonly namespace: string
  readonly name: string
}

/** Which object it is about. Throws StatusError. */
function subjectOf({ info, kind }: Call, registry: Served['registry']): Subject {
  const about = parseHistoryName(info.name)
  if (!about) throw badRequest(`${JSON.stringify(info.name)} names no object: RESOURCE.GROUP:NAME is wanted, as in deployments.apps:web or configmaps:settings`)
  const subject = registry.resource(about.group, about.resource)
  // What is not stored has no past.
  if (!subject || subject.memory || subject.forward) throw notFound(kind, info.name)
  return { kind: subject, namespace: subject.scope === 'Namespaced' ? info.namespace : '', name: about.name }
}

async function served(kind: KindDefinition, value: KubeObject): Promise<Stored> {
  await kind.storage?.prepare?.([value])
  return fromStore(kind, value)
}

async function historyOf(env: Env, subject: Subject): Promise<Pick<ObjectHistory, 'revisions' | 'complete'>> {
  const revisions: ObjectRevision[] = []
  let complete = true
  let before: KubeObject | undefined
  for await (const past of env.store.past(keyOf(subject.kind, subject.namespace, subject.name))) {
    const now = past.value && (await served(subject.kind, past.value))
    complete &&= past.complete
    revisions.push(revisionOf(past, before, now))
    before = now
    if (revisions.length > MAX_REVISIONS) {
      revisions.shift()
      complete = false
    }
  }
  return { revisions: revisions.reverse(), complete }
}

/** What the object was at a revision. Throws NotFound where it was not there, Gone where that is not kept. */
async function stateAt(env: Env, { kind, namespace, name }: Subject, revision: number): Promise<KubeObject> {
  let found: PastValue<KubeObject> | undefined
  let known = true
  for await (const past of env.store.past(keyOf(kind, namespace, name))) {
    known &&= past.complete
    if (past.revision > revision) break
    found = past
  }
  if (!found && !known) throw expired(`what ${JSON.stringify(name)} was at revision ${revision} is not kept any more`)
  if (!found?.value) throw notFound(kind, name)
  return served(kind, found.value)
}

function revisionFrom(text: string | null): number {
  if (!/^\d{1,16}$/.test(text ?? '') || Number(text) < 1) throw badRequest(`revision: Invalid value: ${JSON.stringify(text ?? '')}: a resourceVersion is wanted, as in ?revision=123`)
  return Number(text)
}

/** As somebody would write it again: without what the server gives, and what holds for that life of the object alone. */
function wanted(past: KubeObject, live: KubeObject | undefined): Stored {
  const { uid: _u, resourceVersion: _r, generation: _g, creationTimestamp: _c, managedFields: _m, deletionTimestamp: _d, deletionGracePeriodSeconds: _s, ownerReferences, ...metadata } = past.metadata
  const { status: _, ...rest } = cloneJson(past) as Stored
  if (live) return { ...rest, metadata: { ...cloneJson(metadata), ...(ownerReferences ? { ownerReferences: cloneJson(ownerReferences) } : {}), ...(live.metadata.resourceVersion ? { resourceVersion: live.metadata.resourceVersion } : {}) } }
  // Its owners may be gone, and would take it along at once; a pod is placed anew.
  const { nodeName: _n, ...spec } = rest.spec ?? {}
  return { ...rest, metadata: cloneJson(metadata), ...(past.kind === 'Pod' ? { spec } : {}) }
}

async function restore(env: Env, call: Call, subject: Subject, user: UserInfo, authorizer: Authorizer | undefined): Promise<ApiResponse> {
  const { kind, namespace, name } = subject
  const body = decodeObject(call.request, RESTORE, env.schemas, call.warn) as ObjectRestore
  const past = await stateAt(env, subject, revisionFrom(String(body.revision)))
  const live = env.store.get(keyOf(kind, namespace, name))?.value
  authorize({ ...call.info, group: kind.group, version: kind.version, resource: kind.resource, subresource: '', namespace, name, verb: live ? 'update' : 'create' }, user, authorizer)
  const context = { ...writeContext(call, 'CreateOptions'), user }
  if (!live) return plain(await createObject(env, kind, namespace, wanted(past, undefined), context), 201)
  return plain(await updateObject(env, kind, namespace, name, { subresource: '', make: (now) => ({ ...wanted(past, now), ...(now.status ? { status: cloneJson(now.status) } : {}) }) }, context))
}

const TABLE_COLUMNS = [
  { name: 'Revision', type: 'integer', format: '', description: 'The resourceVersion that the object had.', priority: 0 }, { name: 'Operation', type: 'string', format: '', description: 'What was done.', priority: 0 },
  { name: 'Time', type: 'string', format: '', description: 'When, as the object tells.', priority: 0 }, { name: 'Manager', type: 'string', format: '', description: 'Who wrote.', priority: 0 },
  { name: 'Changes', type: 'string', format: '', description: 'The fields that differ from the revision before.', priority: 0 },
]

/** One row for each revision. */
const tableOf = (history: ObjectHistory, version: string): object => ({
  kind: 'Table', apiVersion: `meta.k8s.io/${version}`, metadata: {}, columnDefinitions: TABLE_COLUMNS,
  rows: history.revisions.map((r) => ({ cells: [r.revision, r.operation, r.time ?? '<unknown>', `${r.manager ?? ''}${r.subresource ? `/${r.subresource}` : ''}`, r.changes.join(',')], object: { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: history.metadata } })),
})

/** What is asked of a history. Rejects with StatusError. */
export async function handleHistory(call: Call, { env, registry, user, authorizer }: Served): Promise<ApiResponse> {
  const { info, request } = call
  const restoring = info.verb === 'create' && info.subresource === 'restore'
  if (!restoring && (info.verb !== 'get' || !['', 'at'].includes(info.subresource))) throw methodNotAllowed()
  const subject = subjectOf(call, registry)
  const { kind, namespace, name } = subject
  authorize({ ...info, group: kind.group, version: kind.version, resource: kind.resource, subresource: '', namespace, name, verb: 'get' }, user, authorizer)
  if (restoring) return restore(env, call, subject, user, authorizer)
  if (info.subresource === 'at') return plain(await stateAt(env, subject, revisionFrom(request.query.get('revision'))))
  const form = negotiate(request.headers['accept'], ['object', 'table', 'partial'], ALL_MEDIA)
  const history = { apiVersion: 'pilothouse.dev/v1', kind: 'ObjectHistory', metadata: { name: info.name, namespace: info.namespace }, ...(await historyOf(env, subject)) } as ObjectHistory
  if (!history.revisions.length) throw notFound(call.kind, info.name)
  return form.as === 'table' ? plain(tableOf(history, form.version)) : answerObject(env, call, history)
}
