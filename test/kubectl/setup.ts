/** Once before the kubectl suite: three clusters, which its tests share, and the small image that they run. */
import Docker from 'dockerode'
import type { TestProject } from 'vitest/node'
import { App } from '../integration/app.ts'
import { ensureBusybox } from '../integration/busybox.ts'
import type { Cluster } from './table.ts'

/** Nodes of the cluster in which each story has one for itself. */
const NODES = 24

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const docker = new Docker()
  await docker.ping().catch(() => { throw new Error('No Docker engine answers: run these tests with `npm test`, which starts one.') })
  await ensureBusybox(docker)
  const env = { PILOTHOUSE_FREEZE: '1' }
  const ways: Record<Cluster, string[]> = { hollow: ['--runtime', 'hollow', '--nodes', '3'], nodes: ['--runtime', 'hollow', '--nodes', String(NODES)], engine: [] }
  const apps: App[] = []
  // Who interrupts the run leaves no cluster behind either: the runner ends at once, and its exit is the last that is heard of.
  const interrupted = (): void => { for (const app of apps) app.disposeNow() }
  process.once('exit', interrupted)
  const started = await Promise.all(Object.entries(ways).map(async ([name, args]) => {
    const app = await App.start({ args, env })
    apps.push(app)
    return [name, { home: app.home, ready: app.ready }] as const
  }))
  project.provide('kubectl', Object.fromEntries(started) as Record<Cluster, { home: string; ready: App['ready'] }>)
  return async () => {
    await Promise.all(apps.map((app) => app.dispose()))
    process.off('exit', interrupted)
  }
}
