import { describe, expect, it } from 'vitest'
import type { CustomResourceDefinition } from '../../../../shared/api/types.ts'
import { validateVersionSchemas } from '../../extensions/validate-versions.ts'
import { acceptedNames, validateDefinition, validateDefinitionUpdate } from './customresourcedefinition.ts'

const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } } } }
const version = (name: string, more: object = {}) => ({ name, served: true, storage: name === 'v1', schema, ...more })
const definition = (spec: object = {}, more: object = {}): CustomResourceDefinition => ({
  metadata: { name: 'tabs.example.com' }, status: { storedVersions: ['v1'] }, ...more,
  spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'tabs', singular: 'tab', kind: 'Tab', listKind: 'TabList' }, versions: [version('v1')], ...spec },
}) as unknown as CustomResourceDefinition
const said = (object: CustomResourceDefinition, old?: CustomResourceDefinition): string[] => [...validateDefinition(object, old), ...validateVersionSchemas(object, old)].map((e) => `${e.field}: ${e.message}`)
const established = { status: { storedVersions: ['v1'], conditions: [{ type: 'Established', status: 'True' }] } }
const hook = (more: object = {}): object => ({ conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://localhost/', ...more } } } })

describe('a definition', () => {
  it('may be plain', () => expect(said(definition())).toEqual([]))
  it.each<[string, object, string[]]>([
    ['without names', { names: {} }, ['metadata.name: Invalid value: "tabs.example.com": must be spec.names.plural+"."+spec.group', ...['plural', 'singular', 'kind', 'listKind'].map((n) => `spec.names.${n}: Required value`)]],
    ['without versions', { versions: undefined }, ['spec.versions: Invalid value: null: must have exactly one version marked as storage version', 'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions']],
    ['that stores nothing', { versions: [version('v1', { storage: false })] }, ['spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: must have exactly one version marked as storage version']],
    ['with a warning of odd signs', { versions: [version('v1', { deprecated: true, deprecationWarning: 'é\u00a0' })] }, ['spec.versions[0].deprecationWarning: Invalid value: "é\u00a0": must only contain printable UTF-8 characters; non-printable character found at index 2']],
    ['that converts without saying how', { conversion: { strategy: 'Webhook' } }, ['spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook', 'spec.conversion.conversionReviewVersions: Required value']],
    ['that does not convert, and says how', { conversion: { strategy: 'None', webhook: { clientConfig: {}, conversionReviewVersions: ['v1'] } } }, ['spec.conversion.webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook', 'spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook']],
    ['that asks in other words', { conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v9'], clientConfig: { url: 'https://localhost/' } } } }, ['spec.conversion.conversionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1']],
  ])('%s', (_what, spec, expected) => expect(said(definition(spec))).toEqual(expected))
  it.each<[string, object, string]>([
    ['columns', { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: 'a' }] }, 'additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with .'],
    ['a scale', { subresources: { scale: { specReplicasPath: '.status.n', statusReplicasPath: '.status.n' } } }, 'subresources.scale.specReplicasPath: Invalid value: ".status.n": should be a json path under .spec'],
    ['selectable fields', { selectableFields: [{ jsonPath: '.spec.b' }] }, 'selectableFields[0].jsonPath: Invalid value: ".spec.b": is an invalid path: does not refer to a valid field'],
    ['a path with brackets', { selectableFields: [{ jsonPath: ".spec['a']" }] }, `selectableFields[0].jsonPath: Invalid value: ".spec['a']": is an invalid path: array notation is not allowed`],
    ['a schema', { schema: { openAPIV3Schema: { type: 'object', properties: { x: {} } } } }, 'schema.openAPIV3Schema.properties[x].type: Required value: must not be empty for specified object fields'],
  ])('says %s that all versions have at its top, others where they stand', (_what, more, fault) => {
    const top = `spec.${fault.replace(/^schema\./, 'validation.')}`
    expect(said(definition({ versions: [version('v1', more)] }))).toEqual([top])
    expect(said(definition({ versions: [version('v1', more), version('v2', more)] }))).toEqual([top])
    expect(said(definition({ versions: [version('v1'), version('v2', more)] }))).toEqual([`spec.versions[1].${fault}`])
  })
  it('has no more than eight selectable fields, but keeps those that it had', () => {
    const properties = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}`, { type: 'string' }]))
    const many = definition({ versions: [version('v1', { schema: { openAPIV3Schema: { type: 'object', properties } }, selectableFields: Object.keys(properties).map((f) => ({ jsonPath: `.${f}` })) })] })
    expect(said(many)).toEqual(['spec.selectableFields: Too many: 9: must have at most 8 items'])
    expect(said(many, many)).toEqual([])
  })
  it('may name authorities that cannot be read until it is established', () => {
    const bad = { caBundle: Buffer.from('none').toString('base64') }
    expect(said(definition(hook(bad)))).toEqual([])
    expect(said(definition(hook(bad)), definition({}))).toEqual([])
    expect(said(definition(hook(bad)), definition(hook(), established))).toEqual([`spec.conversion.webhookClientConfig.caBundle: Invalid value: ${JSON.stringify(bad.caBundle)}: unable to load root certificates: unable to parse bytes as PEM block`])
    expect(said(definition(hook(bad)), definition(hook(bad), established))).toEqual([])
  })
  it('keeps what its name is made of, and once established its scope and kind', () => {
    const changed = definition({ group: 'other.example.com', scope: 'Cluster', names: { plural: 'tubs', kind: 'Tub' } })
    const fields = (old: CustomResourceDefinition): string[] => validateDefinitionUpdate(changed, old).map((e) => e.field)
    expect(fields(definition())).toEqual(['spec.group', 'spec.names.plural'])
    expect(fields(definition({}, established))).toEqual(['spec.scope', 'spec.names.kind', 'spec.group', 'spec.names.plural'])
  })
  it('has names in its status that are names', () => {
    expect(acceptedNames(definition({}, { status: { acceptedNames: { plural: 'A', kind: 'a b' } } })).map((e) => e.field)).toEqual(['status.acceptedNames.plural', 'status.acceptedNames.kind'])
    expect(acceptedNames(definition({}, { status: { storedVersions: ['v9'] } }))).toEqual([])
  })
})
