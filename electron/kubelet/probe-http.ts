/** HTTP as probes and hooks speak it: one request on a connection that is made for it. Source: kubernetes pkg/probe/http. */
import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'

const BODY_LIMIT = 10 << 10
/** As in Go's client. */
const REDIRECTS = 10

export interface HttpAction { path?: string; port: number | string; scheme?: string; host?: string; httpHeaders?: { name: string; value: string }[] }

export interface HttpAnswer {
  readonly status: number
  /** The first 10 KiB. */
  readonly body: string
  readonly location?: string
}

interface Target { readonly secure: boolean; readonly host: string; readonly port: number; readonly path: string }

const urlOf = (t: Target): string => `${t.secure ? 'https' : 'http'}://${t.host}:${t.port}${t.path}`

/** Go writes its own headers where the user has none: `Host` among them. An empty value leaves a header out. */
function headersOf(t: Target, action: HttpAction, agent: string): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': agent, accept: '*/*', connection: 'close', host: `${t.host}:${t.port}` }
  for (const { name, value } of action.httpHeaders ?? []) {
    const key = name.toLowerCase()
    if (value === '' && (key === 'user-agent' || key === 'accept')) delete headers[key]
    else headers[key] = value
  }
  return headers
}

function once(socket: Duplex, t: Target, action: HttpAction, timeoutMs: number, agent: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const connection = t.secure ? tlsConnect({ socket, rejectUnauthorized: false }) : socket
    const request = (t.secure ? https : http).request({ path: t.path, headers: headersOf(t, action, agent), createConnection: () => connection as never }, (r) => {
      let body = ''
      r.on('data', (c: Buffer) => { if (body.length < BODY_LIMIT) body += c.toString('utf8').slice(0, BODY_LIMIT - body.length) })
      r.on('error', fail)
      r.on('end', () => { clearTimeout(timer); socket.destroy(); resolve({ status: r.statusCode ?? 0, body, ...(r.headers.location ? { location: r.headers.location } : {}) }) })
    })
    const timer = setTimeout(() => request.destroy(new Error(`Get ${JSON.stringify(urlOf(t))}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`)), timeoutMs)
    timer.unref()
    function fail(e: Error): void { clearTimeout(timer); socket.destroy(); reject(e) }
    request.on('error', fail)
    request.end()
  })
}

/**
 * GET, following redirects that stay on the host; the first one that leaves it is the answer. `dial` makes a connection to a
 * port of the host. All of it takes at most `timeoutMs`.
 */
export async function httpGet(dial: (port: number, timeoutMs: number) => Promise<Duplex>, action: HttpAction, port: number, host: string, timeoutMs: number, agent = 'kube-probe/1.36'): Promise<HttpAnswer> {
  const end = performance.now() + timeoutMs
  const left = (): number => Math.max(1, end - performance.now())
  let target: Target = { secure: action.scheme?.toUpperCase() === 'HTTPS', host, port, path: action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}` }
  for (let followed = 0; ; followed++) {
    const answer = await once(await dial(target.port, left()), target, action, left(), agent)
    if (answer.status < 300 || answer.status >= 400 || !answer.location || answer.status === 304) return answer
    if (followed >= REDIRECTS) throw new Error(`Get ${JSON.stringify(urlOf(target))}: stopped after ${REDIRECTS} redirects`)
    const next = new URL(answer.location, urlOf(target))
    if (next.hostname !== host) return answer
    const secure = next.protocol === 'https:'
    target = { secure, host, port: next.port ? Number(next.port) : secure ? 443 : 80, path: `${next.pathname}${next.search}` }
  }
}
