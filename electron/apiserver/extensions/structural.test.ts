import { describe, expect, it } from 'vitest'
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { fieldPathIn, readFieldPath } from './field-path.ts'
import type { JsonSchema } from './json-schema.ts'
import { validateVersionSchemas } from './validate-versions.ts'

const definition = (schema: object, more: object = {}): CustomResourceDefinition => ({ metadata: { name: 'x' }, spec: { versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...more }] } }) as unknown as CustomResourceDefinition
const ROOT = 'spec.validation.openAPIV3Schema'
/** Without the values that were given, and what the path begins with. */
const plain = (message: string): string => message.replace(/^Required value/, 'Required').replace(/^(Invalid|Unsupported) value: (?:"(?:[^"\\]|\\.)*"|\{.*?\}|\[.*?\]|null|true|false|\d+): /s, '$1: ')
const faults = (schema: object, more?: object): string[] => validateVersionSchemas(definition(schema, more)).map((e) => `${e.field.replace(ROOT, '')}: ${plain(e.message)}`)
const object = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more })
const a = { a: { type: 'string' } }
const list = (items: object, type: string, ...keys: string[]): object => ({ type: 'array', 'x-kubernetes-list-type': type, ...(keys.length ? { 'x-kubernetes-list-map-keys': keys } : {}), items })
const rules = (...given: object[]): object => ({ 'x-kubernetes-validations': given })
const EMBEDDED = { 'x-kubernetes-embedded-resource': true }
const PRESERVE = { 'x-kubernetes-preserve-unknown-fields': true }
const INT_OR_STRING = { 'x-kubernetes-int-or-string': true }
const KINDS = [{ type: 'integer' }, { type: 'string' }]
const S = '.properties[s]'

describe('the schema of a definition', () => {
  it.each<[string, object]>([
    ['an embedded resource of unknown fields', { type: 'object', ...EMBEDDED, ...PRESERVE }], ['unknown fields of any type', PRESERVE],
    ['int or string', { ...INT_OR_STRING, anyOf: KINDS }], ['int or string, and more', { ...INT_OR_STRING, allOf: [{ anyOf: KINDS }, { pattern: '^a' }] }],
    ['a set of atomic maps', list(object(a, { 'x-kubernetes-map-type': 'atomic' }), 'set')], ['a rule about a field', object(a, rules({ rule: 'true', fieldPath: '.a' }))],
    ['a key with a default', list(object({ a: { type: 'string', default: 'x' } }), 'map', 'a')], ['a rule about the change of an element', list(object(a, { required: ['a'], ...rules({ rule: 'self == oldSelf' }) }), 'map', 'a')],
    ['a default in an embedded name', object({ metadata: object({ name: { type: 'string', default: 'x' } }) }, EMBEDDED)],
  ])('%s is structural', (_what, schema) => expect(faults(object({ s: schema }))).toEqual([]))
  it.each<[string, object, string | RegExp]>([
    ['no type', { properties: {} }, `${S}.type: Required: must not be empty for specified object fields`], ['no items', { type: 'array' }, `${S}.items: Required: must be specified`],
    ['an unknown type', { type: 'foo' }, `${S}.type: Unsupported: supported values: "array", "boolean", "integer", "number", "object", "string"`],
    ['an empty embedded resource', { type: 'object', ...EMBEDDED }, `${S}.properties: Required: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields`],
    ['an embedded resource that is a map', { type: 'object', ...EMBEDDED, ...PRESERVE, additionalProperties: { type: 'string' } }, `${S}.additionalProperties: Forbidden: must not be used if x-kubernetes-embedded-resource is set`],
    ['an embedded resource with numbers for versions', object({ apiVersion: { type: 'integer' } }, EMBEDDED), `${S}.properties[apiVersion].type: Invalid: must be string`],
    ['a typed int or string', { type: 'integer', ...INT_OR_STRING }, `${S}.type: Invalid: must be empty if x-kubernetes-int-or-string is true`],
    ['string or int', { ...INT_OR_STRING, anyOf: [...KINDS].reverse() }, `${S}.anyOf[0].type: Forbidden: must be empty to be structural`],
    ['a type in anyOf', { type: 'string', anyOf: [{ type: 'string' }] }, `${S}.anyOf[0].type: Forbidden: must be empty to be structural`],
    ['a default in not', { type: 'string', not: { default: 'x' } }, `${S}.not.default: Forbidden: must be undefined to be structural`],
    ['rules in allOf', { type: 'string', allOf: [rules({ rule: 'true' })] }, `${S}.allOf[0].x-kubernetes-validations: Forbidden: must be empty to be structural`],
    ['int or string in allOf', { type: 'string', allOf: [INT_OR_STRING] }, `${S}.allOf[0].x-kubernetes-int-or-string: Forbidden: must be false to be structural`],
    ['metadata in oneOf', object(a, { oneOf: [{ properties: { metadata: {} } }] }), new RegExp(`${'\\[s\\]'}.oneOf\\[0\\].properties\\[metadata\\]: Forbidden: must not be specified in a nested context`)],
    ['a field of allOf alone', object(a, { allOf: [{ properties: { b: { minLength: 1 } } }] }), `${S}.properties[b]: Required: because it is defined in ${ROOT}${S}.allOf[0].properties[b]`],
    ['items of anyOf alone', object(a, { anyOf: [{ properties: { a: { items: { minLength: 1 } } } }] }), `${S}.properties[a].items: Required: because it is defined in ${ROOT}${S}.anyOf[0].properties[a].items`],
    ['a bad pattern', { type: 'string', pattern: '(' }, /pattern: Invalid: must be a valid regular expression, but isn't: /],
    ['a default of another type', { type: 'string', default: 1 }, /default: Invalid: .*must be of type string/], ['a default with unknown fields', object(a, { default: { b: 1 } }), `${S}.default: Invalid: must not have unknown fields`],
    ['a list type on a string', { type: 'string', 'x-kubernetes-list-type': 'set' }, `${S}.type: Invalid: must be array if x-kubernetes-list-type is specified`], ['a map type on a string', { type: 'string', 'x-kubernetes-map-type': 'atomic' }, `${S}.type: Invalid: must be object if x-kubernetes-map-type is specified`],
    ['a set of maps', list(object(a), 'set'), `${S}.items.x-kubernetes-map-type: Invalid: must be atomic as item of a list with x-kubernetes-list-type=set`],
    ['a key twice', list(object(a, { required: ['a'] }), 'map', 'a', 'a'), `${S}.x-kubernetes-list-map-keys: Invalid: must not contain duplicate entries`], ['a key that is a map', list(object({ a: object({}) }, { required: ['a'] }), 'map', 'a'), `${S}.items.properties[a].type: Invalid: must be a scalar type if parent array's x-kubernetes-list-type is map`],
    ['a key that may be null', list(object({ a: { type: 'string', nullable: true } }, { required: ['a'] }), 'map', 'a'), `${S}.items.properties[a].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable`],
    ['elements that may be null', list(object(a, { required: ['a'], nullable: true }), 'map', 'a'), `${S}.items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is map`],
    ['no unknown fields, in words', { type: 'object', 'x-kubernetes-preserve-unknown-fields': false }, `${S}.x-kubernetes-preserve-unknown-fields: Invalid: must be true or undefined`],
    ['a rule of two lines', object(a, rules({ rule: 'true\n|| false' })), `${S}.x-kubernetes-validations[0].message: Required: message must be specified if rule contains line breaks`], ['an empty message', object(a, rules({ rule: 'true', message: ' ' })), `${S}.x-kubernetes-validations[0].message: Invalid: must be non-empty if specified`],
    ['an empty expression for a message', object(a, rules({ rule: 'true', messageExpression: ' ' })), `${S}.x-kubernetes-validations[0].messageExpression: Required: messageExpression must be non-empty if specified`], ['a message that is a number', object(a, rules({ rule: 'true', messageExpression: '1' })), /messageExpression: Invalid: compilation failed: .*must evaluate to string/],
    ['a reason of its own', object(a, rules({ rule: 'true', reason: 'Nope' })), `${S}.x-kubernetes-validations[0].reason: Unsupported: supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`],
    ['a path to nowhere', object(a, rules({ rule: 'true', fieldPath: '.b' })), `${S}.x-kubernetes-validations[0].fieldPath: Invalid: must be a valid path`],
    ['oldSelf in a set', { type: 'array', maxItems: 2, items: { type: 'string', maxLength: 5, ...rules({ rule: 'self == oldSelf' }) } }, `${S}.items.x-kubernetes-validations[0].rule: Invalid: oldSelf cannot be used on the uncorrelatable portion of the schema within ${ROOT}${S}`],
    ['oldSelf in an atomic map', object({ a: { type: 'string', maxLength: 5, ...rules({ rule: 'self == oldSelf' }) } }, { 'x-kubernetes-map-type': 'atomic' }), /within .*properties\[s\]$/],
    ['an optional oldSelf that is not used', object(a, rules({ rule: 'true', optionalOldSelf: true })), `${S}.x-kubernetes-validations[0].optionalOldSelf: Invalid: may not be set if oldSelf is not used in rule`],
    ['a rule that is too dear', { type: 'array', items: { type: 'array', items: { type: 'string' } }, ...rules({ rule: 'self.all(x, x.all(y, y == "a"))' }) }, `${S}.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`],
  ])('%s is not', (_what, schema, fault) => {
    const [found = ''] = faults(object({ s: schema }))
    expect(typeof fault === 'string' ? found === fault : fault.test(found), found).toBe(true)
  })
  it.each<[string, object, string]>([
    ['labels', object({ metadata: object({ labels: { type: 'object' } }) }), '.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified'],
    ['rules about metadata', object({ metadata: { type: 'object', ...rules({ rule: 'true' }) } }), '.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified'],
    ['a name by default', object({ metadata: object({ name: { type: 'string', default: 'x' } }) }), '.properties[metadata].properties[name].default: Forbidden: must not be set in top-level metadata'],
    ['metadata that is text', object({ metadata: { type: 'string' } }), '.properties[metadata].type: Invalid: must be object'], ['kinds that are numbers', object({ kind: { type: 'integer' } }), '.properties[kind].type: Invalid: must be string'],
    ['any fields', { type: 'object', additionalProperties: { type: 'string' } }, '.additionalProperties: Forbidden: must not be used at the root'], ['text', { type: 'string' }, '.type: Invalid: must be object at the root'],
  ])('at the root there cannot be %s', (_what, schema, fault) => expect(faults(schema)).toContain(fault))
  it('rules may read the names of metadata, and nothing else of it', () => {
    expect(faults(object({}, rules({ rule: 'self.metadata.name.startsWith("a")' })))).toEqual([])
    expect(faults(object({}, rules({ rule: 'has(self.metadata.labels)' })))).toEqual([expect.stringContaining("undefined field 'labels'")])
  })
  it('with a status of its own is of few words at the root', () => {
    expect(faults(object({}, { anyOf: [{ required: ['a'] }] }), { subresources: { status: {} } })).toEqual([expect.stringMatching(/^: Invalid: only \[Description Type .*\] fields are allowed at the root of the schema if the status subresource is enabled$/)])
    expect(faults(object({ spec: {} , ...a }, { ...PRESERVE, ...rules({ rule: 'true' }) }), { subresources: { status: {} } })).toEqual([`.properties[spec].type: Required: must not be empty for specified object fields`])
  })
  it('that has not changed is not looked at again', () => {
    const bad = definition(object({ s: {} }))
    expect([validateVersionSchemas(bad), validateVersionSchemas(bad, bad)].map((l) => l.length)).toEqual([1, 0])
  })
  it('many rules together may be too dear', () => {
    const dear = { type: 'array', maxItems: 600, items: { type: 'string', maxLength: 60 }, ...rules({ rule: 'self.all(x, self.all(y, x.contains(y)))' }) }
    const found = faults(object(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`p${i}`, dear]))))
    expect(found).toHaveLength(5)
    expect(found[0]).toMatch(/^\.properties\[p\d+\]\.x-kubernetes-validations\[0\]\.rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema$/)
    expect(found[4]).toMatch(/^: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of [\d.]+x/)
  })
})

describe('the path of a field', () => {
  const schema: JsonSchema = { type: 'object', properties: { a: { type: 'object', properties: { 'b-c': { type: 'string' } } }, m: { type: 'object', additionalProperties: { type: 'object', properties: { x: { type: 'string' } } } } } }
  it.each([['.a', 'a'], [".a['b-c']", 'a.b-c'], [".m['k.l'].x", 'm[k.l].x'], ['.m.k', 'm[k]'], [".m['it\\'s']", "m[it's]"], ['', '']])('%s is %s', (text, path) => expect(fieldPathIn(schema, text)).toBe(path))
  it.each([['a', 'expected [ or . but got: a'], ['.a[0]', 'expected single quoted string but got 0'], ['.a.', 'unexpected end of JSON path'], ['.nope', 'does not refer to a valid field'], [".m['k'x", 'expected ] but got x'], [".m['\\q']", 'invalid string literal: invalid escape char \\q']])('%s: %s', (text, why) => {
    expect(() => readFieldPath(schema, text)).toThrow(why)
    expect(fieldPathIn(schema, text)).toBeUndefined()
  })
  it('of a selectable field has no brackets', () => expect(() => readFieldPath(schema, ".a['b-c']", false)).toThrow('array notation is not allowed'))
})
