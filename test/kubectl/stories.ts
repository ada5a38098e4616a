/** Runs tables of cases with real kubectl: stories side by side, the cases of one in order. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { KubeList, KubeObject } from '../../shared/api/meta.ts'
import type { Node } from '../../shared/api/types.ts'
import { Api } from '../bench/http.ts'
import { Client, eventually, startKubectl, type Ready, type Result } from '../integration/app.ts'
import { Creator } from '../integration/creator.ts'
import { has, pattern, printed, text, words, type Case, type Cluster, type Group, type Release, type Story } from './table.ts'

declare module 'vitest' {
  interface ProvidedContext { kubectl: Record<Cluster, { home: string; ready: Ready }> }
}

/** All releases, or the newest and what tells the releases apart. */
export const EVERYTHING = process.env['KUBECTL_RELEASES'] === 'all'
export const RELEASES: readonly Release[] = ['28', '32', '34', '35']
const NEWEST = '35'
const PATIENCE_MS = 90_000

/** One of the clusters that all of the suite share; once the tests run. */
export function shared(name: Cluster): Client {
  const { home, ready } = inject('kubectl')[name]
  return new Client(home, ready)
}

interface Place { app: { home: string; ready: Ready }; release: Release; ns: string; node: string; folder: string }

const filled = <T>(value: T, { ns, node }: Place): T => JSON.parse(JSON.stringify(value).replaceAll('{ns}', ns).replaceAll('{node}', node)) as T

async function arrange(place: Place, { objects = [], files = {} }: Story): Promise<void> {
  const api = new Api(place.app.ready)
  const { ns } = place
  for (const [name, content] of Object.entries(filled(files, place))) {
    const path = join(place.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  }
  await api.send('POST', '/api/v1/namespaces', { metadata: { name: ns } })
  const list = (kind: string): Promise<KubeList<KubeObject>> => api.get(`/api/v1/namespaces/${ns}/${kind}`)
  await eventually(`what comes by itself in ${ns}`, () => Promise.all(['serviceaccounts', 'configmaps'].map(list)), (lists) => lists.every(({ items }) => items.length > 0))
  if (place.node) await eventually(`node ${place.node}`, () => api.get<KubeList<Node>>(`/api/v1/nodes?fieldSelector=metadata.name=${place.node}`), ({ items }) => items[0]?.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true && !items[0].spec?.taints?.length)
  await new Creator(api, place.ns).create(filled(objects, place))
}

async function run(c: Case, place: Place): Promise<Result> {
  const { app, release, ns, folder } = place
  const args = words(filled(c.run, place)).map((w) => w.replace(/(^|=)@(?=[\w.])/, `$1${folder}/`))
  const stdin = c.stdin === undefined ? undefined : filled(typeof c.stdin === 'string' ? c.stdin : JSON.stringify(c.stdin), place)
  const namespaced = args.some((a) => a === '-A' || a === '-n' || a === '--raw') || args[0] === 'config' || args[0] === 'kustomize' ? [] : [`--namespace=${ns}`]
  const cut = args.indexOf('--')
  const all = args[0] === '__complete' ? ['__complete', ...namespaced, ...args.slice(1)] : cut < 0 ? [...args, ...namespaced] : [...args.slice(0, cut), ...namespaced, ...args.slice(cut)]
  const kubectl = startKubectl(app, release, all, { ...(stdin === undefined ? {} : { input: stdin }), env: { ...(c.editor ? { KUBE_EDITOR: `sed -i ${c.editor}` } : {}), ...c.env } })
  const clean = (said: string): string => text(said.replaceAll(`${folder}/`, '@'))
  if (c.ends) await kubectl.says((stdout) => pattern(filled(printed(c, release), place).out).test(clean(stdout))).then(() => kubectl.stop(), () => undefined)
  const r = await kubectl.ended
  return { code: c.ends ? 0 : r.code, stdout: clean(r.stdout), stderr: clean(r.stderr) }
}

async function check(c: Case, place: Place): Promise<void> {
  const wanted = filled(printed(c, place.release), place)
  const fits = (r: Result): boolean => r.code === wanted.code && pattern(wanted.out).test(r.stdout) && pattern(wanted.err).test(r.stderr)
  const end = Date.now() + PATIENCE_MS
  let r = await run(c, place)
  while (c.eventually && !fits(r) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    r = await run(c, place)
  }
  // As a text beside a text, where it is not what it may be.
  const shown = (said: string, expected: string): string => (pattern(expected).test(said) ? expected : said)
  expect({ code: r.code, out: shown(r.stdout, wanted.out), err: shown(r.stderr, wanted.err) }).toEqual({ code: wanted.code, out: text(wanted.out), err: text(wanted.err) })
}

function tell(story: Story, cluster: Cluster, release: Release, number: number): void {
  const cases = story.cases.filter((c) => has(c, release))
  if (!cases.length) return
  describe.concurrent(`${story.about} (1.${release})`, () => {
    const place = { release, ns: `s${number}-${release}`, node: cluster === 'nodes' ? `hollow-${String(number).padStart(2, '0')}` : '' } as Place
    beforeAll(async () => {
      place.app = inject('kubectl')[cluster]
      place.folder = mkdtempSync(join(tmpdir(), 'kubectl-'))
      await arrange(place, story)
    })
    afterAll(() => rmSync(place.folder, { recursive: true, force: true }))
    for (const c of cases) it.sequential(`kubectl ${c.run}`, () => check(c, place))
  })
}

const runs = ({ telling }: Story, release: Release): boolean => EVERYTHING || release === NEWEST || telling === 'all' || (telling === 'oldest' && release === RELEASES[0])

/** The cases of a cluster: all with the newest kubectl; with the others too where that is asked for, or a story tells them apart. */
export function tellAll(groups: readonly Group[], cluster: Cluster): void {
  // Of this cluster alone, whatever else this process has run: it is the number of a node there.
  let count = 0
  for (const group of groups.filter((g) => g.cluster === cluster)) {
    describe.concurrent(`kubectl: ${group.name}`, () => {
      for (const story of group.stories) for (const release of RELEASES) if (runs(story, release)) tell(story, cluster, release, ++count)
    })
  }
}
