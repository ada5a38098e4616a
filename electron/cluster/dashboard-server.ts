/**
 * The dashboard as a web page, for headless mode: the built renderer over HTTP on loopback and its messages over a WebSocket.
 * Whoever opens it must hold the token of the printed address, which becomes a SameSite cookie; Host and Origin are checked, so
 * neither another web page nor DNS rebinding reaches it.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'
import { WebSocketServer, type WebSocket } from 'ws'
import type { ServerMessage } from '../../shared/ipc.ts'
import { logger } from '../../shared/log.ts'
import { parseJson } from '../../shared/numbers.ts'
import type { Endpoint } from './endpoint.ts'

const log = logger('dashboard')
const COOKIE = 'pilothouse'
/** Bytes that may wait for a page that does not read; beyond that it is cut off and reconnects. */
const MAX_BUFFERED = 64 * 1024 * 1024
const MAX_MESSAGE = 4 * 1024 * 1024
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.json': 'application/json',
}
/** As in renderer/index.html; sent as a header too, where it also forbids framing. */
export const CSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export interface DashboardServer {
  /** With the token: whoever has this address owns the cluster. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Listens on the first free port from `port` on (at most 50 tries; 0: any). */
export async function serveDashboard(options: { root: string; endpoint: Endpoint; port: number }): Promise<DashboardServer> {
  const token = randomBytes(24).toString('hex')
  const server = createServer((request, response) => {
    serve(options.root, token, request, response).catch((e: unknown) => {
      log.error('Could not serve a file of the dashboard', { path: request.url, error: e })
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => log.debug('The connection of a page failed', { error }))
    const { pathname } = urlOf(request)
    if (pathname !== '/ipc' || !hostAllowed(request) || !hasToken(request, token) || request.headers.origin !== `http://${request.headers.host}`) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => accept(ws, options.endpoint))
  })
  const port = await listen(server, options.port)
  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    port,
    close: () =>
      new Promise((resolve) => {
        for (const ws of sockets.clients) ws.terminate()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function accept(ws: WebSocket, endpoint: Endpoint): void {
  const connection = endpoint.connect((message: ServerMessage) => {
    if (ws.bufferedAmount > MAX_BUFFERED) {
      log.warning('A page does not read what it asked for; closing its connection')
      ws.terminate()
      return
    }
    ws.send(JSON.stringify(message))
  })
  ws.on('message', (data) => {
    let message: unknown
    try {
      message = parseJson(String(data))
    } catch {
      ws.close(1007, 'not JSON')
      return
    }
    connection.receive(message)
  })
  ws.on('close', () => connection.close())
  ws.on('error', (e) => log.debug('The connection of a page failed', { error: e }))
}

/** What is asked for on this server. Never throws: anybody may ask for anything, and `//` alone would be an address without a host. */
const urlOf = (request: IncomingMessage): URL => new URL(`http://x${request.url?.startsWith('/') ? request.url : '/'}`)
const hostAllowed = (request: IncomingMessage): boolean => /^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(request.headers.host ?? '')

function same(a: string, b: string): boolean {
  const x = Buffer.from(a)
  const y = Buffer.from(b)
  return x.length === y.length && timingSafeEqual(x, y)
}
/** The port is part of the name, since cookies do not tell ports apart and two clusters may run. */
const cookieName = (request: IncomingMessage): string => `${COOKIE}-${(request.headers.host ?? '').split(':').pop() ?? ''}`
function hasToken(request: IncomingMessage, token: string): boolean {
  const name = cookieName(request)
  return (request.headers.cookie ?? '').split(/;\s*/).some((c) => c.startsWith(`${name}=`) && same(c.slice(name.length + 1), token))
}

async function serve(root: string, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request)
  const end = (status: number, text: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
    response.end(text)
  }
  if (!hostAllowed(request)) return end(403, 'Open the dashboard by the address that was printed.\n')
  const given = url.searchParams.get('token')
  if (given !== null && same(given, token)) {
    response.writeHead(302, { location: '/', 'set-cookie': `${cookieName(request)}=${token}; HttpOnly; SameSite=Strict; Path=/` })
    response.end()
    return
  }
  if (!hasToken(request, token)) return end(401, 'Open the dashboard by the address that was printed: it carries the key.\n')
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, 'Method not allowed\n')
  const file = normalize(join(root, decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname)))
  const found: Stats | undefined = file.startsWith(root + sep) ? await stat(file).catch(() => undefined) : undefined
  if (!found?.isFile()) return end(404, 'Not found\n')
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': found.size,
    'content-security-policy': CSP,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': file.endsWith('.html') ? 'no-store' : 'private, max-age=31536000, immutable',
  })
  if (request.method === 'HEAD') response.end()
  else createReadStream(file).on('error', () => response.destroy()).pipe(response)
}

async function listen(server: Server, from: number): Promise<number> {
  for (let port = from; ; port++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => { server.off('error', reject); resolve() })
      })
      return (server.address() as AddressInfo).port
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port >= from + 50) throw e
    }
  }
}
