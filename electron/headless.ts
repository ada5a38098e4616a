/**
 * The Node entry: the same Cluster without a window; the dashboard is then a web page. Prints one line `READY {json}` when the
 * cluster is ready. SIGINT and SIGTERM stop it; containers go on running and are adopted by the next start.
 */
import { Cluster } from './cluster/cluster.ts'
import { serveDashboard } from './cluster/dashboard-server.ts'
import { defaultHome } from './cluster/data-directory.ts'
import { parseCommandLine, UsageError } from './cluster/options.ts'
import { appRoot, rendererOf, resourcesOf } from './cluster/places.ts'
import { createTerminalSink } from './cluster/terminal.ts'
import { limitYoungGeneration } from './cluster/young-generation.ts'
import { realClock } from '../shared/clock.ts'
import { addLogSink } from '../shared/log.ts'

async function main(): Promise<void> {
  const { reset, snapshot, ...command } = parseCommandLine(process.argv.slice(2))
  const home = command.home ?? defaultHome()
  if (reset) {
    const removed = await (await import('./cluster/reset.ts')).reset(home)
    console.log(removed.length ? `Removed:\n${removed.map((line) => `  ${line}`).join('\n')}` : 'Nothing to remove.')
    return
  }
  if (snapshot) {
    const commands = await import('./cluster/snapshot-command.ts')
    console.log(await (snapshot.action === 'save' ? commands.save(home, snapshot.file) : commands.restore(home, snapshot.file)))
    return
  }
  limitYoungGeneration(realClock)
  addLogSink(createTerminalSink((line) => process.stderr.write(`${line}\n`)))
  const root = appRoot()
  const cluster = new Cluster({ ...command, home, resources: resourcesOf(root), renderer: rendererOf(root) })
  const stop = (signal: string): void => {
    process.stderr.write(`${signal}: stopping\n`)
    void cluster.stop().finally(() => process.exit(0))
  }
  process.once('SIGINT', () => stop('SIGINT'))
  process.once('SIGTERM', () => stop('SIGTERM'))
  const [state, dashboard] = await Promise.all([cluster.start(), serveDashboard({ root: rendererOf(root), endpoint: cluster.endpoint, port: cluster.options.dashboardPort })])
  cluster.onStop('dashboard', () => dashboard.close())
  if (state.engine && !state.engine.available) console.log(`The container engine is not available: ${state.engine.message}`)
  console.log(`Dashboard:  ${dashboard.url}`)
  console.log(`kubectl:    export KUBECONFIG=${cluster.data.kubeconfig}`)
  console.log(`READY ${JSON.stringify({ apiServer: state.apiServer, kubeconfig: state.kubeconfig, dashboard: dashboard.url, nodes: cluster.nodes, startupMs: Math.round(performance.now()), runtime: state.runtime })}`)
}

main().catch((e: unknown) => {
  console.error(e instanceof Error ? e.message : e)
  process.exit(e instanceof UsageError ? 2 : 1)
})
