#!/usr/bin/env node
// npm run bench [-- startup idle api pods hollow]: measures, side by side in one run; prints a table and writes JSON to test-results/bench.json.
import { join } from 'node:path'
import { installEngine } from './lib/engine.mjs'
import { build, checkNode, installDependencies, must, root, runtime } from './lib/project.mjs'

checkNode()
await installDependencies()
await build()
const engine = await installEngine()
console.log(engine.did)
try {
  await must(runtime(), ['--disable-warning=ExperimentalWarning', join(root, 'test', 'bench', 'run.ts'), ...process.argv.slice(2)], { timeout: 60 * 60_000 })
} finally {
  if (engine.pid) process.kill(engine.pid, 'SIGTERM')
}
