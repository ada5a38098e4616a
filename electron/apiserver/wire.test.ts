/** What goes in and out, byte by byte: forms that the caller may ask for, whole numbers, and what is said of a body that is none. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodeProtobuf } from './codec/protobuf/decode.ts'
import { encodeProtobuf } from './codec/protobuf/encode.ts'
import { encodeFor, encodeSlowly } from './encode.ts'
import { mediaOf, negotiate, type Form, type Media } from './negotiate.ts'
import { ADMIN, startWorld, type Answer, type World } from './testing.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const GADGETS = '/apis/example.com/v1/namespaces/default/gadgets'
const TYPE = { json: 'application/json', yaml: 'application/yaml', protobuf: 'application/vnd.kubernetes.protobuf' }

let world: World
beforeAll(async () => {
  world = await startWorld()
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' }, count: { type: 'integer', format: 'int64', minimum: -(2 ** 60) }, ratio: { type: 'number' }, free: { 'x-kubernetes-preserve-unknown-fields': true } }, 'x-kubernetes-validations': [{ rule: '!has(self.size) || self.size != 9007199254740995', message: 'not that one' }] } } }
  await world.ask('POST', CRDS, { metadata: { name: 'gadgets.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'gadgets', kind: 'Gadget' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }] }] } })
  await vi.waitFor(async () => {
    if (!JSON.stringify((await world.ask('GET', `${CRDS}/gadgets.example.com`)).body['status']).includes('"type":"Established","status":"True"')) throw new Error('not yet established')
  })
})
afterAll(() => world.close())

const text = (answer: Answer): string => (answer.raw.body.type === 'object' ? encodeFor(undefined, answer.raw.body.value).bytes.toString() : '')
const message = (answer: Answer): string => String(answer.body['message'])
const send = (method: string, path: string, body: string | Uint8Array, type: string) =>
  world.server.handle({ method: method as 'POST', path: path.split('?')[0] ?? '', query: new URLSearchParams(path.split('?')[1]), user: ADMIN, signal: new AbortController().signal, headers: { 'content-type': type, 'user-agent': 'test/1' }, body: typeof body === 'string' ? Buffer.from(body) : body })

describe('the form of an answer', () => {
  const offered: Form['as'][] = ['object', 'table', 'partial']
  const table = (type: string) => `${type};as=Table;v=v1;g=meta.k8s.io`
  it.each<[string | undefined, readonly Media[], Partial<Form>]>([
    [undefined, ['json', 'yaml', 'protobuf'], { as: 'object', media: 'json' }],
    ['*/*', ['json', 'yaml', 'protobuf'], { as: 'object', media: 'json' }],
    [TYPE.protobuf, ['json', 'yaml', 'protobuf'], { as: 'object', media: 'protobuf' }],
    [`${TYPE.protobuf},${TYPE.json}`, ['json', 'yaml', 'protobuf'], { as: 'object', media: 'protobuf' }],
    [`${TYPE.protobuf},${TYPE.json}`, ['json', 'yaml'], { as: 'object', media: 'json' }],
    [`${TYPE.json},${TYPE.protobuf}`, ['json', 'yaml', 'protobuf'], { as: 'object', media: 'json' }],
    [`${TYPE.yaml};q=0.9,${TYPE.json};q=0.1`, ['json', 'yaml'], { as: 'object', media: 'yaml' }],
    [`${TYPE.protobuf};stream=watch,${TYPE.json}`, ['json', 'protobuf'], { as: 'object', media: 'protobuf' }],
    [`${table(TYPE.protobuf)},${table(TYPE.json)},${TYPE.json}`, ['json', 'yaml', 'protobuf'], { as: 'table', media: 'json' }],
    [`${TYPE.protobuf};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`, ['json', 'yaml', 'protobuf'], { as: 'partial', media: 'protobuf' }],
    ['application/cbor,application/json', ['json'], { as: 'object', media: 'json' }],
  ])('to %s, of %j', (accept, media, form) => expect(negotiate(accept, offered, media)).toMatchObject(form))
  it.each<[string, readonly Media[]]>([
    ['application/cbor', ['json', 'yaml', 'protobuf']], [TYPE.protobuf, ['json', 'yaml']], [TYPE.yaml, ['json', 'protobuf']],
  ])('to %s, of %j, is none', (accept, media) => expect(() => negotiate(accept, offered, media)).toThrow(`only the following media types are accepted: ${media.map((m) => TYPE[m]).join(', ')}`))
  it.each<[string, string, Media]>([
    [`${TYPE.protobuf},${TYPE.json};as=Table;v=v1;g=meta.k8s.io`, 'Table', 'json'], [`${TYPE.protobuf},${TYPE.json}`, 'Status', 'protobuf'], ['application/cbor', 'Status', 'json'],
  ])('%s writes a %s as %s', (accept, kind, media) => expect(mediaOf(accept, kind, ['json', 'yaml', 'protobuf'])).toBe(media))

  it.each([['GET', MAPS], ['GET', `${MAPS}/one`], ['GET', `${MAPS}/none`], ['GET', '/apis/apps/v1/deployments'], ['GET', '/api/v1/nodes']])('%s %s says the same in JSON, YAML and protobuf', async (method, path) => {
    await world.ask('POST', MAPS, { metadata: { name: 'one', annotations: { quoted: 'yes', long: 'x '.repeat(100) } }, data: { a: '1', b: 'two\nlines\n' } })
    const { raw } = await world.ask(method, path)
    const value = raw.body.type === 'object' ? raw.body.value : {}
    expect(decodeProtobuf(encodeFor(TYPE.protobuf, value).bytes)).toMatchObject(path.endsWith('/one') ? { data: { a: '1', b: 'two\nlines\n' } } : { kind: (value as { kind: string }).kind })
    const { decodeYaml } = await import('./codec/yaml.ts')
    expect(decodeYaml(encodeFor(TYPE.yaml, value).bytes.toString()).object).toEqual(JSON.parse(encodeFor(undefined, value).bytes.toString()))
  })
  it('a list in YAML is written piece by piece, and is the same', async () => {
    for (const path of [MAPS, '/apis/apps/v1/deployments', '/api/v1/namespaces']) {
      const { raw } = await world.ask('GET', path)
      const value = raw.body.type === 'object' ? raw.body.value : {}
      expect((await encodeSlowly(TYPE.yaml, value))?.bytes.toString()).toBe(encodeFor(TYPE.yaml, value).bytes.toString())
      expect([encodeSlowly(TYPE.json, value), encodeSlowly(undefined, value), encodeSlowly(`${TYPE.json},${TYPE.yaml}`, value)]).toEqual([undefined, undefined, undefined])
    }
    const many = { kind: 'ConfigMapList', apiVersion: 'v1', metadata: {}, items: Array.from({ length: 500 }, (_, i) => ({ metadata: { name: `${i}` }, data: Object.fromEntries(Array.from({ length: 40 }, (_unused, k) => [`k${k}`, 'v'])) })) }
    let others = 0
    const count = (): void => { others++; if (others < 1000) setImmediate(count) }
    setImmediate(count)
    await encodeSlowly(TYPE.yaml, many)
    expect(others).toBeGreaterThan(3)
  })
  it('of a watch is JSON or protobuf, never YAML; of a custom resource never protobuf', async () => {
    expect((await world.ask('GET', `${MAPS}?watch=1`, undefined, { accept: TYPE.protobuf })).raw.body).toMatchObject({ type: 'watch', media: 'protobuf' })
    expect((await world.ask('GET', `${MAPS}?watch=1`)).raw.body).toMatchObject({ type: 'watch', media: 'json' })
    for (const [path, accept] of [[`${MAPS}?watch=1`, TYPE.yaml], [`${GADGETS}?watch=1`, TYPE.protobuf], [GADGETS, TYPE.protobuf]] as const) expect([path, (await world.ask('GET', path, undefined, { accept })).status]).toEqual([path, 406])
    expect((await world.ask('GET', GADGETS, undefined, { accept: `${TYPE.protobuf},${TYPE.json}` })).status).toBe(200)
  })
})

describe('what has no form or no way', () => {
  const whole = `${TYPE.json}, ${TYPE.yaml}, ${TYPE.protobuf}`
  const streams = `${TYPE.json};stream=watch, ${TYPE.protobuf};stream=watch`
  const only = (types: string) => `only the following media types are accepted: ${types}`
  const route = (types: string) => `406: Not Acceptable\n\nAvailable representations: ${types}`
  const metadata = (what: string) => `${TYPE.json};as=${what};v=v1;g=meta.k8s.io`
  it.each<[string, string, string, string]>([
    ['GET', `${MAPS}/one`, 'text/html', route(whole)], ['GET', MAPS, 'text/html,image/*', route(`${whole}, ${streams}`)], ['GET', `${MAPS}?watch=1`, 'text/html', route(`${whole}, ${streams}`)], ['POST', MAPS, 'text/html', route(whole)], ['GET', '/apis/apps/v1', 'text/html', route(whole)],
    ['GET', `${MAPS}/one`, `${TYPE.json};as=Nothing;v=v1;g=meta.k8s.io`, only(whole)], ['GET', `${MAPS}?watch=1`, TYPE.yaml, only(streams)],
    ['GET', GADGETS, 'text/html', only(whole)], ['GET', GADGETS, TYPE.protobuf, only(whole)], ['GET', `${GADGETS}?watch=1`, TYPE.protobuf, only(streams)],
    ['GET', MAPS, metadata('PartialObjectMetadata'), 'you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)'], ['GET', `${MAPS}/one`, metadata('PartialObjectMetadataList'), 'you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)'],
    ['POST', MAPS, metadata('PartialObjectMetadataList'), 'you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)'], ['GET', GADGETS, metadata('PartialObjectMetadata'), 'you requested PartialObjectMetadata, but the requested object is a list (*unstructured.UnstructuredList)'],
    ['GET', '/apis/rbac.authorization.k8s.io/v1/roles', metadata('PartialObjectMetadata'), 'you requested PartialObjectMetadata, but the requested object is a list (*rbac.RoleList)'],
  ])('%s %s as %s', async (method, path, accept, message) => {
    expect((await world.ask(method, path, method === 'POST' ? { metadata: { name: 'unread' } } : undefined, { accept })).body).toMatchObject({ kind: 'Status', code: 406, reason: 'NotAcceptable', message })
    expect((await world.ask('GET', `${MAPS}/unread`)).status).toBe(404)
  })
  it.each([
    ['HEAD', `${MAPS}/kube-root-ca.crt`, 405], ['OPTIONS', MAPS, 405], ['HEAD', '/api', 405], ['HEAD', '/version', 405], ['HEAD', '/healthz', 200], ['HEAD', GADGETS, 200], ['OPTIONS', GADGETS, 405], ['HEAD', '/api/v1/namespaces/default/services/none/proxy', 301],
    ['GET', '//api/v1/namespaces', 404], ['GET', `${MAPS}/`, 200],
  ])('%s %s is %i', async (method, path, status) => expect((await world.ask(method, path)).status).toBe(status))
  it('a custom resource is patched by what it can be patched by', async () => {
    for (const type of [TYPE.json, 'application/strategic-merge-patch+json']) expect((await send('PATCH', `${GADGETS}/x`, '{}', type)).body).toMatchObject({ value: { code: 415, message: 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml' } })
  })
})

describe('discovery', () => {
  it.each(['/api', '/apis', '/apis/apps', '/api/v1', '/apis/apps/v1'])('%s says the same in every form, each under a tag of its own', async (path) => {
    const read = async (accept: string, agent = 'test/1') => {
      const { raw } = await world.ask('GET', path, undefined, { accept, 'user-agent': agent })
      if (raw.body.type !== 'bytes') throw new Error('no bytes')
      return { text: Buffer.from(raw.body.bytes).toString(), bytes: raw.body.bytes, type: raw.body.contentType, tag: raw.headers?.['etag'] }
    }
    const [json, yaml, protobuf, indented] = [await read(TYPE.json), await read(TYPE.yaml), await read(TYPE.protobuf), await read(TYPE.json, 'curl/8')]
    const value = JSON.parse(json.text) as { kind: string }
    const { decodeYaml } = await import('./codec/yaml.ts')
    expect([json.type, yaml.type, protobuf.type]).toEqual([TYPE.json, TYPE.yaml, TYPE.protobuf])
    expect(decodeYaml(yaml.text).object).toEqual({ apiVersion: 'v1', ...value })
    expect(decodeProtobuf(protobuf.bytes)).toMatchObject({ apiVersion: 'v1', kind: value.kind })
    expect(protobuf.bytes.length).toBeGreaterThan(30)
    expect(indented.text).toBe(JSON.stringify(value, undefined, 2))
    expect(new Set([json.tag, yaml.tag, protobuf.tag]).size).toBe(3)
  })
})

describe('tables and metadata alone', () => {
  const as = (what: string, version = 'v1') => ({ accept: `application/json;as=${what};v=${version};g=meta.k8s.io` })
  const first = (answer: Answer) => ((answer.body as unknown as { rows: { cells: unknown[]; object?: { kind: string; metadata: object } }[] }).rows[0])
  const one = `${MAPS}?fieldSelector=metadata.name%3Done`
  it.each<[string, object | undefined]>([
    ['None', undefined], ['Metadata', { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'one' } }], ['', { kind: 'PartialObjectMetadata' }], ['Object', { kind: 'ConfigMap', data: { a: '1' } }],
  ])('a row with %s of its object', async (include, object) => {
    const row = first(await world.ask('GET', `${one}&includeObject=${include}`, undefined, as('Table')))
    expect(row?.cells).toEqual(['one', 2, expect.any(String)])
    expect(row && 'object' in row).toBe(object !== undefined)
    expect(row?.object ?? {}).toMatchObject(object ?? {})
  })
  it('what nobody may include is refused, before anything is done', async () => {
    const refusal = { code: 400, reason: 'BadRequest', message: `Unable to convert to Table as requested: includeObject: Invalid value: "All": must be 'Metadata', 'Object', 'None', or empty` }
    for (const [method, path, body] of [['GET', MAPS], ['GET', `${MAPS}/one`], ['GET', `${MAPS}?watch=1`], ['POST', MAPS, { metadata: { name: 'never' } }], ['DELETE', `${MAPS}/one`]] as const) {
      const { body: answer } = await world.ask(method, `${path}${path.includes('?') ? '&' : '?'}includeObject=All`, body, as('Table'))
      expect(answer, `${method} ${path}`).toMatchObject(refusal)
    }
    expect((await world.ask('GET', `${MAPS}/never`)).status).toBe(404)
    // Whoever asks for no table may say what they like.
    expect((await world.ask('GET', `${MAPS}/one?includeObject=All`)).status).toBe(200)
  })
  it('of the older version', async () => {
    const table = await world.ask('GET', one, undefined, as('Table', 'v1beta1'))
    expect([table.body['kind'], table.body['apiVersion'], first(table)?.object]).toMatchObject(['Table', 'meta.k8s.io/v1beta1', { apiVersion: 'meta.k8s.io/v1beta1' }])
    expect((await world.ask('GET', one, undefined, as('Table', 'v9'))).status).toBe(406)
  })
  it('of a watch', async () => {
    const events = async (what: string, form: string, query = '') => {
      const { raw } = await world.ask('GET', `${one}&watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true${query}`, undefined, { accept: `${form};as=${what};v=v1;g=meta.k8s.io` })
      if (raw.body.type !== 'watch') throw new Error('no watch')
      const told = await raw.body.stream.next()
      raw.body.stream.close()
      return { media: raw.body.media, told: told as unknown as object[] }
    }
    const end = { annotations: { 'k8s.io/initial-events-end': 'true' } }
    const table = await events('Table', TYPE.json, '&includeObject=Object')
    expect(table.told).toMatchObject([{ type: 'ADDED', object: { kind: 'Table', columnDefinitions: [{ name: 'Name' }, {}, {}], rows: [{ object: { kind: 'ConfigMap' } }] } }, { type: 'BOOKMARK', object: { kind: 'Table', columnDefinitions: [], rows: [{ object: { metadata: end } }] } }])
    const partial = await events('PartialObjectMetadata', TYPE.protobuf)
    expect(partial).toMatchObject({ media: 'protobuf', told: [{ type: 'ADDED', object: { kind: 'PartialObjectMetadata', metadata: { name: 'one' } } }, { type: 'BOOKMARK', object: { kind: 'PartialObjectMetadata', metadata: end } }] })
  })
})

describe('keys that are there twice, and fields that are not', () => {
  const JSON_TWICE = '{"metadata":{"name":"twice"},"data":{"a":"1","a":"2"},"dat":1}'
  const YAML_TWICE = 'metadata: {name: twice}\ndata:\n  a: "1"\n  a: "2"\ndat: 1\n'
  const [json, yaml, unknown] = ['duplicate field "data.a"', 'line 4: key "a" already set in map', 'unknown field "dat"']
  const cannot = 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: '
  const APPLY = 'application/apply-patch+yaml'
  const TYPED = 'apiVersion: v1\nkind: ConfigMap\n'
  const undeclared = 'failed to create typed patch object (/twice; /v1, Kind=ConfigMap): .dat: field not declared in schema'
  const warnings = (...sentences: string[]) => sentences.map((s) => `299 - ${JSON.stringify(s)}`).join(', ')
  it.each<[string, string, string, string, number, string]>([
    ['POST', JSON_TWICE, TYPE.json, 'Strict', 400, `${cannot}${json}, ${unknown}`], ['POST', YAML_TWICE, TYPE.yaml, 'Strict', 400, `${cannot}yaml: unmarshal errors:\n  ${yaml}, ${unknown}`],
    // Each of the two alone is enough.
    ['POST', JSON_TWICE.replace(',"dat":1', ''), TYPE.json, 'Strict', 400, cannot + json], ['POST', JSON_TWICE.replace(',"a":"2"', ''), TYPE.json, 'Strict', 400, cannot + unknown], ['PUT', YAML_TWICE.replace('dat: 1\n', ''), TYPE.yaml, 'Strict', 400, `${cannot}yaml: unmarshal errors:\n  ${yaml}`],
    ['POST', JSON_TWICE, TYPE.json, 'Warn', 201, warnings(json, unknown)], ['POST', YAML_TWICE, TYPE.yaml, '', 201, warnings(yaml, unknown)], ['POST', JSON_TWICE, TYPE.json, 'Ignore', 201, ''],
    ['PUT', JSON_TWICE, TYPE.json, 'Strict', 400, `${cannot}${json}, ${unknown}`], ['PUT', YAML_TWICE, TYPE.yaml, 'Warn', 200, warnings(yaml, unknown)],
    ['PATCH', '{"data":{"a":"1","a":"2"},"dat":1}', 'application/merge-patch+json', 'Strict', 400, `${cannot}${json}, ${unknown}`], ['PATCH', '{"data":{"a":"1","a":"3"},"dat":1}', 'application/strategic-merge-patch+json', 'Warn', 200, warnings(json, unknown)],
    // An apply must know all its fields, whoever wants to know.
    ['PATCH', TYPED + YAML_TWICE.replace('dat: 1\n', ''), APPLY, 'Strict', 400, 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key "a" already set in map'],
    ['PATCH', TYPED + YAML_TWICE, APPLY, 'Strict', 500, undeclared], ['PATCH', TYPED + YAML_TWICE, APPLY, 'Ignore', 500, undeclared],
    ['PATCH', TYPED + YAML_TWICE.replace('dat: 1\n', ''), APPLY, 'Warn', 200, warnings('line 6: key "a" already set in map')],
    ['PATCH', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"twice"},\n"data":{"a":"1",\n"a":"2"}}', APPLY, 'Strict', 400, 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 3: key "a" already set in map'],
  ])('%s %j as %s, %s', async (method, body, type, mode, status, said) => {
    if (method !== 'POST') await world.ask('POST', MAPS, { metadata: { name: 'twice' } })
    const answer = await send(method, `${method === 'POST' ? MAPS : `${MAPS}/twice`}?fieldManager=m&fieldValidation=${mode}${type === APPLY ? '&force=true' : ''}`, body, type)
    expect([answer.status, status < 300 ? (answer.headers?.['warning'] ?? '') : (answer.body as { value?: { message?: string } }).value?.message]).toEqual([status, said])
    await world.ask('DELETE', `${MAPS}/twice`)
  })
  it('of an element are found by its name', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: i\n    imag: i\n    ports: [{containerPort: 80, port: 1}]\n'
    expect((await send('PATCH', '/api/v1/namespaces/default/pods/p?fieldManager=m', pod, APPLY)).body).toMatchObject({ value: { code: 500, message: 'failed to create typed patch object (/; /v1, Kind=Pod): errors:\n  .spec.containers[name="a"].imag: field not declared in schema\n  .spec.containers[name="a"].ports[containerPort=80,protocol="TCP"].port: field not declared in schema' } })
    const gadget = 'apiVersion: example.com/v1\nkind: Gadget\nspec: {sise: 1}\n'
    expect((await send('PATCH', `${GADGETS}/p?fieldManager=m`, gadget, APPLY)).body).toMatchObject({ value: { code: 500, message: 'failed to create typed patch object (/; example.com/v1, Kind=Gadget): .spec.sise: field not declared in schema' } })
  })
})

describe('what is applied', () => {
  const APPLY = 'application/apply-patch+yaml'
  const typed = (rest: string) => `apiVersion: v1\nkind: ConfigMap\n${rest}`
  const cannot = (why: string, what = '/; /v1, Kind=ConfigMap') => `failed to create typed patch object (${what}): ${why}`
  beforeAll(async () => { await world.ask('POST', MAPS, { metadata: { name: 'live' } }) })
  it.each<[string, string, number, string]>([
    ['names its kind and version', 'kind: ConfigMap', 400, 'invalid object type: /, Kind=ConfigMap'], ['names its kind', 'apiVersion: v1', 400, 'invalid object type: /v1, Kind='], ['is of the kind of the path', 'apiVersion: v1\nkind: Pod', 400, 'invalid object type: /v1, Kind=Pod'],
    ['is of its group', 'apiVersion: apps/v1\nkind: ConfigMap', 400, 'invalid object type: apps/v1, Kind=ConfigMap'], ['is there', '', 400, 'invalid object type: /, Kind='], ['is an object', '[1]', 400, 'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['has the name of the path', typed('metadata: {name: other}'), 400, 'the name of the object (other) does not match the name on the URL (live)'], ['has its namespace', typed('metadata: {namespace: other}'), 400, 'the namespace of the provided object does not match the namespace sent on the request'],
    ['has the version that is there', typed('metadata: {resourceVersion: "1"}'), 409, 'Operation cannot be fulfilled on configmaps "live": the object has been modified; please apply your changes to the latest version and try again'],
    ['has the UID that is there', typed('metadata: {uid: x}'), 409, 'Operation cannot be fulfilled on configmaps "live": Precondition failed: UID in precondition: x, UID in object meta: '],
    ['says nothing of managers', typed('metadata: {managedFields: [{manager: x}]}'), 400, 'metadata.managedFields must be nil'],
    ['has strings', typed('metadata: {name: live}\ndata: {a: 1, b: true, c: {d: [1.5, x]}}'), 500, cannot('errors:\n  .data.a: expected string, got &value.valueUnstructured{Value:1}\n  .data.b: expected string, got &value.valueUnstructured{Value:true}\n  .data.c: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"d":[]interface {}{1.5, "x"}}}', '/live; /v1, Kind=ConfigMap')],
    ['has maps', typed('data: [1]'), 500, cannot('.data: expected map, got &{[1]}')], ['has booleans', typed('immutable: "yes"'), 500, cannot('.immutable: expected boolean, got &{yes}')], ['has its fields', typed('dat: 1'), 500, cannot('.dat: field not declared in schema')],
  ])('%s', async (_, body, code, message) => {
    const { status, body: answer } = await send('PATCH', `${MAPS}/live?fieldManager=m&force=true`, body, APPLY)
    const { value } = answer as { value: { message: string } }
    expect([status, value.message.startsWith(message) ? message : value.message]).toEqual([code, message])
  })
  it('of a pod: elements by their keys, lists, numbers', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  terminationGracePeriodSeconds: soon\n  containers:\n  - name: a\n    image: i\n    command: run\n    env: [{name: A, value: 1}]\n    ports: [{containerPort: x}]\n    resources: {limits: {cpu: [1]}}\n'
    expect((await send('PATCH', '/api/v1/namespaces/default/pods/p?fieldManager=m', pod, APPLY)).body).toMatchObject({ value: { code: 500, message: cannot(`errors:
  .spec.terminationGracePeriodSeconds: expected numeric (int or float), got string
  .spec.containers[name="a"].command: expected list, got &{run}
  .spec.containers[name="a"].env[name="A"].value: expected string, got &value.valueUnstructured{Value:1}
  .spec.containers[name="a"].ports[containerPort="x",protocol="TCP"].containerPort: expected numeric (int or float), got string
  .spec.containers[name="a"].resources.limits.cpu: expected any scalar, got &{[1]}`, '/p; /v1, Kind=Pod') } })
  })
  it('is created under its own name, and of no other UID', async () => {
    expect((await send('PATCH', `${MAPS}/fresh?fieldManager=m`, typed(''), APPLY)).body).toMatchObject({ value: { code: 400, message: 'the name of the object (fresh based on URL) was undeterminable: name must be provided' } })
    expect((await send('PATCH', `${MAPS}/fresh?fieldManager=m`, typed('metadata: {name: fresh, uid: x}'), APPLY)).body).toMatchObject({ value: { code: 409, message: 'Operation cannot be fulfilled on configmaps "fresh": uid mismatch: the provided object specified uid x, and no existing object was found' } })
    expect((await send('PATCH', `${MAPS}/fresh?fieldManager=m`, typed('metadata: {name: fresh}'), APPLY)).status).toBe(201)
    const { resourceVersion, uid } = (await world.ask('GET', `${MAPS}/fresh`)).body['metadata'] as unknown as { resourceVersion: string; uid: string }
    expect((await send('PATCH', `${MAPS}/fresh?fieldManager=m`, typed(`metadata: {name: fresh, uid: ${uid}, resourceVersion: "${resourceVersion}", namespace: default}\ndata: {a: "1"}`), APPLY)).status).toBe(200)
  })
})

describe('parameters of a write that make no sense', () => {
  const options = (kind: string, why: string) => `${kind}.meta.k8s.io "" is invalid: ${why}`
  it.each<[string, string, string, string]>([
    ['POST', 'fieldValidation=x', TYPE.json, options('CreateOptions', 'fieldValidation: Unsupported value: "x": supported values: "", "Ignore", "Strict", "Warn"')],
    ['PUT', 'fieldValidation=strict', TYPE.json, options('UpdateOptions', 'fieldValidation: Unsupported value: "strict": supported values: "", "Ignore", "Strict", "Warn"')],
    ['PATCH', 'fieldManager=m&fieldValidation=x', 'application/merge-patch+json', options('PatchOptions', 'fieldValidation: Unsupported value: "x": supported values: "", "Ignore", "Strict", "Warn"')],
    ['POST', `fieldManager=${'x'.repeat(129)}`, TYPE.json, options('CreateOptions', 'fieldManager: Too long: may not be more than 128 bytes')],
    ['PUT', 'fieldManager=a%07', TYPE.json, options('UpdateOptions', 'fieldManager: Invalid value: "a\\u0007": invalid character U+0007 (at position 1)')],
    ['PATCH', 'fieldManager=m&force=true', 'application/merge-patch+json', options('PatchOptions', 'force: Forbidden: may not be specified for non-apply patch')],
    ['PATCH', '', 'application/apply-patch+yaml', options('PatchOptions', 'fieldManager: Required value: is required for apply patch')],
    ['POST', 'dryRun=', TYPE.json, options('CreateOptions', 'dryRun: Unsupported value: [""]: supported values: "All"')], ['POST', 'dryRun=Some', TYPE.json, options('CreateOptions', 'dryRun: Unsupported value: ["Some"]: supported values: "All"')],
  ])('%s ?%s as %s', async (method, query, type, message) => expect((await send(method, `${method === 'POST' ? MAPS : `${MAPS}/one`}?${query}`, '{"metadata":{"name":"one"}}', type)).body).toMatchObject({ value: { code: 422, reason: 'Invalid', message } }))
})

describe('whole numbers beyond 2^53', () => {
  const BIG = '9007199254740993'
  const gadget = (name: string, spec: string) => `{"apiVersion":"example.com/v1","kind":"Gadget","metadata":{"name":"${name}","annotations":{"n":"${BIG}"}},"spec":${spec}}`
  it('are kept by create, update, every patch, apply, and the store', async () => {
    expect(text(await world.ask('POST', GADGETS, gadget('big', `{"size":${BIG},"count":-${BIG},"ratio":1.5,"free":{"deep":[${BIG}]}}`)))).toContain(`"spec":{"size":${BIG},"count":-${BIG},"ratio":1.5,"free":{"deep":[${BIG}]}}`)
    const at = `${GADGETS}/big`
    for (const [type, patch, part] of [
      ['application/merge-patch+json', `{"spec":{"size":9007199254740997}}`, '"size":9007199254740997'],
      ['application/json-patch+json', `[{"op":"test","path":"/spec/size","value":9007199254740997},{"op":"replace","path":"/spec/size","value":9007199254740999},{"op":"copy","from":"/spec/size","path":"/spec/count"}]`, '"size":9007199254740999'],
      ['application/apply-patch+yaml', `apiVersion: example.com/v1\nkind: Gadget\nspec:\n  count: 9007199254741001\n`, '"count":9007199254741001'],
    ] as const) expect(text(await world.ask('PATCH', `${at}?fieldManager=m${type.includes('apply') ? '&force=true' : ''}`, patch, { 'content-type': type }))).toContain(part)
    const { storeCodec } = await import('./encode.ts')
    const stored = world.store.get('/registry/example.com/gadgets/default/big') ?? world.store.range('/').kvs.find((kv) => kv.value.metadata.name === 'big')
    if (!stored) throw new Error('it is not stored')
    expect(JSON.stringify(storeCodec.decode(storeCodec.encode(stored.value), 7))).toContain('"count":9007199254741001')
    expect(text(await world.ask('GET', at, undefined, { accept: `${TYPE.json};as=Table;v=v1;g=meta.k8s.io` }))).toContain('"cells":["big",9007199254740999]')
  })
  it('are compared as they are', async () => {
    expect(message(await world.ask('POST', GADGETS, gadget('celled', '{"size":9007199254740995}')))).toMatch(/not that one/)
    expect((await world.ask('POST', GADGETS, gadget('near', '{"size":9007199254740993}'))).status).toBe(201)
    expect(message(await world.ask('POST', GADGETS, gadget('large', '{"count":9223372036854775808}')))).toMatch(/format int64/)
  })
  it('are kept by built-in kinds, and a quantity may be one', async () => {
    const spec = (grace: string) => `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p${grace.length}"},"spec":{"terminationGracePeriodSeconds":${grace},"containers":[{"name":"c","image":"i","resources":{"requests":{"memory":${BIG}}}}]}}`
    const pods = '/api/v1/namespaces/default/pods'
    const made = text(await world.ask('POST', pods, spec(BIG)))
    expect(made).toContain(`"terminationGracePeriodSeconds":${BIG}`)
    expect(made).toContain(`"memory":"${BIG}"`)
    expect(message(await world.ask('POST', pods, spec('92233720368547758070')))).toMatch(/cannot unmarshal number 92233720368547760000 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64/)
    expect((await world.ask('DELETE', `${pods}/p16`)).status).toBe(200)
  })
})

describe('a body that is not what it should be', () => {
  const cannot = (kind: string, version: string, why: string) => `${kind} in version "${version}" cannot be handled as a ConfigMap: ${why}`
  const unread = (why: string) => `the object provided is unrecognized (must be of type ConfigMap): ${why}`
  it.each([
    ['{', TYPE.json, unread("couldn't get version/kind; json parse error: unexpected end of JSON input ({)")],
    [`{"metadata":{"name":"a"},"data":{"a":"b"},}`, TYPE.json, unread(`couldn't get version/kind; json parse error: invalid character '}' looking for beginning of object key string ({"metadata":{"name":"a"},"data ...)`)],
    ['kind: ConfigMap', TYPE.json, unread("couldn't get version/kind; json parse error: invalid character 'k' looking for beginning of value (6b696e643a20436f6e6669674d6170)")],
    ['', TYPE.json, unread("couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)")],
    ['[1]', TYPE.json, expect.stringContaining('json: cannot unmarshal array into Go value of type struct')],
    ['a: [', TYPE.yaml, expect.stringMatching(/^the object provided is unrecognized \(must be of type ConfigMap\): yaml: .*\(613a205b\)$/s)],
    ['xxxx', TYPE.protobuf, unread('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (78787878)')],
    ['{"kind":"Pod","apiVersion":"v1"}', TYPE.json, cannot('Pod', 'v1', 'converting (v1.Pod) to (core.ConfigMap): unknown conversion')],
    ['{"kind":"Pud","apiVersion":"v1"}', TYPE.json, cannot('Pud', 'v1', 'no kind "Pud" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"')],
    ['{"kind":"ConfigMap","apiVersion":"apps/v9"}', TYPE.json, cannot('ConfigMap', 'v9', 'no kind "ConfigMap" is registered for version "apps/v9" in scheme "pkg/api/legacyscheme/scheme.go:30"')],
    ['{"data":{"a":1}}', TYPE.json, cannot('ConfigMap', 'v1', 'json: cannot unmarshal number into Go struct field ConfigMap.data.a of type string')],
    ['null', TYPE.json, 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
  ])('%s as %s', async (body, type, expected) => expect((await send('POST', MAPS, body, type)).body).toMatchObject({ value: { message: expected } }))
  it.each([
    ['application/json-patch+json', '{', 'unexpected end of JSON input'], ['application/merge-patch+json', '{', 'Invalid JSON Patch'], ['application/strategic-merge-patch+json', '{a', "invalid character 'a' looking for beginning of object key string"],
    ['application/apply-patch+yaml', 'a: [', expect.stringMatching(/^error decoding YAML: error converting YAML to JSON: yaml: /)],
    ['application/cbor', 'x', '415: Unsupported Media Type'], [TYPE.json, '{}', '415: Unsupported Media Type'],
  ])('a %s of %s', async (type, patch, expected) => expect((await send('PATCH', `${MAPS}/one?fieldManager=m`, patch, type)).body).toMatchObject({ value: { message: expected } }))
  it.each([
    ['another version', { apiVersion: 'example.com/v2', kind: 'Gadget' }, 'the API version in the data (example.com/v2) does not match the expected API version (example.com/v1)'], ['another kind', { apiVersion: 'example.com/v1', kind: 'Gizmo' }, /kind: Invalid value: "Gizmo": must be Gadget/],
  ])('a custom resource of %s', async (_, object, expected) => expect(message(await world.ask('POST', GADGETS, { metadata: { name: 'x' }, ...object }))).toMatch(expected))
  it('an object in another version of its group', async () => {
    expect(message(await world.ask('POST', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' } }))).toBe('the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2)')
  })
  it('is answered in the form that was asked for', () => {
    const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'm', reason: 'NotFound', code: 404 }
    expect(encodeFor(TYPE.protobuf, status)).toEqual({ bytes: encodeProtobuf(status), contentType: TYPE.protobuf })
  })
})
