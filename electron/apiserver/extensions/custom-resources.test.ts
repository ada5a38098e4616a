import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createOpenApi } from '../openapi/index.ts'
import { short, startWorld, type World } from '../testing.ts'
import type { JsonSchema } from './json-schema.ts'

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const schema: JsonSchema = {
  type: 'object', required: ['spec'],
  properties: {
    spec: {
      type: 'object', required: ['cron'],
      'x-kubernetes-validations': [
        { rule: 'self.replicas <= self.most', message: 'too many' },
        { rule: 'oldSelf.hasValue() ? oldSelf.rank.orValue(0) <= self.?rank.orValue(0) : self.?rank.orValue(1) == 1', message: 'ranks begin with 1 and rise', optionalOldSelf: true },
        { rule: 'self.cron == oldSelf.cron', messageExpression: '"cron was " + oldSelf.cron', fieldPath: '.cron', reason: 'FieldValueForbidden' },
      ],
      properties: {
        cron: { type: 'string', pattern: '^[0-9* ]+$', maxLength: 20 }, image: { type: 'string', enum: ['a', 'b'] }, replicas: { type: 'integer', format: 'int32', minimum: 0, default: 1 }, most: { type: 'integer', default: 10 }, rank: { type: 'integer' },
        port: { 'x-kubernetes-int-or-string': true }, free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, maybe: { type: 'string', nullable: true, default: 'd' }, labels: { type: 'object', additionalProperties: { type: 'string' } },
        rows: { type: 'array', maxItems: 3, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, value: { type: 'number' } } } },
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, selector: { type: 'string' }, at: { type: 'string', format: 'date-time' } } },
  },
}
const version = (name: string, more: object = {}) => ({
  name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: schema },
  subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' } },
  additionalPrinterColumns: [{ name: 'Cron', type: 'string', jsonPath: '.spec.cron' }, { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas', priority: 1 }], selectableFields: [{ jsonPath: '.spec.image' }], ...more,
})
const definition = (spec: object = {}, names: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'crontabs.stable.example.com' },
  spec: { group: 'stable.example.com', scope: 'Namespaced', names: { plural: 'crontabs', kind: 'CronTab', shortNames: ['ct'], categories: ['all'], ...names }, versions: [version('v1'), version('v1beta1')], ...spec },
})
const tab = (name: string, spec: object = {}, more: object = {}) => ({ apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name }, spec: { cron: '* *', ...spec }, ...more })
const TABS = '/apis/stable.example.com/v1/namespaces/default/crontabs'

let world: World
const established = async (name: string): Promise<void> => {
  await vi.waitFor(async () => expect((await world.ask('GET', `${CRDS}/${name}`)).body).toMatchObject({ status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'Established', status: 'True' })]) } }))
}
const message = async (method: string, path: string, body: object): Promise<string> => ((await world.ask(method, path, body)).body as unknown as { message: string }).message
const MERGE = { 'content-type': 'application/merge-patch+json' }

beforeAll(async () => {
  world = await startWorld({ openApi: (kinds, schemas) => createOpenApi({ kinds, schemas, descriptions: () => ({}) }) })
  await world.ask('POST', CRDS, definition())
  await established('crontabs.stable.example.com')
})
afterAll(() => world.close())

describe('a definition', () => {
  it('says what was accepted', async () => {
    const { body } = await world.ask('GET', `${CRDS}/crontabs.stable.example.com`)
    expect(body).toMatchObject({ spec: { names: { singular: 'crontab', listKind: 'CronTabList' }, conversion: { strategy: 'None' } }, status: { acceptedNames: { plural: 'crontabs', kind: 'CronTab' }, storedVersions: ['v1'], conditions: [{ type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' }, { type: 'Established', status: 'True' }] } })
  })
  it('is discovered with all its versions', async () => {
    const { body } = await world.ask('GET', '/apis/stable.example.com')
    expect(body).toMatchObject({ versions: [{ version: 'v1' }, { version: 'v1beta1' }], preferredVersion: { version: 'v1' } })
    const { body: list } = await world.ask('GET', '/apis/stable.example.com/v1')
    expect((list as unknown as { resources: { name: string }[] }).resources.map((r) => r.name)).toEqual(['crontabs', 'crontabs/status', 'crontabs/scale'])
    expect(list).toMatchObject({ resources: [{ shortNames: ['ct'], categories: ['all'], kind: 'CronTab', namespaced: true }, {}, {}] })
  })
  it('is described: kubectl explains it, and sees that it takes no strategic merge patch', async () => {
    const { body } = await world.ask('GET', '/openapi/v3/apis/stable.example.com/v1')
    const { paths, components } = body as unknown as { paths: Record<string, { patch: { requestBody: { content: object } } }>; components: { schemas: Record<string, object> } }
    expect(components.schemas['com.example.stable.v1.CronTab']).toMatchObject({ properties: { spec: { properties: { image: { enum: ['a', 'b'] } } }, metadata: { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }] } }, 'x-kubernetes-group-version-kind': [{ group: 'stable.example.com', version: 'v1', kind: 'CronTab' }] })
    expect(Object.keys(paths['/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}']?.patch.requestBody.content ?? {})).toEqual(['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'])
    const { definitions } = (await world.ask('GET', '/openapi/v2')).body as unknown as { definitions: Record<string, { properties: { spec: { properties: object } } }> }
    expect(definitions['com.example.stable.v1.CronTab']?.properties.spec.properties).toMatchObject({ port: { 'x-kubernetes-int-or-string': true }, free: { 'x-kubernetes-preserve-unknown-fields': true } })
    expect((await world.ask('GET', '/openapi/v3')).body).toMatchObject({ paths: { 'apis/stable.example.com/v1beta1': {} } })
  })
  it('whose names are taken is not served', async () => {
    const other = { ...definition({}, { plural: 'others', kind: 'CronTab', shortNames: ['ct'] }), metadata: { name: 'others.stable.example.com' } }
    expect((await world.ask('POST', CRDS, other)).status).toBe(201)
    await expect.poll(async () => (await world.ask('GET', `${CRDS}/others.stable.example.com`)).body).toMatchObject({ status: { conditions: [{ type: 'NamesAccepted', status: 'False', reason: 'ListKindConflict', message: '"CronTabList" is already in use' }, { type: 'Established', status: 'False' }] } })
    expect((await world.ask('GET', '/apis/stable.example.com/v1/others')).status).toBe(404)
    await world.ask('DELETE', `${CRDS}/others.stable.example.com`)
    await expect.poll(async () => (await world.ask('GET', `${CRDS}/others.stable.example.com`)).status).toBe(404)
  })
  it.each([
    [{ group: 'example' }, {}, 'spec.group: Invalid value: "example": should be a domain with at least one dot'],
    [{}, { plural: 'Bad' }, 'spec.names.plural: Invalid value: "Bad"'],
    [{ versions: [version('v2')] }, {}, 'must have exactly one version marked as storage version'],
    [{ versions: [{ ...version('v1'), schema: undefined }] }, {}, 'spec.versions[0].schema.openAPIV3Schema: Required value'],
    [{ versions: [version('v1', { schema: { openAPIV3Schema: { type: 'object', properties: { a: {} } } } })] }, {}, 'spec.validation.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields'],
    [{ versions: [version('v1', { schema: { openAPIV3Schema: { type: 'object', properties: { a: { type: 'integer', default: 'x' } } } }, selectableFields: [] })] }, {}, 'properties[a].default: Invalid value: "string"'],
    [{ versions: [version('v1', { schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-validations': [{ rule: 'self.nope == 1' }] } }, selectableFields: [] })] }, {}, "undefined field 'nope'"],
    [{ versions: [version('v1', { schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-validations': [{ rule: 'self = 1' }] } }, selectableFields: [] })] }, {}, 'Syntax error'],
    [{ versions: [version('v1', { schema: { openAPIV3Schema: { type: 'object', properties: { l: { type: 'array', items: { type: 'string' }, 'x-kubernetes-validations': [{ rule: 'self.all(x, self.all(y, self.all(z, x == y)))' }] } } } }, selectableFields: [] })] }, {}, 'exceeds budget by factor of more than 100x'],
    [{ versions: [version('v1', { selectableFields: [{ jsonPath: '.spec.rows' }] })] }, {}, 'spec.selectableFields[0].jsonPath: Invalid value: ".spec.rows": must point to a field of type string, boolean or integer'],
    [{ scope: 'Galaxy' }, {}, 'spec.scope: Unsupported value: "Galaxy"'],
    [{ conversion: { strategy: 'Webhook' } }, {}, 'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook, spec.conversion.conversionReviewVersions: Required value'],
    [{ group: 'x.k8s.io' }, {}, 'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111'],
  ])('%# is refused', async (spec, names, expected) => {
    const body = definition(spec, names)
    expect(await message('POST', CRDS, { ...body, metadata: { name: `${body.spec.names.plural}.${body.spec.group}` } })).toContain(expected)
  })
  it.each([
    ['https://github.com/kubernetes/enhancements/pull/1', { status: 'True', reason: 'ApprovedAnnotation', message: 'approved in https://github.com/kubernetes/enhancements/pull/1' }],
    ['unapproved, an experiment', { status: 'False', reason: 'UnapprovedAnnotation', message: 'not approved: "unapproved, an experiment"' }],
  ])('in a group of the Kubernetes project says where it was approved: %s', async (approval, condition) => {
    const name = 'crontabs.x.k8s.io'
    const body = definition({ group: 'x.k8s.io' })
    expect((await world.ask('POST', CRDS, { ...body, metadata: { name, annotations: { 'api-approved.kubernetes.io': 'of course' } } })).body).toMatchObject({ code: 422, message: expect.stringContaining('with either a URL or a reason starting with "unapproved"') })
    expect((await world.ask('POST', CRDS, { ...body, metadata: { name, annotations: { 'api-approved.kubernetes.io': approval } } })).status).toBe(201)
    await established(name)
    expect((await world.ask('GET', `${CRDS}/${name}`)).body).toMatchObject({ status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'KubernetesAPIApprovalPolicyConformant', ...condition })]) } })
    await world.ask('DELETE', `${CRDS}/${name}`)
    await expect.poll(async () => (await world.ask('GET', `${CRDS}/${name}`)).status).toBe(404)
  })
  it('keeps the versions in which objects may be stored', async () => {
    const status = async (storedVersions: string[]) => (await world.ask('PATCH', `${CRDS}/crontabs.stable.example.com/status`, { status: { storedVersions } }, MERGE)).body
    expect(await status(['v1', 'v1beta1'])).toMatchObject({ status: { storedVersions: ['v1', 'v1beta1'] } })
    const spec = async (versions: object[]) => (await world.ask('PATCH', `${CRDS}/crontabs.stable.example.com`, { spec: { versions } }, MERGE)).body
    expect(await spec([version('v1')])).toMatchObject({ code: 422, message: expect.stringContaining('status.storedVersions[1]: Invalid value: "v1beta1": missing from spec.versions; v1beta1 was previously a storage version, and must remain in spec.versions until a storage migration ensures') })
    // That the stored one is named, the definition sees to itself.
    expect(await status([])).toMatchObject({ status: { storedVersions: [] } })
    expect(await spec([version('v1', { deprecated: true }), version('v1beta1')])).toMatchObject({ status: { storedVersions: ['v1'] } })
    await spec([version('v1'), version('v1beta1')])
    expect(await status(['v1'])).toMatchObject({ status: { storedVersions: ['v1'] } })
  })
  it.each([[{ scope: 'Cluster' }, 'spec.scope'], [{ group: 'other.example.com' }, 'spec.group']])('that is established does not change %j', async (spec, expected) => {
    expect((await world.ask('PATCH', `${CRDS}/crontabs.stable.example.com`, { spec }, MERGE)).body).toMatchObject({ reason: 'Invalid', message: expect.stringContaining(expected) })
  })
})

describe('a custom resource', () => {
  beforeEach(async () => void (await world.ask('DELETE', TABS)))
  it('gets defaults, and loses what the schema does not know, with a warning', async () => {
    const answer = await world.ask('POST', TABS, tab('a', { nope: 1, free: { x: { y: 1 } }, maybe: null, rows: [{ name: 'r', zz: 1 }] }))
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ metadata: { generation: 1, namespace: 'default' }, spec: { cron: '* *', replicas: 1, most: 10, free: { x: { y: 1 } }, maybe: null, rows: [{ name: 'r' }] } })
    expect(answer.body['spec']).not.toHaveProperty('nope')
    expect(answer.headers['warning']).toContain('unknown field \\"spec.nope\\"')
    expect(answer.headers['warning']).toContain('unknown field \\"spec.rows[0].zz\\"')
  })
  it('with unknown fields is refused where the caller is strict', async () => {
    expect(await message('POST', `${TABS}?fieldValidation=Strict`, tab('a', { nope: 1 }))).toContain('strict decoding error: unknown field "spec.nope"')
    expect(await message('POST', `${TABS}?fieldValidation=Strict`, { ...tab('a'), metadata: { name: 'a', nope: 1 } })).toContain('unknown field "metadata.nope"')
  })
  it.each<[object, string]>([
    [{ cron: 1 }, 'CronTab.stable.example.com "a" is invalid: [spec.cron: Invalid value: "integer": spec.cron in body must be of type string: "integer"'],
    [{ cron: 'x' }, `spec.cron: Invalid value: "x": spec.cron in body should match '^[0-9* ]+$'`],
    [{ cron: '0'.repeat(21) }, 'spec.cron: Too long: may not be more than 20 bytes'],
    [{ cron: undefined }, 'spec.cron: Required value'],
    [{ image: 'c' }, 'spec.image: Unsupported value: "c": supported values: "a", "b"'],
    [{ replicas: -1 }, 'spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0'],
    [{ replicas: 11 }, 'spec: Invalid value: "object": too many'],
    [{ rank: 2 }, 'spec: Invalid value: "object": ranks begin with 1 and rise'],
    [{ port: true }, 'spec.port in body must be of type integer,string: "boolean"'],
    [{ labels: { a: 1 } }, 'spec.labels.a: Invalid value: "integer"'],
    [{ rows: [{ name: 'a' }, { name: 'a' }] }, 'spec.rows[1]: Duplicate value: {"name":"a"}'],
    [{ rows: [{}] }, 'spec.rows[0].name: Required value'],
    [{ rows: [1, 2, 3, 4].map((n) => ({ name: String(n) })) }, 'spec.rows: Too many: 4: must have at most 3 items'],
    [{ tags: ['x', 'x'] }, 'spec.tags[1]: Duplicate value: "x"'],
    [{ template: { kind: 'Pod' } }, 'spec.template.apiVersion: Required value'],
    [{ cron: null }, 'spec.cron: Required value'],
  ])('with %j is refused', async (spec, expected) => expect(await message('POST', TABS, tab('a', spec))).toContain(expected))
  it('obeys rules about its change', async () => {
    await world.ask('POST', TABS, tab('a'))
    expect(await message('POST', TABS, tab('ranked', { rank: 1 }))).toBeUndefined()
    const rank = async (value: number): Promise<number> => (await world.ask('PATCH', `${TABS}/ranked`, { spec: { rank: value } }, MERGE)).status
    expect([await rank(3), await rank(2), await rank(4)]).toEqual([200, 422, 200])
    expect((await world.ask('DELETE', `${TABS}/ranked`)).status).toBe(200)
    expect((await world.ask('PATCH', `${TABS}/a`, { spec: { cron: '1' } }, MERGE)).body).toMatchObject({ code: 422, message: expect.stringContaining('spec.cron: Forbidden: cron was * *') })
    expect((await world.ask('PATCH', `${TABS}/a`, { spec: { replicas: 2 } }, MERGE)).body).toMatchObject({ spec: { replicas: 2 }, metadata: { generation: 2 } })
  })
  it('is served in every version, in tables and watches, and by its selectable fields', async () => {
    await world.ask('POST', TABS, tab('a', { image: 'a' }))
    await world.ask('POST', TABS.replace('v1', 'v1beta1'), { ...tab('b', { image: 'b' }), apiVersion: 'stable.example.com/v1beta1' })
    const beta = await world.ask('GET', `${TABS.replace('v1', 'v1beta1')}?fieldSelector=spec.image%3Da`)
    expect(beta.body).toMatchObject({ kind: 'CronTabList', apiVersion: 'stable.example.com/v1beta1', items: [{ apiVersion: 'stable.example.com/v1beta1', kind: 'CronTab', metadata: { name: 'a' } }] })
    expect((await world.ask('GET', `${TABS}/b`)).body).toMatchObject({ apiVersion: 'stable.example.com/v1' })
    expect((await world.ask('GET', `${TABS}?fieldSelector=spec.cron%3Da`)).body).toMatchObject({ code: 400 })
    const table = await world.ask('GET', TABS, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    expect(table.body).toMatchObject({ columnDefinitions: [{ name: 'Name' }, { name: 'Cron' }, { name: 'Replicas', priority: 1 }], rows: [{ cells: ['a', '* *', 1] }, { cells: ['b', '* *', 1] }] })
    const watch = await world.watch(`${TABS}?fieldSelector=spec.image%3Db`)
    expect(short(await watch.next())).toEqual(['ADDED b'])
    await world.ask('PATCH', `${TABS}/b`, { spec: { image: 'a' } }, MERGE)
    expect(short(await watch.next())).toEqual(['DELETED b'])
    watch.close()
  })
  it('has status and scale of its own', async () => {
    await world.ask('POST', TABS, tab('a', {}, { status: { replicas: 7 } }))
    const { body } = await world.ask('GET', `${TABS}/a`)
    expect(body).not.toHaveProperty('status')
    await world.ask('PATCH', `${TABS}/a/status`, { spec: { replicas: 5 }, status: { replicas: 3, selector: 'a=b' } }, MERGE)
    expect((await world.ask('GET', `${TABS}/a`)).body).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 3 }, metadata: { generation: 1 } })
    expect((await world.ask('GET', `${TABS}/a/scale`)).body).toMatchObject({ kind: 'Scale', spec: { replicas: 1 }, status: { replicas: 3, selector: 'a=b' } })
    await world.ask('PATCH', `${TABS}/a/scale`, { spec: { replicas: 4 } }, MERGE)
    expect((await world.ask('GET', `${TABS}/a`)).body).toMatchObject({ spec: { replicas: 4 } })
    expect((await world.ask('PATCH', `${TABS}/a/status`, { status: { at: 'never' } }, MERGE)).body).toMatchObject({ code: 422 })
    expect((await world.ask('PATCH', `${TABS}/a/status`, { status: { replicas: -1 } }, MERGE)).body).toMatchObject({ code: 422, message: expect.stringContaining('.status.replicas: Invalid value: -1: should be a non-negative integer') })
  })
  it('has no scale where the number is not there', async () => {
    const knob = { type: 'object', properties: { spec: { type: 'object', properties: { n: { type: 'integer' } } } } }
    const scale = { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' }
    const made = await world.ask('POST', CRDS, { ...definition({ names: { plural: 'knobs', kind: 'Knob' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: knob }, subresources: { scale } }] }), metadata: { name: 'knobs.stable.example.com' } })
    expect(made.status).toBe(201)
    await established('knobs.stable.example.com')
    const knobs = '/apis/stable.example.com/v1/namespaces/default/knobs'
    const scaleTo = async (replicas: number | undefined) => (await world.ask('PATCH', `${knobs}/a/scale`, replicas === undefined ? { metadata: { labels: null } } : { spec: { replicas } }, MERGE)).body
    await world.ask('POST', knobs, { apiVersion: 'stable.example.com/v1', kind: 'Knob', metadata: { name: 'a' } })
    expect((await world.ask('GET', `${knobs}/a/scale`)).body).toMatchObject({ code: 500, message: 'Internal error occurred: the spec replicas field ".spec.n" does not exist' })
    expect(await scaleTo(undefined)).toMatchObject({ code: 400, message: 'the spec replicas field ".spec.n" cannot be empty' })
    expect(await scaleTo(-1)).toMatchObject({ code: 422, message: 'Knob.stable.example.com "a" is invalid: .spec.n: Invalid value: -1: should be a non-negative integer' })
    expect(await scaleTo(2)).toMatchObject({ spec: { replicas: 2 } })
    expect((await world.ask('GET', `${knobs}/a/scale`)).body).toMatchObject({ kind: 'Scale', spec: { replicas: 2 } })
    await world.ask('DELETE', `${CRDS}/knobs.stable.example.com`)
    await expect.poll(async () => (await world.ask('GET', `${CRDS}/knobs.stable.example.com`)).status).toBe(404)
  })
  it('is applied: lists of maps merge by their keys', async () => {
    const apply = (manager: string, spec: object) => world.ask('PATCH', `${TABS}/a?fieldManager=${manager}`, tab('a', spec), { 'content-type': 'application/apply-patch+yaml' })
    expect((await apply('one', { rows: [{ name: 'x', value: 1 }], tags: ['a'] })).status).toBe(201)
    expect((await apply('two', { rows: [{ name: 'y', value: 2 }], tags: ['b'] })).body).toMatchObject({ spec: { rows: [{ name: 'x', value: 1 }, { name: 'y', value: 2 }], tags: ['a', 'b'] } })
    expect((await apply('two', { rows: [{ name: 'x', value: 2 }] })).body).toMatchObject({ code: 409, message: expect.stringContaining('.spec.rows[name="x"].value') })
    expect((await apply('one', { rows: [] })).body).toMatchObject({ spec: { rows: [{ name: 'y', value: 2 }], tags: ['b'] } })
  })
  it('is replaced by who says which version he saw', async () => {
    const made = await world.ask('POST', TABS, tab('a'))
    const { resourceVersion } = (made.body as unknown as { metadata: { resourceVersion: string } }).metadata
    for (const path of [`${TABS}/a`, `${TABS}/a/status`]) expect((await world.ask('PUT', path, tab('a', { image: 'b' }))).body).toMatchObject({ code: 422, reason: 'Invalid', message: 'crontabs.stable.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update' })
    expect((await world.ask('PUT', `${TABS}/a`, tab('a', { image: 'b' }, { metadata: { name: 'a', resourceVersion } }))).body).toMatchObject({ spec: { image: 'b' } })
    expect((await world.ask('PUT', `${TABS}/none`, tab('none'))).status).toBe(404)
  })
  it('takes no strategic merge patch', async () => {
    await world.ask('POST', TABS, tab('a'))
    expect((await world.ask('PATCH', `${TABS}/a`, {}, { 'content-type': 'application/strategic-merge-patch+json' })).status).toBe(415)
  })
  it('is left alone where a new schema would refuse it, but for what changes', async () => {
    await world.ask('POST', TABS, tab('a', { image: 'a' }))
    const path = `${CRDS}/crontabs.stable.example.com`
    const change = (values: string[]) => world.ask('PATCH', path, [0, 1].map((i) => ({ op: 'replace', path: `/spec/versions/${i}/schema/openAPIV3Schema/properties/spec/properties/image/enum`, value: values })), { 'content-type': 'application/json-patch+json' })
    expect((await change(['b'])).status).toBe(200)
    await expect.poll(async () => message('POST', `${TABS}?dryRun=All`, tab('z', { image: 'a' }))).toContain('Unsupported value: "a"')
    expect((await world.ask('PATCH', `${TABS}/a`, { spec: { replicas: 3 } }, MERGE)).status).toBe(200)
    await change(['a', 'b'])
    await expect.poll(async () => (await world.ask('POST', `${TABS}?dryRun=All`, tab('z', { image: 'a' }))).status).toBe(201)
  })
})

describe('the end of a definition', () => {
  it('takes its objects along, waits for their finalizers, and ends watches', async () => {
    await world.ask('POST', TABS, tab('held', {}, { metadata: { name: 'held', finalizers: ['example.com/hold'] } }))
    await world.ask('POST', TABS, tab('free'))
    const watch = await world.watch(TABS)
    await watch.next()
    expect((await world.ask('DELETE', `${CRDS}/crontabs.stable.example.com`)).body).toMatchObject({ status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending' })]) } })
    await expect.poll(async () => (await world.ask('GET', `${TABS}/free`)).status).toBe(404)
    expect((await world.ask('GET', `${CRDS}/crontabs.stable.example.com`)).body).toMatchObject({ metadata: { finalizers: ['customresourcecleanup.apiextensions.k8s.io'] }, status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'Terminating', status: 'True', reason: 'InstanceDeletionInProgress' })]) } })
    expect((await world.ask('POST', TABS, tab('late'))).body).toMatchObject({ code: 405, reason: 'MethodNotAllowed', message: 'create not allowed while custom resource definition is terminating' })
    await expect.poll(async () => {
      await world.turn(61_000)
      return (await world.ask('GET', `${CRDS}/crontabs.stable.example.com`)).body
    }).toMatchObject({ status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'Terminating', reason: 'InstanceDeletionCheck' })]) } })
    await world.ask('PATCH', `${TABS}/held`, { metadata: { finalizers: null } }, MERGE)
    await expect.poll(async () => (await world.ask('GET', TABS)).status).toBe(404)
    let last = await watch.next()
    while (last) last = await watch.next()
    expect((await world.ask('GET', '/apis/stable.example.com')).status).toBe(404)
  })
})
