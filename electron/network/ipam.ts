/**
 * The addresses of one node: what CNI's host-local plugin is to a kubelet. Pods get fixed addresses out of the node's range;
 * what runs already is told by `hold`. Nothing is stored: the engine knows who has which address.
 */
import { cidrContains, formatIpv4, parseCidr, parseIpv4, type Ipv4Cidr } from '../../shared/ipv4.ts'

/** The network itself and, by custom, a gateway at the low end; the broadcast address at the high end. */
const RESERVED_LOW = 2
const RESERVED_HIGH = 1

export class NodeNetwork {
  #range: Ipv4Cidr | undefined
  readonly #byPod = new Map<string, number>()
  readonly #taken = new Set<number>()
  /** Somebody who is none of ours has these. */
  readonly #foreign = new Set<number>()
  #next = 0
  readonly #waiting = new Set<() => void>()

  /** Node.spec.podCIDR, once it is known. It changes only when the Node is made anew; what runs then keeps its addresses. Throws RangeError when it is no range. */
  setRange(cidr: string): void {
    const range = parseCidr(cidr)
    if (!range || range.size < 8) throw new RangeError(`${JSON.stringify(cidr)} is no range for the pods of a node`)
    if (this.#range?.first === range.first) return
    this.#range = range
    this.#next = 0
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  /** Resolves with whether the range is known, after at most `timeoutMs`. */
  async ready(timeoutMs: number): Promise<boolean> {
    if (this.#range) return true
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      const done = (): void => { this.#waiting.delete(done); resolve() }
      this.#waiting.add(done)
      timer = setTimeout(done, timeoutMs)
    })
    clearTimeout(timer)
    return this.#range !== undefined
  }

  /** A fresh address for a pod, in place of one that it may have had; undefined: none is free, or no range is known. Not one that was given back just now, while there are others: whoever still speaks to it would meet a stranger. */
  take(podUid: string): string | undefined {
    this.release(podUid)
    if (!this.#range) return undefined
    const address = this.#free(this.#range) ?? (this.#foreign.size ? (this.#foreign.clear(), this.#free(this.#range)) : undefined)
    if (address === undefined) return undefined
    this.#byPod.set(podUid, address)
    this.#taken.add(address)
    return formatIpv4(address)
  }
  #free({ first, size }: Ipv4Cidr): number | undefined {
    const count = size - RESERVED_LOW - RESERVED_HIGH
    for (let i = 0; i < count; i++) {
      const at = (this.#next + i) % count
      const address = first + RESERVED_LOW + at
      if (this.#taken.has(address) || this.#foreign.has(address)) continue
      this.#next = at + 1
      return address
    }
    return undefined
  }

  /** A pod runs with this address already. One outside of the range, from before there were ranges, takes no room in it. */
  hold(podUid: string, ip: string): void {
    const address = parseIpv4(ip)
    if (address === undefined) return
    this.release(podUid)
    this.#byPod.set(podUid, address)
    this.#taken.add(address)
    if (this.#range && cidrContains(this.#range, address)) this.#next = Math.max(this.#next, address - this.#range.first - RESERVED_LOW + 1)
  }

  /** The engine says that somebody else has the address: it is passed over for as long as others are free. */
  refuse(podUid: string, ip: string): void {
    this.release(podUid)
    const address = parseIpv4(ip)
    if (address !== undefined) this.#foreign.add(address)
  }

  release(podUid: string): void {
    const address = this.#byPod.get(podUid)
    if (address === undefined) return
    this.#byPod.delete(podUid)
    this.#taken.delete(address)
  }
}
