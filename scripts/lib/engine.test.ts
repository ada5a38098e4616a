import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
// @ts-expect-error -- plain JavaScript, which runs before anything is installed
import { askEngine, canInstall, engineAdvice, installEngine } from './engine.mjs'

const folder = mkdtempSync(join(tmpdir(), 'engine-'))
const socket = join(folder, 's')
afterEach(() => { vi.unstubAllEnvs() })

describe('what to do without an engine', () => {
  it.each([
    ['Debian, as root', { platform: 'linux', debian: true, root: true }, 'ENOENT', true, /npm start -- --install-engine$/],
    ['Debian', { platform: 'linux', debian: true, root: false }, 'ENOENT', false, /systemctl start docker.*sudo npm start -- --install-engine$/],
    ['another Linux, as root', { platform: 'linux', debian: false, root: true }, 'ECONNREFUSED', false, /Install Docker Engine.*systemctl start docker$/],
    ['a Linux user who may not', { platform: 'linux', debian: true, root: false }, 'EACCES', false, /usermod -aG docker/],
    ['macOS', { platform: 'darwin', debian: false, root: false }, 'ENOENT', false, /Docker Desktop/],
    ['Windows', { platform: 'win32', debian: false, root: false }, 'ENOENT', false, /Docker Desktop/],
  ])('%s', (_where, machine, why, can, advice) => {
    expect(Boolean(canInstall(machine))).toBe(can)
    expect(engineAdvice(why, machine)).toMatch(advice)
  })
})

describe('an engine that answers', () => {
  it('is left as it is', async () => {
    vi.stubEnv('DOCKER_HOST', `unix://${socket}`)
    expect(await askEngine()).toEqual({ why: 'ENOENT' })
    const server = createServer((request, response) => { response.end(request.url === '/version' ? '{"Version":"1.2.3"}' : 'what?') })
    await new Promise<void>((resolve) => { server.listen(socket, resolve) })
    try {
      expect(await askEngine()).toEqual({ version: '1.2.3' })
      expect(await installEngine()).toEqual({ did: 'A Docker engine (1.2.3) answers already; nothing to do.' })
    } finally {
      await new Promise((resolve) => { server.close(resolve) })
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
