import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
// @ts-expect-error -- plain JavaScript, which runs before anything is installed
import { missingPackages } from './project.mjs'

const folder = mkdtempSync(join(tmpdir(), 'project-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('missing packages', () => {
  const lock = (path: string, packages: object): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), JSON.stringify({ packages }))
  }
  it('are those that are not listed, not there, or of another version', () => {
    lock('package-lock.json', { '': {}, 'node_modules/a': { version: '1' }, 'node_modules/b': { version: '1' }, 'node_modules/c': { version: '1' }, 'node_modules/d': { version: '1' }, 'node_modules/o': { version: '1', optional: true } })
    expect(missingPackages(folder)).toEqual(['node_modules/a', 'node_modules/b', 'node_modules/c', 'node_modules/d'])
    lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1' }, 'node_modules/b': { version: '2' }, 'node_modules/c': { version: '1' } })
    for (const name of ['a', 'b']) mkdirSync(join(folder, 'node_modules', name))
    expect(missingPackages(folder)).toEqual(['node_modules/b', 'node_modules/c', 'node_modules/d'])
  })
})

describe('a command that takes signals', () => {
  it('is waited for, and says how it ended', async () => {
    // It says that it is there, tidies up when it is asked to end, and ends as it likes.
    const command = `process.on('SIGTERM', () => setTimeout(() => { console.log('tidy'); process.exit(7) }, 50)); setInterval(() => undefined, 1000); console.log('there')`
    const script = `import { run } from ${JSON.stringify(join(import.meta.dirname, 'project.mjs'))}; process.exit(await run(process.execPath, ['-e', ${JSON.stringify(command)}], { forward: true }))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (!said) child.kill('SIGTERM')
      said += chunk.toString()
    })
    expect(await new Promise((resolve) => { child.once('exit', resolve) })).toBe(7)
    expect(said).toBe('there\ntidy\n')
  })
})
