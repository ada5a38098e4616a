/**
 * Programs that change the network of the engine's machine, for an app that is not root there: one container on that machine's own
 * network, with its programs mounted and the capabilities that iptables needs. It is kept while the app runs, since each start costs
 * a quarter of a second; a command is an exec in it. On another machine it has a program of ours as well, for what takes no other.
 */
import { PassThrough, type Duplex, type Readable } from 'node:stream'
import type Docker from 'dockerode'
import { ensureBuiltinImages, GATEWAY_IMAGE, PAUSE_IMAGE } from '../../images/builtin.ts'
import { labels, RuntimeError } from '../types.ts'
import type { Engine } from './engine.ts'
import { isStatus } from './errors.ts'
import { splitOutputs } from './exec.ts'
import { ENVIRONMENT, helperName, localHelper, remoteHelpers, ROOT } from './helper-options.ts'

export interface HelperResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}
export interface HelperSession {
  readonly stdin: Duplex
  readonly stdout: Readable
  readonly stderr: Readable
}
export interface NetworkHelper {
  /** A program of the engine's machine. Rejects with RuntimeError when the engine cannot run it, or after ten seconds; an exit code is an answer. */
  run(command: string, args: readonly string[], input?: string): Promise<HelperResult>
  /** Our own program, on another machine only. */
  own(args: readonly string[]): Promise<HelperResult>
  /** As `own`, for one that goes on: its streams. */
  session(args: readonly string[]): Promise<HelperSession>
  /** Takes the container away, if this process has used it. */
  close(): Promise<void>
}

const COMMAND_LIMIT_MS = 10_000
const PROGRAM = '/gateway'

/** @param local whether the engine's machine is this one */
export function createNetworkHelper(engine: Engine, clusterId: string, local: boolean): NetworkHelper {
  let ready: Promise<Docker.Container> | undefined
  let used = false
  const name = helperName(clusterId)

  const started = async (container: Docker.Container): Promise<Docker.Container> => {
    await container.start().catch((e: unknown) => { if (!isStatus(e, 304)) throw e })
    return container
  }
  const remove = async (d: Docker): Promise<void> => {
    await d.getContainer(name).remove({ force: true, v: true }).catch((e: unknown) => { if (!isStatus(e, 404, 409)) throw e })
  }
  /** What the engine lets a container have of its machine differs. */
  const make = async (d: Docker): Promise<Docker.Container> => {
    await ensureBuiltinImages(d, [local ? PAUSE_IMAGE : GATEWAY_IMAGE])
    if (local) return started(await d.createContainer(localHelper(clusterId)))
    const all = remoteHelpers(clusterId)
    for (const [i, options] of all.entries()) {
      try {
        return await started(await d.createContainer(options))
      } catch (e) {
        if (!isStatus(e, 400, 403, 500) || i === all.length - 1) throw e
        await remove(d)
      }
    }
    throw new RuntimeError('StartFailed', 'the network helper cannot be made')
  }
  /** The one that is there, or a new one. */
  const ensure = (): Promise<Docker.Container> => (ready ??= engine.call('start the network helper', 'StartFailed', async (d) => {
    const first = !used
    used = true
    const container = d.getContainer(name)
    try {
      const { Config } = await container.inspect()
      if (Config.Labels[labels.cluster] !== clusterId) throw new RuntimeError('Conflict', `a container named ${name} exists on the engine and is not ours: remove it with "docker rm -f ${name}"`)
      // What a run before us has left on another machine may still hold its ports there, and be of another release.
      if (local || !first) return await started(container)
      await remove(d)
    } catch (e) {
      if (!isStatus(e, 404)) throw e
    }
    return make(d)
  }, 30_000).catch((e: unknown) => {
    ready = undefined
    throw e
  }))

  const begin = async (command: readonly string[]): Promise<{ exec: Docker.Exec; stream: Duplex }> => {
    const container = await ensure()
    const exec = await container.exec({ Cmd: [...command], User: '0:0', Env: ENVIRONMENT, AttachStdin: true, AttachStdout: true, AttachStderr: true })
    return { exec, stream: await exec.start({ hijack: true, stdin: true }) }
  }
  const execute = (command: readonly string[], input: string): Promise<HelperResult> => ensure().then(() => engine.call(`run ${command[0]}`, 'Unknown', async () => {
    const { exec, stream } = await begin(command)
    const texts = { out: '', err: '' }
    const collect = (to: keyof typeof texts): PassThrough => new PassThrough().on('data', (chunk: Buffer) => { texts[to] += chunk.toString() })
    engine.docker.modem.demuxStream(stream, collect('out'), collect('err'))
    const ended = new Promise<void>((resolve, reject) => { stream.once('end', resolve).once('close', resolve).once('error', reject) })
    stream.end(input)
    await ended
    // The engine closes the output a moment before it knows the code.
    for (let tried = 0; tried < 50; tried++) {
      const { Running, ExitCode } = await exec.inspect()
      if (!Running && ExitCode !== null) return { code: ExitCode, stdout: texts.out, stderr: texts.err }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new RuntimeError('Timeout', `the engine does not say how ${command[0]} has ended`)
  }, COMMAND_LIMIT_MS))
  const open = (command: readonly string[]): Promise<HelperSession> => ensure().then(() => engine.call(`begin ${command[0]}`, 'StartFailed', async () => {
    const { stream } = await begin(command)
    const { stdout, stderr, ended } = splitOutputs(stream, false)
    // Whoever reads the outputs sees them end.
    ended.catch((error: Error) => stdout.destroy(error))
    return { stdin: stream, stdout, stderr }
  }, COMMAND_LIMIT_MS))
  const twice = async <T>(what: () => Promise<T>): Promise<T> => {
    try {
      return await what()
    } catch (e) {
      // Somebody has stopped or removed it, or the engine was started again: once more with a new one.
      if (!(e instanceof RuntimeError) || !(e.reason === 'NotFound' || e.reason === 'Conflict' || /is not running/.test(e.message))) throw e
      ready = undefined
      return what()
    }
  }

  return {
    run: (command, args, input = '') => twice(() => execute(local ? [command, ...args] : [PROGRAM, 'run', ROOT, command, ...args], input)),
    own: (args) => twice(() => execute([PROGRAM, ...args], '')),
    session: (args) => twice(() => open([PROGRAM, ...args])),
    async close() {
      if (!used) return
      ready = undefined
      await engine.call('remove the network helper', 'Unknown', remove, 5_000)
    },
  }
}
