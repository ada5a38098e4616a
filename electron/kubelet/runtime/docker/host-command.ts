/**
 * A command of the engine's machine, run as its root in a short-lived container: the machine's own programs and libraries are mounted
 * read-only, the folders it works on under their own paths. For apps that may use the engine and are not root themselves.
 */
import { existsSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { PAUSE_IMAGE } from '../../images/builtin.ts'
import { labels, RuntimeError } from '../types.ts'
import type { Engine } from './engine.ts'

/** Where a machine keeps its programs and libraries. */
const SYSTEM = ['/bin', '/sbin', '/usr', '/lib', '/lib64']
const LIMIT_MS = 600_000
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export async function hostCommand(engine: Engine, clusterId: string, command: readonly string[], folders: readonly string[]): Promise<void> {
  const container = await engine.call('prepare a command of the machine', 'CreateFailed', (d) => d.createContainer({
    Image: PAUSE_IMAGE, Entrypoint: ['/usr/bin/env', ...command], Cmd: [], User: '0:0', Env: [`PATH=${PATH}`], AttachStdout: true, AttachStderr: true, Healthcheck: { Test: ['NONE'] },
    Labels: { [labels.cluster]: clusterId, [labels.kind]: 'command' },
    HostConfig: {
      NetworkMode: 'none', ReadonlyRootfs: true, SecurityOpt: ['no-new-privileges'],
      Mounts: [
        ...SYSTEM.filter((path) => existsSync(path)).map((path) => ({ Type: 'bind' as const, Source: path, Target: path, ReadOnly: true })),
        ...folders.map((path) => ({ Type: 'bind' as const, Source: path, Target: path, ReadOnly: false })),
      ],
    },
  }))
  try {
    const output = new PassThrough()
    let said = ''
    output.on('data', (chunk: Buffer) => { if (said.length < 2_000) said += chunk.toString() })
    const stream = await engine.call('follow a command of the machine', 'Unknown', () => container.attach({ stream: true, stdout: true, stderr: true }))
    engine.docker.modem.demuxStream(stream, output, output)
    await engine.call('start a command of the machine', 'StartFailed', () => container.start())
    const { StatusCode } = await engine.call('run a command of the machine', 'Unknown', () => container.wait() as Promise<{ StatusCode: number }>, LIMIT_MS)
    if (StatusCode !== 0) throw new RuntimeError('Unknown', `${command[0] ?? ''} failed: ${said.trim() || `exit code ${StatusCode}`}`)
  } finally {
    await engine.call('remove a container', 'Unknown', () => container.remove({ force: true }))
  }
}
