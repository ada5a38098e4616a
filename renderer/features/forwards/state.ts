/** The ports of this machine that lead into pods: one subscription for the window. */
import type { PortForward } from '../../../shared/ipc.ts'
import { Value } from '../../lib/value.ts'
import type { Transport } from '../../transport/transport.ts'

export const forwards = new Value<readonly PortForward[]>([])
/** Follows the list until the returned function is called. */
export const followForwards = (transport: Transport): (() => void) => transport.subscribe('portforward.list', {}, (all) => forwards.set(all), () => forwards.set([]))
export const urlOf = (f: Pick<PortForward, 'scheme' | 'localPort'>): string => `${f.scheme}://127.0.0.1:${f.localPort}`

/** What can be forwarded to: each port with its name. */
export interface Choice {
  port: number
  name: string
  scheme: 'http' | 'https'
}
interface PortLike { port?: number; containerPort?: number; name?: string; protocol?: string }
/** Only TCP can be forwarded. */
export const choicesOf = (ports: readonly PortLike[]): Choice[] =>
  ports.filter((p) => (p.protocol ?? 'TCP') === 'TCP').map((p) => ({ port: p.port ?? p.containerPort ?? 0, name: p.name ?? '', scheme: p.name === 'https' || (p.port ?? p.containerPort) === 443 ? 'https' : 'http' }))
