/** Commands in a running container. */
import { PassThrough, type Duplex, type Readable } from 'node:stream'
import type Docker from 'dockerode'
import { RuntimeError, type ExecOptions, type ExecSession } from '../types.ts'
import { copy, demux } from './demux.ts'
import type { Engine } from './engine.ts'

const OUTPUT_LIMIT = 10 << 10
const EXIT_TRIES = 40
const EXIT_WAIT_MS = 50

/** Outputs of a hijacked connection; `ended` when both are. With a terminal all is stdout. Both must be read. */
export function splitOutputs(stream: Duplex, tty: boolean): { stdout: Readable; stderr: Readable; ended: Promise<void> } {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const ended = (tty ? copy(stream, stdout) : demux(stream, stdout, stderr)).finally(() => {
    stdout.end()
    stderr.end()
  })
  return { stdout, stderr, ended }
}

/** The engine may close the outputs a moment before it notes the exit code. */
async function exitCode(engine: Engine, command: Docker.Exec): Promise<number> {
  for (let tries = 0; ; tries++) {
    const info = await engine.call('ask for an exit code', 'Unknown', () => command.inspect())
    if (!info.Running && info.ExitCode !== null) return info.ExitCode
    if (tries === EXIT_TRIES) throw new RuntimeError('Unknown', 'the command closed its outputs and goes on running: its exit code is not known')
    await new Promise((resolve) => setTimeout(resolve, EXIT_WAIT_MS))
  }
}

export async function exec(engine: Engine, id: string, options: ExecOptions): Promise<ExecSession> {
  const created = await engine.call('prepare a command', 'Unknown', (d) => d.getContainer(id).exec({
    Cmd: [...options.command], AttachStdin: options.stdin, AttachStdout: options.stdout, AttachStderr: options.stderr && !options.tty, Tty: options.tty,
  }))
  const stream = await engine.call('start a command', 'StartFailed', () => created.start({ hijack: true, stdin: options.stdin, Tty: options.tty })) as Duplex
  const { stdout, stderr, ended } = splitOutputs(stream, options.tty)
  const exit = ended.then(() => exitCode(engine, created))
  exit.catch(() => undefined) // Its reader sees the rejection; without one it must not end the process.
  return {
    ...(options.stdin ? { stdin: stream } : {}),
    stdout, stderr, exit,
    resize: (width, height) => engine.call('resize a terminal', 'Unknown', () => created.resize({ w: width, h: height })).then(() => undefined),
    kill: () => void stream.destroy(),
  }
}

/** Waits for the command; the first 10 KiB of its output. Rejects with Timeout (the command itself is left to the container). */
export async function execSync(engine: Engine, id: string, command: readonly string[], timeoutMs: number): Promise<{ exitCode: number; output: string }> {
  const session = await exec(engine, id, { command, stdin: false, stdout: true, stderr: true, tty: false })
  const parts: Buffer[] = []
  let size = 0
  const add = (chunk: Buffer): void => {
    const part = chunk.subarray(0, Math.max(0, OUTPUT_LIMIT - size))
    size += part.length
    if (part.length) parts.push(part)
  }
  session.stdout.on('data', add)
  session.stderr.on('data', add)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new RuntimeError('Timeout', `command ${JSON.stringify(command.join(' '))} timed out after ${timeoutMs / 1000} s`))
      session.kill()
    }, timeoutMs)
    timer.unref()
  })
  try {
    const exitCode = await Promise.race([session.exit, late])
    return { exitCode, output: Buffer.concat(parts).toString('utf8') }
  } finally {
    clearTimeout(timer)
  }
}
