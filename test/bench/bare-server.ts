/**
 * The floor of the API's figures: what Node, TLS, JSON and the disk alone give the load generator. Objects go into a Map and, a group at a time, into a
 * file whose writes sync; watchers are told; a pod is written once more with a node's name. There is nothing of Kubernetes in it: no users, no rules, no
 * fields of anybody, no history, no schedule. A process of its own, `bare-server.ts CERTIFICATE KEY DIRECTORY`, which prints its port.
 */
import { randomUUID } from 'node:crypto'
import { constants, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

interface Kept { metadata: Record<string, unknown>; spec?: Record<string, unknown>; [key: string]: unknown }
interface Write { readonly bytes: string; readonly then: () => void }

const [certificate = '', key = '', directory = ''] = process.argv.slice(2)
const file = await open(join(directory, 'bare.db'), constants.O_CREAT | constants.O_APPEND | constants.O_WRONLY | (constants.O_DSYNC ?? 0), 0o600)
/** Of each collection's path, its objects' bytes by name. */
const collections = new Map<string, Map<string, string>>()
const watchers = new Map<string, Set<ServerResponse>>()
let revision = 0

let waiting: Write[] = []
let writing = false
/** One group at a time: who comes meanwhile is in the next one. */
async function write(): Promise<void> {
  if (writing) return
  writing = true
  while (waiting.length) {
    const group = waiting
    waiting = []
    await file.write(group.map((w) => w.bytes).join('\n') + '\n')
    for (const w of group) w.then()
  }
  writing = false
}
const commit = (bytes: string): Promise<void> => new Promise((then) => {
  waiting.push({ bytes, then })
  if (!writing) queueMicrotask(() => void write())
})

const answer = (response: ServerResponse, code: number, body: string): void => void response.writeHead(code, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
function tell(collection: string, type: string, bytes: string): void {
  const event = Buffer.from(`{"type":"${type}","object":${bytes}}\n`)
  for (const w of watchers.get(collection) ?? []) w.write(event)
}
async function put(collection: string, name: string, object: Kept, type: 'ADDED' | 'MODIFIED'): Promise<string> {
  object.metadata = { uid: randomUUID(), creationTimestamp: new Date().toISOString(), ...object.metadata, name, resourceVersion: String(++revision) }
  const bytes = JSON.stringify(object)
  await commit(bytes)
  let kept = collections.get(collection)
  if (!kept) collections.set(collection, (kept = new Map()))
  kept.set(name, bytes)
  tell(collection, type, bytes)
  return bytes
}
async function remove(collection: string, name: string): Promise<string | undefined> {
  const bytes = collections.get(collection)?.get(name)
  if (bytes === undefined) return undefined
  await commit(`{"deleted":"${name}"}`)
  collections.get(collection)?.delete(name)
  tell(collection, 'DELETED', bytes)
  return bytes
}

async function serve(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://bare')
  if (pathname === '/version') return answer(response, 200, '{"gitVersion":"bare"}')
  const at = pathname.lastIndexOf('/')
  const isCollection = /\/(namespaces|nodes|configmaps|pods|leases|deployments|replicasets|serviceaccounts)$/.test(pathname)
  const [collection, name] = isCollection ? [pathname, ''] : [pathname.slice(0, at), pathname.slice(at + 1)]
  if (request.method === 'POST') {
    const object = JSON.parse(body) as Kept
    const bytes = await put(collection, String(object.metadata['name']), object, 'ADDED')
    if (collection.endsWith('/pods') && object.spec && !object.spec['schedulerName']) {
      void put(collection, String(object.metadata['name']), { ...object, spec: { ...object.spec, nodeName: 'bare' } }, 'MODIFIED')
    }
    return answer(response, 201, bytes)
  }
  if (request.method === 'PUT') return answer(response, 200, await put(collection, name, JSON.parse(body) as Kept, 'MODIFIED'))
  if (request.method === 'DELETE') {
    if (isCollection) for (const each of (collections.get(collection) ?? new Map<string, string>()).keys()) await remove(collection, each)
    const bytes = isCollection ? '{}' : await remove(collection, name)
    return answer(response, bytes === undefined ? 404 : 200, bytes ?? '{}')
  }
  if (searchParams.has('watch')) {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    let all = watchers.get(collection)
    if (!all) watchers.set(collection, (all = new Set()))
    all.add(response)
    response.on('close', () => all.delete(response))
    return
  }
  if (isCollection) return answer(response, 200, `{"metadata":{"resourceVersion":"${revision}"},"items":[${[...(collections.get(collection)?.values() ?? [])].join(',')}]}`)
  // Every namespace has its ServiceAccount.
  const bytes = collection.endsWith('/serviceaccounts') ? '{}' : collections.get(collection)?.get(name)
  answer(response, bytes === undefined ? 404 : 200, bytes ?? '{}')
}

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key), requestCert: true, rejectUnauthorized: false, keepAlive: true, noDelay: true }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => void serve(request, response, Buffer.concat(chunks).toString()).catch((e: unknown) => { console.error(e); process.exit(1) }))
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
