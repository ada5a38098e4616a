/** exec, http and tcp probes with thresholds. Startup gates the other two. Source: Kubernetes API, Probe; kubernetes pkg/kubelet/prober. */
import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'
import type { Container, Pod, Probe } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import type { EventRecorder } from '../client/types.ts'
import { RuntimeError, type ContainerRuntime } from './runtime/types.ts'

type Kind = 'liveness' | 'readiness' | 'startup'
const BODY_LIMIT = 10 << 10

/** A number, or the name of one of the container's ports. */
export function portOf(container: Container, port: number | string | undefined): number {
  if (typeof port === 'number') return port
  const named = container.ports?.find((p) => p.name === port)?.containerPort ?? Number(port)
  if (!Number.isInteger(named) || named < 1 || named > 65535) throw new Error(`couldn't find port: ${JSON.stringify(port)}`)
  return named
}

export interface HttpAction { path?: string; port: number | string; scheme?: string; host?: string; httpHeaders?: { name: string; value: string }[] }

/** GET over a connection that is already there. Redirects count as success, as they do in Kubernetes when they leave the host. */
export function httpGet(socket: Duplex, action: HttpAction, port: number, host: string, timeoutMs: number, agent = 'kube-probe/1.36'): Promise<{ status: number; body: string }> {
  const secure = action.scheme?.toUpperCase() === 'HTTPS'
  return new Promise((resolve, reject) => {
    const connection = secure ? tlsConnect({ socket, rejectUnauthorized: false }) : socket
    const headers: Record<string, string> = { 'user-agent': agent, accept: '*/*', connection: 'close', host: `${host}:${port}` }
    for (const h of action.httpHeaders ?? []) headers[h.name.toLowerCase()] = h.value
    const request = (secure ? https : http).request({ path: action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}`, headers, createConnection: () => connection as never }, (r) => {
      let body = ''
      r.on('data', (c: Buffer) => { if (body.length < BODY_LIMIT) body += c.toString('utf8').slice(0, BODY_LIMIT - body.length) })
      r.on('error', fail)
      r.on('end', () => { clearTimeout(timer); socket.destroy(); resolve({ status: r.statusCode ?? 0, body }) })
    })
    const timer = setTimeout(() => request.destroy(new Error(`Get "${secure ? 'https' : 'http'}://${host}:${port}${action.path ?? '/'}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`)), timeoutMs)
    timer.unref()
    function fail(e: Error): void { clearTimeout(timer); socket.destroy(); reject(e) }
    request.on('error', fail)
    request.end()
  })
}

/** One try. Resolves with whether it passed and what it said. */
export async function probeOnce(runtime: ContainerRuntime, probe: Probe, container: Container, containerId: string, sandboxId: string, host: string): Promise<{ ok: boolean; output: string }> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  try {
    if (probe.exec) {
      const r = await runtime.execSync(containerId, probe.exec.command ?? [], timeoutMs)
      return { ok: r.exitCode === 0, output: r.output }
    }
    if (probe.httpGet) {
      const port = portOf(container, probe.httpGet.port as number | string)
      const r = await httpGet(await runtime.dial(sandboxId, port, timeoutMs), probe.httpGet as HttpAction, port, host, timeoutMs)
      return r.status >= 200 && r.status < 400 ? { ok: true, output: r.body } : { ok: false, output: `HTTP probe failed with statuscode: ${r.status}` }
    }
    if (probe.tcpSocket) {
      ;(await runtime.dial(sandboxId, portOf(container, probe.tcpSocket.port as number | string), timeoutMs)).destroy()
      return { ok: true, output: '' }
    }
    return { ok: true, output: '' }
  } catch (e) {
    return { ok: false, output: e instanceof RuntimeError || e instanceof Error ? e.message : String(e) }
  }
}

interface Watched {
  readonly pod: Pod
  readonly container: Container
  readonly id: string
  readonly sandboxId: string
  readonly host: string
  readonly timers: Map<Kind, Timer>
  ready: boolean
  started: boolean
  failure?: string
  stopped: boolean
}

export interface Prober {
  /** Begins to probe a container that runs; does nothing when it is being probed. `before`: what was known of one that is found running. */
  watch(pod: Pod, container: Container, id: string, sandboxId: string, host: string, startedAt: number, before?: { readonly ready?: boolean; readonly started?: boolean }): void
  watching(id: string): boolean
  unwatch(id: string): void
  ready(id: string): boolean
  started(id: string): boolean
  /** Why the container must be restarted, by container id. */
  readonly unhealthy: ReadonlyMap<string, string>
}

/** The probes of one pod's containers. `changed` is called when a result changes. */
export function createProber(runtime: ContainerRuntime, clock: Clock, recorder: EventRecorder, changed: () => void, random: () => number = Math.random): Prober {
  const watched = new Map<string, Watched>()
  const unhealthy = new Map<string, string>()

  const run = (w: Watched, kind: Kind, probe: Probe, firstMs: number): void => {
    let good = 0
    let bad = 0
    const period = (probe.periodSeconds ?? 10) * 1000
    const again = (ms: number): void => void w.timers.set(kind, clock.after(ms, () => void once()))
    const once = async (): Promise<void> => {
      if (w.stopped) return
      const { ok, output } = await probeOnce(runtime, probe, w.container, w.id, w.sandboxId, w.host)
      if (w.stopped) return
      if (ok) { good++; bad = 0 } else { bad++; good = 0 }
      if (!ok) recorder.event(w.pod, 'Warning', 'Unhealthy', `${kind[0]!.toUpperCase()}${kind.slice(1)} probe failed: ${output}`, `spec.containers{${w.container.name}}`)
      if (kind === 'readiness') {
        const next = ok ? w.ready || good >= (probe.successThreshold ?? 1) : w.ready && bad < (probe.failureThreshold ?? 3)
        if (next !== w.ready) { w.ready = next; changed() }
      } else if (ok && kind === 'startup') {
        w.started = true
        begin(w)
        changed()
        return
      } else if (!ok && bad >= (probe.failureThreshold ?? 3)) {
        unhealthy.set(w.id, `Container ${w.container.name} failed ${kind} probe, will be restarted`)
        changed()
        return
      }
      again(period)
    }
    again(firstMs)
  }
  /** What follows once the container has started up. */
  const begin = (w: Watched, age = 0): void => {
    const first = (p: Probe): number => Math.max(0, (p.initialDelaySeconds ?? 0) * 1000 - age) + random() * Math.min(250, (p.periodSeconds ?? 10) * 100)
    if (w.container.readinessProbe) run(w, 'readiness', w.container.readinessProbe, first(w.container.readinessProbe))
    if (w.container.livenessProbe) run(w, 'liveness', w.container.livenessProbe, first(w.container.livenessProbe))
  }

  return {
    unhealthy,
    watching: (id) => watched.has(id),
    watch(pod, container, id, sandboxId, host, startedAt, before) {
      if (watched.has(id)) return
      const { startupProbe, readinessProbe } = container
      const w: Watched = { pod, container, id, sandboxId, host, timers: new Map(), ready: !readinessProbe || before?.ready === true, started: !startupProbe || before?.started === true, stopped: false }
      watched.set(id, w)
      const age = clock.now() - startedAt
      if (startupProbe && !w.started) run(w, 'startup', startupProbe, Math.max(0, (startupProbe.initialDelaySeconds ?? 0) * 1000 - age))
      else begin(w, age)
    },
    unwatch(id) {
      const w = watched.get(id)
      if (!w) return
      w.stopped = true
      for (const t of w.timers.values()) t.cancel()
      watched.delete(id)
      unhealthy.delete(id)
    },
    ready: (id) => watched.get(id)?.ready ?? false,
    started: (id) => watched.get(id)?.started ?? false,
  }
}
