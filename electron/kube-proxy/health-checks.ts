/** Answers balancers that ask whether this machine has endpoints of a Service with policy Local, at its healthCheckNodePort. On loopback, as all of this app. */
import { createServer, type Server } from 'node:http'
import { logger } from '../../shared/log.ts'
import type { ServicePort } from './model.ts'

const log = logger('kube-proxy')
const TIMEOUT_MS = 5_000

export class HealthChecks {
  readonly #servers = new Map<number, Server>()
  #counts = new Map<number, { service: string; endpoints: number }>()

  /** Opens and closes ports as the Services say. A port that cannot be opened is said in the log. */
  update(ports: readonly ServicePort[]): void {
    const counts = new Map<number, { service: string; endpoints: number }>()
    for (const { healthCheckNodePort: port, service, endpoints } of ports) {
      if (port) counts.set(port, { service, endpoints: Math.max(endpoints.length, counts.get(port)?.endpoints ?? 0) })
    }
    this.#counts = counts
    for (const [port, server] of this.#servers) if (!counts.has(port)) {
      this.#servers.delete(port)
      server.close()
      server.closeAllConnections()
    }
    for (const port of counts.keys()) if (!this.#servers.has(port)) this.#open(port)
  }
  #open(port: number): void {
    const server = createServer({ requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS }, (_request, answer) => {
      const { service = '/', endpoints = 0 } = this.#counts.get(port) ?? {}
      const [namespace, name] = service.split('/')
      answer.writeHead(endpoints ? 200 : 503, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff', 'x-load-balancing-endpoint-weight': String(endpoints) })
      answer.end(JSON.stringify({ service: { namespace, name }, localEndpoints: endpoints, serviceProxyHealthy: true }))
    })
    server.on('error', (error) => log.warning('the health of a Service cannot be asked for', { port, error }))
    server.listen({ host: '127.0.0.1', port })
    this.#servers.set(port, server)
  }
  close(): void {
    this.update([])
  }
}
