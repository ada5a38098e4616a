/** The streams of a container's own process. */
import { Writable, type Duplex } from 'node:stream'
import { RuntimeError, type ExecOptions, type ExecSession } from '../types.ts'
import type { Engine } from './engine.ts'
import { splitOutputs } from './exec.ts'

/** Input whose end the engine is not told: it would take that for the end of the outputs, too, where the container's input outlives who attaches (`stdinOnce` is false). Should it fail, the outputs tell. */
const withoutEnd = (stream: Duplex): Writable => new Writable({ write: (chunk, encoding, done) => void stream.write(chunk, encoding, () => done()) })

/** Whether there is a terminal is the container's affair, not the caller's. */
export async function attach(engine: Engine, id: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession> {
  const container = engine.docker.getContainer(id)
  const inspect = () => engine.call('inspect a container', 'Unknown', () => container.inspect(), 30_000)
  const { Config: config } = await inspect()
  const stdin = options.stdin && config.OpenStdin
  const stream = await engine.call('attach to a container', 'Unknown', () => container.attach({ stream: true, hijack: true, stdin, stdout: options.stdout, stderr: options.stderr && !config.Tty })) as Duplex
  // To one that has ended the engine attaches as well, and then says nothing for ever: what it said is in its log.
  if (!(await inspect()).State.Running && !stream.readableEnded) {
    stream.destroy()
    throw new RuntimeError('NotFound', `container ${id} is not running`)
  }
  const { stdout, stderr, ended } = splitOutputs(stream, config.Tty)
  const exit = ended.then(() => 0)
  exit.catch(() => undefined) // Its reader sees the rejection; without one it must not end the process.
  return {
    ...(stdin ? { stdin: config.StdinOnce ? stream : withoutEnd(stream) } : {}),
    stdout, stderr, exit,
    resize: (width, height) => engine.call('resize a terminal', 'Unknown', () => container.resize({ w: width, h: height })).then(() => undefined),
    kill: () => void stream.destroy(),
  }
}
