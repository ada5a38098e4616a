/** Objects as large as they may be hold nobody else up: what takes long is done in steps, between which others have their turn. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWorld, type World } from './testing.ts'

let world: World
beforeAll(async () => { world = await startWorld({ freeze: false }) })
afterAll(() => world.close())

const CONFIG = '/api/v1/namespaces/default/configmaps'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const APPLY = { 'content-type': 'application/apply-patch+yaml' }
const MERGE = { 'content-type': 'application/merge-patch+json' }
const KEYS = 40_000
const config = (name: string, value: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: Object.fromEntries(Array.from({ length: KEYS }, (_, i) => [`key-${i}`, value])) })
const deployment = (name: string, value: string): object => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i', env: Array.from({ length: 20_000 }, (_, i) => ({ name: `ENV_${i}`, value })) }] } } },
})

/** CPU time of this thread, in ms: what else the machine does is not in it. */
const spent = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Of all that some work takes, the part that its longest stretch of the event loop takes. */
async function longestPart(work: () => Promise<{ status: number; body: object }>, status: number): Promise<number> {
  let turned = spent()
  let longest = 0
  let done = false
  const turn = (): void => {
    longest = Math.max(longest, spent() - turned)
    if (!done) setImmediate(turn)
    turned = spent()
  }
  setImmediate(turn)
  const began = spent()
  const answer = await work()
  const took = spent() - began
  done = true
  expect(answer).toMatchObject({ status })
  return longest / took
}

/** In one go it is nearly all of it. */
const PART = 0.6

it.each<[string, () => [string, string, object, Record<string, string>?], number]>([
  ['a ConfigMap of 40,000 keys is created', () => ['POST', CONFIG, config('a', 'v')], 201],
  ['it is replaced', () => ['PUT', `${CONFIG}/a`, config('a', 'w')], 200],
  ['it is patched', () => ['PATCH', `${CONFIG}/a`, { data: { more: 'x' } }, MERGE], 200],
  ['one is applied', () => ['PATCH', `${CONFIG}/b?fieldManager=me`, config('b', 'v'), APPLY], 201],
  ['it is applied again, changed', () => ['PATCH', `${CONFIG}/b?fieldManager=me`, config('b', 'w'), APPLY], 200],
  ['it is applied by another, with force', () => ['PATCH', `${CONFIG}/b?fieldManager=you&force=true`, config('b', 'x'), APPLY], 200],
  ['a Deployment with 20,000 variables is applied', () => ['PATCH', `${DEPLOYMENTS}/c?fieldManager=me`, deployment('c', 'v'), APPLY], 201],
  ['it is applied again, its variables changed', () => ['PATCH', `${DEPLOYMENTS}/c?fieldManager=me`, deployment('c', 'w'), APPLY], 200],
])('%s', async (_, make, status) => {
  const [method, path, body, headers] = make()
  const text = JSON.stringify(body)
  expect(await longestPart(() => world.ask(method, path, text, headers), status)).toBeLessThan(PART)
})

it('what is read back is what was written, with its owners', async () => {
  const { body } = await world.ask('GET', `${CONFIG}/b`)
  expect(Object.keys(body['data'] as unknown as object)).toHaveLength(KEYS)
  expect((body['metadata'] as unknown as { managedFields: { manager: string }[] }).managedFields.map((e) => e.manager)).toEqual(['you'])
})

it('of two who write at once one begins anew, and neither is lost', async () => {
  const patch = (key: string) => world.ask('PATCH', `${CONFIG}/a?fieldManager=${key}`, { data: { [key]: 'here' } }, MERGE)
  const [one, two] = await Promise.all([patch('one'), patch('two')])
  expect([one.status, two.status]).toEqual([200, 200])
  const { body } = await world.ask('GET', `${CONFIG}/a`)
  expect(body['data']).toMatchObject({ one: 'here', two: 'here' })
})

it.each<[string, string, (size: number) => object]>([
  ['a Secret, whose base64 does not count', '/api/v1/namespaces/default/secrets', (size) => ({ data: { a: Buffer.alloc(Math.min(size, 1024 * 1024)).toString('base64') }, metadata: { annotations: {} } })],
  ['a ConfigMap with its annotations', CONFIG, (size) => ({ data: { a: 'x'.repeat(Math.min(size, 1024 * 1024)) }, metadata: { annotations: { a: 'y'.repeat(200 * 1024) } } })],
])('%s is taken at one MiB', async (_, path, make) => {
  const { metadata, ...rest } = make(1024 * 1024) as { metadata: object }
  expect(await world.ask('POST', path, { ...rest, metadata: { ...metadata, name: 'mega' } })).toMatchObject({ status: 201 })
})

it('what etcd would not take is refused as upstream does, and is not there', async () => {
  const TOO_LARGE = { status: 500, body: { kind: 'Status', status: 'Failure', message: 'etcdserver: request is too large', code: 500 } }
  const env = Array.from({ length: 1700 }, (_, i) => ({ name: `E${i}`, value: 'x'.repeat(1024) }))
  const large = deployment('too-large', '') as { spec: { template: { spec: { containers: { env: object[] }[] } } } }
  ;(large.spec.template.spec.containers[0] as { env: object[] }).env = env
  const refused = await world.ask('POST', DEPLOYMENTS, large)
  expect(refused).toMatchObject(TOO_LARGE)
  expect(refused.body).not.toHaveProperty('reason')
  expect(await world.ask('GET', `${DEPLOYMENTS}/too-large`)).toMatchObject({ status: 404 })
  const before = await world.ask('GET', `${DEPLOYMENTS}/c`)
  expect(await world.ask('PATCH', `${DEPLOYMENTS}/c`, { spec: { template: { spec: { containers: [{ name: 'c', env }] } } } }, { 'content-type': 'application/strategic-merge-patch+json' })).toMatchObject(TOO_LARGE)
  expect((await world.ask('GET', `${DEPLOYMENTS}/c`)).body).toEqual(before.body)
  expect(await world.ask('POST', DEPLOYMENTS, { ...large, metadata: { name: 'small' }, spec: { ...large.spec, template: { ...large.spec.template, spec: { containers: [{ name: 'c', image: 'i', env: env.slice(0, 1300) }] } } } })).toMatchObject({ status: 201 })
})
