/** Bad input gets a clear error at the door and changes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { App } from './app.ts'

let app: App
beforeAll(async () => { app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] }) })
afterAll(async () => { await app?.dispose() })

const apply = (manifest: unknown) => app.kubectl('35', ['apply', '-f', '-'], { input: JSON.stringify(manifest) })
const deployment = (change: (d: { metadata: Record<string, unknown>; spec: Record<string, unknown> & { template: { metadata: unknown; spec: { containers: Record<string, unknown>[] } } } }) => void) => {
  const d = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } as Record<string, unknown>, spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] as Record<string, unknown>[] } } } as never }
  change(d as never)
  return d
}

describe('bad input', () => {
  it.each([
    ['an unknown field', deployment((d) => { d.spec['replica'] = 3 }), /strict decoding error: unknown field "spec\.replica"/],
    ['a wrong type', deployment((d) => { d.spec['replicas'] = 'three' }), /spec\.replicas/],
    ['a bad name', deployment((d) => { d.metadata['name'] = 'Web_1' }), /metadata\.name: Invalid value: "Web_1": a lowercase RFC 1123 subdomain must consist of/],
    ['a selector that does not match', deployment((d) => { d.spec.template.metadata = { labels: { app: 'other' } } }), /spec\.template\.metadata\.labels: Invalid value: .*`selector` does not match template `labels`/],
    ['no image', deployment((d) => { delete d.spec.template.spec.containers[0]?.['image'] }), /spec\.template\.spec\.containers\[0\]\.image: Required value/],
    ['a negative number of replicas', deployment((d) => { d.spec['replicas'] = -1 }), /spec\.replicas: Invalid value: -1: must be greater than or equal to 0/],
    ['a bad quantity', deployment((d) => { if (d.spec.template.spec.containers[0]) d.spec.template.spec.containers[0]['resources'] = { limits: { cpu: 'lots' } } }), /quantit/],
    ['a namespace that does not exist', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'nowhere' } }, /namespaces "nowhere" not found/],
    ['a kind that does not exist', { apiVersion: 'v9', kind: 'Thing', metadata: { name: 'a' } }, /no matches for kind "Thing" in version "v9"/],
  ])('%s', async (_name, manifest, why) => {
    const r = await apply(manifest)
    expect(r.code).toBe(1)
    expect(r.stderr).toMatch(why)
    expect(await app.ok('35', ['get', 'deployments,configmaps', '-o', 'name'])).not.toMatch(/deployment|configmap\/a/)
  })

  it.each([
    [['create', 'deployment', 'BAD', '--image=x'], /metadata\.name: Invalid value: "BAD"/],
    [['get', 'nothing'], /the server doesn't have a resource type "nothing"/],
    [['get', 'pod', 'absent'], /pods "absent" not found/],
    [['delete', 'namespace', 'kube-system'], /namespaces "kube-system" is forbidden: this namespace may not be deleted/],
    [['get', 'pods', '-l', 'a=(b'], /unable to parse requirement|couldn't parse the selector|found/],
    [['get', 'pods', '--field-selector', 'spec.nothing=1'], /field label not supported: spec\.nothing/],
    [['get', 'pods', '--as', 'jane'], /pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"/],
    [['logs', 'absent'], /pods "absent" not found/],
    [['scale', 'deployment/absent', '--replicas=1'], /deployments\.apps "absent" not found/],
  ])('kubectl %j', async (args, why) => {
    const r = await app.kubectl('35', args)
    expect(r.code).toBe(1)
    expect(r.stderr).toMatch(why)
  })

  it('a stale resourceVersion is a conflict, and the newer object stays', async () => {
    await app.ok('35', ['create', 'configmap', 'c', '--from-literal=a=1'])
    const old = await app.ok('35', ['get', 'configmap', 'c', '-o', 'json'])
    await app.ok('35', ['patch', 'configmap', 'c', '-p', '{"data":{"a":"2"}}'])
    const r = await app.kubectl('35', ['replace', '-f', '-'], { input: old })
    expect(r.stderr).toMatch(/Operation cannot be fulfilled on configmaps "c": the object has been modified; please apply your changes to the latest version and try again/)
    expect(await app.ok('35', ['get', 'configmap', 'c', '-o', 'jsonpath={.data.a}'])).toBe('2')
  })

  it('without credentials nothing but health and version can be read', async () => {
    const get = async (path: string) => (await import('node:https')).default.get(`${app.ready.apiServer}${path}`, { rejectUnauthorized: false })
    const status = async (path: string) => new Promise<number>((resolve, reject) => { void get(path).then((r) => r.on('response', (x) => { x.resume(); resolve(x.statusCode ?? 0) }).on('error', reject)) })
    expect([await status('/version'), await status('/livez'), await status('/api/v1/secrets')]).toEqual([200, 200, 403])
  })
})
