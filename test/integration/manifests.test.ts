/** Manifests as people apply them (test/manifests): applied from both sides, again without a change, compared, and taken away. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeList, KubeObject } from '../../shared/api/meta.ts'
import type { Deployment } from '../../shared/api/types.ts'
import { App, eventually, root } from './app.ts'

const SHOP = join(root, 'test/manifests/shop')
const OVERLAY = join(root, 'test/manifests/overlay')
const OBJECTS = 43

/**
 * Of these kubectl's own three-way merge finds a difference each time, against any API server: defaults within lists that are replaced,
 * quantities that are stored in their canonical form, a selector that is replaced, `creationTimestamp: null`. It says "configured", and nothing changes.
 */
const ALWAYS = [
  'deployment.apps/api', 'deployment.apps/web', 'job.batch/seed', 'networkpolicy.networking.k8s.io/api-from-web', 'poddisruptionbudget.policy/database', 'poddisruptionbudget.policy/web',
  'validatingadmissionpolicy.admissionregistration.k8s.io/shop-owners',
]

let app: App
beforeAll(async () => {
  app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '2'] })
})
afterAll(async () => app?.dispose())

const ok = (...args: string[]): Promise<string> => app.ok('35', args)
const lines = (text: string): string[] => text.trim().split('\n')
/** How each object was dealt with. */
const outcomes = (text: string): Record<string, string> => Object.fromEntries(lines(text).map((line) => line.split(' ') as [string, string]))
const others = (outcome: string, text: string): string[] => Object.entries(outcomes(text)).filter(([, o]) => o !== outcome).map(([name]) => name).sort()

/** What a second apply must not touch: the revision where nobody else writes, and everything but the status and its owners. */
async function state(): Promise<Record<string, unknown>> {
  const { items } = await app.json<KubeList<KubeObject & { status?: unknown }>>('35', ['get', '-k', SHOP])
  return Object.fromEntries(items.map(({ status, ...o }) => {
    const { resourceVersion, managedFields: _, ...metadata } = o.metadata
    return [`${o.kind}/${o.metadata.name}`, { ...o, metadata, ...(status === undefined ? { resourceVersion } : {}) }]
  }))
}
async function settled(): Promise<void> {
  for (const workload of ['deployment/web', 'deployment/api', 'statefulset/database', 'daemonset/log-agent']) await ok('rollout', 'status', workload, '-n', 'shop', '--timeout=90s')
  await ok('wait', '--for=jsonpath={.status.ready}=2', 'job/seed', '-n', 'shop', '--timeout=90s')
}
/** Whose status changes while kubectl compares differs for that moment. */
async function same(...what: string[]): Promise<void> {
  await eventually('nothing differs', () => app.kubectl('35', ['diff', ...what]), (r) => r.code === 0 && r.stdout === '')
}
async function gone(namespace: string): Promise<void> {
  await eventually(`${namespace} is gone`, () => app.api.get<KubeList<KubeObject>>('/api/v1/namespaces'), ({ items }) => !items.some((n) => n.metadata.name === namespace))
  expect((await app.kubectl('35', ['get', 'namespace', namespace])).stderr).toContain('NotFound')
}

/** The folder of its next release: another image and one annotation less for the pages, and a further object. */
function release2(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shop-'))
  cpSync(SHOP, folder, { recursive: true })
  const file = join(folder, 'workloads.yaml')
  const [web = '', ...others] = readFileSync(file, 'utf8').split(/^---$/m)
  const changed = web.replaceAll('hello:1', 'hello:2').replace(/^ {2}annotations: \{description: .*\n/m, '')
  writeFileSync(file, [changed, ...others, '\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: prices, namespace: shop}\ndata: {bread: "3"}\n'].join('---'))
  return folder
}

describe.each([
  ['from the client', [], 'created', 'unchanged', ALWAYS], ['by the server', ['--server-side'], 'serverside-applied', 'serverside-applied', []],
])('a bundle of all kinds, applied %s', (_name, flags, created, again, always) => {
  it('is created, is what was asked for, stays as it is, is upgraded and rolled back, and goes', async () => {
    const first = await ok('apply', ...flags, '-k', SHOP)
    expect(others(created, first)).toEqual([])
    expect(lines(first)).toHaveLength(OBJECTS)
    await settled()

    const before = await state()
    expect(Object.keys(before)).toHaveLength(OBJECTS)
    expect(others(again, await ok('apply', ...flags, '-k', SHOP))).toEqual(always)
    expect(await state()).toEqual(before)
    await same(...flags, '-k', SHOP)
    // The older clients see it so, too.
    expect(others(again, await app.ok('28', ['apply', ...flags, '-k', SHOP]))).toEqual(always)
    expect(await state()).toEqual(before)

    const upgraded = release2()
    try {
      // Told before it is done, and of nothing else.
      const told = (stdout: string): string => [...stdout.matchAll(/^diff -u -N \S+\/(\S+) /gm)].map(([, object]) => object).sort().join(' ')
      const diff = await eventually('these two differ', () => app.kubectl('35', ['diff', ...flags, '-k', upgraded]), (r) => r.code === 1 && told(r.stdout) === 'apps.v1.Deployment.shop.web v1.ConfigMap.shop.prices')
      for (const line of [/^- +description: /m, /^- +image: pilothouse\.dev\/hello:1$/m, /^\+ +image: pilothouse\.dev\/hello:2$/m, /^\+ {2}bread: "3"$/m]) expect(diff.stdout).toMatch(line)
      const outcome = outcomes(await ok('apply', ...flags, '-k', upgraded))
      expect([outcome['deployment.apps/web'], outcome['configmap/prices'], Object.keys(outcome).length]).toEqual([flags.length ? again : 'configured', created, OBJECTS + 1])
      await settled()
      const after = await state()
      const { web, ...rest } = { web: after['Deployment/web'] as Deployment, ...after, 'Deployment/web': before['Deployment/web'] }
      expect(rest).toEqual(before)
      expect([web.metadata.annotations?.['description'], new Set(web.spec.template.spec?.containers.map((c) => c.image))]).toEqual([undefined, new Set(['pilothouse.dev/hello:2'])])
      await same(...flags, '-k', upgraded)
      // And back, as a release that was a mistake.
      await ok('rollout', 'undo', 'deployment/web', '-n', 'shop')
      await settled()
      await eventually('the pods of the release before', () => ok('get', 'pods', '-n', 'shop', '-l', 'app=web', '-o', 'jsonpath={.items[*].spec.containers[0].image}'), (images) => /^(pilothouse\.dev\/hello:1 ?)+$/.test(images))
      await ok('delete', 'configmap', 'prices', '-n', 'shop')
    } finally {
      rmSync(upgraded, { recursive: true })
    }

    // The namespace takes with it what is deleted by name later.
    await ok('delete', '-k', SHOP, '--wait=false', '--ignore-not-found')
    await gone('shop')
    await eventually('nothing is left', () => ok('get', '-k', SHOP, '--ignore-not-found', '-o', 'name'), (text) => text === '')
  })
})

it('an overlay is built, applied, changed and removed', async () => {
  await ok('create', 'namespace', 'staging')
  const names = ['configmap/stage-settings-', 'secret/stage-token-', 'service/stage-web', 'deployment.apps/stage-web']
  const [settings = '', ...rest] = lines(await ok('apply', '-k', OVERLAY)).sort()
  expect([settings, ...rest].map((l) => l.replace(/-[a-z0-9]{10} /, '- '))).toEqual(names.map((n) => `${n} created`).sort())
  const web = await app.json<Deployment>('35', ['get', 'deployment', 'stage-web', '-n', 'staging'])
  expect(web).toMatchObject({ metadata: { labels: { env: 'staging' } }, spec: { replicas: 1, selector: { matchLabels: { app: 'web', env: 'staging' } }, template: { spec: { containers: [{ image: 'pilothouse.dev/hello:2', resources: { limits: { memory: '64Mi' } }, envFrom: [{ configMapRef: { name: settings.split(/[ /]/)[1] } }, {}] }] } } } })
  expect(others('unchanged', await ok('apply', '-k', OVERLAY))).toEqual([])
  await same('-k', OVERLAY)

  const changed = mkdtempSync(join(tmpdir(), 'overlay-'))
  try {
    cpSync(OVERLAY, changed, { recursive: true })
    const file = join(changed, 'kustomization.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('GREETING=hello', 'GREETING=hi'))
    const diff = await app.kubectl('35', ['diff', '-k', changed])
    expect(diff.code).toBe(1)
    expect(diff.stdout).toMatch(/^\+ {2}GREETING: hi$/m)
    // Settings have a name of their own content: the pods are rolled over to it.
    const [, outcome] = Object.entries(outcomes(await ok('apply', '-k', changed))).find(([name]) => name === 'deployment.apps/stage-web') ?? []
    expect(outcome).toBe('configured')
    await ok('rollout', 'status', 'deployment/stage-web', '-n', 'staging', '--timeout=60s')
    await ok('delete', '-k', changed)
    await ok('delete', '-k', OVERLAY, '--ignore-not-found')
  } finally {
    rmSync(changed, { recursive: true })
  }
  expect(await ok('get', 'deployments,services,secrets,configmaps', '-n', 'staging', '-l', 'env=staging', '-o', 'name')).toBe('')
  await ok('delete', 'namespace', 'staging')
})
