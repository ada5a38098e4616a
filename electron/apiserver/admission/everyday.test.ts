/** What every write meets: its namespace, and what a pod gets that says nothing of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
})
afterAll(() => world.close())
const MAPS = (ns: string): string => `/api/v1/namespaces/${ns}/configmaps`
const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses'
let count = 0
const pod = async (spec: object) => (await world.ask('POST', '/api/v1/namespaces/default/pods', { metadata: { name: `p${++count}` }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } })).body as { spec?: { tolerations?: object[]; priority?: number; priorityClassName?: string; preemptionPolicy?: string }; code?: number; message?: string }

describe('NamespaceLifecycle', () => {
  it('takes nothing into a namespace that is not there, or goes', async () => {
    expect((await world.ask('POST', MAPS('absent'), { metadata: { name: 'a' } })).body).toMatchObject({ code: 404, message: 'namespaces "absent" not found' })
    await world.ask('POST', '/api/v1/namespaces', { metadata: { name: 'going' } })
    await world.ask('POST', MAPS('going'), { metadata: { name: 'before' } })
    await world.ask('DELETE', '/api/v1/namespaces/going')
    expect((await world.ask('POST', MAPS('going'), { metadata: { name: 'late' } })).body).toMatchObject({
      code: 403, message: 'configmaps "late" is forbidden: unable to create new content in namespace going because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', message: 'namespace going is being terminated', field: 'metadata.namespace' }] },
    })
    // What is there can still be changed, so that it can go.
    expect((await world.ask('PATCH', `${MAPS('going')}/before`, { data: { a: 'b' } }, { 'content-type': 'application/merge-patch+json' })).status).toBe(200)
  })
  it.each(['default', 'kube-system', 'kube-public'])('keeps %s', async (name) => {
    expect((await world.ask('DELETE', `/api/v1/namespaces/${name}`)).body).toMatchObject({ code: 403, message: `namespaces "${name}" is forbidden: this namespace may not be deleted` })
  })
})

describe('DefaultTolerationSeconds', () => {
  const minutes = (key: string): object => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })
  const both = [minutes('not-ready'), minutes('unreachable')]
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }
  const other = { key: 'a', operator: 'Exists', effect: 'NoSchedule' }
  it.each<[string, object[] | undefined, object[]]>([
    ['nothing', undefined, both], ['another taint', [other], [other, ...both]], ['its own time', [own], [own, minutes('unreachable')]],
    ['everything', [{ operator: 'Exists' }], [{ operator: 'Exists' }]], ['a taint, but not its expulsion', [{ ...own, effect: 'NoSchedule', tolerationSeconds: undefined }], [{ key: own.key, operator: 'Exists', effect: 'NoSchedule' }, ...both]],
  ])('a pod that tolerates %s', async (_name, tolerations, wanted) => expect((await pod(tolerations ? { tolerations } : {})).spec?.tolerations).toEqual(wanted))
})

describe('Priority', () => {
  beforeAll(async () => {
    await world.ask('POST', CLASSES, { metadata: { name: 'high' }, value: 1000, preemptionPolicy: 'Never' })
  })
  it('is that of the class, with its preemption', async () => {
    expect((await pod({ priorityClassName: 'high' })).spec).toMatchObject({ priority: 1000, preemptionPolicy: 'Never' })
    expect((await pod({ priorityClassName: 'system-node-critical' })).spec).toMatchObject({ priority: 2_000_001_000, preemptionPolicy: 'PreemptLowerPriority' })
    expect((await pod({})).spec).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' })
  })
  it.each<[string, object, string]>([
    ['a class that is not there', { priorityClassName: 'nope' }, 'no PriorityClass with name nope was found'],
    ['a number that is not the class\'s', { priorityClassName: 'high', priority: 5 }, 'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name'],
    ['a preemption that is not the class\'s', { priorityClassName: 'high', preemptionPolicy: 'PreemptLowerPriority' }, 'the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name'],
  ])('refuses %s', async (_name, spec, why) => expect(await pod(spec)).toMatchObject({ code: 403, message: expect.stringContaining(why) }))
  it('without a class is the default one\'s, of which there is one', async () => {
    await world.ask('POST', CLASSES, { metadata: { name: 'usual' }, value: 10, globalDefault: true })
    expect((await pod({})).spec).toMatchObject({ priority: 10, priorityClassName: 'usual' })
    const refused = { code: 403, message: expect.stringContaining('PriorityClass usual is already marked as default. Only one default can exist') as unknown }
    expect((await world.ask('POST', CLASSES, { metadata: { name: 'second' }, value: 20, globalDefault: true })).body).toMatchObject(refused)
    const mark = (name: string, globalDefault: boolean) => world.ask('PATCH', `${CLASSES}/${name}`, { globalDefault }, { 'content-type': 'application/merge-patch+json' })
    expect((await mark('high', true)).body).toMatchObject(refused)
    expect((await world.ask('PATCH', `${CLASSES}/usual`, { description: 'x' }, { 'content-type': 'application/merge-patch+json' })).status).toBe(200)
    await mark('usual', false)
    expect((await mark('high', true)).status).toBe(200)
    expect((await pod({})).spec).toMatchObject({ priority: 1000, priorityClassName: 'high' })
  })
})
