import { mkdtempSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { engineMachine } from './machine.ts'

const HERE = { paths: true, network: true }
const FAR = { paths: false, network: false }

describe('whose machine an engine is of', () => {
  it.each<[string | undefined, string | undefined, NodeJS.Platform, object]>([
    [undefined, 'unix:///no/such/docker.sock', 'linux', HERE], ['/no/such/engine.sock', 'tcp://10.0.0.1:2375', 'linux', HERE],
    [undefined, 'tcp://127.0.0.1:2375', 'linux', FAR], [undefined, 'ssh://me@there', 'linux', FAR],
    [undefined, 'unix:///home/me/.docker/desktop/docker.sock', 'linux', FAR], [undefined, 'unix:///home/me/.rd/docker.sock', 'linux', FAR],
    [undefined, 'unix:///home/me/.colima/default/docker.sock', 'linux', FAR], [undefined, 'unix:///home/me/.lima/docker/sock/docker.sock', 'linux', FAR],
    // Without root: its files are here, its network is its own.
    [undefined, 'unix:///run/user/1000/docker.sock', 'linux', { paths: true, network: false }],
    [undefined, undefined, 'darwin', FAR], [undefined, 'npipe:////./pipe/docker_engine', 'win32', FAR],
  ])('socket %s, DOCKER_HOST %s on %s', (path, host, platform, expected) => expect(engineMachine(path, host, platform)).toEqual(expected))
  it('the usual socket may lead to a virtual machine', () => {
    const folder = mkdtempSync(join(tmpdir(), 'machine-'))
    try {
      mkdirSync(join(folder, '.colima'))
      writeFileSync(join(folder, '.colima', 'docker.sock'), '')
      symlinkSync(join(folder, '.colima', 'docker.sock'), join(folder, 'docker.sock'))
      expect(engineMachine(join(folder, 'docker.sock'), undefined, 'linux')).toEqual(FAR)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
