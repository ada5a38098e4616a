/** Reads again what has changed on the engine, and the last words of what has ended. */
import { open } from 'node:fs/promises'
import { logger } from '../../shared/log.ts'
import type { PodRecord } from './pod-record.ts'
import type { ContainerState } from './runtime/types.ts'

const log = logger('kubelet')
/** Bytes kept of a termination message, and of a log that stands in for one. Source: kubernetes pkg/kubelet/container MaxContainerTerminationMessageLength. */
const MESSAGE_LIMIT = 4096
const LOG_LIMIT = 2048
const LOG_LINES = 80

/** The end of a file. */
async function fromFile(path: string): Promise<string> {
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      const { bytesRead, buffer } = await file.read(Buffer.alloc(MESSAGE_LIMIT), 0, MESSAGE_LIMIT, Math.max(0, size - MESSAGE_LIMIT))
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'ENOENT') log.warning('cannot read a termination message', { path, error: e as Error })
    return ''
  }
}

async function readMessage(r: PodRecord, c: ContainerState): Promise<void> {
  if (r.ctx.hollow || r.messages.has(c.id)) return
  let text = await fromFile(r.terminationFile(c.name, c.attempt))
  if (!text && r.spec(c.name)?.terminationMessagePolicy === 'FallbackToLogsOnError' && c.exitCode !== 0) {
    for await (const lines of r.ctx.runtime.logs(c.id, { follow: false, tail: LOG_LINES }, AbortSignal.timeout(5_000))) for (const line of lines) text += `${line.text}\n`
    text = text.slice(-LOG_LIMIT)
  }
  // Also an empty one is remembered: the file is read once for each try.
  r.messages.set(c.id, text)
}

export async function refresh(r: PodRecord): Promise<void> {
  for (const id of r.changed) {
    r.changed.delete(id)
    try {
      if (r.sandboxes.has(id)) {
        const s = await r.ctx.runtime.podSandboxStatus(id)
        if (s) r.sandboxes.set(id, s)
        else r.sandboxes.delete(id)
      } else {
        const c = await r.ctx.runtime.containerStatus(id)
        if (c) r.containers.set(id, c)
        else r.containers.delete(id)
        if (!c || c.state !== 'running') r.prober.unwatch(id)
      }
    } catch (e) {
      r.changed.add(id) // Not read: it is still to be.
      throw e
    }
  }
  for (const c of r.containers.values()) if (c.state === 'exited') await readMessage(r, c)
}
