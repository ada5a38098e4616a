import { expect, it, onTestFinished } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import { eventually, ok, replace } from '../cluster.ts'
import { brief, must, patch, rest, watch } from '../rest.ts'

const GROUP = '/apis/flowcontrol.apiserver.k8s.io'
type Condition = { type: string; status: string; reason?: string; message?: string }
type Conditioned = KubeObject & { spec: Record<string, unknown>; status?: { conditions?: Condition[] } }

const levelOf = (name: string, label: string): object => ({ metadata: { name, labels: { special: label } }, spec: { type: 'Limited', limited: { nominalConcurrencyShares: 2, limitResponse: { type: 'Reject' } } } })
const schemaOf = (name: string, label: string, level = `${label}-none`): object => ({
  metadata: { name, labels: { special: label } },
  spec: { matchingPrecedence: 9000, priorityLevelConfiguration: { name: level }, rules: [{ subjects: [{ kind: 'User', user: { name: `user-${label}` } }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }] },
})
const unique = (what: string): string => `${what}-${process.pid}-${Date.now().toString(36)}`

/** Discovery, and each verb on the object and on its status. `settled`: what the server writes into it first has been written. */
async function walk(resource: string, label: string, make: (name: string) => object, settled: (o: Conditioned) => boolean): Promise<void> {
  const path = `${GROUP}/v1/${resource}`
  const selector = `labelSelector=special%3D${label}`
  onTestFinished(() => void rest('DELETE', `${path}?${selector}`))
  const groups = await must<{ groups: { name: string; versions: { version: string }[] }[] }>('GET', '/apis')
  expect(groups.groups.find((g) => g.name === 'flowcontrol.apiserver.k8s.io')?.versions.map((v) => v.version)).toContain('v1')
  expect((await must<{ resources: { name: string }[] }>('GET', `${GROUP}/v1`)).resources.map((r) => r.name)).toEqual(expect.arrayContaining([resource, `${resource}/status`]))

  const names = [1, 2, 3].map((n) => `${label}-${n}`)
  for (const name of names) expect((await must('POST', path, make(name))).metadata.uid).toBeTruthy()
  const own = `${path}/${names[0]}`
  const read = (at = own): Promise<Conditioned> => must<Conditioned>('GET', at)
  const before = await eventually(`${names[0]} has settled`, read, settled)
  const seen = await watch(`${path}?${selector}&resourceVersion=${before.metadata.resourceVersion}`)
  expect((await must<KubeList>('GET', `${path}?${selector}`)).items.map((o) => o.metadata.name)).toEqual(names)

  expect((await patch<Conditioned>(own, { metadata: { annotations: { patched: 'true' } } })).metadata.annotations).toMatchObject({ patched: 'true' })
  const updated = await replace<Conditioned>(own, (live) => ({ ...live, metadata: { ...live.metadata, annotations: { ...live.metadata.annotations, updated: 'true' } } }))
  expect(updated.metadata.annotations).toMatchObject({ patched: 'true', updated: 'true' })
  const mine = (n: number, events: readonly { object: unknown }[]): unknown[] => events.filter((e) => (e.object as KubeObject).metadata.name === names[0]).slice(0, n)
  await eventually('the watch tells of both', async () => seen.events, (events) => mine(2, events).length === 2)
  expect(brief(mine(2, seen.events) as never)).toEqual([`MODIFIED ${names[0]}`, `MODIFIED ${names[0]}`])

  const status = `${own}/status`
  expect((await read(status)).metadata.uid).toBe(before.metadata.uid)
  const told = (reason: string): Condition => ({ type: 'Told', status: 'True', reason, message: 'by a test' })
  const others = updated.status?.conditions ?? []
  // The spec is not status: it stays as it is.
  const after = await patch<Conditioned>(status, { spec: { matchingPrecedence: 1 }, status: { conditions: [...others, told('Patched')] } })
  expect(after.status?.conditions).toContainEqual(expect.objectContaining(told('Patched')))
  expect(after.spec).toEqual(updated.spec)
  const replaced = await replace<Conditioned>(status, (live) => ({ ...live, status: { conditions: [...others, told('Updated')] } }))
  expect(replaced.status?.conditions).toContainEqual(expect.objectContaining(told('Updated')))

  await must('DELETE', own)
  expect((await rest('GET', own)).status).toBe(404)
  await must('DELETE', `${path}?${selector}`)
  expect((await must<KubeList>('GET', `${path}?${selector}`)).items).toEqual([])
}

it('FlowSchema API', async () => {
  const label = unique('schema')
  await walk('flowschemas', label, (name) => schemaOf(name, label), (o) => o.status?.conditions?.some((c) => c.type === 'Dangling' && c.status === 'True') ?? false)
  expect(await ok(['get', 'flowschemas', 'catch-all'])).toMatch(/^NAME +PRIORITYLEVEL +MATCHINGPRECEDENCE +DISTINGUISHERMETHOD +AGE +MISSINGPL\ncatch-all +catch-all +10000 +ByUser +\S+ +False\n$/)
})

it('PriorityLevelConfiguration API', async () => {
  const label = unique('level')
  await walk('prioritylevelconfigurations', label, (name) => levelOf(name, label), () => true)
  expect(await ok(['get', 'prioritylevelconfigurations', 'workload-high'])).toMatch(/^NAME +TYPE +NOMINALCONCURRENCYSHARES +QUEUES +HANDSIZE +QUEUELENGTHLIMIT +AGE\nworkload-high +Limited +40 +128 +6 +50 +\S+\n$/)

  // What is configured is what requests meet: each answer says by what it was judged, and metrics how many seats there are.
  const level = await must('POST', `${GROUP}/v1/prioritylevelconfigurations`, levelOf(label, label))
  const schema = await must('POST', `${GROUP}/v1/flowschemas`, schemaOf(label, label, label))
  onTestFinished(() => void rest('DELETE', `${GROUP}/v1/flowschemas/${label}`))
  const { headers } = await eventually('requests are judged by it', () => rest('GET', '/version', undefined, { 'impersonate-user': `user-${label}` }), (a) => a.headers['x-kubernetes-pf-flowschema-uid'] === schema.metadata.uid)
  expect([headers['x-kubernetes-pf-flowschema-uid'], headers['x-kubernetes-pf-prioritylevel-uid']]).toEqual([schema.metadata.uid, level.metadata.uid])
  const other = await rest('GET', '/version', undefined, { 'impersonate-user': 'somebody' })
  expect(other.headers['x-kubernetes-pf-flowschema-uid']).not.toBe(schema.metadata.uid)
  expect((await rest<string>('GET', '/metrics')).body).toMatch(new RegExp(`^apiserver_flowcontrol_nominal_limit_seats\\{priority_level="${label}"\\} [1-9]`, 'm'))
})
