/** Plain requests with the administrator's certificate: any header, any status, watches that can be waited on. */
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import type { KubeObject, WatchEvent } from '../../shared/api/meta.ts'
import { client } from './cluster.ts'

export interface Answer<T> { status: number; headers: Record<string, string>; body: T }

const MERGE = { 'content-type': 'application/merge-patch+json' }

/** Who asks whom, on connections that are kept. */
async function door(): Promise<{ server: string; agent: https.Agent }> {
  const config = client()
  const options: https.RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  return { server: config.getCurrentCluster()?.server ?? '', agent: new https.Agent({ keepAlive: true, ca: options.ca, cert: options.cert, key: options.key }) }
}
let opened: ReturnType<typeof door> | undefined

async function open(method: string, path: string, body?: object, headers: Record<string, string> = {}, as?: string): Promise<IncomingMessage> {
  const { server, agent } = await (opened ??= door())
  const text = as ?? (body && JSON.stringify(body))
  return new Promise((resolve, reject) => {
    const request = https.request(`${server}${path}`, { agent, method, headers: { ...(text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}), ...headers } }, resolve)
    request.on('error', reject)
    request.end(text)
  })
}

/** Answers whatever the status is. `text` goes as it is in the place of a body. */
export async function rest<T = Record<string, never>>(method: string, path: string, body?: object, headers?: Record<string, string>, text?: string): Promise<Answer<T>> {
  const response = await open(method, path, body, headers, text)
  let said = ''
  for await (const chunk of response) said += String(chunk)
  return { status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, body: (said.startsWith('{') ? JSON.parse(said) : said) as T }
}
/** As rest, but a failure is an error. */
export async function must<T = KubeObject>(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<T> {
  const answer = await rest<T>(method, path, body, headers)
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 500)}`)
  return answer.body
}
export const patch = <T = KubeObject>(path: string, change: object): Promise<T> => must<T>('PATCH', path, change, MERGE)

export interface Watching<T extends KubeObject> {
  readonly events: WatchEvent<T>[]
  /** The next `count` events; fails after ten seconds. */
  next(count?: number): Promise<WatchEvent<T>[]>
}
/** Ends with the test. Bookmarks are left out. */
export async function watch<T extends KubeObject = KubeObject>(path: string): Promise<Watching<T>> {
  const response = await open('GET', `${path}${path.includes('?') ? '&' : '?'}watch=true`)
  if (response.statusCode !== 200) throw new Error(`watch of ${path}: ${response.statusCode}`)
  response.on('error', () => undefined)
  const events: WatchEvent<T>[] = []
  let wake: (() => void) | undefined
  createInterface({ input: response }).on('line', (line) => {
    const event = JSON.parse(line) as WatchEvent<T>
    if (event.type === 'BOOKMARK') return
    events.push(event)
    wake?.()
  })
  onTestFinished(() => void response.destroy())
  let taken = 0
  return {
    events,
    async next(count = 1) {
      const end = Date.now() + 90_000
      while (events.length < taken + count) {
        const left = end - Date.now()
        if (left <= 0) throw new Error(`${count} events of ${path} were awaited; there are ${JSON.stringify(events.slice(taken))}`)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left)
          wake = () => { clearTimeout(timer); resolve() }
        })
      }
      return events.slice(taken, (taken += count))
    },
  }
}
export const brief = (events: readonly { type: string; object: unknown }[]): string[] => events.map((e) => `${e.type} ${(e.object as KubeObject).metadata.name}`)
