/** The Leases by which it is seen in kube-system who the control plane is: of the scheduler, the controller manager, and of the API server. */
import { createHash, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Clock } from '../../shared/clock.ts'
import type { Lease } from '../../shared/api/types.ts'
import { createEventRecorder } from '../client/index.ts'
import type { ClientFactory } from '../client/types.ts'
import { holdLease, NAMESPACE, type OwnLease } from './own-lease.ts'

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

/** Where it is seen at once that a lease has gone. */
export interface LeaseView {
  get(name: string, namespace: string): Lease | undefined
  onChange(listener: () => void): () => void
}

export function holdLeases(clients: ClientFactory, view: LeaseView, clock: Clock, host = hostname()): { stop(): Promise<void> } {
  const id = randomUUID()
  const server = serverName(host)
  const own = clients.clientFor('system:apiserver', ['system:masters'])
  const recorders: { stop(): Promise<void> }[] = []
  const elected = (user: string, name: string, component = name): OwnLease => {
    const client = clients.clientFor(user)
    const recorder = createEventRecorder(client, { component, clock, remembers: 1 })
    recorders.push(recorder)
    return holdLease({ client, clock, name, identity: `${host}_${id}`, seconds: ELECTED_SECONDS, elected: { recorder } })
  }
  const held = [
    elected('system:kube-scheduler', 'kube-scheduler', 'default-scheduler'), elected('system:kube-controller-manager', 'kube-controller-manager'),
    holdLease({ client: own, clock, name: server, identity: `${server}_${id}`, seconds: SERVER_SECONDS, labels: { [IDENTITY]: 'kube-apiserver', ...(LABEL.test(host) ? { [HOSTNAME]: host } : {}) } }),
  ]
  const close = view.onChange(() => { for (const lease of held) if (!view.get(lease.name, NAMESPACE)) lease.gone() })
  return {
    async stop() {
      close()
      await Promise.all(held.map((lease) => lease.stop()))
      await Promise.all(recorders.map((recorder) => recorder.stop()))
    },
  }
}
