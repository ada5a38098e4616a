import { expect, it } from 'vitest'
import { kubectl, namespace } from '../cluster.ts'
import { anything, define, version } from './custom.ts'

const SCHEMA = { type: 'object', properties: { spec: { type: 'object', properties: { cronSpec: { type: 'string' }, ports: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['port'], items: { type: 'object', required: ['port'], properties: { port: { type: 'integer' }, name: { type: 'string' } } } }, template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true } } } } }
/** kubectl says what the server says: an error with `--validate=strict`. */
const strictly = async (text: string) => {
  const ns = await namespace()
  return kubectl(['create', '-n', ns, '--validate=strict', '-f', '-'], { input: text })
}

it('unknown+duplicate in typed object', async () => {
  const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  unknown1: val\n  paused: true\n  paused: false\n  selector: {matchLabels: {app: x}}\n  template:\n    metadata: {labels: {app: x}}\n    spec:\n      containers: [{name: c, image: i, unknownNested: 1}]\n'
  const ns = await namespace()
  const { code, stderr } = await kubectl(['create', '--raw', `/apis/apps/v1/namespaces/${ns}/deployments?fieldValidation=Strict`, '-f', '-'], { input: JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { unknown1: 'val', selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'i', unknownNested: 1 }] } } } }).replace('"unknown1"', '"paused":true,"paused":false,"unknown1"') })
  expect(code).toBe(1)
  for (const part of ['strict decoding error', 'duplicate field "spec.paused"', 'unknown field "spec.unknown1"', 'unknown field "spec.template.spec.containers[0].unknownNested"']) expect(stderr).toContain(part)
  expect((await strictly(text)).code).toBe(1)
})

it('unknown metadata of typed object', async () => {
  const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, unknownMeta: 1}\nspec:\n  selector: {matchLabels: {app: x}}\n  template:\n    metadata: {labels: {app: x}, unknownSpecMeta: 1}\n    spec:\n      containers: [{name: c, image: i}]\n'
  const { code, stderr } = await strictly(text)
  expect(code).toBe(1)
  for (const part of ['unknown field "metadata.unknownMeta"', 'unknown field "spec.template.metadata.unknownSpecMeta"']) expect(stderr).toContain(part)
})

it('valid CR with schema', async () => {
  const kind = await define([version('v1', SCHEMA)])
  const text = `apiVersion: ${kind.group}/v1\nkind: ${kind.kind}\nmetadata: {name: a, finalizers: [test-finalizer]}\nspec:\n  cronSpec: "* * * * */5"\n  ports: [{name: x, port: 8080}]\n`
  const ns = await namespace()
  expect(await kubectl(['apply', '--server-side', '-n', ns, '--validate=strict', '-f', '-'], { input: text.replace(', finalizers: [test-finalizer]', '') })).toMatchObject({ code: 0 })
})

it('CR unknown fields, no schema', async () => {
  const kind = await define([version('v1', anything)])
  expect(await strictly(`apiVersion: ${kind.group}/v1\nkind: ${kind.kind}\nmetadata: {name: a}\nspec: {foo: foo1, cronSpec: "*", ports: [{a: 1}]}\n`)).toMatchObject({ code: 0 })
})

it('invalid CR extra properties', async () => {
  const kind = await define([version('v1', SCHEMA)])
  const { code, stderr } = await strictly(`apiVersion: ${kind.group}/v1\nkind: ${kind.kind}\nmetadata: {name: a}\nspec:\n  cronSpec: "*"\n  extraProperty: arbitrary-value\n  ports: [{name: x, port: 80, hostPort: 81}]\n`)
  expect(code).toBe(1)
  for (const part of ['unknown field "spec.extraProperty"', 'unknown field "spec.ports[0].hostPort"']) expect(stderr).toContain(part)
})

it('duplicates in CR', async () => {
  const kind = await define([version('v1', SCHEMA)])
  const ns = await namespace()
  const body = `{"apiVersion":"${kind.group}/v1","kind":"${kind.kind}","metadata":{"name":"a"},"spec":{"unknown":"uk1","cronSpec":"a","cronSpec":"b","ports":[{"name":"x","port":80,"port":81}]}}`
  const { code, stderr } = await kubectl(['create', '--raw', `${kind.path(ns)}?fieldValidation=Strict`, '-f', '-'], { input: body })
  expect(code).toBe(1)
  for (const part of ['duplicate field "spec.cronSpec"', 'duplicate field "spec.ports[0].port"', 'unknown field "spec.unknown"']) expect(stderr).toContain(part)
})

it('unknown metadata in CR root and embedded', async () => {
  const kind = await define([version('v1', SCHEMA)])
  const { code, stderr } = await strictly(`apiVersion: ${kind.group}/v1\nkind: ${kind.kind}\nmetadata: {name: a, unknownMeta: 1}\nspec:\n  cronSpec: "*"\n  template:\n    apiVersion: foo/v1\n    kind: Sub\n    metadata: {unknownSubMeta: 1, name: sub}\n`)
  expect(code).toBe(1)
  for (const part of ['unknown field "metadata.unknownMeta"', 'unknown field "spec.template.metadata.unknownSubMeta"']) expect(stderr).toContain(part)
})
