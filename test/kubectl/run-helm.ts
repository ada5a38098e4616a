/** Stock helm, each release with a folder of its own. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { BRIEF, root, type Client, type Release, type Result } from '../integration/app.ts'

/** @param release of the kubectl that it lies beside: helm 3 beside 1.28 and 1.32, 4 beside 1.34 and 1.35 */
export function runHelm(app: Client, release: Release, args: string[]): Promise<Result> {
  const place = join(app.home, '..', `helm-${release}`)
  const env = { ...BRIEF, PATH: process.env['PATH'], KUBECONFIG: app.ready.kubeconfig, HOME: place, HELM_CACHE_HOME: join(place, 'cache'), HELM_CONFIG_HOME: join(place, 'config'), HELM_DATA_HOME: join(place, 'data') }
  return new Promise((resolve) => {
    execFile(join(root, '.cache', 'kubectl', release, 'helm', 'helm'), args, { env, timeout: 300_000 }, (error, stdout, stderr) => resolve({ code: error ? 1 : 0, stdout, stderr }))
  })
}
