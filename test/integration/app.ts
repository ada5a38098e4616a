/** The built app as a user starts it: a process of its own, a data folder of its own, real kubectl of several releases against it. */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Api } from '../bench/http.ts'

export const root = join(import.meta.dirname, '..', '..')
const headless = join(root, 'out', 'main', 'headless.js')

export interface Ready {
  apiServer: string
  kubeconfig: string
  dashboard: string
  nodes: string[]
  startupMs: number
}
export interface Result { code: number; stdout: string; stderr: string }
/** '20': Debian's. */
export type Release = '20' | '28' | '32' | '34' | '35'

/**
 * What kubectl and helm are told: they live for a moment and clear nothing away before it is much, which was a quarter of their work.
 */
export const BRIEF = { GOGC: 'off', GOMEMLIMIT: '256MiB' } as const

export interface KubectlOptions { input?: string; timeout?: number; env?: NodeJS.ProcessEnv }

export interface RunningKubectl {
  readonly ended: Promise<Result>
  /** Resolves when what it has said on standard output is such; rejects when it has ended without. */
  says(wanted: (stdout: string) => boolean): Promise<void>
  /** Ends it, as a user's Ctrl-C. */
  stop(): void
}

/** Stock kubectl of a release against a running app; answers also when it fails. */
export function startKubectl(app: { home: string; ready: Ready }, release: Release, args: string[], options: KubectlOptions = {}): RunningKubectl {
  const binary = join(root, '.cache', 'kubectl', release, 'kubectl', 'kubectl')
  let child: ChildProcess | undefined
  const ended = new Promise<Result>((resolve) => {
    child = execFile(binary, args, { env: { ...BRIEF, PATH: process.env['PATH'], KUBECONFIG: app.ready.kubeconfig, HOME: join(app.home, '..', `kubectl-${release}`), ...options.env }, timeout: options.timeout ?? 120_000, maxBuffer: 32 << 20 },
      (error, stdout, stderr) => resolve({ code: error ? (typeof error.code === 'number' ? error.code : 124) : 0, stdout, stderr }))
    // One that has ended before it was given anything says so by its exit.
    child.stdin?.on('error', (e: NodeJS.ErrnoException) => { if (e.code !== 'EPIPE') throw e })
    child.stdin?.end(options.input ?? '')
  })
  let said = ''
  child?.stdout?.on('data', (some: string) => { said += some })
  return {
    ended,
    stop: () => { child?.kill('SIGINT') },
    says: (wanted) => new Promise((resolve, reject) => {
      const look = (): void => { if (wanted(said)) resolve() }
      child?.stdout?.on('data', look)
      look()
      void ended.then((r) => { look(); reject(new Error(`kubectl ${args.join(' ')} has ended with ${r.code}: ${r.stderr}${r.stdout}`)) })
    }),
  }
}
export const runKubectl = (...args: Parameters<typeof startKubectl>): Promise<Result> => startKubectl(...args).ended

/** Real kubectl against a cluster that runs. */
export class Client {
  readonly home: string
  readonly ready: Ready
  constructor(home: string, ready: Ready) {
    this.home = home
    this.ready = ready
  }
  #api: Api | undefined
  /** What kubectl asks, without a process for each time: for what is asked again and again until it is so. */
  get api(): Api {
    return (this.#api ??= new Api(this.ready))
  }
  /** The objects of a kind in a namespace, as `api` has them. */
  async list<T>(kind: string, { ns = 'default', selector = '' }: { ns?: string; selector?: string } = {}): Promise<T[]> {
    return (await this.api.get<{ items: T[] }>(`/api/v1/namespaces/${ns}/${kind}?labelSelector=${encodeURIComponent(selector)}`)).items
  }
  /** Runs kubectl of a release against this cluster; answers also when it fails. */
  kubectl(release: Release, args: string[], options: KubectlOptions = {}): Promise<Result> {
    return runKubectl(this, release, args, options)
  }
  /** As kubectl, for what is looked at while it runs. */
  start(release: Release, args: string[], options: KubectlOptions = {}): RunningKubectl {
    return startKubectl(this, release, args, options)
  }
  /** As kubectl, but failing is an error. */
  async ok(release: Release, args: string[], options: KubectlOptions = {}): Promise<string> {
    const r = await this.kubectl(release, args, options)
    if (r.code !== 0) throw new Error(`kubectl ${args.join(' ')} exited with ${r.code}: ${r.stderr}${r.stdout}`)
    return r.stdout
  }
  async json<T>(release: Release, args: string[]): Promise<T> {
    return JSON.parse(await this.ok(release, [...args, '-o', 'json'])) as T
  }
}

export class App extends Client {
  readonly process: ChildProcess
  /** All that was printed. */
  readonly output: string[]
  private constructor(home: string, ready: Ready, child: ChildProcess, output: string[]) {
    super(home, ready)
    this.process = child
    this.output = output
  }

  /** Resolves when READY is printed; rejects with the output when the process ends first, or after 100 s. */
  static start(options: { home?: string; args?: string[]; env?: NodeJS.ProcessEnv } = {}): Promise<App> {
    if (!existsSync(headless)) throw new Error('Build first: npm run build')
    const home = options.home ?? join(mkdtempSync(join(tmpdir(), 'pilothouse-test-')), 'home')
    const child = spawn(process.execPath, [headless, '--home', home, '--port', '0', '--dashboard-port', '0', ...(options.args ?? [])], { env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const output: string[] = []
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => { child.kill('SIGKILL'); reject(new Error(`no READY within 100 s:\n${output.join('\n')}`)) }, 100_000)
      child.once('exit', (code) => { clearTimeout(timer); reject(new Error(`ended with ${code}:\n${output.join('\n')}`)) })
      createInterface({ input: child.stderr }).on('line', (line) => output.push(line))
      createInterface({ input: child.stdout }).on('line', (line) => {
        output.push(line)
        if (!line.startsWith('READY ')) return
        clearTimeout(timer)
        resolve(new App(home, JSON.parse(line.slice('READY '.length)) as Ready, child, output))
      })
    })
  }

  override async ok(release: Release, args: string[], options: KubectlOptions = {}): Promise<string> {
    return super.ok(release, args, options).catch((e: Error) => {
      // Why nobody answers is in nobody's report but its own.
      if (!e.message.includes('refused')) throw e
      throw new Error(`${e.message}\nThe app, ${this.process.exitCode === null ? 'which runs' : `ended with ${this.process.exitCode}`}, said:\n${this.output.slice(-30).join('\n')}`, { cause: e })
    })
  }

  /** SIGKILL: as a crash or a power cut ends it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }
  /** SIGTERM, as a user's Ctrl-C; rejects when it does not end within a minute. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }
  async #end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode) return this.process.exitCode
    const ended = new Promise<number | null>((resolve) => this.process.once('exit', resolve))
    this.process.kill(signal)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => { timer = setTimeout(() => { this.process.kill('SIGKILL'); reject(new Error(`still running a minute after ${signal}:\n${this.output.slice(-30).join('\n')}`)) }, 60_000) })
    return Promise.race([ended, late]).finally(() => clearTimeout(timer))
  }
  /** Stops, then removes everything of this cluster from the engine and the disk. */
  async dispose(): Promise<void> {
    await this.stop()
    await resetHome(this.home)
    rmSync(join(this.home, '..'), { recursive: true, force: true })
  }
  /** As dispose, in a process that is about to end and waits for nothing more: kills. */
  disposeNow(): void {
    this.process.kill('SIGKILL')
    for (let attempt = 1; ; attempt++) {
      try {
        execFileSync(process.execPath, [headless, '--reset', '--home', this.home], { stdio: 'ignore', timeout: 60_000 })
        break
      } catch (e) {
        // Its folder is its own until the system has taken the process away.
        if (attempt === 20) throw e
      }
    }
    rmSync(join(this.home, '..'), { recursive: true, force: true })
  }
}

/** `npm start -- --reset --home DIR`, without npm. */
export function resetHome(home: string, env: NodeJS.ProcessEnv = {}): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [headless, '--reset', '--home', home], { env: { ...process.env, ...env }, timeout: 60_000 }, (error, stdout, stderr) => resolve({ code: error ? 1 : 0, stdout, stderr }))
  })
}

/** Asks until the answer is as wanted, at first often and then every fifth of a second; the last answer is in the error. */
export async function eventually<T>(what: string, ask: () => Promise<T>, wanted: (answer: T) => boolean, timeout = 120_000): Promise<T> {
  const end = Date.now() + timeout
  for (let pause = 25; ; pause = Math.min(200, pause * 1.5)) {
    const answer = await ask()
    if (wanted(answer)) return answer
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout / 1000} s; last answer: ${JSON.stringify(answer, (key, value: unknown) => (key === 'managedFields' ? undefined : value))?.slice(0, 4000)}`)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
