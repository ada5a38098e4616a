/**
 * Cluster DNS, the CoreDNS role: answers for the cluster's zone out of informers, and asks the machine's resolvers for the
 * rest. It listens on the pod bridge, as the Service kube-dns, and comes up by itself when the bridge comes up later.
 */
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { healthText } from '../../shared/component-health.ts'
import { logger } from '../../shared/log.ts'
import type { Component, ComponentContext } from '../client/component.ts'
import { keepOpen, type KeepOpen } from '../client/keep-open.ts'
import { keepOwnEndpoints, type OwnEndpoints } from '../client/own-endpoints.ts'
import type { Follower } from './follow.ts'
import type { Forwarder } from './forward.ts'
import type { Listening } from './listen.ts'
import type { FarDoor } from './listen-through.ts'
import type { DnsCounts } from './metrics.ts'
import type { Zone } from './zone.ts'

/** Where the port starts to be looked for. 53 would need a privilege, and may be somebody's. */
export const DNS_PORT = 10_053
const log = logger('kube-dns')

export interface ClusterDnsOptions extends ComponentContext {
  readonly network: ClusterNetwork
  /** The machine's resolvers now, as the system lists them. */
  readonly resolvers: () => readonly string[]
  /** Whether an address is of the pod or the service range. */
  readonly isOurs: (address: string) => boolean
  /** Where to listen; absent: the gateway of the plan. For tests. */
  readonly listenAddress?: string
  readonly port?: number
  /** Who listens, where the bridge is not this machine's. */
  readonly door?: FarDoor | undefined
}
export interface ClusterDns extends Component {
  /** The bridge may have come up: listen now. */
  hint(): void
  readonly listening: { readonly address: string; readonly port: number } | undefined
  /** Prometheus' text form. */
  metrics(): Promise<string>
}

export function createClusterDns(options: ClusterDnsOptions): ClusterDns {
  const { client, informers, clock, network } = options
  const address = options.listenAddress ?? network.gateway
  let parts: { zone: Zone; follower: Follower; forwarder: Forwarder; counts: DnsCounts; socket: KeepOpen<Listening>; endpoints: OwnEndpoints } | undefined
  let stopped = false

  async function build(): Promise<NonNullable<typeof parts>> {
    // The message library is loaded with these, and not before.
    const [{ Zone }, { followServices }, { createForwarder }, { createResponder }, { listen }, { createCounts }, { kubeDns }] = await Promise.all([
      import('./zone.ts'), import('./follow.ts'), import('./forward.ts'), import('./respond.ts'), import('./listen.ts'), import('./metrics.ts'), import('./service.ts'),
    ])
    const zone = new Zone(network.clusterDomain, network.dnsIP)
    const follower = followServices(informers, zone)
    const forwarder = createForwarder({ clock, resolvers: options.resolvers, own: () => [address, network.gateway, network.dnsIP] })
    const counts = createCounts({ server: () => `dns://${socket.opened?.address ?? address}:${socket.opened?.port ?? options.port ?? DNS_PORT}`, underWay: () => forwarder.underWay, names: () => zone.size })
    const respond = createResponder({ zone, hasNamespace: follower.hasNamespace, isOurs: options.isOurs }, forwarder, counts)
    let failures = 0
    const socket = keepOpen<Listening>({
      clock,
      open: async () => (options.door ? (await import('./listen-through.ts')).listenThrough(options.door, address, options.port ?? DNS_PORT, respond) : listen(address, options.port ?? DNS_PORT, respond)),
      close: (opened) => opened.close(),
      onOpen(opened) {
        failures = 0
        log.info('listening', { address: opened.address, port: opened.port })
        endpoints.refresh()
      },
      onFailure(error, retryInMs) {
        if (failures++ === 0) log.info('cluster DNS waits for the pod bridge', { address, error, retryInMs: Math.round(retryInMs) })
      },
    })
    const endpoints = keepOwnEndpoints({ client, informers, clock, wanted: () => kubeDns(network, socket.opened) })
    return { zone, follower, forwarder, counts, socket, endpoints }
  }
  return {
    name: 'kube-dns',
    async start() {
      const made = (parts = await build())
      if (stopped) return
      informers.start()
      await informers.synced()
      if (stopped) return
      made.endpoints.start()
      await made.socket.start()
    },
    async stop() {
      if (stopped) return
      stopped = true
      if (!parts) return
      parts.follower.stop()
      parts.forwarder.stop()
      await Promise.all([parts.socket.stop(), parts.endpoints.stop()])
    },
    hint: () => parts?.socket.hint(),
    get listening() {
      return parts?.socket.opened
    },
    metrics: async () => (await parts?.counts.text()) ?? '',
    health() {
      if (!parts) return { healthy: false, message: healthText('notStarted') }
      const { opened, failure } = parts.socket
      if (opened) return { healthy: true, message: healthText('dns', { address: `${opened.address}:${opened.port}`, names: parts.zone.size }) }
      const why = failure instanceof Error ? failure.message : healthText('opening')
      return { healthy: false, message: healthText('dns.closed', { address, why }) }
    },
  }
}
