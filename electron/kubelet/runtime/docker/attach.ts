/** The streams of a container's own process. */
import type { Duplex } from 'node:stream'
import type { ExecOptions, ExecSession } from '../types.ts'
import type { Engine } from './engine.ts'
import { splitOutputs } from './exec.ts'

/** Whether there is a terminal is the container's affair, not the caller's. */
export async function attach(engine: Engine, id: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession> {
  const container = engine.docker.getContainer(id)
  const { Config: config } = await engine.call('inspect a container', 'Unknown', () => container.inspect(), 30_000)
  const stdin = options.stdin && config.OpenStdin
  const stream = await engine.call('attach to a container', 'Unknown', () => container.attach({ stream: true, hijack: true, stdin, stdout: options.stdout, stderr: options.stderr && !config.Tty })) as Duplex
  const { stdout, stderr, ended } = splitOutputs(stream, config.Tty)
  const exit = ended.then(() => 0)
  exit.catch(() => undefined) // Its reader sees the rejection; without one it must not end the process.
  return {
    ...(stdin ? { stdin: stream } : {}),
    stdout, stderr, exit,
    resize: (width, height) => engine.call('resize a terminal', 'Unknown', () => container.resize({ w: width, h: height })).then(() => undefined),
    kill: () => void stream.destroy(),
  }
}
