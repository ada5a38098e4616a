/** The two sockets, and the way of a request through them: host and path to a backend, backend to an endpoint, and there. */
import { once } from 'node:events'
import { Agent, createServer, type AgentOptions, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createSecureContext, type SecureContext } from 'node:tls'
import { createProxyServer } from 'httpxy'
import { logger } from '../../shared/log.ts'
import type { Dial } from '../client/dial.ts'
import type { Chooser, Target } from './endpoints.ts'
import { page } from './pages.ts'
import { findBackend, type Routes } from './routes.ts'

const HOST = '127.0.0.1'
const MOST_CONNECTIONS = 2048
/** Until the first byte of an answer, and between two of them. */
const PROXY_TIMEOUT_MS = 120_000
const CONNECT_TIMEOUT_MS = 10_000
const log = logger('ingress')

export interface CertificateAndKey {
  readonly certPem: string
  readonly keyPem: string
}
export interface GatewayOptions {
  readonly routes: () => Routes
  readonly chooser: Chooser
  /** The certificate of a host; undefined: the fallback. */
  readonly contextFor: (serverName: string) => SecureContext | undefined
  /** For hosts without a certificate. */
  readonly fallback: CertificateAndKey
  /** Told of every answer, by its code. */
  readonly answered: (code: number, milliseconds: number) => void
  /** To endpoints, where they are not this machine's to reach. */
  readonly dial?: Dial | undefined
  /** Tried in order; 0 is any. */
  readonly ports: { readonly http: readonly number[]; readonly https: readonly number[] }
}
export interface Gateway {
  readonly http: number
  readonly https: number
  close(): Promise<void>
}

async function listen(server: Server, ports: readonly number[]): Promise<number> {
  let failure: unknown
  for (const port of ports) {
    server.listen({ host: HOST, port, exclusive: true })
    try {
      await once(server, 'listening')
      const address = server.address()
      return typeof address === 'object' && address ? address.port : port
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
      failure = error
    }
  }
  throw failure
}

/** An agent whose connections are made by `dial`, if it is given. */
function agentBy(dial: Dial | undefined, options: AgentOptions): Agent {
  const agent = new Agent(options)
  if (!dial) return agent
  return Object.assign(agent, {
    createConnection({ host, port }: { host: string; port: number }, done: (error: Error | null, socket?: Duplex) => void): undefined {
      dial({ host, port: Number(port), timeoutMs: CONNECT_TIMEOUT_MS }).then((socket) => done(null, socket), (error: Error) => done(error))
    },
  })
}

export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const agent = agentBy(options.dial, { keepAlive: true, maxSockets: 256, maxFreeSockets: 32, timeout: PROXY_TIMEOUT_MS })
  const proxy = createProxyServer({ xfwd: true, agent, proxyTimeout: PROXY_TIMEOUT_MS, upgradeTimeout: 30_000 })
  const upgraded = new Set<Socket>()

  const find = (request: IncomingMessage): Target | { status: number; sentence: string } => {
    const { host = '' } = request.headers
    const backend = findBackend(options.routes(), host, request.url ?? '/')
    if (!backend) return { status: 404, sentence: `No Ingress has a rule for ${host || 'this host'} and this path.` }
    return options.chooser.next(backend) ?? { status: 503, sentence: `The Service ${backend.namespace}/${backend.service} has no ready endpoint on port ${backend.port}.` }
  }
  const say = (request: IncomingMessage, response: ServerResponse, status: number, sentence: string): void => {
    if (response.headersSent) return void response.destroy()
    const { body, contentType } = page(status, sentence, request.headers.accept)
    response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  const whatFailed = (error: Error): [number, string] =>
    /timeout|ETIMEDOUT|socket hang up/i.test(`${(error as NodeJS.ErrnoException).code} ${error.message}`) ? [504, 'The endpoint did not answer in time.'] : [502, `The endpoint could not be reached: ${(error as NodeJS.ErrnoException).code ?? error.message}.`]

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const began = performance.now()
    response.once('close', () => options.answered(response.statusCode, performance.now() - began))
    const found = find(request)
    if ('status' in found) return say(request, response, found.status, found.sentence)
    void proxy.web(request, response, { target: found }).catch((error: Error) => failed(error, request, response))
  }
  const refuse = (socket: Socket, status: number, sentence: string): void => {
    const { body, contentType } = page(status, sentence, undefined)
    socket.end(`HTTP/1.1 ${status} Upgrade refused\r\nContent-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
  }
  /** Called for each failure, by the library's event and, for what it does not tell there, by its promise. */
  const failed = (error: Error, request: IncomingMessage | undefined, to: ServerResponse | Socket | undefined): void => {
    log.debug('a request could not be passed on', { error, host: request?.headers.host })
    if (!to || to.destroyed) return
    if ('writeHead' in to) {
      if (request && !to.writableEnded) say(request, to, ...whatFailed(error))
    } else if (to.writable && to.bytesWritten === 0) refuse(to, ...whatFailed(error))
    else to.destroy()
  }
  proxy.on('error', failed)
  const upgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    upgraded.add(socket)
    socket.on('close', () => upgraded.delete(socket))
    socket.on('error', (error) => log.debug('an upgraded connection failed', { error }))
    const found = find(request)
    if ('status' in found) return refuse(socket, found.status, found.sentence)
    // An upgraded connection may be quiet for as long as both ends like: the library lifts its time limit.
    void proxy.ws(request, socket, { target: found }, head).catch((error: Error) => failed(error, request, socket))
  }

  const plain = createServer({ keepAliveTimeout: 60_000 }, serve)
  const secure = createTlsServer({
    cert: options.fallback.certPem, key: options.fallback.keyPem, ALPNProtocols: ['http/1.1'], keepAliveTimeout: 60_000,
    SNICallback: (name, callback) => callback(null, options.contextFor(name)),
  }, serve)
  const servers: Server[] = [plain, secure as unknown as Server]
  for (const server of servers) {
    server.maxConnections = MOST_CONNECTIONS
    server.on('upgrade', upgrade)
  }
  secure.on('tlsClientError', (error) => log.debug('a TLS handshake failed', { error }))
  const close = async (): Promise<void> => {
    await Promise.all(servers.filter((s) => s.listening).map(async (server) => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      // The server waits for these as well, and no longer counts them among its own.
      for (const socket of upgraded) socket.destroy()
      await closed
    }))
    agent.destroy()
  }
  try {
    const http = await listen(plain, options.ports.http)
    const https = await listen(servers[1] as Server, options.ports.https)
    for (const server of servers) server.on('error', (error) => log.warning('the gateway failed', { error }))
    return { http, https, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A host's certificate as TLS takes it; throws when certificate and key do not fit. */
export const secureContext = ({ certPem, keyPem }: CertificateAndKey): SecureContext => createSecureContext({ cert: certPem, key: keyPem })
