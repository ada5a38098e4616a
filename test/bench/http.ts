/** A small client over HTTPS for measurements: keep-alive, client certificate from the kubeconfig, watches line by line. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { createInterface } from 'node:readline'
import { parse } from 'yaml'
import type { WatchEvent, KubeObject } from '../../shared/api/meta.ts'
import type { Ready } from '../integration/app.ts'

interface Kubeconfig { clusters: { cluster: Record<string, string> }[]; users: { user: Record<string, string> }[] }

export class Api {
  readonly #agent: https.Agent
  readonly #base: string
  constructor(ready: Ready) {
    const config = parse(readFileSync(ready.kubeconfig, 'utf8')) as Kubeconfig
    const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64')
    const user = config.users[0]?.user ?? {}
    this.#agent = new https.Agent({ keepAlive: true, maxSockets: 32, ca: bytes(config.clusters[0]?.cluster['certificate-authority-data']), cert: bytes(user['client-certificate-data']), key: bytes(user['client-key-data']) })
    this.#base = ready.apiServer
  }
  #request(method: string, path: string, body: object | undefined, contentType = 'application/json'): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const r = https.request(`${this.#base}${path}`, { method, agent: this.#agent, headers: body ? { 'content-type': contentType, 'content-length': Buffer.byteLength(JSON.stringify(body)) } : {} }, resolve)
      r.on('error', reject)
      r.end(body ? JSON.stringify(body) : undefined)
    })
  }
  /** Rejects with method, path, status and answer when that is no success. */
  async send<T>(method: string, path: string, body?: object, contentType?: string): Promise<T> {
    return JSON.parse(await this.#answer(method, path, body, contentType)) as T
  }
  /** What a path answers that is no JSON: a log, metrics. */
  text(path: string): Promise<string> {
    return this.#answer('GET', path, undefined)
  }
  async #answer(method: string, path: string, body: object | undefined, contentType?: string): Promise<string> {
    const response = await this.#request(method, path, body, contentType)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    if ((response.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`)
    return text
  }
  get<T>(path: string): Promise<T> {
    return this.send('GET', path)
  }
  /** Resolves once the watch is open. */
  async watch<T extends KubeObject>(path: string, listener: (event: WatchEvent<T>) => void): Promise<{ close(): void }> {
    const response = await this.#request('GET', path, undefined)
    // A server that is stopped or killed cuts its watches: whoever watches sees that nothing more comes.
    response.on('error', () => undefined)
    createInterface({ input: response }).on('line', (line) => listener(JSON.parse(line) as WatchEvent<T>)).on('error', () => undefined)
    return { close: () => response.destroy() }
  }
}
