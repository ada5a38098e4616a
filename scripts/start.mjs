#!/usr/bin/env node
// npm start: installs and builds what is missing, then starts the desktop app, or headless where that cannot be.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { askEngine, canInstall, engineAdvice, installEngine } from './lib/engine.mjs'
import { build, checkNode, environment, installDependencies, root, run, runtime } from './lib/project.mjs'

const USAGE = `npm start -- [options], or npm start -- snapshot save|restore FILE [--home DIR]
  snapshot save FILE    save the whole state of the cluster, whether it runs or not, then exit
  snapshot restore FILE put that state in the place of the present one, which is kept beside it; the cluster must not run
  --headless            no window: print the dashboard's address
  --home DIR            data folder (default: the platform's usual place, or PILOTHOUSE_HOME)
  --port N              first port to try for the API server (default 6443)
  --dashboard-port N    first port to try for the headless dashboard (default 6480)
  --runtime NAME        docker (default), or hollow: a demo that runs no containers and needs no engine
  --nodes N             how many nodes there are at least (default 1; 3 hollow ones)
  --audit-policy FILE   what the audit log holds: a Policy of audit.k8s.io/v1 (default: audit-policy.yaml of the data folder, if it is there)
  --install-engine      install and start a Docker engine (Debian and Ubuntu, as root), then exit
  --reset               remove this data folder's containers, networks, volumes and images, and its contents, then exit`

/** The options, and what is handed on to the app: files are where they are for whoever typed them. */
function options() {
  try {
    const { values, positionals, tokens } = parseArgs({
      allowPositionals: true, tokens: true,
      options: {
        headless: { type: 'boolean' }, home: { type: 'string' }, port: { type: 'string' }, 'dashboard-port': { type: 'string' }, runtime: { type: 'string' },
        nodes: { type: 'string' }, 'audit-policy': { type: 'string' }, 'install-engine': { type: 'boolean' }, reset: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
      },
    })
    if (positionals.length && positionals[0] !== 'snapshot') throw new Error(`There is no command ${JSON.stringify(positionals[0])}.`)
    const passed = process.argv.slice(2)
    const here = (path) => resolve(process.env.INIT_CWD ?? process.cwd(), path)
    const file = tokens.filter((t) => t.kind === 'positional')[2]
    if (file) passed[file.index] = here(file.value)
    for (const { name, value, index, inlineValue } of tokens) if (name === 'audit-policy' && value) passed[inlineValue ? index : index + 1] = inlineValue ? `--audit-policy=${here(value)}` : here(value)
    return { values, command: positionals[0], passed: passed.filter((a) => a !== '--headless') }
  } catch (e) {
    console.error(`${e.message}\n\n${USAGE}`)
    process.exit(2)
  }
}

/** The Electron executable, downloading it once where there is a display to use it on; else why not. */
async function electron() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { why: 'there is no display' }
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) return existsSync(join(override, 'electron')) ? { path: join(override, 'electron') } : { why: `there is no Electron in ${override}` }
  // Chromium keeps its pages apart by what it may not do itself: as root it refuses.
  if (process.platform === 'linux' && process.getuid?.() === 0) return { why: 'Electron does not run as root' }
  const base = join(root, 'node_modules', 'electron')
  const located = () => (existsSync(join(base, 'path.txt')) ? join(base, 'dist', readFileSync(join(base, 'path.txt'), 'utf8')) : undefined)
  if (!located()) {
    console.log('Downloading Electron, once …')
    await run(runtime(), [join(base, 'install.js')], { timeout: 5 * 60_000 }).catch((e) => console.log(e.message))
  }
  const path = located()
  return path && existsSync(path) ? { path } : { why: 'Electron could not be downloaded' }
}

async function offerEngine(values) {
  if (values.runtime === 'hollow') return
  const { version, why } = await askEngine()
  if (version) return
  if (process.stdin.isTTY && process.stdout.isTTY && canInstall()) {
    const terminal = createInterface({ input: process.stdin, output: process.stdout })
    const answer = await terminal.question('No Docker engine answers. Install and start one now? [Y/n] ')
    terminal.close()
    if (!/^n/i.test(answer.trim())) return console.log((await installEngine()).did)
  }
  console.log(`No Docker engine answers: the cluster starts, but its node is not ready. ${engineAdvice(why)}. Or look around without one: npm start -- --runtime hollow`)
}

/** Hands the terminal and its signals to the app, and ends as it ends. */
function launch(command, args) {
  const child = spawn(command, args, { cwd: root, env: environment(), stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', (e) => { console.error(`Could not start ${command}: ${e.message}`); process.exit(1) })
  child.once('exit', (code, signal) => process.exit(signal ? 128 : code ?? 1))
}

async function main() {
  checkNode()
  const { values, command, passed } = options()
  if (values.help) return console.log(USAGE)
  if (values['install-engine']) return console.log((await installEngine()).did)
  await installDependencies()
  await build()
  if (values.reset || command) return launch(runtime(), [join(root, 'out', 'main', 'headless.js'), ...passed])
  await offerEngine(values)
  const found = values.headless ? { why: 'asked for' } : await electron()
  if (found.path) return launch(found.path, [root, ...passed])
  console.log(`Starting without a window (${found.why}).`)
  launch(runtime(), [join(root, 'out', 'main', 'headless.js'), ...passed])
}

main().catch((e) => {
  console.error(e.message)
  process.exit(1)
})
