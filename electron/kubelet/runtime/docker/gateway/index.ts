/**
 * The way to the pods' network and back where the engine is of another machine: a program of ours there carries connections over
 * one stream of the engine's API. It is begun when it is first needed, and again whenever it ends; what is to be listened at is so again then.
 */
import { lookup } from 'node:dns/promises'
import { isIPv4 } from 'node:net'
import type { Duplex } from 'node:stream'
import { healthText } from '../../../../../shared/component-health.ts'
import { logger } from '../../../../../shared/log.ts'
import { Backoff } from '../../../../client/backoff.ts'
import type { DialTarget, PodGateway } from '../../capabilities.ts'
import type { HelperSession } from '../network-helper.ts'
import { socketError, type Address } from './frames.ts'
import type { TunnelSocket } from './socket.ts'
import { Tunnel, type Listener } from './tunnel.ts'

const log = logger('network')
const GREETING_MS = 10_000
/** The program ends after a minute without a word. */
const PING_MS = 15_000
const AGAIN_MS = 1_000
/** Whoever wants to listen tries again. */
const LISTEN_MS = 3_000

interface Wanted {
  readonly at: Address
  readonly listener: Listener
  /** In the tunnel that there is. */
  id: number | undefined
}

/** @param begin begins the program; its streams */
export function createGateway(begin: () => Promise<HelperSession>): PodGateway {
  const backoff = new Backoff({ initialMs: 200, maxMs: 10_000, jitter: 0.2 })
  const wanted = new Set<Wanted>()
  const waiting = new Set<(made: Tunnel) => void>()
  const told = new Set<() => void>()
  let tunnel: Tunnel | undefined
  let opening: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let pings: NodeJS.Timeout | undefined
  let problem = healthText('gateway.unneeded')
  let closed = false

  const greeted = async (): Promise<Tunnel> => {
    const { stdin, stdout, stderr } = await begin()
    stderr.on('data', (text: Buffer) => log.warning('the gateway says', { text: text.toString().trim().slice(0, 500) }))
    stderr.on('error', (error) => log.debug('the gateway says no more', { error }))
    return new Promise((resolve, reject) => {
      const made: Tunnel = new Tunnel(stdout, stdin, () => { clearTimeout(late); resolve(made) }, (error) => {
        clearTimeout(late)
        stdin.destroy()
        reject(error)
        lost(made, error)
      })
      const late = setTimeout(() => made.end(new Error('the gateway does not greet')), GREETING_MS)
    })
  }
  const open = (): void => {
    clearTimeout(timer)
    timer = undefined
    opening ??= greeted().then((made) => {
      if (closed) return made.end(new Error('the gateway is closed'))
      tunnel = made
      problem = ''
      backoff.reset()
      pings = setInterval(() => made.ping(), PING_MS).unref()
      log.info('the gateway to the pods\' network is there')
      for (const w of wanted) listenAgain(w, made)
      for (const resolve of waiting) resolve(made)
      waiting.clear()
      for (const tell of told) tell()
    }).catch((error: Error) => {
      if (problem !== error.message && !closed) log.warning('the gateway to the pods\' network cannot be begun, will try again', { error })
      problem = error.message
      again()
    }).finally(() => { opening = undefined })
  }
  const again = (): void => {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(open, backoff.next()).unref()
  }
  /** The tunnel, as soon as there is one; rejects when that is too late for whoever asks. */
  const within = async (timeoutMs: number, to: Address): Promise<Tunnel> => {
    if (tunnel) return tunnel
    if (closed) throw socketError('connect', 101, to)
    if (!timer) open()
    let late: NodeJS.Timeout | undefined
    let wait: ((made: Tunnel) => void) | undefined
    try {
      return await new Promise<Tunnel>((resolve, reject) => {
        waiting.add(wait = resolve)
        late = setTimeout(() => {
          const error = socketError('connect', 110, to)
          reject(Object.assign(error, { message: `${error.message}: ${problem || 'the gateway is being begun'}` }))
        }, timeoutMs)
      })
    } finally {
      clearTimeout(late)
      if (wait) waiting.delete(wait)
    }
  }
  const lost = (made: Tunnel, error: Error): void => {
    clearInterval(pings)
    if (tunnel !== made) return
    tunnel = undefined
    problem = error.message
    for (const w of wanted) w.id = undefined
    if (!closed) log.warning('the gateway to the pods\' network has gone, and is begun again', { error })
    again()
  }
  /** One that was there before: until it is there again, the tunnel goes, or nobody wants it. */
  const listenAgain = (w: Wanted, on: Tunnel): void => {
    on.listen(w.at, w.listener).then((id) => {
      if (wanted.has(w) && tunnel === on) w.id = id
      else on.unlisten(id)
    }, (error: Error) => {
      log.debug('an address of the pods\' bridge cannot be listened at yet', { error })
      setTimeout(() => { if (wanted.has(w) && tunnel === on) listenAgain(w, on) }, AGAIN_MS).unref()
    })
  }
  const listen = async (at: Address, listener: Listener): Promise<Wanted> => {
    const on = await within(LISTEN_MS, at)
    const w: Wanted = { at, listener, id: await on.listen(at, listener) }
    wanted.add(w)
    // It may have gone in between.
    if (tunnel !== on) {
      w.id = undefined
      if (tunnel) listenAgain(w, tunnel)
    }
    return w
  }
  const unlisten = async (w: Wanted): Promise<void> => {
    wanted.delete(w)
    if (w.id !== undefined) tunnel?.unlisten(w.id)
  }
  const connected = (socket: TunnelSocket, { host, port, timeoutMs }: DialTarget): Promise<Duplex> => new Promise((resolve, reject) => {
    const late = setTimeout(() => socket.destroy(socketError('connect', 110, { host, port })), timeoutMs)
    const failed = (error: Error): void => { clearTimeout(late); reject(error) }
    socket.once('error', failed)
    socket.once('connect', () => {
      clearTimeout(late)
      socket.off('error', failed)
      resolve(socket)
    })
  })

  return {
    async dial(to) {
      const began = performance.now()
      const host = isIPv4(to.host) ? to.host : (await lookup(to.host, 4)).address
      const on = await within(to.timeoutMs, to)
      return connected(on.connect({ host, port: to.port }, to.allowHalfOpen), { ...to, timeoutMs: Math.max(1, to.timeoutMs - (performance.now() - began)) })
    },
    async listenTcp(at, accept, options) {
      const w = await listen(at, { kind: 'tcp', allowHalfOpen: options?.allowHalfOpen ?? false, accept })
      return { close: () => unlisten(w) }
    },
    async listenUdp(at, receive) {
      const w: Wanted = await listen(at, { kind: 'udp', receive: (message, from) => receive(message, (answer) => { if (w.id !== undefined) tunnel?.sendDatagram(w.id, from, answer) }) })
      return { close: () => unlisten(w) }
    },
    hint() {
      if (closed || tunnel || !timer) return
      backoff.reset()
      open()
    },
    onOpen(tell) {
      told.add(tell)
      return () => void told.delete(tell)
    },
    health: () => (tunnel ? { healthy: true, message: healthText('gateway') } : { healthy: false, message: healthText('gateway.down', { why: problem }) }),
    close() {
      closed = true
      clearTimeout(timer)
      wanted.clear()
      tunnel?.end(new Error('the gateway is closed'))
      tunnel = undefined
    },
  }
}
