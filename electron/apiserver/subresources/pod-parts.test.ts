import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing.ts'

const PODS = '/api/v1/namespaces/default/pods'
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' }
const APPLY = { 'content-type': 'application/apply-patch+yaml' }
let world: World
beforeAll(async () => {
  world = await startWorld()
  for (const name of ['debugged', 'sized'])
    await world.ask('POST', PODS, { metadata: { name }, spec: { volumes: [{ name: 'v', emptyDir: {} }], containers: [{ name: 'a', image: 'x', resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } } }] } })
})
afterAll(() => world.close())

const debugger_ = (name: string, more: object = {}): object => ({ spec: { ephemeralContainers: [{ name, image: 'busybox', ...more }] } })
const patch = (part: string, body: object, headers: Record<string, string> = STRATEGIC) => world.ask('PATCH', `${PODS}/${part}`, body, headers)

describe('pods/ephemeralcontainers', () => {
  it('adds one, with defaults, and leaves all else alone', async () => {
    const { body } = await patch('debugged/ephemeralcontainers', { ...debugger_('e', { targetContainerName: 'a', tty: true, stdin: true }), metadata: { labels: { not: 'taken' } } })
    expect(body).toMatchObject({ kind: 'Pod', metadata: { generation: 2 }, spec: { ephemeralContainers: [{ name: 'e', targetContainerName: 'a', terminationMessagePolicy: 'File', imagePullPolicy: 'Always' }] } })
    expect(body.metadata!['labels']).toBeUndefined()
    expect((await world.ask('GET', `${PODS}/debugged/ephemeralcontainers`)).body).toMatchObject({ kind: 'Pod', spec: { ephemeralContainers: [{ name: 'e' }] } })
  })
  it('replaces with PUT when nothing that is there is missing', async () => {
    const { body } = await world.ask('GET', `${PODS}/debugged/ephemeralcontainers`)
    const spec = body['spec'] as unknown as { ephemeralContainers: object[] }
    const put = await world.ask('PUT', `${PODS}/debugged/ephemeralcontainers`, { ...body, spec: { ...spec, ephemeralContainers: [...spec.ephemeralContainers, { name: 'f', image: 'x' }] } })
    expect(put.body).toMatchObject({ spec: { ephemeralContainers: [{ name: 'e' }, { name: 'f' }] } })
    expect((await world.ask('PUT', `${PODS}/debugged/ephemeralcontainers`, body)).body).toMatchObject({ code: 409 })
  })
  it.each<[string, object, string]>([
    ['a changed one', debugger_('e', { image: 'other' }), 'existing ephemeral containers "e" may not be changed'],
    ['a name that is taken', debugger_('a'), 'spec.ephemeralContainers[0].name: Duplicate value: "a"'],
    ['no image', { spec: { ephemeralContainers: [{ name: 'g' }] } }, 'spec.ephemeralContainers[0].image: Required value'],
    ['a target that is not there', debugger_('g', { targetContainerName: 'z' }), 'spec.ephemeralContainers[0].targetContainerName: Not found: "z"'],
    ['ports', debugger_('g', { ports: [{ containerPort: 1 }] }), 'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container'],
    ['resources', debugger_('g', { resources: { limits: { cpu: '1' } } }), 'spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container'],
    ['a probe', debugger_('g', { livenessProbe: { exec: { command: ['x'] } } }), 'spec.ephemeralContainers[0].livenessProbe: Forbidden'],
    ['a subPath', debugger_('g', { volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 's' }] }), 'spec.ephemeralContainers[0].volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container'],
  ])('refuses %s', async (_n, body, why) => expect((await patch('debugged/ephemeralcontainers', body)).body).toMatchObject({ code: 422, reason: 'Invalid', message: expect.stringContaining(why) }))
  it('cannot be set on the pod itself', async () => {
    expect((await patch('sized', debugger_('e'))).body).toMatchObject({ code: 422, message: expect.stringContaining('pod updates may not change fields other than') })
    // And a pod that has some is changed as ever.
    expect((await patch('debugged', { metadata: { labels: { a: 'b' } } })).body).toMatchObject({ metadata: { labels: { a: 'b' } } })
  })
  it('takes server-side apply', async () => {
    const { body } = await world.ask('PATCH', `${PODS}/debugged/ephemeralcontainers?fieldManager=me&force=true`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'debugged' }, spec: { ephemeralContainers: [{ name: 'h', image: 'x' }] } }, APPLY)
    expect(body).toMatchObject({ spec: { ephemeralContainers: expect.arrayContaining([expect.objectContaining({ name: 'e' }), expect.objectContaining({ name: 'h' })]) } })
  })
})

describe('pods/resize', () => {
  const size = (requests: object, limits: object, more: object = {}): object => ({ spec: { containers: [{ name: 'a', resources: { requests, limits }, ...more }] } })
  it('changes cpu and memory', async () => {
    expect((await patch('sized/resize', size({ cpu: '500m' }, { memory: '3Gi' }))).body).toMatchObject({ metadata: { generation: 2 }, spec: { containers: [{ image: 'x', resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '3Gi' } } }] } })
  })
  it.each<[string, object, string]>([
    ['another class', size({ cpu: '2', memory: '3Gi' }, { cpu: '2', memory: '3Gi' }), 'Pod QOS Class may not change as a result of resizing'],
    ['a limit less', size({}, { cpu: null }), 'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed'],
    ['another resource', size({ 'ephemeral-storage': '1Gi' }, {}), 'is invalid: spec: Forbidden: only cpu and memory resources are mutable'],
    ['another policy', size({}, {}, { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }), 'is invalid: spec: Forbidden: only cpu and memory resources are mutable'],
    ['a further container', { spec: { containers: [{ name: 'b', image: 'x' }] } }, 'is invalid: spec: Forbidden: containers may not be added or removed on resize'],
    ['less than nothing', size({ cpu: '-1' }, {}), 'must be greater than or equal to 0'],
    ['more than its limit', size({ cpu: '7' }, {}), 'must be less than or equal to cpu limit of 2'],
    ['resources of the pod as a whole', { spec: { resources: { limits: { cpu: '3' } } } }, 'is invalid: []: Forbidden: pods with pod-level resources cannot be resized'],
  ])('refuses %s', async (_n, body, why) => expect((await patch('sized/resize', body)).body).toMatchObject({ code: 422, message: expect.stringContaining(why) }))
  it('passes over what else is written of a container, and of the pod', async () => {
    const { body } = await patch('sized/resize', { metadata: { labels: { a: 'b' } }, spec: { nodeName: 'n', containers: [{ name: 'a', image: 'y', resources: { requests: { cpu: '600m' } } }] } })
    expect(body).toMatchObject({ spec: { containers: [{ image: 'x', resources: { requests: { cpu: '600m' } } }] } })
    expect([(body['spec'] as unknown as { nodeName?: string }).nodeName, (body['metadata'] as unknown as { labels?: object }).labels]).toEqual([undefined, undefined])
  })
  it('takes no container for another', async () => {
    const two = (...names: string[]) => ({ containers: names.map((name) => ({ name, image: 'x', resources: { requests: { cpu: name === 'a' ? '1' : '2' } } })), initContainers: [{ name: 'i', image: 'x', resources: { requests: { cpu: '1' } } }] })
    await world.ask('POST', PODS, { metadata: { name: 'two' }, spec: two('a', 'b') })
    const put = async (spec: object): Promise<unknown> => (await world.ask('PUT', `${PODS}/two/resize`, { metadata: { name: 'two' }, spec })).body['message']
    expect(await put(two('b', 'a'))).toBe('Pod "two" is invalid: spec: Forbidden: containers may not be renamed or reordered on resize')
    expect(await put({ ...two('a', 'b'), initContainers: [] })).toBe('Pod "two" is invalid: spec: Forbidden: initContainers may not be added or removed on resize')
    expect(await put({ ...two('a', 'b'), initContainers: [{ name: 'i', image: 'x', resources: { requests: { cpu: '2' } } }] })).toBe('Pod "two" is invalid: spec: Forbidden: resources for non-sidecar init containers are immutable')
    expect(await put(two('a', 'b'))).toBeUndefined()
  })
  it('refuses a pod that was given its resources as a whole', async () => {
    await world.ask('POST', PODS, { metadata: { name: 'whole' }, spec: { resources: { limits: { cpu: '1' } }, containers: [{ name: 'a', image: 'x' }] } })
    for (const spec of [{ resources: { limits: { cpu: '2' } } }, { containers: [{ name: 'a', resources: { requests: { cpu: '100m' } } }] }])
      expect((await patch('whole/resize', { spec })).body).toMatchObject({ code: 422, reason: 'Invalid', message: expect.stringContaining('pods with pod-level resources cannot be resized') })
    expect((await world.ask('GET', `${PODS}/whole`)).body).toMatchObject({ metadata: { generation: 1 }, spec: { resources: { limits: { cpu: '1' } } } })
  })
  it('is no part of the pod itself', async () => {
    expect((await patch('sized', size({ cpu: '1' }, {}))).body).toMatchObject({ code: 422 })
    const { body } = await world.ask('GET', '/api/v1')
    expect((body['resources'] as unknown as { name: string; verbs: string[] }[]).filter((r) => /resize|ephemeral/.test(r.name)).map((r) => r.verbs)).toEqual([['get', 'patch', 'update'], ['get', 'patch', 'update']])
  })
})
