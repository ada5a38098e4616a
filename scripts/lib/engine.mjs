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

/** Resolves with `version` of the engine; when none answers within two seconds, with `why`: the error's code. */
export function askEngine() {
  return new Promise((resolve) => {
    const r = request({ socketPath: engineSocket(), path: '/version', timeout: 2000 }, (response) => {
      let text = ''
      response.on('data', (d) => { text += d }).on('end', () => {
        try { resolve({ version: JSON.parse(text).Version }) } catch { resolve({ why: 'NO_ENGINE' }) }
      })
    })
    r.on('timeout', () => r.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    r.on('error', (e) => resolve({ why: e.code }))
    r.end()
  })
}
/** The engine's version; undefined when none answers. */
export const engineVersion = async () => (await askEngine()).version

const debian = () => {
  if (process.platform !== 'linux' || !existsSync('/etc/os-release')) return false
  return /^(ID|ID_LIKE)=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
}
/** What matters of this machine for getting an engine. */
const machine = () => ({ platform: process.platform, debian: debian(), root: process.getuid?.() === 0 })

/** Whether installEngine can do it on such a machine. */
export const canInstall = (at = machine()) => at.debian && at.root

/** What to do on such a machine where no engine answers (`why`: as of askEngine), as one sentence without its full stop. */
export function engineAdvice(why, at = machine()) {
  if (at.platform !== 'linux') return 'Install Docker Desktop (or another Docker-compatible engine), start it, and Pilothouse goes on by itself'
  if (why === 'EACCES' || why === 'EPERM') return 'There is one, but this user may not use it: sudo usermod -aG docker $USER, and log in again'
  if (canInstall(at)) return 'Install and start one with: npm start -- --install-engine'
  if (at.debian) return 'Start it (sudo systemctl start docker), or install and start one as root: sudo npm start -- --install-engine'
  return 'Install Docker Engine (https://docs.docker.com/engine/install) and start it: sudo systemctl start docker'
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
  const before = await askEngine()
  if (before.version) return { did: `A Docker engine (${before.version}) answers already; nothing to do.` }
  if (!canInstall()) throw new Error(`No Docker engine answers. ${engineAdvice(before.why)}.`)
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
