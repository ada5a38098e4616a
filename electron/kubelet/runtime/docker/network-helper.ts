/**
 * Programs that change the machine's network, for an app that may use the engine and is not root: one container on the machine's
 * own network, with the machine's programs mounted read-only and the two capabilities that iptables needs. It is kept while the app
 * runs, since each start costs a quarter of a second; a command is an exec in it.
 */
import { existsSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import type Docker from 'dockerode'
import { ensureBuiltinImages, PAUSE_IMAGE } from '../../images/builtin.ts'
import { labels, RuntimeError } from '../types.ts'
import type { Engine } from './engine.ts'
import { isStatus } from './errors.ts'

export interface HelperResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}
export interface NetworkHelper {
  /** Rejects with RuntimeError when the engine cannot run it, or after ten seconds; an exit code is an answer. */
  run(command: string, args: readonly string[], input?: string): Promise<HelperResult>
  /** Takes the container away, if this process has used it. */
  close(): Promise<void>
}

const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc/alternatives']
/** Which iptables holds when it changes rules; shared with the machine's own. */
const LOCK = '/run/xtables.lock'
const COMMAND_LIMIT_MS = 10_000
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const optionsOf = (clusterId: string): Docker.ContainerCreateOptions => ({
  name: `pilothouse-${clusterId}-network`, Image: PAUSE_IMAGE, User: '0:0', Env: [`PATH=${PATH}`, 'LC_ALL=C'], Healthcheck: { Test: ['NONE'] },
  Labels: { [labels.cluster]: clusterId, [labels.kind]: 'network-helper' },
  HostConfig: {
    NetworkMode: 'host', CapDrop: ['ALL'], CapAdd: ['NET_ADMIN', 'NET_RAW'], SecurityOpt: ['no-new-privileges'], ReadonlyRootfs: true, RestartPolicy: { Name: 'no' }, LogConfig: { Type: 'none', Config: {} },
    ...(existsSync(LOCK) ? {} : { Tmpfs: { '/run': 'size=64k' } }),
    Mounts: [
      ...SYSTEM.filter((path) => existsSync(path)).map((path) => ({ Type: 'bind' as const, Source: path, Target: path, ReadOnly: true })),
      ...(existsSync(LOCK) ? [{ Type: 'bind' as const, Source: LOCK, Target: LOCK, ReadOnly: false }] : []),
    ],
  },
})

export function createNetworkHelper(engine: Engine, clusterId: string): NetworkHelper {
  let ready: Promise<Docker.Container> | undefined
  let used = false
  const name = `pilothouse-${clusterId}-network`

  /** The one that is there (of a run before us, perhaps), or a new one. */
  const ensure = (): Promise<Docker.Container> => (ready ??= engine.call('start the network helper', 'StartFailed', async (d) => {
    used = true
    let container = d.getContainer(name)
    try {
      const { Config } = await container.inspect()
      if (Config.Labels[labels.cluster] !== clusterId) throw new RuntimeError('Conflict', `a container named ${name} exists on the engine and is not ours: remove it with "docker rm -f ${name}"`)
    } catch (e) {
      if (!isStatus(e, 404)) throw e
      await ensureBuiltinImages(d)
      container = await d.createContainer(optionsOf(clusterId))
    }
    await container.start().catch((e: unknown) => { if (!isStatus(e, 304)) throw e })
    return container
  }, 30_000).catch((e: unknown) => {
    ready = undefined
    throw e
  }))

  const execute = async (command: string, args: readonly string[], input: string): Promise<HelperResult> => {
    const container = await ensure()
    return engine.call(`run ${command}`, 'Unknown', async () => {
      const exec = await container.exec({ Cmd: [command, ...args], User: '0:0', Env: [`PATH=${PATH}`, 'LC_ALL=C'], AttachStdin: true, AttachStdout: true, AttachStderr: true })
      const stream = await exec.start({ hijack: true, stdin: true })
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
      throw new RuntimeError('Timeout', `the engine does not say how ${command} has ended`)
    }, COMMAND_LIMIT_MS)
  }

  return {
    async run(command, args, input = '') {
      try {
        return await execute(command, args, input)
      } catch (e) {
        // Somebody has stopped or removed it, or the engine was started again: once more with a new one.
        if (!(e instanceof RuntimeError) || !(e.reason === 'NotFound' || e.reason === 'Conflict' || /is not running/.test(e.message))) throw e
        ready = undefined
        return execute(command, args, input)
      }
    },
    async close() {
      if (!used) return
      ready = undefined
      await engine.call('remove the network helper', 'Unknown', async (d) => {
        await d.getContainer(name).remove({ force: true, v: true }).catch((e: unknown) => { if (!isStatus(e, 404, 409)) throw e })
      }, 5_000)
    },
  }
}
