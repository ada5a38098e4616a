#!/usr/bin/env node
// npm run conformance [-- sig …]: the behaviours that define Kubernetes, against the built app, a real engine and real clients.
// Prints a table (behaviour, result, seconds), then what has no test and why. Ends with 1 when any fails.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { installEngine, installPackages } from './lib/engine.mjs'
import { fetchKubectl } from './lib/kubectl.mjs'
import { build, checkNode, environment, installDependencies, root, run, runtime } from './lib/project.mjs'

checkNode()
await installDependencies()
const missing = Object.entries({ 'busybox-static': '/bin/busybox', openssl: '/usr/bin/openssl', unzip: '/usr/bin/unzip' }).filter(([, file]) => !existsSync(file)).map(([name]) => name)
if (process.platform === 'linux' && missing.length) await installPackages(missing)
await build()
const engine = await installEngine()
console.log(engine.did)
await fetchKubectl()

const read = (name) => readFileSync(join(root, 'test', 'conformance', name), 'utf8').split('\n').slice(1).filter(Boolean).map((l) => l.split('\t'))
const id = (file, name) => `${file}: ${name.replace(/(\s*\[\w+\])+$/, '')}`
const behaviours = read('behaviours.tsv').map(([sig, file, name]) => ({ sig, file: `${sig}/${file}`, id: id(`${sig}/${file}`, name) }))
const reasons = new Map(read('absent.tsv'))
const wanted = process.argv.slice(2)
const report = join(root, 'test-results', 'conformance.json')
mkdirSync(join(root, 'test-results'), { recursive: true })
rmSync(report, { force: true })
const filters = wanted.map((sig) => `test/conformance/${sig}/`)
let code
try {
  code = await run(runtime(), [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'conformance', '--project', 'conformance-serial', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters], { env: environment({ NO_COLOR: '1' }), timeout: 60 * 60_000, forward: true })
} finally {
  if (engine.pid) process.kill(engine.pid, 'SIGTERM')
}
if (!existsSync(report)) process.exit(code || 1)

const folder = join(root, 'test', 'conformance')
const results = new Map(JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap((f) => f.assertionResults.map((t) => [id(relative(folder, f.name).replace(/(\.serial)?\.test\.ts$/, '.go'), t.title), t])))
const shown = behaviours.filter((b) => !wanted.length || wanted.includes(b.sig))
console.log('\nresult  seconds  behaviour')
for (const b of shown) {
  const t = results.get(b.id)
  if (t) console.log(`${t.status === 'passed' ? 'pass  ' : 'FAIL  '}  ${((t.duration ?? 0) / 1000).toFixed(1).padStart(7)}  ${b.id}`)
}
const absent = shown.filter((b) => !results.has(b.id))
if (absent.length) console.log('\nnot there, and why')
for (const b of absent) console.log(`  ${b.id}: ${reasons.get(b.id) ?? reasons.get(b.file) ?? 'no test yet'}`)
const all = [...results.values()]
const failed = all.filter((t) => t.status !== 'passed').length
console.log(`\n${shown.length - absent.length} of ${shown.length} behaviours have a test.\n${all.length - failed} passed, ${failed} failed`)
process.exit(code || (failed ? 1 : 0))
