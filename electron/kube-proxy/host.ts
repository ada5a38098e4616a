/** The machine whose packets are led: commands on it, and its settings of the pod bridge. */
import { spawn } from 'node:child_process'
import { healthText } from '../../shared/component-health.ts'

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}
export interface BridgeState {
  /** There is no bridge before the engine has made the network. */
  readonly present: boolean
  readonly localhostPorts: boolean
  /** Whether bridged packets meet the rules. */
  readonly filtered: boolean
}

/** Runs programs of the machine with the right to change its network. */
export interface NetworkHost {
  /** How, for people: `directly, as root`. */
  readonly how: string
  /** Whether kernel settings can be written. */
  readonly writesSettings: boolean
  /** Where the settings of the pods' bridge are not this machine's to read. As bridgeOf. */
  prepareBridge?(network: { readonly bridge: string; readonly serviceCIDR: string }): Promise<BridgeState>
  /** Rejects when the program cannot be run or takes longer than ten seconds; an exit code is an answer. */
  run(command: string, args: readonly string[], input?: string): Promise<CommandResult>
}

export const COMMAND_LIMIT_MS = 10_000
const OUTPUT_LIMIT = 64 << 20
/** Desktop sessions often lack the administrator's folders. */
const PATH = [process.env['PATH'], '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(Boolean).join(':')

/** For a process that is root itself. */
export const directHost: NetworkHost = {
  how: healthText('how.root'),
  writesSettings: true,
  run: (command, args, input = '') => new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { PATH, LC_ALL: 'C' }, stdio: ['pipe', 'pipe', 'pipe'], timeout: COMMAND_LIMIT_MS, killSignal: 'SIGKILL' })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { if (stdout.length < OUTPUT_LIMIT) stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { if (stderr.length < OUTPUT_LIMIT) stderr += text })
    child.once('error', reject)
    child.once('close', (code, signal) => (signal ? reject(new Error(`${command} was ended by ${signal}; it gets ${COMMAND_LIMIT_MS / 1000} s`)) : resolve({ code: code ?? 1, stdout, stderr })))
    // A program that ends early closes its input.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  }),
}

/** As run, but failing is an error with the program's own words. Resolves with what it printed. */
export async function must(host: NetworkHost, command: string, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await host.run(command, args, input)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed with code ${code}: ${(stderr || stdout).trim().slice(0, 1000)}`)
  return stdout
}

/** Waits for others who change rules, in seconds. */
const WAIT = ['-w', '5']
export const restore = (host: NetworkHost, input: string): Promise<string> => must(host, 'iptables-restore', ['--noflush', ...WAIT], input)
export const save = (host: NetworkHost): Promise<string> => must(host, 'iptables-save', [])
