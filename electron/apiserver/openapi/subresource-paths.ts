/** The paths below an object: status and scale, what is created there, what is written there, and what is a stream. */
import type { Subresource } from '../resources/kind.ts'
import type { GroupVersionKind, Json } from './components.ts'
import { MEDIA, operation } from './operations.ts'
import type { Place } from './paths.ts'
import { pathParameter, queryParameter, WRITE } from './parameters.ts'

/** Streams: their parameters, and the methods that open one. */
const STREAMS: Readonly<Record<string, { readonly query: readonly string[]; readonly methods: readonly string[] }>> = {
  attach: { query: ['container', 'stderr', 'stdin', 'stdout', 'tty'], methods: ['get', 'post'] },
  exec: { query: ['command', 'container', 'stderr', 'stdin', 'stdout', 'tty'], methods: ['get', 'post'] },
  portforward: { query: ['ports'], methods: ['get', 'post'] },
  proxy: { query: ['path'], methods: ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'] },
}
const LOG = ['container', 'follow', 'insecureSkipTLSVerifyBackend', 'limitBytes', 'previous', 'sinceSeconds', 'sinceTime', 'stream', 'tailLines', 'timestamps']
/** What is created below an object, by its kind. */
const CREATED: Readonly<Record<string, string>> = { Binding: 'V1Binding', Eviction: 'V1Eviction', TokenRequest: 'AuthenticationV1TokenRequest' }
const SCALE: GroupVersionKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' }
const TEXT: Json = { type: 'string' }

const upper = (text: string): string => text.replace(/^./, (c) => c.toUpperCase())

export function addSubresources(paths: Json, place: Place): void {
  const { kind, writer, item, parameters, own } = place
  const part = (name: string, schema: Json, verbs: readonly string[], of?: GroupVersionKind): void => {
    const what = `${name} of `
    const operations: Json = {}
    if (verbs.includes('get')) operations['get'] = place.read(what, upper(name), schema, of)
    if (verbs.includes('update')) operations['put'] = place.replace(what, upper(name), schema, of)
    if (verbs.includes('patch')) operations['patch'] = place.patch(what, upper(name), schema, of)
    paths[`${item}/${name}`] = { ...operations, parameters }
  }
  const all = ['get', 'patch', 'update']
  if (kind.status) part('status', own, all)
  if (kind.scale) {
    writer.components.mark('V1Scale', SCALE)
    part('scale', writer.components.ref('V1Scale'), all, SCALE)
  }
  for (const sub of kind.subresources ?? []) {
    if (STREAMS[sub.name]) addStream(paths, place, sub)
    else if (sub.name === 'log') addLog(paths, place)
    else if (CREATED[sub.kind]) addCreated(paths, place, sub)
    else part(sub.name, own, sub.verbs)
  }
}

function addStream(paths: Json, { kind, writer, item, group, name, tag, parameters }: Place, sub: Subresource): void {
  const { query, methods } = STREAMS[sub.name] as (typeof STREAMS)[string]
  const gvk = { group: kind.group, version: kind.version, kind: sub.kind }
  const own = parameters.filter((p) => p['in'] === 'path')
  const add = (path: string, suffix: string, more: readonly Json[]): void => {
    paths[path] = {
      ...Object.fromEntries(methods.map((method) => [method, operation({
        id: `connect${group}${upper(method)}${name}${upper(sub.name)}${suffix}`, of: { action: 'connect', gvk },
        description: `connect ${method.toUpperCase()} requests to ${sub.name} of ${kind.kind}`, tag, answer: TEXT, types: ['*/*'],
      }, writer)])),
      parameters: [...own, ...more, ...query.map((q) => queryParameter(q, writer.version))],
    }
  }
  add(`${item}/${sub.name}`, '', [])
  if (sub.name === 'proxy') add(`${item}/proxy/{path}`, 'WithPath', [pathParameter('path', 'The path behind the proxy.', writer.version)])
}

function addLog(paths: Json, { kind, gvk, writer, item, group, name, tag, parameters }: Place): void {
  paths[`${item}/log`] = {
    get: operation({ id: `read${group}${name}Log`, of: { action: 'get', gvk }, description: `read log of the specified ${kind.kind}`, tag, answer: TEXT, types: ['text/plain', ...MEDIA] }, writer),
    parameters: [...parameters, ...LOG.map((q) => queryParameter(q, writer.version))],
  }
}

function addCreated(paths: Json, { kind, writer, item, group, name, tag, parameters }: Place, sub: Subresource): void {
  const schema = CREATED[sub.kind] as string
  const gvk = { group: sub.group ?? kind.group, version: sub.version ?? kind.version, kind: sub.kind }
  writer.components.mark(schema, gvk)
  const ref = writer.components.ref(schema)
  paths[`${item}/${sub.name}`] = {
    post: operation({ id: `create${group}${name}${upper(sub.name)}`, of: { action: 'post', gvk }, description: `create ${sub.name} of ${kind.kind}`, tag, query: WRITE, body: { ref, types: ['*/*'] }, answer: ref, codes: ['201', '202'] }, writer),
    parameters,
  }
}
