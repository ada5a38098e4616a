/** The gateway's program as a process of this machine, for tests: its two pipes are what the engine's stream is elsewhere. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import binaries from '../../../images/binaries.json' with { type: 'json' }

/** It needs Linux on one of the two machines. */
export const runsHere = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)

export class GatewayProgram {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gateway-'))
  readonly #path = join(this.#folder, 'gateway')
  readonly #children = new Set<ChildProcessByStdio<Writable, Readable, Readable>>()
  constructor() {
    writeFileSync(this.#path, Buffer.from(binaries.gateway[process.arch === 'arm64' ? 'arm64' : 'amd64'], 'base64'))
    chmodSync(this.#path, 0o755)
  }
  begin(...command: readonly string[]): ChildProcessByStdio<Writable, Readable, Readable> {
    const child = spawn(this.#path, command, { stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.on('error', () => undefined) // It may have ended.
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    return child
  }
  /** Resolves with what it printed and its code. */
  run(...command: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = this.begin(...command)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (text: Buffer) => { stdout += text.toString() })
    child.stderr.on('data', (text: Buffer) => { stderr += text.toString() })
    child.stdin.end()
    return new Promise((resolve) => { child.once('close', (code) => resolve({ code, stdout, stderr })) })
  }
  dispose(): void {
    for (const child of this.#children) child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
