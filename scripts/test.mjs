#!/usr/bin/env node
// npm test, from nothing: brings what the machine lacks, then static checks, unit, integration, conformance and end-to-end tests.
// The last line is `N passed, N failed`. Nothing is skipped silently: what cannot be had is a failure.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installEngine, installPackages } from './lib/engine.mjs'
import { fetchKubectl } from './lib/kubectl.mjs'
import { build, checkNode, environment, installDependencies, root, run, runtime } from './lib/project.mjs'

const long = process.argv.includes('--long')
const results = []
const record = (name, passed, failed) => {
  results.push({ name, passed, failed })
  console.log(`${failed ? 'FAILED' : 'passed'}  ${name}: ${passed} passed, ${failed} failed`)
}
const bin = (pkg, file) => join(root, 'node_modules', pkg, file)
const node = (args, options) => run(runtime(), args, options)
const reports = join(root, 'test-results')

/** One check that passes or fails as a whole. */
async function check(name, work) {
  const ok = await work().then((code) => code === 0 || code === undefined, (e) => { console.error(e.message); return false })
  record(name, ok ? 1 : 0, ok ? 0 : 1)
  return ok
}

let heard = false
/** A test runner that leaves a JSON report; a runner that dies without one counts as a failure. Of two side by side one is heard while it runs; what the other printed is shown when it has ended. */
async function suite(name, args, env, read) {
  const report = join(reports, `${name}.json`)
  rmSync(report, { force: true })
  const aside = heard
  heard = true
  const output = join(reports, `${name}.txt`)
  const file = aside ? openSync(output, 'w') : undefined
  const code = await node(args(report), { ...(aside ? { stdio: ['ignore', file, file] } : {}), env: environment({ NO_COLOR: '1', ...env(report) }), timeout: long ? 60 * 60_000 : 20 * 60_000 }).catch((e) => { console.error(e.message); return 1 })
  if (aside) {
    closeSync(file)
    console.log(readFileSync(output, 'utf8'))
  } else heard = false
  const counts = existsSync(report) ? read(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 0 }
  // A skipped test and a runner that fails for another reason than a test are failures too.
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  record(name, counts.passed, counts.failed)
}

const vitest = (project) => suite(project, (report) => [bin('vitest', 'vitest.mjs'), 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], () => ({}),
  (r) => ({ passed: r.numPassedTests, failed: r.numFailedTests + r.numPendingTests + r.numTodoTests + (r.numFailedTestSuites && !r.numFailedTests ? 1 : 0) }))

const playwright = () => suite('e2e', () => [bin('@playwright/test', 'cli.js'), 'test', '--config', 'test/e2e/playwright.config.ts', '--reporter=list,json'], (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report, PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
  (r) => ({ passed: r.stats.expected, failed: r.stats.unexpected + r.stats.flaky + r.stats.skipped }))

async function installTools() {
  const needed = { chromium: '/usr/bin/chromium', 'busybox-static': '/usr/bin/busybox', 'docker-registry': '/usr/bin/docker-registry', iptables: '/usr/sbin/iptables', unzip: '/usr/bin/unzip', 'python3-kubernetes': '/usr/lib/python3/dist-packages/kubernetes/__init__.py', openssl: '/usr/bin/openssl', 'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc' }
  const missing = Object.keys(needed).filter((name) => !existsSync(needed[name]) && !existsSync(needed[name].replace('/usr', '')))
  if (missing.length && process.platform === 'linux') await installPackages(missing)
}

/** Comes while the checks that need neither run; resolves with the engine's process id if it is ours. */
async function prepareEngine() {
  const engine = await installEngine()
  console.log(engine.did)
  return engine.pid
}

async function main() {
  checkNode()
  // The engine, kubectl and helm are Go: what lives for moments need not be collected so often, which is a fifth of their CPU.
  process.env.GOGC ??= '800'
  mkdirSync(reports, { recursive: true })
  await Promise.all([installDependencies(), installTools()])
  const engine = prepareEngine()
  const ready = Promise.allSettled([engine, fetchKubectl()])
  try {
    await check('generate', () => node([join(root, 'scripts', 'generate.mjs')]))
    const built = await check('build', build)
    // What needs an engine, each with clusters of its own. Much of it waits: two go side by side, and whoever has ended begins the next.
    // The last ones are those that keep a machine busy by themselves.
    const suites = built ? [() => vitest('integration'), playwright, () => vitest(long ? 'kubectl-releases' : 'kubectl'), () => vitest('conformance'), () => vitest('conformance-serial')] : []
    const row = async () => {
      for (const { reason } of await ready) if (reason) throw reason
      for (let next; (next = suites.shift());) await next()
    }
    // What needs none begins while the engine is still on its way.
    const apart = async () => {
      await check('types', () => node([bin('typescript', 'bin/tsc'), '--noEmit']))
      await check('lint', () => node([bin('oxlint', 'bin/oxlint'), '--deny-warnings']))
      await vitest('unit')
    }
    for (const { reason } of await Promise.allSettled([row(), apart().then(row)])) if (reason) throw reason
    if (long && built) await vitest('long')
  } finally {
    const enginePid = await engine.catch(() => undefined)
    if (enginePid) process.kill(enginePid, 'SIGTERM')
  }
}

main().catch((e) => { console.error(e.message); record('set-up', 0, 1) }).finally(() => {
  const sum = (key) => results.reduce((n, r) => n + r[key], 0)
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
  process.exit(sum('failed') ? 1 : 0)
})
