/** One HTTPS request to a webhook or an extension server: over a connection that is given, or one of its own. */
import { request as httpsRequest, type RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'

const ANSWER_LIMIT = 3 * 1024 * 1024

export interface Destination {
  /** For the Host header and the server's name in TLS. */
  readonly host: string
  readonly port: number
  readonly path: string
  /** PEM. Absent: the roots of this process. */
  readonly ca?: string
  readonly insecure?: boolean
  /** PEM: who this server is. */
  readonly cert?: string
  readonly key?: string
  /** Opens the connection beneath TLS. Absent: host and port. */
  readonly open?: () => Promise<Duplex>
}
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** TLS over the connection; the options that Node's client wants for it. */
export async function secured(to: Destination): Promise<Pick<RequestOptions, 'createConnection' | 'agent'>> {
  const tls = { servername: to.host, ...(to.ca === undefined ? {} : { ca: to.ca }), rejectUnauthorized: !to.insecure, ...(to.cert === undefined ? {} : { cert: to.cert }), ...(to.key === undefined ? {} : { key: to.key }) }
  if (!to.open) return { createConnection: () => tlsConnect({ host: to.host, port: to.port, ...tls }) }
  const socket = await to.open()
  return { createConnection: () => tlsConnect({ socket, ...tls }) }
}

/** @throws Error in the words of the network */
export async function send(to: Destination, method: string, body: string | undefined, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<Answer> {
  const late = AbortSignal.timeout(timeoutMs)
  const connection = await Promise.race([secured(to), new Promise<never>((_, reject) => late.addEventListener('abort', () => reject(new Error('context deadline exceeded')), { once: true }))])
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      method, host: to.host, port: to.port, path: to.path, signal: late, ...connection,
      headers: { ...headers, connection: 'close', ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    }, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > ANSWER_LIMIT) request.destroy(new Error(`the answer is larger than ${ANSWER_LIMIT} bytes`))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }))
    })
    request.on('error', (error: NodeJS.ErrnoException) => reject(late.aborted ? new Error('context deadline exceeded') : error))
    request.end(body)
  })
}
