/**
 * The HTTPS door: TLS, credentials, limits, bodies, and the way of an answer onto the wire. What a request means is the
 * server's business, not the door's.
 */
import { createServer, type Server } from 'node:https'
import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { once, setMaxListeners } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { requestTooLarge, StatusError, timeout, unauthorized, internalError } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import { sendAnswer } from './https-answer.ts'
import { Pacer } from './pace.ts'
import { isLongRunning, requestInfo } from './request-info.ts'
import { timeoutOf } from './request-timeout.ts'
import type { ApiRequest, ApiResponse, ApiServer, Authenticated, Authenticator, UserInfo } from './types.ts'

const BODY_LIMIT = 3 * 1024 * 1024
const REQUEST_TIMEOUT_MS = 60_000
/** How often it is looked for callers that take too long to say what they want. */
const CHECK_MS = 30_000
const PORTS_TRIED = 50
const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
const log = logger('kube-apiserver')

export interface ServeOptions {
  readonly server: ApiServer
  /** The first port tried; the next free one is taken. 0: any. */
  readonly port: number
  readonly host?: string
  /** Only the port named will do: others know it by now. */
  readonly exactPort?: boolean
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string }
  readonly authenticator: Authenticator
  /** Connections come from somewhere else than a socket of this machine: begins to take them, and answers what ends that. The port is then taken as it is. */
  readonly through?: ((accept: (socket: Duplex) => void) => Promise<{ close(): Promise<void> }>) | undefined
  /** How long a request may take that is no watch and no stream. Default: a minute. */
  readonly requestTimeoutMs?: number
}
export interface ServeHandle {
  readonly port: number
  /** Ends all connections. */
  close(): Promise<void>
}

interface ConnectionState {
  /** Who the client certificate is; undefined: not asked yet, null: nobody. */
  user?: UserInfo | null
  /** When the certificate expires: a connection may outlive it. Milliseconds since 1970. */
  until?: number
}
const connections = new WeakMap<Duplex, ConnectionState>()

/** Reads a body up to the limit. Throws RequestEntityTooLarge. */
async function readBody(message: IncomingMessage): Promise<Uint8Array | undefined> {
  const length = Number(message.headers['content-length'] ?? 0)
  if (length > BODY_LIMIT) throw requestTooLarge(`Request entity too large: limit is ${BODY_LIMIT}`)
  if (!length && message.headers['transfer-encoding'] === undefined) return undefined
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > BODY_LIMIT) {
        message.removeAllListeners('data')
        message.resume()
        reject(requestTooLarge(`Request entity too large: limit is ${BODY_LIMIT}`))
      } else chunks.push(chunk)
    })
    message.on('end', () => resolve(chunks.length === 1 ? chunks[0] : chunks.length ? Buffer.concat(chunks) : undefined))
    message.on('error', reject)
    message.on('close', () => {
      if (!message.complete) reject(internalError(new Error('the connection was closed in the middle of the body')))
    })
  })
}

/** The user behind the credentials; no credentials: anonymous. Rejects with Unauthorized, and why, for those that nobody knows. */
async function whoIs(message: IncomingMessage, authenticator: Authenticator): Promise<Authenticated> {
  const header = message.headers.authorization
  if (header !== undefined && /^bearer /i.test(header)) {
    const user = await authenticator.authenticate({ bearerToken: header.slice(7).trim() })
    if (!user) throw unauthorized()
    return user
  }
  const socket = message.socket as TLSSocket
  let state = connections.get(socket)
  if (!state) connections.set(socket, (state = {}))
  if (state.user === undefined || Date.now() > (state.until ?? Infinity)) {
    // TLS has seen that the caller has its key; whose it is, and whether it is one of ours, the authenticator says.
    const certificate = socket.getPeerX509Certificate?.()
    if (certificate) state.until = Date.parse(certificate.validTo)
    state.user = certificate ? ((await authenticator.authenticate({ clientCertificate: certificate.raw })) ?? null) : null
  }
  return state.user ?? ANONYMOUS
}

/** Whom nobody knows. */
const NOBODY: UserInfo = { name: '', groups: [] }

/** As far as the credentials say who asks: the reason of a refusal is for the log, not for whoever is refused. */
async function caller(message: IncomingMessage, authenticator: Authenticator): Promise<Pick<ApiRequest, 'user' | 'refused' | 'annotations'>> {
  try {
    const user = await whoIs(message, authenticator)
    return user.annotations ? { user, annotations: user.annotations } : { user }
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 401) throw error
    log.warning('a request could not be authenticated', { path: message.url, why: error.message })
    const [scheme] = message.headers.authorization?.toLowerCase().split(' ', 1) ?? []
    return { user: NOBODY, refused: [...(scheme ? [scheme] : []), ...((message.socket as TLSSocket).getPeerX509Certificate?.() ? ['x509'] : [])] }
  }
}

/** Whether the caller has gone. Most requests are answered before anybody asks: the signal is made for the first who does. */
class Gone {
  #aborted = false
  #controller: AbortController | undefined
  abort(): void {
    this.#aborted = true
    this.#controller?.abort()
  }
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#aborted) this.#controller.abort()
    }
    return this.#controller.signal
  }
}

/** What is below TLS where that is no socket; Node has no public name for it. */
type Below = { readonly ssl?: { readonly _parentWrap?: { readonly stream?: { readonly remoteAddress?: string } } } }
const remoteOf = (socket: TLSSocket & Below): string | undefined => socket.remoteAddress ?? socket.ssl?._parentWrap?.stream?.remoteAddress

function toRequest(message: IncomingMessage, who: Pick<ApiRequest, 'user' | 'refused' | 'annotations'>, gone: Gone, body?: Uint8Array): ApiRequest {
  const url = message.url ?? '/'
  const mark = url.indexOf('?')
  return {
    method: message.method as ApiRequest['method'], path: mark < 0 ? url : url.slice(0, mark), query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: message.headers as Record<string, string | undefined>, ...(message.headers['impersonate-user'] === undefined ? {} : { valuesOf: (header: string) => message.headersDistinct[header] ?? [] }), ...who, body, remote: remoteOf(message.socket as TLSSocket),
    get signal() {
      return gone.signal
    },
  }
}

const statusAnswer = (error: unknown): ApiResponse => {
  const status = (error instanceof StatusError ? error : internalError(error)).status
  return { status: status.code ?? 500, body: { type: 'object', value: status } }
}

/** Watches and streams last; they are not timed. A path that cannot be read is for the server to refuse. */
function isLong(request: ApiRequest): boolean {
  try {
    return isLongRunning(requestInfo(request))
  } catch {
    return false
  }
}

/** Streams and watches; any other request keeps its body and its connection, whatever it wishes for. Old Nodes do not ask. */
const isStream = (url: string): boolean => /\/(?:exec|attach|portforward|proxy|log)(?:[/?]|$)|[?&]watch=|\/watch\//.test(url)

async function listen(server: Server, port: number, host: string, tries: number): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const wanted = port === 0 ? 0 : port + attempt
    server.listen(wanted, host)
    try {
      await once(server, 'listening')
      const address = server.address()
      return typeof address === 'object' && address ? address.port : wanted
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!taken || port === 0 || attempt + 1 >= tries) throw error
    }
  }
}

/** Serves until closed. Rejects when no port is free. */
export async function serveHttps({ server: api, port, host = '127.0.0.1', exactPort = false, tls, authenticator, through, requestTimeoutMs = REQUEST_TIMEOUT_MS }: ServeOptions): Promise<ServeHandle> {
  const closing = new AbortController()
  // Every open watch listens to it; Node 20 would take them for a leak.
  setMaxListeners(0, closing.signal)
  const pacer = new Pacer()

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new Gone()
    const abort = (): void => gone.abort()
    response.on('close', abort)
    let request: ApiRequest | undefined
    let result: ApiResponse
    try {
      const body = await readBody(message)
      const asked = (request = toRequest(message, await caller(message, authenticator), gone, body))
      const handle = (): Promise<ApiResponse> => pacer.run(() => api.handle(asked))
      if (!isLong(request)) {
        const patience = timeoutOf(request.query, requestTimeoutMs)
        let timer: NodeJS.Timeout | undefined
        const late = new Promise<ApiResponse>((resolve) => {
          timer = setTimeout(() => {
            gone.abort()
            resolve(statusAnswer(timeout('request did not complete within the allotted timeout')))
          }, patience)
        })
        result = await Promise.race([handle(), late])
        clearTimeout(timer)
      } else result = await handle()
    } catch (error) {
      result = statusAnswer(error)
      // A body that is too large is read and thrown away: a connection that ended in the middle of it would take the answer along.
      // Any other that was not read to its end cannot share its connection with the next request.
      if (!message.complete && result.status !== 413) response.setHeader('connection', 'close')
    }
    await sendAnswer(result, message, response, closing.signal, pacer)
    response.off('close', abort)
  }

  async function upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const gone = new Gone()
    // Upgraded connections are no longer the HTTP server's to close.
    const stop = (): void => void socket.destroy()
    closing.signal.addEventListener('abort', stop, { once: true })
    socket.on('close', () => {
      closing.signal.removeEventListener('abort', stop)
      gone.abort()
    })
    socket.on('error', (error) => log.debug('an upgraded connection failed', { error }))
    let result: ApiResponse
    let request: ApiRequest | undefined
    try {
      request = toRequest(message, await caller(message, authenticator), gone)
      result = await api.handle(request)
    } catch (error) {
      result = statusAnswer(error)
    }
    if (result.body.type === 'upgrade' && request) {
      result.body.handler(request, socket, head)
      return
    }
    // What cannot be upgraded is answered as if nobody had asked for it: the header is a wish.
    const response = new ServerResponse(message)
    response.shouldKeepAlive = false
    response.assignSocket(socket as Socket)
    response.on('finish', () => socket.end())
    await sendAnswer(result, message, response, closing.signal, pacer)
  }

  const https = createServer({ ...tls, requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'], keepAlive: true, noDelay: true, requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(CHECK_MS, requestTimeoutMs), keepAliveTimeout: 180_000, maxHeaderSize: 64 * 1024, shouldUpgradeCallback: ({ url = '' }) => isStream(url) || (api.forwards?.(url) ?? false) })
  https.on('request', (message, response) => {
    answer(message, response).catch((error: unknown) => {
      log.error('an answer could not be sent', { error, path: message.url })
      response.destroy()
    })
  })
  https.on('upgrade', (message, socket, head) => {
    upgrade(message, socket, head).catch((error: unknown) => {
      log.error('an upgrade failed', { error, path: message.url })
      socket.destroy()
    })
  })
  // Port scanners and clients that do not trust our certificate.
  https.on('tlsClientError', (error) => log.debug('a TLS handshake failed', { error }))
  const taken = new Set<Duplex>()
  const elsewhere = await through?.((socket) => {
    taken.add(socket)
    socket.on('close', () => taken.delete(socket))
    https.emit('connection', socket)
  })
  // Its limits on callers that say nothing begin with this.
  if (elsewhere) https.emit('listening')
  const bound = elsewhere ? port : await listen(https, port, host, exactPort ? 1 : PORTS_TRIED)
  https.on('error', (error) => log.error('the HTTPS door failed', { error }))
  return {
    port: bound,
    async close() {
      if (elsewhere ? closing.signal.aborted : !https.listening) return
      closing.abort()
      await elsewhere?.close()
      const closed = elsewhere ? undefined : once(https, 'close')
      https.close()
      https.closeAllConnections()
      for (const socket of taken) socket.destroy()
      await closed
    },
  }
}
