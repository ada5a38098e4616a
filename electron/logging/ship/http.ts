/** Posts over one kept connection, with a limit of time and of what is read of the answer. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { shipFault } from '../../../shared/shipping-faults.ts'

const TIMEOUT_MS = 30_000
const MOST_ANSWER = 4 * 1024 * 1024

export interface Answer {
  readonly status: number
  readonly text: string
}
export interface Poster {
  /** Rejects when there is no whole answer. */
  post(path: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Answer>
  close(): void
}
/** Worth trying again: the receiver is busy, away, or not set up as it should be, which somebody will mend. */
export const isPassing = (status: number): boolean => status === 401 || status === 403 || status === 404 || status === 408 || status === 429 || status >= 500
export const refusal = ({ status, text }: Answer): Error => new Error(text.trim() ? shipFault('statusText', { status, text: text.trim().slice(0, 300) }) : shipFault('status', { status }))

/** @param address the URL below which paths are; a path that stands there already is not added again */
export function createPoster(address: string, insecure: boolean): Poster {
  const base = new URL(address)
  const secure = base.protocol === 'https:'
  const agent = secure ? new HttpsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: !insecure }) : new HttpAgent({ keepAlive: true, maxSockets: 1 })
  return {
    post(path, headers, body, signal) {
      const own = base.pathname.replace(/\/$/, '')
      const url = new URL(base)
      url.pathname = own.endsWith(path) ? own : own + path
      return new Promise((resolve, reject) => {
        const options = { method: 'POST', agent, signal, timeout: TIMEOUT_MS, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }
        const answered = (response: IncomingMessage): void => {
          const chunks: Buffer[] = []
          let size = 0
          response.on('data', (chunk: Buffer) => {
            size += chunk.length
            if (size > MOST_ANSWER) response.destroy(new Error(shipFault('tooLong')))
            else chunks.push(chunk)
          })
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }))
          response.on('error', reject)
        }
        const sent = secure ? httpsRequest(url, options, answered) : httpRequest(url, options, answered)
        sent.on('timeout', () => sent.destroy(new Error(shipFault('noAnswer', { seconds: TIMEOUT_MS / 1000 }))))
        sent.on('error', reject)
        sent.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}
/** With a user: basic; with a secret alone: a bearer's token. */
export const authorization = (username: string, secret: string): Record<string, string> =>
  username ? { authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}` } : secret ? { authorization: `Bearer ${secret}` } : {}
