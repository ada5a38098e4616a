import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extract } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { ownPort } from '../../../test/ports.ts'
import { imageArchive } from './archive.ts'
import { architectureOf, builtinSources } from './builtin.ts'
import binaries from './binaries.json' with { type: 'json' }

const machines = [['pause', 'amd64', 0x3e], ['pause', 'arm64', 0xb7], ['hello', 'amd64', 0x3e], ['hello', 'arm64', 0xb7], ['gateway', 'amd64', 0x3e], ['gateway', 'arm64', 0xb7]] as const

describe('the built-in programs', () => {
  it.each(machines)('%s for %s is a small static executable', (name, arch, machine) => {
    const elf = Buffer.from(binaries[name][arch], 'base64')
    expect(elf.subarray(0, 6)).toEqual(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]))
    expect(elf.readUInt16LE(16)).toBe(2)
    expect(elf.readUInt16LE(18)).toBe(machine)
    expect(elf.length).toBeLessThan(80_000)
    const [offset, size, count] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)]
    const types = Array.from({ length: count }, (_, i) => elf.readUInt32LE(offset + i * size))
    expect(types).not.toContain(3) // PT_INTERP: it would need a loader that the image does not have
    expect(types).toContain(1)
  })

  it.runIf(process.platform === 'linux' && process.arch === 'x64')('pause leaves with 0 on SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pause-'))
    try {
      const program = join(folder, 'pause')
      writeFileSync(program, Buffer.from(binaries.pause.amd64, 'base64'))
      chmodSync(program, 0o755)
      const child = spawn(program)
      await new Promise((r) => child.once('spawn', r))
      const code = new Promise((r) => child.once('exit', (c) => r(c)))
      // Before pause waits in rt_sigtimedwait (call 128), the signal would end it in the default way.
      await expect.poll(() => readFileSync(`/proc/${child.pid}/syscall`, 'utf8').startsWith('128 ')).toBe(true)
      child.kill('SIGTERM')
      expect(await code).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

const GCC = { amd64: 'x86_64-linux-gnu-gcc', arm64: 'aarch64-linux-gnu-gcc' } as const
const { compile } = (await import(new URL('../../../scripts/images.mjs', import.meta.url).href)) as { compile(image: string, arch: string): Buffer }
const buildable = machines.filter(([, arch]) => spawnSync(GCC[arch], ['--version']).status === 0)

/** Compilers of another release lay code out otherwise: then what it does is compared, not its bytes. */
describe.runIf(buildable.length > 0)('the sources', () => {
  it.each(buildable)('%s for %s is what was built', (name, arch, machine) => {
    const built = compile(name, arch)
    const stored = Buffer.from(binaries[name][arch], 'base64')
    const texts = (b: Buffer): string[] => b.toString('latin1').match(/[\x20-\x7e]{12,}/g) ?? []
    expect(built.readUInt16LE(18)).toBe(machine)
    expect(texts(built).filter((t) => t.includes(' '))).toEqual(texts(stored).filter((t) => t.includes(' ')))
    expect(Math.abs(built.length - stored.length)).toBeLessThan(1024)
  })
})

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('hello', () => {
  it('answers, also when a thousand connections say nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hello-'))
    const program = join(folder, 'hello')
    writeFileSync(program, Buffer.from(binaries.hello.amd64, 'base64'))
    chmodSync(program, 0o755)
    const port = await ownPort()
    const child = spawn(program, [], { env: { PORT: String(port) } })
    const sockets: Socket[] = []
    try {
      await new Promise((r) => child.stdout.once('data', r))
      let cut = 0
      for (let i = 0; i < 1000; i++) {
        const socket = connect(port, '127.0.0.1')
        sockets.push(socket)
        socket.on('close', () => { cut++ }).on('error', () => undefined)
        await new Promise<void>((r) => socket.once('connect', () => r()))
      }
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(60_000) })
      expect([answer.status, await answer.text()]).toEqual([200, 'ok\n'])
      // All but the newest 256 have made room for others; what is left is cut off after ten silent seconds.
      await expect.poll(() => cut).toBeGreaterThanOrEqual(744)
      await expect.poll(() => cut).toBe(1000)
      const exit = new Promise((r) => child.once('exit', r))
      child.kill('SIGTERM')
      expect(await exit).toBe(0)
    } finally {
      for (const s of sockets) s.destroy()
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the archive', () => {
  it.each(['amd64', 'arm64'] as const)('is reproducible and complete for %s', async (arch) => {
    for (const source of builtinSources(arch)) {
      const [a, b] = [await imageArchive(source), await imageArchive(source)]
      expect(a).toEqual(b)
      const files = new Map<string, Buffer>()
      const reader = extract()
      reader.on('entry', (header, stream, next) => {
        const chunks: Buffer[] = []
        stream.on('data', (c) => { chunks.push(c as Buffer) })
        stream.on('end', () => { files.set(header.name, Buffer.concat(chunks)); next() })
      })
      reader.end(a.archive)
      await new Promise<void>((r) => reader.once('finish', () => r()))
      const [manifest] = JSON.parse(files.get('manifest.json')!.toString()) as [{ Config: string; RepoTags: string[]; Layers: string[] }]
      expect(manifest.RepoTags).toEqual([source.reference])
      expect(`sha256:${manifest.Config.replace('.json', '')}`).toBe(a.id)
      const config = JSON.parse(files.get(manifest.Config)!.toString()) as { architecture: string; config: { Labels: object } }
      expect(config.architecture).toBe(arch)
      expect(config.config.Labels).toEqual({ 'dev.pilothouse.kind': 'image' })
      expect(files.has(manifest.Layers[0]!)).toBe(true)
    }
  })
  it('says which machines it knows', () => {
    expect([architectureOf('x86_64'), architectureOf('aarch64')]).toEqual(['amd64', 'arm64'])
    expect(() => architectureOf('riscv64')).toThrow('riscv64')
  })
})
