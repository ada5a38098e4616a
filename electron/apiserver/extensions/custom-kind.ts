/** From a version of a CustomResourceDefinition to a kind like any other. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { field, methodNotAllowed, type FieldError } from '../../../shared/errors.ts'
import { cloneJson, isRecord, lookUp } from '../json.ts'
import { Unprepared } from '../registry/prepared.ts'
import { defineKind, type KindDefinition, type ScaleBinding, type StorageForm } from '../resources/kind.ts'
import { checkObject, type Checked } from '../schema/check.ts'
import type { Schema, Schemas } from '../schema.ts'
import { customColumns } from './columns.ts'
import type { Convert } from './conversion.ts'
import { internalSchema, ruleSchema } from './internal-schema.ts'
import { parseJsonPath } from './json-path.ts'
import { EMBEDDED, type JsonSchema, step, valueSchema } from './json-schema.ts'
import { openApiDocument } from './openapi-document.ts'
import { embeddedErrors, listErrors, scaleErrors, scaleFields, type ScalePaths } from './object-rules.ts'
import { formerOf, isAsBefore, NEVER } from './ratchet.ts'
import { compileRules, RULES_BUDGET, runRules, type RuleNode } from './rules.ts'
import { dropNulls, isShaped, prune, setDefaults } from './shape.ts'
import { compileSchema, type Validate } from './validator.ts'

type Version = CustomResourceDefinition['spec']['versions'][number]
type Custom = KubeObject & Record<string, unknown>

/** Faults that make expressions pointless: they would be run on values of the wrong form. */
const BLOCKING = new Set<FieldError['type']>(['FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid'])

/** `com.example.stable.v1.CronTab`: the component's name in OpenAPI, and the schema's here. */
export const schemaName = (group: string, version: string, kind: string): string => `${group.split('.').reverse().join('.')}.${version}.${kind}`

/** Metadata of embedded objects is metadata: other fields are dropped, wrong types end up as faults of the whole. */
function checkEmbedded(value: unknown, schema: JsonSchema, path: string, schemas: Schemas, unknown: string[]): void {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items) value.forEach((item, i) => checkEmbedded(item, items, `${path}[${i}]`, schemas, unknown))
  } else if (isRecord(value)) {
    if (schema[EMBEDDED] && isRecord(value['metadata'])) {
      const meta = checkObject(value['metadata'], 'V1ObjectMeta', schemas)
      unknown.push(...meta.unknown.map((name) => `${step(path, 'metadata')}.${name}`))
      value['metadata'] = meta.object
    }
    for (const key in value) {
      const below = lookUp(schema.properties, key) ?? valueSchema(schema)
      if (below) checkEmbedded(value[key], below, step(path, key), schemas, unknown)
    }
  }
}

/** Metadata by its type, the rest by the schema's leave. */
function decoder(schema: JsonSchema, schemas: Schemas): (body: Readonly<Record<string, unknown>>) => Checked {
  return (body) => {
    const { metadata, ...rest } = body
    const meta = metadata === undefined || metadata === null ? undefined : checkObject(metadata, 'V1ObjectMeta', schemas)
    const unknown = meta?.unknown.map((path) => `metadata.${path}`) ?? []
    const object = cloneJson(rest)
    prune(object, schema, '', unknown, true)
    dropNulls(object, schema)
    checkEmbedded(object, schema, '', schemas, unknown)
    return { object: { ...object, ...(meta ? { metadata: meta.object } : {}) } as unknown as KubeObject, unknown, errors: (meta?.errors ?? []).map((e) => `metadata: ${e}`) }
  }
}

interface Checks {
  readonly schema: JsonSchema
  readonly validate: Validate
  readonly rules: RuleNode | undefined
  readonly scale: ScalePaths | undefined
}
/** @param what is written: the object, or its status alone */
function errorsOf({ schema, validate, rules, scale }: Checks, object: Custom, old: KubeObject | undefined, what: 'all' | 'status', warn: (message: string) => void): FieldError[] {
  const found: FieldError[] = []
  validate(object, '', found)
  const errors = [
    // Ratcheting: what was wrong before and has not changed does not stand in the way of other changes.
    ...(old ? found.filter((e) => !isAsBefore(object, old, schema, e.field)) : found),
    ...scaleErrors(object, scale, what), ...embeddedErrors(object, schema),
    ...(old && listErrors(old, schema).length ? [] : listErrors(object, schema)),
  ]
  if (!rules) return errors
  if (errors.some((e) => BLOCKING.has(e.type))) return [...errors, field.invalid('<nil>', 'null', 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation')]
  runRules(rules, object, old, old ? formerOf(old) : NEVER, '', { schemas: {}, errors, warn, left: RULES_BUDGET })
  return errors
}

function read(object: unknown, names: readonly string[]): unknown {
  let at = object
  for (const name of names) at = isRecord(at) ? at[name] : undefined
  return at
}

function scaleBinding(scale: ScalePaths): ScaleBinding<Custom> {
  const [spec, status] = [scaleFields(scale.specReplicasPath), scaleFields(scale.statusReplicasPath)]
  const selector = scale.labelSelectorPath ? scaleFields(scale.labelSelectorPath) : undefined
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
  return {
    specReplicas: (object) => number(read(object, spec)),
    missing: (object) => (read(object, spec) === undefined ? scale.specReplicasPath : undefined),
    setSpecReplicas(draft, replicas) {
      let at: Record<string, unknown> = draft
      for (const name of spec.slice(0, -1)) at = (at[name] ??= {}) as Record<string, unknown>
      at[spec.at(-1) as string] = replicas
    },
    statusReplicas: (object) => number(read(object, status)),
    selector: (object) => (selector ? String(read(object, selector) ?? '') : ''),
  }
}

function selectableFields(version: Version): Record<string, (object: Custom) => string> {
  return Object.fromEntries((version.selectableFields ?? []).map(({ jsonPath }) => {
    const find = parseJsonPath(jsonPath)
    return [jsonPath.replace(/^\./, ''), (object: Custom) => String(find(object)[0] ?? '')]
  }))
}

export interface CustomKinds {
  readonly kinds: readonly KindDefinition[]
  readonly schemas: Schemas
}

const listSchema = (name: string): Schema => ({
  type: 'object', required: ['items'],
  properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { ref: 'V1ListMeta' }, items: { type: 'array', items: { ref: name } } },
})

/** As storageForm, where a webhook knows the way between versions. */
function convertedForm(apiVersion: string, stored: string, converted: WeakMap<KubeObject, Custom>, shaped: (object: KubeObject) => Custom, isAsItShouldBe: (object: KubeObject) => boolean, convert: Convert): StorageForm<Custom> {
  const isOurs = (object: KubeObject): boolean => object.apiVersion === apiVersion
  return {
    from(object) {
      if (isOurs(object) && isAsItShouldBe(object)) return object as Custom
      const found = converted.get(object) ?? (isOurs(object) ? shaped(object) : undefined)
      if (!found) throw new Unprepared(`${object.apiVersion} has not been converted to ${apiVersion}`)
      converted.set(object, found)
      return found
    },
    to: (object) => object,
    prepare(objects) {
      const foreign = objects.filter((o) => !isOurs(o) && !converted.has(o))
      if (!foreign.length) return undefined
      const versions = new Set(foreign.map((o) => o.apiVersion))
      return Promise.all([...versions].map(async (version) => {
        const some = foreign.filter((o) => o.apiVersion === version)
        const answers = await convert(some, apiVersion)
        some.forEach((object, i) => converted.set(object, shaped(answers[i] as KubeObject)))
      })).then(() => undefined)
    },
    toStored: (object) => (apiVersion === stored ? undefined : convert([object], stored).then(([answer]) => answer as KubeObject)),
  }
}

/** A stored object in the form of one version: its apiVersion, without what the schema does not know, with defaults. */
function storageForm(apiVersion: string, stored: string, schema: JsonSchema, convert: Convert | undefined): StorageForm<Custom> {
  const converted = new WeakMap<KubeObject, Custom>()
  const shaped = (object: KubeObject): Custom => {
    const found = { ...cloneJson(object), apiVersion } as Custom
    prune(found, schema, '', [], true)
    dropNulls(found, schema)
    setDefaults(found, schema)
    return Object.freeze(found)
  }
  if (convert) return convertedForm(apiVersion, stored, converted, shaped, (object) => isShaped(object, schema, true), convert)
  return {
    from(object: KubeObject): Custom {
      if (object.apiVersion === apiVersion && isShaped(object, schema, true)) return object as Custom
      let found = converted.get(object)
      if (!found) {
        found = shaped(object)
        converted.set(object, found)
      }
      return found
    },
    to: (object: Custom): KubeObject => (object.apiVersion === stored ? object : { ...object, apiVersion: stored }),
  }
}

/**
 * @param known the server's schemas, for metadata
 * @param convert asks the webhook; absent: versions differ in their name alone
 * @param retired aborted when the definition has changed or gone
 */
export function customKinds(definition: CustomResourceDefinition, known: Schemas, retired: AbortSignal, convert?: Convert): CustomKinds {
  const { spec, metadata, status } = definition
  const names = status?.acceptedNames?.kind ? status.acceptedNames : spec.names
  const storage = spec.versions.find((v) => v.storage)?.name ?? ''
  const terminating = metadata.deletionTimestamp !== undefined
  const schemas: Record<string, Schema> = {}
  const kinds = spec.versions.filter((v) => v.served).map((version) => {
    const schema = (version.schema?.openAPIV3Schema ?? {}) as JsonSchema
    const name = schemaName(spec.group, version.name, names.kind)
    const internal = internalSchema(schema)
    schemas[name] = { ...internal, document: { v2: openApiDocument(schema, 'v2'), v3: openApiDocument(schema, 'v3') } }
    schemas[`${name}List`] = listSchema(name)
    const scale = version.subresources?.scale
    const checks: Checks = { schema, validate: compileSchema(schema), rules: compileRules(schema, ruleSchema(schema), {}), scale }
    const fields = selectableFields(version)
    return defineKind<Custom>({
      group: spec.group, version: version.name, kind: names.kind, ...(names.listKind ? { listKind: names.listKind } : {}), resource: names.plural, singular: names.singular ?? names.kind.toLowerCase(),
      ...(names.shortNames ? { shortNames: names.shortNames } : {}), ...(names.categories ? { categories: names.categories } : {}), scope: spec.scope === 'Cluster' ? 'Cluster' : 'Namespaced',
      schema: name, status: Boolean(version.subresources?.status), generation: true, retired, decode: decoder(schema, known),
      ...(scale ? { scale: scaleBinding(scale) } : {}),
      ...(Object.keys(fields).length ? { selectableFields: fields } : {}),
      storage: storageForm(`${spec.group}/${version.name}`, `${spec.group}/${storage}`, schema, convert),
      columns: customColumns(version.additionalPrinterColumns),
      ...(version.deprecated ? { deprecated: version.deprecationWarning || `${spec.group}/${version.name} ${names.kind} is deprecated` } : {}),
      strategy: {
        conditionalUpdate: true,
        defaults: (draft) => void setDefaults(draft, schema),
        prepareForCreate() {
          if (terminating) throw methodNotAllowed('create not allowed while custom resource definition is terminating', { group: spec.group, resource: names.plural })
        },
        validate: (object, { old, warn }) => errorsOf(checks, object, old, 'all', warn),
        validateStatusUpdate: (object, old, { warn }) => errorsOf(checks, object, old, 'status', warn),
      },
    })
  })
  return { kinds, schemas }
}
