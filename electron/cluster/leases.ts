/** The Leases by which it is seen in kube-system who the control plane is: of the scheduler, the controller manager, and of the API server. */
import { createHash, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Clock } from '../../shared/clock.ts'
import { holdLease } from './own-lease.ts'
import type { ClientFactory } from '../client/types.ts'

/** Source: kubernetes pkg/controlplane, "apiserver identity". */
const IDENTITY = 'apiserver.kubernetes.io/identity'
const HOSTNAME = 'kubernetes.io/hostname'
const SERVER_SECONDS = 3600
const ELECTED_SECONDS = 1800
const LABEL = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** `apiserver-` and 26 letters and digits, the same whenever this machine starts one. */
export function serverName(host: string): string {
  let bits = BigInt(`0x${createHash('sha256').update(host).digest('hex').slice(0, 32)}`) << 2n
  let text = ''
  for (let i = 0; i < 26; i++, bits >>= 5n) text = (BASE32[Number(bits & 31n)] ?? '') + text
  return `apiserver-${text}`
}

export function holdLeases(clients: ClientFactory, clock: Clock, host = hostname()): { stop(): Promise<void> } {
  const id = randomUUID()
  const server = serverName(host)
  const own = clients.clientFor('system:apiserver', ['system:masters'])
  const elected = (user: string, name: string) => holdLease({ client: clients.clientFor(user), clock, name, identity: `${host}_${id}`, seconds: ELECTED_SECONDS, elected: true })
  const held = [
    elected('system:kube-scheduler', 'kube-scheduler'), elected('system:kube-controller-manager', 'kube-controller-manager'),
    holdLease({ client: own, clock, name: server, identity: `${server}_${id}`, seconds: SERVER_SECONDS, elected: false, labels: { [IDENTITY]: 'kube-apiserver', ...(LABEL.test(host) ? { [HOSTNAME]: host } : {}) } }),
  ]
  return { stop: async () => { await Promise.all(held.map((lease) => lease.stop())) } }
}
