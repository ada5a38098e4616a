/** One try of a probe. Source: Kubernetes API, Probe; kubernetes pkg/kubelet/prober/prober.go. */
import type { Duplex } from 'node:stream'
import type { Container, Probe } from '../../shared/api/types.ts'
import { dialDirect } from '../client/dial.ts'
import { grpcCheck } from './probe-grpc.ts'
import { httpGet, type HttpAction } from './probe-http.ts'
import { hasMachine } from './runtime/capabilities.ts'
import type { ContainerRuntime } from './runtime/types.ts'

/** A number, or the name of one of the container's ports. */
export function portOf(container: Pick<Container, 'ports'>, port: number | string | undefined): number {
  if (typeof port === 'number') return port
  const named = container.ports?.find((p) => p.name === port)?.containerPort ?? Number(port)
  if (!Number.isInteger(named) || named < 1 || named > 65535) throw new Error(`couldn't find port: ${JSON.stringify(port)}`)
  return named
}

/** A connection to a port of the pod, or of another host when one is named. */
export function dialTarget(runtime: ContainerRuntime, sandboxId: string, host: string | undefined, port: number, timeoutMs: number): Promise<Duplex> {
  if (!host) return runtime.dial(sandboxId, port, timeoutMs)
  return hasMachine(runtime) ? runtime.dialAddress({ host, port, timeoutMs }) : dialDirect({ host, port, timeoutMs })
}

export interface ProbeResult {
  readonly ok: boolean
  readonly output: string
  /** It counts as success, and somebody should look. */
  readonly warning?: string
}

export interface ProbeTarget {
  readonly container: Container
  readonly id: string
  readonly sandboxId: string
  /** The pod's address. */
  readonly host: string
}

async function tryHttp(runtime: ContainerRuntime, action: HttpAction, t: ProbeTarget, timeoutMs: number): Promise<ProbeResult> {
  const host = action.host || t.host
  const r = await httpGet((port, ms) => dialTarget(runtime, t.sandboxId, action.host, port, ms), action, portOf(t.container, action.port), host, timeoutMs)
  if (r.status < 200 || r.status >= 400) return { ok: false, output: `HTTP probe failed with statuscode: ${r.status}` }
  return { ok: true, output: r.body, ...(r.status >= 300 && r.location ? { warning: `Probe terminated redirects, Response body: ${r.body}` } : {}) }
}

/** Resolves with whether it passed and what it said; never rejects. */
export async function probeOnce(runtime: ContainerRuntime, probe: Probe, t: ProbeTarget): Promise<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  try {
    if (probe.exec) {
      const r = await runtime.execSync(t.id, probe.exec.command ?? [], timeoutMs)
      return { ok: r.exitCode === 0, output: r.output }
    }
    if (probe.httpGet) return await tryHttp(runtime, probe.httpGet as HttpAction, t, timeoutMs)
    if (probe.tcpSocket) {
      ;(await dialTarget(runtime, t.sandboxId, probe.tcpSocket.host, portOf(t.container, probe.tcpSocket.port as number | string), timeoutMs)).destroy()
      return { ok: true, output: '' }
    }
    if (probe.grpc) {
      if (runtime.name === 'hollow') return { ok: true, output: '' } // Its sockets speak HTTP/1 only.
      const began = performance.now()
      const socket = await runtime.dial(t.sandboxId, probe.grpc.port, timeoutMs)
      return await grpcCheck(socket, probe.grpc.service ?? '', Math.max(1, timeoutMs - (performance.now() - began)))
    }
    return { ok: true, output: '' }
  } catch (e) {
    return { ok: false, output: e instanceof Error ? e.message : String(e) }
  }
}
