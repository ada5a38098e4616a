/**
 * What a kubelet does when it is asked through nodes/proxy: /run, /exec, /attach, /portForward, /checkpoint. It speaks in plain text, and
 * its parameters are other than those of pods. Source: kubernetes pkg/kubelet/server, k8s.io/kubelet pkg/cri/streaming.
 */
import { Readable } from 'node:stream'
import type { Pod } from '../../../shared/api/types.ts'
import { methodNotAllowed, serviceUnavailable, StatusError } from '../../../shared/errors.ts'
import { keyOf, type Env } from '../registry/env.ts'
import { upgradeToPorts, upgradeToSession } from '../streams/upgrade.ts'
import type { ApiResponse, ContainerSession, KubeletDoor, PodReference, SessionOptions } from '../types.ts'
import type { Call } from '../verbs.ts'

const PODS = { group: '', resource: 'pods', scope: 'Namespaced' } as const
/** As much as a container runtime keeps of what a command says; the rest is read and dropped. */
const OUTPUT_LIMIT = 16 * 1024 * 1024

/** As it comes from the node: no answer of this server's. */
const said = (status: number, text: string | Buffer, contentType = 'text/plain; charset=utf-8'): ApiResponse => ({ status, body: { type: 'stream', stream: Readable.from([Buffer.from(text)], { objectMode: false }), contentType } })
/** Ends what is being done with an answer. */
class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

interface Meant {
  readonly pod: Pod
  readonly reference: PodReference
  readonly container: string
}

/** NAMESPACE/POD[/UID][/CONTAINER]. Throws Refusal. */
function meant(env: Env, node: string, [namespace = '', name = '', ...rest]: readonly string[], withContainer: boolean): Meant {
  const container = withContainer ? (rest.at(-1) ?? '') : ''
  const [uid] = withContainer ? rest.slice(0, -1) : rest
  const pod = env.store.get(keyOf(PODS, namespace, name))?.value as Pod | undefined
  if (pod?.spec.nodeName !== node) throw new Refusal(404, 'pod does not exist')
  const { uid: own = '' } = pod.metadata
  if (uid && uid !== own) throw withContainer ? new Refusal(500, `container not found (${JSON.stringify(container)})`) : new Refusal(404, 'pod not found')
  return { pod, reference: { namespace, name, uid: own }, container }
}

const knows = ({ spec: { containers, initContainers = [], ephemeralContainers = [] } }: Pod, container: string): boolean => [...containers, ...initContainers, ...ephemeralContainers].some(({ name }) => name === container)

/** The streams asked for. Throws Refusal when there is none. */
function streamsOf(query: URLSearchParams, container: string): SessionOptions {
  const [stdin, stdout, tty] = ['input', 'output', 'tty'].map((name) => query.get(name) === '1') as [boolean, boolean, boolean]
  // A terminal has one output.
  const stderr = query.get('error') === '1' && !tty
  if (!stdin && !stdout && !stderr) throw new Refusal(400, 'you must specify at least 1 of stdin, stdout, stderr')
  return { container, stdin, stdout, stderr, tty }
}

/** All of an output, up to the limit. */
async function collect(from: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let room = OUTPUT_LIMIT
  for await (const chunk of from as AsyncIterable<Buffer>) {
    if (room > 0) chunks.push(chunk.subarray(0, room))
    room -= chunk.length
  }
  return Buffer.concat(chunks)
}

/** Runs a command to its end, which is the caller's to wait for. */
async function run(start: () => Promise<ContainerSession>, command: readonly string[], signal: AbortSignal): Promise<ApiResponse> {
  const session = await start()
  const stop = (): void => session.kill()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    const [code, out, err] = await Promise.all([session.exit, collect(session.stdout), collect(session.stderr)])
    return code === 0 ? said(200, Buffer.concat([out, err]), 'application/json') : said(500, `command '${command.join(' ')}' exited with ${code}: ${err.toString()}`)
  } catch (error) {
    session.kill()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

type Ask = { readonly env: Env; readonly call: Call; readonly node: string; readonly parts: readonly string[]; readonly door: KubeletDoor }
const unreachable = (): StatusError => serviceUnavailable('the kubelets of this cluster are not reachable yet')

const COMMANDS: Readonly<Record<string, { readonly parts: readonly number[]; readonly methods: readonly string[]; handle(ask: Ask): Promise<ApiResponse> }>> = {
  run: {
    parts: [3, 4], methods: ['POST'],
    async handle({ env, call: { request }, node, parts, door: { exec } }) {
      if (!exec) throw unreachable()
      const { reference, container } = meant(env, node, parts, true)
      const command = (request.query.get('cmd') ?? '').split(' ')
      return run(await exec(node, reference, { container, stdin: false, stdout: true, stderr: true, tty: false, command }), command, request.signal)
    },
  },
  exec: {
    parts: [3, 4], methods: ['GET', 'POST'],
    async handle({ env, call: { request }, node, parts, door: { exec } }) {
      if (!exec) throw unreachable()
      const options = streamsOf(request.query, parts.at(-1) ?? '')
      const { reference } = meant(env, node, parts, true)
      return upgradeToSession(request, options, await exec(node, reference, { ...options, command: request.query.getAll('command') }))
    },
  },
  attach: {
    parts: [3, 4], methods: ['GET', 'POST'],
    async handle({ env, call: { request }, node, parts, door: { attach } }) {
      if (!attach) throw unreachable()
      const options = streamsOf(request.query, parts.at(-1) ?? '')
      const { reference } = meant(env, node, parts, true)
      return upgradeToSession(request, options, await attach(node, reference, options))
    },
  },
  portForward: {
    parts: [2, 3], methods: ['GET', 'POST'],
    async handle({ env, call: { request }, node, parts, door: { portForward } }) {
      if (!portForward) throw unreachable()
      const { reference } = meant(env, node, parts, false)
      return upgradeToPorts(request, reference.name, 'port', (port) => portForward(node, reference, port))
    },
  },
  // As with an engine that cannot.
  checkpoint: {
    parts: [3], methods: ['POST'],
    async handle({ env, node, parts }) {
      const { pod, container } = meant(env, node, parts, true)
      if (!knows(pod, container)) throw new Refusal(404, `container ${container} does not exist`)
      throw new Refusal(500, `checkpointing of ${parts.join('/')} failed (the container runtime does not make checkpoints)`)
    },
  },
}

/** Whether the first part of a path names a command. */
export const isNodeCommand = (first: string | undefined): first is string => first !== undefined && Object.hasOwn(COMMANDS, first)

/** What comes of a command, or undefined where its path has too few or too many parts. Rejects with StatusError. */
export async function handleNodeCommand(env: Env, call: Call, node: string, [first = '', ...parts]: readonly string[], door: KubeletDoor | undefined): Promise<ApiResponse | undefined> {
  const command = COMMANDS[first]
  if (!command?.parts.includes(parts.length) || parts.includes('')) return undefined
  if (!command.methods.includes(call.request.method)) throw methodNotAllowed()
  if (!door) throw unreachable()
  try {
    return await command.handle({ env, call, node, parts, door })
  } catch (error) {
    if (error instanceof Refusal) return said(error.status, error.message)
    // What the node says of a container, without what pods/exec puts around it.
    if (error instanceof StatusError && error.code === 500) return said(500, error.message.replace(/^Internal error occurred: (unable to upgrade connection: )?/, ''))
    throw error
  }
}
