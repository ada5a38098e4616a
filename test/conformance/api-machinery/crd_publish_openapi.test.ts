import { expect, it } from 'vitest'
import { api, eventually, kubectl, namespace, ok } from '../cluster.ts'
import { anything, define, version, type Kind } from './custom.ts'

interface Swagger { definitions: Record<string, { properties?: Record<string, { description?: string }>; 'x-kubernetes-group-version-kind'?: object[] } | undefined> }
const componentOf = (kind: Kind, v = 'v1'): string => `${kind.group.split('.').reverse().join('.')}.${v}.${kind.kind}`
const swagger = (): Promise<Swagger> => api().get<Swagger>('/openapi/v2')
const published = (kind: Kind, v = 'v1') => eventually(`${kind.name} is published`, swagger, (s) => s.definitions[componentOf(kind, v)] !== undefined).then((s) => s.definitions[componentOf(kind, v)])
const explain = (what: string, ...more: string[]): Promise<string> => eventually(`explain ${what}`, () => kubectl(['explain', what, ...more]), (r) => r.code === 0).then((r) => r.stdout)

const FOO = {
  type: 'object', description: 'Foo CRD for Testing',
  properties: {
    spec: { type: 'object', description: 'Specification of Foo', properties: { bars: { type: 'array', description: 'List of Bars and their specs.', items: { type: 'object', required: ['name'], properties: { name: { type: 'string', description: 'Name of Bar.' }, age: { type: 'string', description: 'Age of Bar.' }, bazs: { type: 'array', description: 'List of Bazs.', items: { type: 'string' } }, feeling: { type: 'string', enum: ['Great', 'Down'] } } } } } },
    status: { type: 'object', description: 'Status of Foo', properties: { bars: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } } } },
  },
}

it('with validation schema', async () => {
  const ns = await namespace()
  const foo = await define([version('v1', FOO)])
  expect(await published(foo)).toMatchObject({ description: 'Foo CRD for Testing', properties: { spec: { description: 'Specification of Foo' } }, 'x-kubernetes-group-version-kind': [{ group: foo.group, version: 'v1', kind: foo.kind }] })
  const send = (object: object, ...how: string[]) => kubectl([...(how.length ? how : ['create']), '-n', ns, '-f', '-'], { input: JSON.stringify(object) })
  const good = foo.object('good', { spec: { bars: [{ name: 'test-bar', age: '10', feeling: 'Great' }] } })
  expect(await send(good)).toMatchObject({ code: 0, stderr: '' })
  expect(await send(good, 'apply')).toMatchObject({ code: 0 })
  for (const [spec, message] of [[{ bars: [{ name: 'a', feeling: 'NonExistentValue' }] }, 'Unsupported value: "NonExistentValue"'], [{ foo: true }, 'unknown field "spec.foo"'], [{ bars: [{ age: '10' }] }, 'Required value']] as const) {
    for (const how of ['create', 'apply']) {
      const answer = await send(foo.object('bad', { spec }), how)
      expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining(message) })
    }
  }
  expect(await explain(foo.name)).toContain('Foo CRD for Testing')
  expect(await explain(`${foo.plural}.metadata`, `--api-version=${foo.group}/v1`)).toMatch(/DESCRIPTION:[^]*metadata/i)
  expect(await explain(`${foo.plural}.spec`, `--api-version=${foo.group}/v1`)).toContain('Specification of Foo')
  expect(await explain(`${foo.plural}.spec.bars`, `--api-version=${foo.group}/v1`)).toContain('List of Bars and their specs.')
  expect(await kubectl(['explain', `${foo.plural}.spec.bars2`, `--api-version=${foo.group}/v1`])).toMatchObject({ code: 1, stderr: expect.stringContaining('does not exist') })
})

it('without validation schema', async () => {
  const ns = await namespace()
  const foo = await define([version('v1', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true })])
  expect(await published(foo)).toMatchObject({ type: 'object' })
  for (const how of ['create', 'apply']) {
    expect(await kubectl([how, '-n', ns, '-f', '-'], { input: JSON.stringify(foo.object('any', { a: { b: 'c' }, bars: [{ x: 1 }] })) })).toMatchObject({ code: 0 })
    await ok(['delete', foo.name, 'any', '-n', ns])
  }
  expect(await explain(foo.name)).toContain(`KIND:       ${foo.kind}`)
})

it('preserve unknown at root', async () => {
  const ns = await namespace()
  const foo = await define([version('v1', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { spec: { type: 'object', properties: { known: { type: 'string' } } } } })])
  expect(await published(foo)).toMatchObject({ 'x-kubernetes-preserve-unknown-fields': true })
  const made = JSON.parse(await ok(['create', '-n', ns, '-o', 'json', '-f', '-'], { input: JSON.stringify(foo.object('a', { extra: { deep: [1] } })) })) as object
  expect(made).toMatchObject({ extra: { deep: [1] } })
})

it('preserve unknown in embedded object', async () => {
  const ns = await namespace()
  const foo = await define([version('v1', { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } })])
  await published(foo)
  const made = JSON.parse(await ok(['create', '-n', ns, '-o', 'json', '-f', '-'], { input: JSON.stringify(foo.object('a', { spec: { a: null, b: [{ c: 'd' }] } })) })) as object
  expect(made).toMatchObject({ spec: { b: [{ c: 'd' }] } })
  expect(await explain(`${foo.plural}.spec`, `--api-version=${foo.group}/v1`)).toContain('spec')
})

it('different groups', async () => {
  const [one, two] = await Promise.all([define([version('v1', FOO)]), define([version('v1', FOO)])])
  expect(one.group).not.toBe(two.group)
  for (const kind of [one, two]) expect(await published(kind)).toBeDefined()
})

it('same group different versions', async () => {
  const foo = await define([version('v1', FOO), version('v2', FOO, { storage: false })])
  for (const v of ['v1', 'v2']) expect(await published(foo, v)).toMatchObject({ 'x-kubernetes-group-version-kind': [{ version: v }] })
})

it('same group+version different kinds', async () => {
  const one = await define([version('v1', FOO)])
  const two = await define([version('v1', FOO)], { group: one.group })
  for (const kind of [one, two]) expect(await published(kind)).toMatchObject({ 'x-kubernetes-group-version-kind': [{ kind: kind.kind }] })
})

const patch = (kind: Kind, operations: object[]): Promise<string> => ok(['patch', 'crd', kind.name, '--type=json', '-p', JSON.stringify(operations)])

it('version renamed', async () => {
  const foo = await define([version('v2', FOO), version('v3', FOO, { storage: false })])
  await published(foo, 'v3')
  await patch(foo, [{ op: 'replace', path: '/spec/versions/1/name', value: 'v4' }])
  const document = await eventually('the new name is published, the old one is not', swagger, (s) => s.definitions[componentOf(foo, 'v4')] !== undefined && s.definitions[componentOf(foo, 'v3')] === undefined)
  expect(document.definitions[componentOf(foo, 'v2')]).toBeDefined()
})

it('version no longer served', async () => {
  const foo = await define([version('v5', anything), version('v6alpha1', anything, { storage: false })])
  await published(foo, 'v6alpha1')
  await patch(foo, [{ op: 'replace', path: '/spec/versions/1/served', value: false }])
  const document = await eventually('it is published no more', swagger, (s) => s.definitions[componentOf(foo, 'v6alpha1')] === undefined)
  expect(document.definitions[componentOf(foo, 'v5')]).toBeDefined()
})
