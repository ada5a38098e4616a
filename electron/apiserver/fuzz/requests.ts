/** Requests of all sorts: right ones, nearly right ones, and noise; each is drawn from a tape, so that fast-check can make it smaller. */
import fc from 'fast-check'
import { canBeProtobuf, encodeProtobuf } from '../codec/protobuf/encode.ts'
import { encodeYaml } from '../codec/yaml.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Schema, Schemas } from '../schema.ts'
import { frames, SERVED } from './connections.ts'
import { seedOf } from './seeds.ts'
import { Tape } from './tape.ts'
import { anything, fitting, NAMES, pointer, STRINGS, text } from './values.ts'

export interface Sent {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Text in Latin-1, so that a failure can be read and sent again; undefined: none. */
  readonly body: string | undefined
  /** What the client says once it is connected, in Latin-1, where the answer is a connection. */
  readonly said?: readonly string[]
}
/** What requests are about. */
export interface Subject {
  readonly kinds: readonly KindDefinition[]
  /** The schema of a kind. */
  schemaOf(kind: KindDefinition): Schema
  readonly schemas: Schemas
}

const METHODS = ['GET', 'GET', 'POST', 'POST', 'POST', 'POST', 'PUT', 'PUT', 'PATCH', 'PATCH', 'PATCH', 'DELETE'] as const
const PATCHES = ['application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/json-patch+json', 'application/apply-patch+yaml'] as const
const TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/cbor', 'application/apply-patch+cbor', 'text/plain', '', ';;', 'application/json; charset=utf-16', 'APPLICATION/JSON', ...PATCHES] as const
const ACCEPTS = ['application/json', '*/*', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json', 'text/html', ';', 'application/json;as=;v=', 'a/b;q=9', 'application/json;stream=watch'] as const
const SELECTORS = ['a=b', 'app=a', 'a!=b', 'a in (b,c)', 'a notin (b)', '!a', 'a', 'a>1', 'a<x', 'a in (', 'a in b', '=', ',', '!', '((((', 'a==b,c', 'a=b=c', 'metadata.name=a', 'spec.nodeName=', 'status.phase!=Running', 'metadata.name=a,metadata.namespace=', 'a\\=b=c\\', 'nothing.here=1', '__proto__=1', `${'a,'.repeat(2000)}a`] as const
const INTEGERS = ['1', '0', '-1', '5', '1e3', ' 1', 'x', '9'.repeat(30), '0x1', '1.5', ''] as const
const BOOLEANS = ['true', 'false', '1', '', 'yes', 'null'] as const
const VERSIONS = ['0', '', '1', '2', '99999999', '-1', 'x', '1.5', '9'.repeat(30)] as const
const QUERY: Readonly<Record<string, readonly string[]>> = {
  labelSelector: SELECTORS, fieldSelector: SELECTORS, limit: INTEGERS, continue: ['', 'x', 'e30', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIvIn0', 'bnVsbA==', '////'], resourceVersion: VERSIONS, resourceVersionMatch: ['Exact', 'NotOlderThan', '', 'x'],
  watch: BOOLEANS, timeoutSeconds: INTEGERS, allowWatchBookmarks: BOOLEANS, sendInitialEvents: BOOLEANS, dryRun: ['All', '', 'all', 'x'], fieldManager: ['me', '', 'x'.repeat(129), '\u0007', 'ä'], force: BOOLEANS, fieldValidation: ['Strict', 'Warn', 'Ignore', 'x'],
  propagationPolicy: ['Background', 'Foreground', 'Orphan', 'x'], gracePeriodSeconds: INTEGERS, orphanDependents: BOOLEANS, ignoreStoreReadErrorWithClusterBreakingPotential: BOOLEANS, pretty: BOOLEANS, includeObject: ['None', 'Object', 'Metadata', 'x'],
  container: ['c', '', 'x', '..'], follow: BOOLEANS, previous: BOOLEANS, tailLines: INTEGERS, sinceSeconds: INTEGERS, sinceTime: ['2020-01-01T00:00:00Z', 'x'], limitBytes: INTEGERS, timestamps: BOOLEANS, stream: ['All', 'Stdout', 'x'], command: ['ls', '', '\0'], stdin: BOOLEANS, stdout: BOOLEANS, tty: BOOLEANS, ports: INTEGERS, path: ['/', '../..', 'x'], verbose: BOOLEANS, exclude: ['etcd', 'x'], timeout: ['1s', 'x', '-1s', '0'],
}
const MORE_HEADERS: Readonly<Record<string, readonly string[]>> = { 'impersonate-user': ['ann', '', 'system:serviceaccount:a:b', 'ä'], 'impersonate-group': ['g', ''], 'impersonate-uid': ['1'], 'impersonate-extra-a%2fb': ['c'], 'impersonate-extra-%zz': ['c'], 'if-none-match': ['"x"', '*'], 'accept-encoding': ['gzip', 'x;q=', '*'], 'content-encoding': ['gzip', 'x'], 'user-agent': ['', 'kubectl/v1.35', '/'.repeat(500)], upgrade: ['websocket', 'SPDY/3.1', 'x'], connection: ['Upgrade'], 'sec-websocket-protocol': ['v5.channel.k8s.io', 'x'], 'x-stream-protocol-version': ['v4.channel.k8s.io', 'x'], 'content-length': ['-1', 'x'], 'audit-id': ['x'.repeat(300)] }
const PATHS = ['/', '/api', '/apis', '/version', '/healthz', '/readyz', '/livez/ping', '/metrics', '/openapi/v2', '/openapi/v3', '/openapi/v3/api/v1', '/.well-known/openid-configuration', '/openid/v1/jwks', '/logs', '/apis/apps', '/apis/nobody/v1', '/api/v1', '/api/v1/watch/pods', '/api/v1/watch', '/api/v1/namespaces', '/api/v2/pods', '//', '/api//pods', '/apis/apps/v1/', '/api/v1/bindings', '/api/v1/namespaces/a/bindings', '/api/v1/namespaces/a/services/http:a:80/proxy/x', '/api/v1/nodes/a:x/proxy', '/debug/flags', '*', 'api', '', '/static/../etc', '/metrics/cadvisor', '/debug/api_priority_and_fairness/dump_requests', ...['', '/namespaces/default/things', '/namespaces/default/things/a', '/namespaces/default/things/b', '/anything/a', '/namespaces/default/things/a/status'].flatMap((p) => Array<string>(3).fill(`/apis/${SERVED}/v1${p}`))] as const
const SUBRESOURCES = ['status', 'scale', 'log', 'exec', 'attach', 'portforward', 'proxy', 'binding', 'eviction', 'ephemeralcontainers', 'resize', 'finalize', 'token', 'approval', 'x', 'status/x', 'proxy/a/../b'] as const
const BODIES_OF_PARTS = ['autoscaling/v1/Scale', 'v1/Binding', 'policy/v1/Eviction', 'authentication.k8s.io/v1/TokenRequest', 'v1/List'] as const

/** Half a surrogate pair cannot be escaped. */
const sound = (s: string): string => s.replaceAll(/[\ud800-\udfff]/gu, '\ufffd')

/** Puts something else somewhere into an object that holds to a schema. */
function mutate(tape: Tape, object: unknown, schema: Schema | undefined, schemas: Schemas): unknown {
  const known = schema?.ref ? schemas[schema.ref] : schema
  if (Array.isArray(object)) {
    if (object.length && !tape.chance(3)) {
      const at = tape.below(object.length)
      return object.map((element, i) => (i === at ? mutate(tape, element, known?.items, schemas) : element))
    }
    const element = known?.items ? fitting(tape, known.items, schemas, 6) : anything(tape)
    return tape.chance(3) ? [...object, ...object] : [...object, element]
  }
  if (typeof object !== 'object' || object === null || tape.chance(8)) return known ? fitting(tape, known, schemas, 6) : anything(tape)
  const present = Object.keys(object)
  const key = present.length && !tape.chance(2) ? tape.pick(present) : tape.pick([...Object.keys(known?.properties ?? {}), ...present, 'a'])
  const below = known?.properties?.[key] ?? known?.additionalProperties
  const entries = Object.entries(object).filter(([name]) => name !== key)
  if (present.includes(key) && tape.chance(6)) return Object.fromEntries(entries)
  const old = (object as Record<string, unknown>)[key]
  return Object.fromEntries([...entries, [key, present.includes(key) ? mutate(tape, old, below, schemas) : below ? fitting(tape, below, schemas, 6) : anything(tape)]])
}

interface Target {
  readonly kind: KindDefinition | undefined
  readonly name: string
  readonly namespace: string
  readonly path: string
}

function target(tape: Tape, subject: Subject, method: string): Target {
  if (tape.chance(12)) return { kind: undefined, name: '', namespace: '', path: tape.chance(3) ? `${tape.pick(PATHS)}/${encodeURI(sound(text(tape)))}` : tape.pick(PATHS) }
  // Those that have a seed come twice as often, and few names often, so that requests meet.
  const changes = method === 'PUT' || method === 'PATCH'
  const kind = tape.chance(4) ? tape.pick(subject.kinds) : tape.pick(subject.kinds.filter((k) => seedOf(k) && !(changes && k.verbs && !k.verbs.includes('update'))))
  const namespace = kind.scope === 'Cluster' ? '' : tape.chance(20) ? text(tape) : tape.pick(['default', 'default', 'a'])
  const whole = method === 'POST' ? !tape.chance(8) : tape.chance(changes ? 30 : 6)
  const named = kind.kind === 'CustomResourceDefinition' ? 'others.fuzz.example.com' : tape.chance(25) ? text(tape) : tape.chance(4) ? tape.pick(NAMES) : tape.pick(['a', 'b'])
  const name = whole ? '' : named
  const escape = (s: string): string => (tape.chance(30) ? s : encodeURIComponent(sound(s)))
  const own = [...(kind.status ? ['status'] : []), ...(kind.scale ? ['scale'] : []), ...(kind.subresources ?? []).map((s) => s.name)]
  const sub = name && tape.chance(5) ? (own.length ? `/${tape.pick(tape.chance(5) ? SUBRESOURCES : own)}` : tape.chance(5) ? `/${tape.pick(SUBRESOURCES)}` : '') : ''
  const path = `${kind.group ? `/apis/${kind.group}` : '/api'}/${kind.version}${namespace && !tape.chance(20) ? `/namespaces/${escape(namespace)}` : ''}/${kind.resource}${name ? `/${escape(name)}` : ''}${sub}`
  return { kind, namespace, name: named, path: tape.chance(60) ? path.replace('/', tape.pick(['//', '', '/%2F', '/../'])) : path }
}

/** An object for a target: its seed, changed here and there. */
function object(tape: Tape, { kind, name, namespace }: Target, subject: Subject, fresh: boolean): unknown {
  if (!kind) return anything(tape)
  const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version
  const named = fresh && kind.kind !== 'CustomResourceDefinition' ? { generateName: `${name}-` } : { name }
  const metadata = { ...named, ...(namespace && tape.chance(2) ? { namespace } : {}), ...(tape.chance(3) ? { labels: { app: 'a' }, finalizers: tape.chance(3) ? ['example.com/a'] : [] } : {}) }
  const schema = subject.schemaOf(kind)
  const seed = seedOf(kind)
  let made: unknown = { apiVersion, kind: kind.kind, ...(seed && !tape.chance(6) ? seed : (fitting(tape, schema, subject.schemas) as object)), metadata }
  for (let times = tape.below(4); times > 0; times--) made = mutate(tape, made, schema, subject.schemas)
  return made
}

function jsonPatch(tape: Tape, whole: unknown): unknown[] {
  return tape.several(4, () => {
    const op = tape.pick(['replace', 'add', 'remove', 'test', 'copy', 'move', 'x'])
    return { op, path: pointer(tape, whole), ...(op === 'copy' || op === 'move' ? { from: pointer(tape, whole) } : {}), ...(tape.chance(8) ? {} : { value: anything(tape) }) }
  })
}

/** Puts words of strategic merge patches, and deletions, into an object. */
function patchOf(tape: Tape, whole: unknown): unknown {
  if (Array.isArray(whole)) return [...whole.map((e) => patchOf(tape, e)), ...(tape.chance(6) ? [{ $patch: tape.pick(['replace', 'delete', 'merge', 'x']) }] : [])]
  if (typeof whole !== 'object' || whole === null) return tape.chance(10) ? null : whole
  const kept = Object.entries(whole).filter(() => !tape.chance(4)).map(([k, v]): [string, unknown] => [k, patchOf(tape, v)])
  if (tape.chance(10)) kept.push([tape.pick(['$patch', '$retainKeys', '$setElementOrder/containers', '$deleteFromPrimitiveList/finalizers', '$setElementOrder/ports', '$x']), tape.pick<unknown>(['replace', 'delete', ['name'], [{ name: 'c' }], [{}], null, 'x'])])
  return Object.fromEntries(kept)
}

/** What is sent to a subresource, or with a deletion. */
function partOf(tape: Tape, { name }: Target, method: string): object {
  const [, apiVersion, kind] = /^(.*)\/(.*)$/.exec(method === 'DELETE' && !tape.chance(4) ? 'v1/DeleteOptions' : tape.pick(BODIES_OF_PARTS)) as RegExpExecArray
  const more = method === 'DELETE' ? { [tape.pick(['propagationPolicy', 'preconditions', 'gracePeriodSeconds', 'dryRun', 'orphanDependents'])]: tape.pick<unknown>(['Background', 'Foreground', 'Orphan', { uid: 'x' }, { resourceVersion: '1' }, 0, 30, -1, ['All'], true, null]) } : { spec: tape.chance(2) ? { replicas: 1 } : anything(tape), target: { name: 'node-1' } }
  return { apiVersion, kind, metadata: { name }, ...(tape.chance(6) ? { spec: anything(tape), metadata: anything(tape) } : {}), ...more }
}

/** Bytes that are nearly those. */
function damage(tape: Tape, bytes: string): string {
  const at = tape.below(bytes.length + 1)
  switch (tape.below(8)) {
    case 6: return bytes.replace(/\{"(\w+)":/, (all, key: string) => `${all}${tape.pick(['1', 'null', '{}', '"x"'])},"${key}":`)
    case 7: return bytes.replace(/:\d+/, () => `:${tape.pick(['9007199254740993', '-9007199254740993', '1e400', '92233720368547758080', '1.0', '-0', '1E2'])}`)
    case 0: return bytes.slice(0, at)
    case 1: return `${bytes.slice(0, at)}${tape.pick(['\0', '"', '{', '\xff\xfe', ',', '\n', '\\u', '\\ud800'])}${bytes.slice(at)}`
    case 2: return '[{"a":'.repeat(tape.below(20_000)) + bytes
    case 3: return tape.pick(['a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]\n', '- : :\n\t- x', '---\n---\n', '!!js/function x', '{a: 1, a: 2}', '? [a]\n: b\n', 'k8s\0', 'k8s\0\x0a\xff\xff\xff\xff\x0f', 'k8s\0\x0a\x02\x0a\x00\x12\x05\x0a\x03\x0a\x01', 'null', '[]', '""', '{"apiVersion":{},"kind":[]}', '\ufeff{}'.slice(1), ' '.repeat(1000)])
    case 4: return `k8s\0${bytes.slice(at)}`
    default: return `${bytes}${bytes}`
  }
}

const POD = '/api/v1/namespaces/default/pods/a'
const WEBSOCKET = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }
/** Ways into pods and nodes, and what is asked of each. */
const CONNECTIONS: readonly (readonly [path: string, query: string, protocols: readonly string[]])[] = [
  [`${POD}/exec`, 'command=ls&stdout=true&stderr=true', ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'base64.channel.k8s.io', 'channel.k8s.io', 'v4.base64.channel.k8s.io', '']],
  [`${POD}/exec`, 'command=sh&stdin=true&stdout=true&tty=true', ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io']],
  [`${POD}/attach`, 'stdin=true&stdout=true&stderr=true', ['v5.channel.k8s.io', 'v4.channel.k8s.io']],
  [`${POD}/portforward`, 'ports=80&ports=84', ['SPDY/3.1+portforward.k8s.io', 'portforward.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io']],
  [`${POD}/log`, 'follow=true', ['binary.k8s.io', 'base64.binary.k8s.io', '']], [`${POD}/log`, 'tailLines=1', ['']],
  [`${POD}:80/proxy/`, '', ['']], [`${POD}/proxy/x/`, 'a=b', ['']], ['/api/v1/namespaces/default/pods/http:a:84/proxy/', '', ['']], ['/api/v1/namespaces/default/services/a:http/proxy/', '', ['']], ['/api/v1/namespaces/default/services/https:a:80/proxy/', '', ['']],
  ['/api/v1/nodes/a/proxy/metrics', '', ['']], ['/api/v1/nodes/a/proxy/exec/default/a/a', 'command=ls&input=1&output=1&error=1', ['v5.channel.k8s.io', 'v4.channel.k8s.io']], ['/api/v1/nodes/a/proxy/run/default/a/a', 'cmd=ls', ['']], ['/api/v1/nodes/a/proxy/portForward/default/a', 'port=80', ['portforward.k8s.io', 'v4.channel.k8s.io']],
  ['/api/v1/namespaces/default/configmaps', 'watch=true&timeoutSeconds=5', ['v1.events', '']], ['/api/v1/watch/namespaces/default/pods', '', ['']],
]

/** A right one, in which now and then something is not. */
function connecting(tape: Tape): Sent {
  const [path, plain, protocols] = tape.pick(CONNECTIONS)
  const query = plain.split('&').filter((p) => p && !tape.chance(8))
  if (tape.chance(4)) query.push(`${tape.pick(['container', 'stdin', 'stdout', 'tty', 'command', 'ports', 'follow', 'previous', 'sinceSeconds', 'limitBytes', 'path', 'stream', 'timestamps'])}=${encodeURIComponent(sound(text(tape)))}`)
  const spdy = tape.chance(3)
  const protocol = tape.pick(protocols)
  const wish: Record<string, string> = spdy ? { upgrade: 'SPDY/3.1', connection: 'Upgrade', 'x-stream-protocol-version': path.endsWith('/portforward') ? 'portforward.k8s.io' : tape.pick(['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io', 'v4.channel.k8s.io,v5.channel.k8s.io']) } : { ...WEBSOCKET, ...(protocol ? { 'sec-websocket-protocol': protocol } : {}) }
  for (const name of Object.keys(wish)) if (tape.chance(25)) wish[name] = tape.pick(['', 'x', '13, 8', 'websocket, SPDY/3.1', 'v5.channel.k8s.io,,x', 'a'.repeat(300), '/', 'base64url.bearer.authorization.k8s.io.eA, v4.channel.k8s.io', '\u00e4'])
  const method = spdy && !tape.chance(4) ? 'POST' : tape.chance(20) ? tape.pick(['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD']) : 'GET'
  return { method, path: `${path}${query.length ? `?${query.join('&')}` : ''}`, headers: { accept: '*/*', ...(tape.chance(6) ? {} : wish) }, body: method === 'GET' || tape.chance(2) ? undefined : 'x', said: frames(tape).map((f) => f.toString('latin1')) }
}

/** In JSON mostly, else in another form that says the same; and sometimes long. */
function written(tape: Tape, value: unknown, headers: Record<string, string>, isPatch: boolean): string {
  const json = JSON.stringify(value)
  if (!isPatch && tape.chance(10)) {
    headers['content-type'] = 'application/yaml'
    return Buffer.from(encodeYaml(value as object)).toString('latin1')
  }
  if (!isPatch && tape.chance(10)) {
    headers['content-type'] = 'application/vnd.kubernetes.protobuf'
    return nearlyProtobuf(value as object).toString('latin1')
  }
  const bytes = Buffer.from(json).toString('latin1')
  return tape.chance(250) ? bytes.replace('{', `{"z":"${'x'.repeat(tape.pick([70_000, 1_600_000]))}",`) : bytes
}
/** What a client could not write either is JSON under the name of protobuf. */
function nearlyProtobuf(value: object): Buffer {
  try {
    if (canBeProtobuf(value)) return Buffer.from(encodeProtobuf(value))
  } catch {
    // It fits no message: that is to be tried, too.
  }
  return Buffer.from(JSON.stringify(value))
}

function request(tape: Tape, subject: Subject): Sent {
  if (tape.chance(14)) return connecting(tape)
  const method = tape.chance(40) ? tape.pick(['HEAD', 'OPTIONS', 'TRACE', 'get', '', 'CONNECT']) : tape.pick(METHODS)
  const aim = target(tape, subject, method)
  const query = tape.several(tape.chance(3) ? 4 : 1, () => {
    const name = tape.pick(Object.keys(QUERY))
    return `${name}=${encodeURIComponent(sound(tape.chance(8) ? tape.pick(STRINGS) : tape.pick(QUERY[name] as string[])))}`
  })
  if (tape.chance(60)) query.push(tape.pick(['&&', '=', '%', '%zz=%zz', 'limit', 'a=b=c', '?']))
  // Without a manager none of these comes far.
  if (method === 'PATCH' && !tape.chance(6)) query.push('fieldManager=fuzz')
  const headers: Record<string, string> = { 'content-type': method === 'PATCH' ? tape.pick(PATCHES) : 'application/json', accept: tape.chance(8) ? tape.pick(ACCEPTS) : 'application/json' }
  if (tape.chance(15)) headers['content-type'] = tape.pick(TYPES)
  for (const name of tape.several(tape.chance(12) ? 2 : 0, () => tape.pick(Object.keys(MORE_HEADERS)))) headers[name] = tape.pick(MORE_HEADERS[name] as string[])
  const body = method === 'GET' || method === 'HEAD' ? !tape.chance(2) : method === 'DELETE' ? tape.chance(3) : !tape.chance(25)
  if (!body || method === 'GET') return { method, path: `${aim.path}${query.length ? `?${query.join('&')}` : ''}`, headers, body: undefined }
  const part = /\/(scale|binding|eviction|token)(\?|$)/.test(aim.path) || method === 'DELETE'
  const whole = part ? partOf(tape, aim, method) : object(tape, aim, subject, method === 'POST' && !tape.chance(3))
  const type = headers['content-type'] ?? ''
  const value = type.includes('json-patch') ? jsonPatch(tape, whole) : type.includes('merge-patch') ? patchOf(tape, whole) : whole
  let bytes = written(tape, value, headers, method === 'PATCH')
  if (tape.chance(15)) bytes = damage(tape, bytes)
  return { method, path: `${aim.path}${query.length ? `?${query.join('&')}` : ''}`, headers, body: bytes }
}

/** Without bias, which would choose what is rare as often as what is plain. */
export const requests = (subject: Subject): fc.Arbitrary<Sent> => fc.noBias(fc.uint32Array({ minLength: 20, maxLength: 250, size: 'max' })).map((numbers) => request(new Tape(numbers), subject))
