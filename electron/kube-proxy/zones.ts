/**
 * Connections over UDP have no end that the kernel sees: it would go on sending a client's packets to an endpoint that has gone.
 * Each UDP port of a Service therefore has a zone of connections; when an endpoint goes (or the first one comes), the port gets a new
 * zone, in which the kernel knows no connection. This takes the place of upstream's deleting of entries, for which most
 * machines lack the tool.
 */
import type { ServicePort } from './model.ts'
import { udpKey } from './rules.ts'

/** 0 is everybody's; a number is used again after all others. */
const LAST_ZONE = 65_535

export class UdpZones {
  readonly zones = new Map<string, number>()
  readonly #endpoints = new Map<string, ReadonlySet<string>>()
  #next: number

  /** @param first where to begin: another than before a restart, whose connections are still known */
  constructor(first: number) {
    this.#next = 1 + (first % LAST_ZONE)
  }
  /** Compares with what was there before. */
  update(ports: readonly ServicePort[]): void {
    const seen = new Set<string>()
    for (const port of ports) {
      if (port.protocol !== 'udp') continue
      const key = udpKey(port)
      seen.add(key)
      const now = new Set(port.endpoints.map((e) => `${e.ip}:${e.port}`))
      const before = this.#endpoints.get(key)
      this.#endpoints.set(key, now)
      if (before && [...before].every((e) => now.has(e)) && (before.size > 0 || now.size === 0)) continue
      this.zones.set(key, this.#next)
      this.#next = this.#next >= LAST_ZONE ? 1 : this.#next + 1
    }
    for (const key of this.#endpoints.keys()) if (!seen.has(key)) {
      this.#endpoints.delete(key)
      this.zones.delete(key)
    }
  }
}
