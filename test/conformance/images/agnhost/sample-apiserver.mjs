// An extension API server over TLS: wardle.example.com/v1alpha1 with namespaced flunders, in memory. It believes what the
// front proxy says of its users only from who has a certificate of that authority and name (--requestheader-client-ca-file,
// --requestheader-allowed-names).
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

const GROUP = 'wardle.example.com'
const VERSION = `${GROUP}/v1alpha1`
const RESOURCES = [{ name: 'flunders', singularName: 'flunder', namespaced: true, kind: 'Flunder', verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'], shortNames: ['fl'] }]
const GVK = { group: GROUP, version: 'v1alpha1', kind: 'Flunder' }
const PATH = `/apis/${VERSION}/namespaces/{namespace}/flunders`
const NAME = 'com.example.wardle.v1alpha1.Flunder'
/** What it says of its kind, in either version of OpenAPI. */
function described(prefix, parameter, body) {
  const operation = (action, more = {}) => ({ operationId: `${action}Flunder`, 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': GVK, responses: { 200: { description: 'OK' } }, ...more })
  const $ref = prefix + NAME
  return {
    paths: { [PATH]: { get: operation('list'), post: operation('post', body($ref, ['application/json'])) }, [`${PATH}/{name}`]: { get: operation('get'), patch: operation('patch', { ...body($ref, ['application/merge-patch+json']), parameters: [parameter] }) } },
    definitions: { [NAME]: { type: 'object', description: 'A flat fish of the family.', 'x-kubernetes-group-version-kind': [GVK], properties: {
      apiVersion: { type: 'string', description: 'The version.' }, kind: { type: 'string', description: 'The kind.' }, metadata: { type: 'object', description: 'Its metadata.' },
      spec: { type: 'object', description: 'What is wanted.', properties: { reference: { type: 'string', description: 'The name of another flunder.' } } },
    } } },
  }
}
const QUERY = { in: 'query', name: 'fieldValidation' }
const second = described('#/definitions/', { ...QUERY, type: 'string' }, ($ref, consumes) => ({ consumes, parameters: [{ in: 'body', name: 'body', schema: { $ref } }] }))
const third = described('#/components/schemas/', { ...QUERY, schema: { type: 'string' } }, ($ref, types) => ({ requestBody: { content: Object.fromEntries(types.map((type) => [type, { schema: { $ref } }])) } }))
const DOCUMENTS = {
  '/openapi/v2': { swagger: '2.0', info: { title: 'wardle', version: 'v1' }, ...second },
  '/openapi/v3': { paths: { [`apis/${VERSION}`]: { serverRelativeURL: `/openapi/v3/apis/${VERSION}?hash=1` } } },
  [`/openapi/v3/apis/${VERSION}`]: { openapi: '3.0.0', info: { title: 'wardle', version: 'v1' }, paths: third.paths, components: { schemas: third.definitions } },
}
const flunders = new Map()
const watchers = new Set()
let revision = 1

const status = (code, reason, message) => ({ code, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message, code } })
function tell(type, object) {
  for (const { namespace, response } of watchers) if (!namespace || namespace === object.metadata.namespace) response.write(`${JSON.stringify({ type, object })}\n`)
}
function put(key, object, type) {
  object.metadata.resourceVersion = String(++revision)
  flunders.set(key, object)
  tell(type, object)
  return object
}
function drop(key) {
  const object = flunders.get(key)
  flunders.delete(key)
  tell('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(++revision) } })
  return object
}
const merge = (target, change) => {
  const out = { ...target }
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete out[key]
    else out[key] = typeof value === 'object' && !Array.isArray(value) ? merge(out[key] ?? {}, value) : value
  }
  return out
}

function answer(method, namespace, name, body, user) {
  const key = `${namespace}/${name}`
  if (!name) {
    const items = [...flunders.values()].filter((f) => !namespace || f.metadata.namespace === namespace)
    if (method === 'GET') return { code: 200, body: { kind: 'FlunderList', apiVersion: VERSION, metadata: { resourceVersion: String(revision) }, items } }
    if (method === 'DELETE') return { code: 200, body: { kind: 'FlunderList', apiVersion: VERSION, metadata: { resourceVersion: String(revision) }, items: items.map((f) => drop(`${namespace}/${f.metadata.name}`)) } }
    if (method !== 'POST') return status(405, 'MethodNotAllowed', 'not here')
    const made = body.metadata.name
    if (flunders.has(`${namespace}/${made}`)) return status(409, 'AlreadyExists', `flunders.${GROUP} "${made}" already exists`)
    const metadata = { ...body.metadata, namespace, uid: randomUUID(), creationTimestamp: new Date().toISOString().replace(/\.\d+/, ''), annotations: { ...body.metadata.annotations, 'created-by': user } }
    return { code: 201, body: put(`${namespace}/${made}`, { ...body, kind: 'Flunder', apiVersion: VERSION, metadata }, 'ADDED') }
  }
  const live = flunders.get(key)
  if (!live) return status(404, 'NotFound', `flunders.${GROUP} "${name}" not found`)
  if (method === 'GET') return { code: 200, body: live }
  if (method === 'PUT') return { code: 200, body: put(key, { ...body, metadata: { ...live.metadata, ...body.metadata } }, 'MODIFIED') }
  if (method === 'PATCH') return { code: 200, body: put(key, merge(live, body), 'MODIFIED') }
  return { code: 200, body: drop(key) }
}

export default function sampleApiserver(values) {
  const tls = { cert: readFileSync(values['tls-cert-file']), key: readFileSync(values['tls-private-key-file']), ca: readFileSync(values['requestheader-client-ca-file']), requestCert: true, rejectUnauthorized: false }
  const server = createServer(tls, (request, response) => {
    const url = new URL(request.url, 'https://x')
    const send = ({ code, body }) => {
      response.writeHead(code, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (url.pathname === '/readyz') return void response.end('ok')
    const { authorized } = request.socket
    if (!authorized || request.socket.getPeerCertificate().subject.CN !== values['requestheader-allowed-names']) return send(status(401, 'Unauthorized', 'only the front proxy may ask'))
    if (url.pathname === `/apis/${VERSION}`) return send({ code: 200, body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: VERSION, resources: RESOURCES } })
    if (Object.hasOwn(DOCUMENTS, url.pathname)) return send({ code: 200, body: DOCUMENTS[url.pathname] })
    const [, namespace = '', name = ''] = /^\/apis\/wardle\.example\.com\/v1alpha1(?:\/namespaces\/([^/]+))?\/flunders(?:\/([^/]+))?$/.exec(url.pathname) ?? [null]
    if (!/\/flunders(\/|$)/.test(url.pathname)) return send(status(404, 'NotFound', 'the server could not find the requested resource'))
    if (url.searchParams.has('watch')) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.flushHeaders()
      const watcher = { namespace, response }
      watchers.add(watcher)
      return void response.on('close', () => watchers.delete(watcher))
    }
    let text = ''
    request.on('data', (d) => { text += d }).on('end', () => send(answer(request.method, namespace, name, text ? JSON.parse(text) : undefined, request.headers['x-remote-user'])))
  })
  server.listen(Number(values.port ?? 8443), () => console.log('extension API server started'))
}
