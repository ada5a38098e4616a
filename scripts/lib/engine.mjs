// Whether a container engine answers, and how to get one.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must } from './project.mjs'

/** The socket of the engine: DOCKER_HOST where it names one, else the platform's usual place. */
export function engineSocket() {
  const host = process.env.DOCKER_HOST ?? ''
  if (host.startsWith('unix://')) return host.slice('unix://'.length)
  return process.platform === 'win32' ? '//./pipe/docker_engine' : '/var/run/docker.sock'
}

/** Resolves with the engine's version, or undefined when none answers within two seconds. */
export function engineVersion() {
  return new Promise((resolve) => {
    const r = request({ socketPath: engineSocket(), path: '/version', timeout: 2000 }, (response) => {
      let text = ''
      response.on('data', (d) => { text += d }).on('end', () => {
        try { resolve(JSON.parse(text).Version) } catch { resolve(undefined) }
      })
    })
    r.on('timeout', () => r.destroy())
    r.on('error', () => resolve(undefined))
    r.end()
  })
}

/** What to do on this machine, as one sentence. */
export function engineAdvice() {
  if (process.platform === 'linux') return 'Install and start Docker Engine, for example with: npm start -- --install-engine (Debian and Ubuntu, as root)'
  return 'Install Docker Desktop (or another Docker-compatible engine), start it, and Pilothouse goes on by itself'
}

const debian = () => {
  if (process.platform !== 'linux' || !existsSync('/etc/os-release')) return false
  return /^(ID|ID_LIKE)=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
}
const which = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0

/** Installs Debian packages that are missing. Loud when it cannot. */
export async function installPackages(names) {
  if (!debian()) throw new Error(`This machine lacks ${names.join(', ')}, and only Debian and Ubuntu can be helped automatically. Please install them.`)
  if (process.getuid?.() !== 0) throw new Error(`This machine lacks ${names.join(', ')}. Please install them: sudo apt-get install ${names.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  console.log(`Installing ${names.join(' ')} …`)
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] }
  await must('apt-get', ['update', '-qq'], quiet)
  await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet)
}

/** Installs and starts an engine. Returns what was done, and the started daemon's process id if it is ours. */
export async function installEngine() {
  const before = await engineVersion()
  if (before) return { did: `A Docker engine (${before}) answers already; nothing to do.` }
  if (!debian() || process.getuid?.() !== 0) throw new Error(`No Docker engine answers. ${engineAdvice()}.`)
  if (!which('dockerd')) await installPackages(['docker.io', 'iptables'])
  // Where an init system runs services, it owns the daemon; otherwise it is started directly.
  if (existsSync('/run/systemd/system')) await must('systemctl', ['enable', '--now', 'docker'])
  let pid
  if (!(await engineVersion())) {
    const out = openSync(join(tmpdir(), 'dockerd.log'), 'a')
    const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', out, out] })
    child.unref()
    pid = child.pid
  }
  for (let i = 0; i < 120; i++) {
    const version = await engineVersion()
    if (version) return { did: `Docker engine ${version} is running.`, pid }
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`The Docker engine did not answer within 30 s; see ${join(tmpdir(), 'dockerd.log')}.`)
}
