/** pods/exec and pods/attach: a command in a container that runs, or its own process. */
import type { Duplex } from 'node:stream'
import { badRequest, internalError } from '../../shared/errors.ts'
import { latest } from './compute-actions.ts'
import { toApiError } from './pod-logs.ts'
import { isAttachable } from './runtime/capabilities.ts'
import type { ContainerRuntime, ContainerState, ExecOptions, ExecSession } from './runtime/types.ts'

export interface ExecRequest extends ExecOptions {
  readonly container: string
}

/** The container of this name that runs. Throws InternalError in the words that kubectl users know. */
export function runningContainer(containers: readonly ContainerState[], name: string): ContainerState {
  const newest = latest(containers, name)
  if (newest?.state !== 'running') throw internalError(new Error(`unable to upgrade connection: container not found (${JSON.stringify(name)})`))
  return newest
}

/** What starts the command. Throws StatusError when the container does not run. */
export function prepareExec(runtime: ContainerRuntime, containers: readonly ContainerState[], { container, ...options }: ExecRequest): () => Promise<ExecSession> {
  const { id } = runningContainer(containers, container)
  return () => runtime.exec(id, options)
}

/** What attaches. Throws StatusError when the container does not run, or where there is nothing to attach to. */
export function prepareAttach(runtime: ContainerRuntime, containers: readonly ContainerState[], { container, ...options }: Omit<ExecRequest, 'command'>): () => Promise<ExecSession> {
  const { id } = runningContainer(containers, container)
  if (!isAttachable(runtime)) throw badRequest(`this is a ${runtime.name} node: it runs no process to attach to`)
  return () => runtime.attach(id, options)
}

/** How long a connection to a pod may take to open. */
const DIAL_MS = 10_000

/** A connection to a port of the pod. Rejects with StatusError when the pod does not run or nobody listens. */
export async function dialPod(runtime: ContainerRuntime, containers: readonly ContainerState[], port: number, name: string): Promise<Duplex> {
  const running = containers.find((c) => c.state === 'running')
  if (!running) throw badRequest(`unable to forward port because pod ${JSON.stringify(name)} is not running`)
  try {
    return await runtime.dial(running.sandboxId, port, DIAL_MS)
  } catch (error) {
    throw toApiError(error, name)
  }
}
