/** A Docker engine of our own beside the machine's: it can be stopped, killed and frozen without harm to anybody else. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import Docker from 'dockerode'
import { eventually } from '../integration/app.ts'

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // The process has ended.
  }
}

export class PrivateEngine {
  /** Short, since the path of a socket has a limit of 107 bytes. */
  readonly folder = mkdtempSync(join(tmpdir(), 'ph-engine-'))
  readonly socket = join(this.folder, 'engine.sock')
  readonly docker = new Docker({ socketPath: this.socket })
  env = { DOCKER_HOST: `unix://${this.socket}` }
  readonly #live: boolean
  /** The network namespace that it is in, if it is as on another machine. */
  readonly namespace: string | undefined
  #forwarder: Server | undefined
  /** At most 15 characters. */
  readonly #bridge = `phe-${randomBytes(4).toString('hex')}`
  #hasNetwork = false
  #process: ChildProcess | undefined
  #containerd: ChildProcess | undefined
  /**
   * live: containers go on when the engine ends (`--live-restore`). Otherwise it stops them, as most installations do. far: in a network of
   * its own, with its API at a TCP port, as an engine of another machine: nothing of its network can be reached from here.
   */
  constructor(options: { live: boolean; far?: boolean }) {
    this.#live = options.live
    if (options.far) this.namespace = `phe-${randomBytes(4).toString('hex')}`
  }
  /** A program on its machine. */
  on(command: string, ...args: readonly string[]): [string, string[]] {
    return this.namespace ? ['nsenter', [`--net=/run/netns/${this.namespace}`, command, ...args]] : [command, [...args]]
  }
  async #makeNetwork(): Promise<void> {
    if (!this.namespace) {
      execFileSync('ip', ['link', 'add', this.#bridge, 'type', 'bridge'])
      execFileSync('ip', ['address', 'add', '10.218.0.1/24', 'dev', this.#bridge])
      return
    }
    execFileSync('ip', ['netns', 'add', this.namespace])
    execFileSync('ip', ['-n', this.namespace, 'link', 'set', 'lo', 'up'])
    const forwarder = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ path: this.socket, allowHalfOpen: true })
      near.on('error', () => far.destroy()).on('close', () => far.destroy())
      far.on('error', () => near.destroy()).on('close', () => near.destroy())
      near.pipe(far).pipe(near)
    })
    this.#forwarder = forwarder
    await new Promise<void>((resolve) => { forwarder.listen(0, '127.0.0.1', resolve) })
    this.env = { DOCKER_HOST: `tcp://127.0.0.1:${(forwarder.address() as AddressInfo).port}` }
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const output = openSync(join(this.folder, 'log'), 'a')
    if (!this.#hasNetwork) await this.#makeNetwork()
    this.#hasNetwork = true
    // A containerd of its own, as in most installations: containers live below it and not below the engine.
    this.#containerd ??= this.#startContainerd(output)
    const child = spawn(...this.on('dockerd',
      '--data-root', join(this.folder, 'data'), '--exec-root', join(this.folder, 'exec'), '--pidfile', join(this.folder, 'pid'), '--containerd', join(this.folder, 'containerd.sock'), '--host', `unix://${this.socket}`,
      // Its networks must meet neither the other engine's nor its firewall rules. Neither `--bridge none` nor address pools of its own: either takes docker0 away from the other one.
      ...(this.namespace ? [] : ['--bridge', this.#bridge, '--iptables=false', '--ip-masq=false']), '--shutdown-timeout', '3', `--live-restore=${this.#live}`,
    ), { stdio: ['ignore', output, output] })
    closeSync(output)
    this.#process = child
    await eventually('the private engine answers', () => this.docker.ping().then(() => '', (e: Error) => `${e.message}; exit code ${child.exitCode}`), (problem) => problem === '', 60_000)
      .catch((e: Error) => { throw new Error(`${e.message}\n${readFileSync(join(this.folder, 'log'), 'utf8').slice(-2000)}`) })
  }
  #startContainerd(output: number): ChildProcess {
    const config = join(this.folder, 'containerd.toml')
    const quoted = (name: string): string => JSON.stringify(join(this.folder, name))
    writeFileSync(config, `version = 2\nroot = ${quoted('containerd-root')}\nstate = ${quoted('containerd-state')}\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\n  address = ${quoted('containerd.sock')}\n[ttrpc]\n  address = ${quoted('containerd.sock.ttrpc')}\n`)
    return spawn(...this.on('containerd', '--config', config), { stdio: ['ignore', output, output] })
  }
  /** SIGTERM, as `systemctl stop docker`, or SIGKILL. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#process
    if (!child) return
    this.#process = undefined
    const ended = new Promise((resolve) => { child.once('exit', resolve) })
    child.kill(signal)
    await ended
    // After a SIGKILL its pid file stays; the number may soon be another process's.
    rmSync(join(this.folder, 'pid'), { force: true })
  }
  /** It accepts connections and answers nothing, until thaw. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }
  thaw(): void {
    this.#process?.kill('SIGCONT')
  }
  /** Removes its containers and networks, ends it and its containerd, and gives the disk back. */
  async dispose(): Promise<void> {
    this.thaw()
    try {
      if (!this.#process) await this.start()
      // What else runs on the machine may hold a mount of theirs for a moment.
      await eventually('its containers are gone', () => this.#clear(), (left) => left.length === 0, 60_000)
      for (const n of await this.docker.listNetworks()) if (n.Driver === 'bridge' && n.Name !== 'bridge') await this.docker.getNetwork(n.Id).remove()
    } finally {
      await this.#end()
    }
  }
  /** Removes every container; answers why some could not be. */
  async #clear(): Promise<string[]> {
    const why = (await this.docker.listContainers({ all: true })).map((c) => this.docker.getContainer(c.Id).remove({ force: true, v: true }).then(() => '', (e: Error) => e.message))
    return (await Promise.all(why)).filter(Boolean)
  }
  async #end(): Promise<void> {
    await this.stop()
    const containerd = this.#containerd
    if (containerd) {
      const ended = new Promise((resolve) => { containerd.once('exit', resolve) })
      containerd.kill('SIGTERM')
      await ended
    }
    // Containers of an engine that could not be asked any more: the children of its shims.
    for (const pid of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
      const command = readIfThere(`/proc/${pid}/cmdline`)
      if (!command.includes('containerd-shim') || !command.includes(`${this.folder}/`)) continue
      for (const child of readIfThere(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean)) process.kill(Number(child), 'SIGKILL')
      process.kill(Number(pid), 'SIGKILL')
    }
    // What an engine that was killed has left mounted, deepest first.
    const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').map((l) => l.split(' ')[1] ?? '').filter((m) => m.startsWith(`${this.folder}/`)).sort((a, b) => b.length - a.length)
    for (const mount of mounts) execFileSync('umount', ['-l', mount])
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    if (this.#hasNetwork) execFileSync('ip', this.namespace ? ['netns', 'delete', this.namespace] : ['link', 'delete', this.#bridge])
    this.#forwarder?.close()
    this.#hasNetwork = false
  }
}
