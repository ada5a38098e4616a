/** Once before the conformance tests: one app with two nodes, which all of them share, and the images that they run. */
import Docker from 'dockerode'
import type { TestProject } from 'vitest/node'
import { App, type Ready } from '../integration/app.ts'
import { ensureBusybox } from '../integration/busybox.ts'
import { ensureAgnhost } from './images/agnhost.ts'

declare module 'vitest' {
  interface ProvidedContext {
    app: { home: string; ready: Ready }
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const docker = new Docker()
  await docker.ping().catch(() => { throw new Error('No Docker engine answers: run these tests with `npm run conformance`, which starts one.') })
  await Promise.all([ensureBusybox(docker), ensureAgnhost(docker)])
  const app = await App.start({ args: ['--nodes', '2'], env: { PILOTHOUSE_FREEZE: '1' } })
  project.provide('app', { home: app.home, ready: app.ready })
  // Who interrupts the run leaves no cluster behind either: the runner ends at once, and its exit is the last that is heard of.
  const interrupted = (): void => app.disposeNow()
  process.once('exit', interrupted)
  return async () => {
    await app.dispose()
    process.off('exit', interrupted)
  }
}
