#!/usr/bin/env node
// npm run bench [-- startup idle api pods hollow] [--lines 10000000 for logs]: measures, side by side in one run; prints a table and writes JSON to test-results/bench.json.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installEngine, installPackages } from './lib/engine.mjs'
import { build, checkNode, installDependencies, must, root, runtime } from './lib/project.mjs'

checkNode()
await installDependencies()
await build()
const engine = await installEngine()
console.log(engine.did)
// The log store is measured beside it.
if (spawnSync('rg', ['--version']).error) await installPackages(['ripgrep']).catch((e) => console.log(`Without ripgrep: ${e.message}`))
try {
  await must(runtime(), ['--disable-warning=ExperimentalWarning', join(root, 'test', 'bench', 'run.ts'), ...process.argv.slice(2)], { timeout: 60 * 60_000 })
} finally {
  if (engine.pid) process.kill(engine.pid, 'SIGTERM')
}
