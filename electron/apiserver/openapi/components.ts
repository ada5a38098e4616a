/** Components of an OpenAPI document: each schema as upstream writes it, with the extensions that clients rely on. */
import type { Descriptions } from '../schema/load.ts'
import type { Schema, Schemas } from '../schema.ts'
import { ANY, componentName, FIELDS_V1, FREE, INT_OR_STRING, MICRO_TIME, PATCH, QUANTITY, RAW_EXTENSION, TIME } from './names.ts'

export type Json = Record<string, unknown>
export interface GroupVersionKind {
  group: string
  version: string
  kind: string
}

const both = (schema: Json): { v3: Json; v2: Json } => ({ v3: schema, v2: schema })
const SPECIAL: Readonly<Record<string, { v3: Json; v2: Json }>> = {
  [TIME]: both({ description: 'A moment, to the second, as RFC 3339 writes it.', type: 'string', format: 'date-time' }),
  [MICRO_TIME]: both({ description: 'A moment, to the microsecond, as RFC 3339 writes it.', type: 'string', format: 'date-time' }),
  [FIELDS_V1]: both({ description: 'A set of fields, as a tree: f:<name> is a field, k:<keys> an item by its keys, v:<value> an item by its value, i:<index> one by its place.', type: 'object' }),
  [RAW_EXTENSION]: both({ description: 'An object of any kind.', type: 'object' }),
  [ANY]: both({ description: 'Any JSON value.' }),
  [QUANTITY]: {
    v3: { description: 'A fixed-point number with a unit, such as 100m or 1Gi.', oneOf: [{ type: 'string' }, { type: 'number' }] },
    v2: { description: 'A fixed-point number with a unit, such as 100m or 1Gi.', type: 'string' },
  },
  [INT_OR_STRING]: {
    v3: { description: 'A whole number or a string.', format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
    v2: { description: 'A whole number or a string.', type: 'string', format: 'int-or-string' },
  },
  [PATCH]: both({ description: 'A patch, in the form that its content type names.', type: 'object' }),
}
const VERSION_INFO = 'io.k8s.apimachinery.pkg.version.Info'
const VERSION = ['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform']
/** Types that are written in one of several forms. */
const FREE_FORM: Json = { description: 'A value in one of several forms.' }

/** Collects the components that a document refers to. */
export class Components {
  private readonly schemas: Schemas
  private readonly descriptions: Descriptions
  private readonly version: 'v2' | 'v3'
  private readonly prefix: string
  private readonly out = new Map<string, Json>()
  private readonly kinds = new Map<string, GroupVersionKind[]>()

  constructor(schemas: Schemas, descriptions: Descriptions, version: 'v2' | 'v3') {
    this.schemas = schemas
    this.descriptions = descriptions
    this.version = version
    this.prefix = version === 'v3' ? '#/components/schemas/' : '#/definitions/'
  }

  /** A reference to a schema, whose component (and all that it needs) joins the document. */
  ref(schemaName: string): Json {
    const name = componentName(schemaName)
    if (!this.out.has(name)) {
      const schema = this.schemas[schemaName]
      if (!schema) return { type: 'object' }
      const component: Json = {}
      this.out.set(name, component)
      Object.assign(component, this.component(schemaName, schema))
    }
    return { $ref: this.prefix + name }
  }

  special(name: string): Json {
    if (!this.out.has(name)) this.out.set(name, { ...(SPECIAL[name]?.[this.version] ?? FREE_FORM) })
    return { $ref: this.prefix + name }
  }

  has(schemaName: string): boolean {
    return this.out.has(componentName(schemaName))
  }

  /** What /version answers. */
  versionInfo(): Json {
    const properties = Object.fromEntries(VERSION.map((name) => [name, { type: 'string' }]))
    this.out.set(VERSION_INFO, { description: 'Which release a server is, and how it was built.', type: 'object', properties, required: VERSION })
    return { $ref: this.prefix + VERSION_INFO }
  }

  /** Says which kinds a component is. */
  mark(schemaName: string, gvk: GroupVersionKind): void {
    const name = componentName(schemaName)
    const known = this.kinds.get(name)
    if (!known) this.kinds.set(name, [gvk])
    else if (!known.some((k) => k.group === gvk.group && k.version === gvk.version && k.kind === gvk.kind)) known.push(gvk)
  }

  done(): Json {
    const result: Json = {}
    for (const name of [...this.out.keys()].sort()) {
      const kinds = this.kinds.get(name)
      result[name] = kinds ? { ...this.out.get(name), 'x-kubernetes-group-version-kind': kinds } : this.out.get(name)
    }
    return result
  }

  private component(name: string, schema: Schema): Json {
    if (schema.document) {
      this.ref('V1ObjectMeta')
      return this.custom(schema.document[this.version])
    }
    const properties: Json = {}
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      // Where nothing is said of a field that refers to a type, the type's first sentence speaks for it.
      const described = this.descriptions[`${name}/${key}`] ?? property.description ?? (property.ref ? firstSentence(this.descriptions[property.ref]) : undefined)
      properties[key] = this.property(property, described, { name: `${name}/${key}`, required: schema.required?.includes(key) === true, isItems: key === 'items' && name.endsWith('List') })
    }
    return {
      ...((this.descriptions[name] ?? schema.description) ? { description: this.descriptions[name] ?? schema.description } : {}),
      type: 'object',
      ...(Object.keys(properties).length ? { properties } : {}),
      ...(schema.required?.length ? { required: schema.required } : {}),
      ...extensions(schema),
    }
  }

  private property(schema: Schema, description: string | undefined, field: { name: string; required: boolean; isItems: boolean }): Json {
    const values = this.descriptions[`${field.name}#enum`]?.split(',')
    const text = values ? `${description ?? ''}\n\nPossible enum values:\n${values.map((v) => ` - \`${JSON.stringify(v)}\``).join('\n')}`.trimStart() : description
    const zero = schema.default ?? (field.required ? zeroOf(schema) : undefined)
    const body = this.body(schema, FREE[field.name])
    if (values && schema.type === 'array') Object.assign(body['items'] as Json, { enum: values })
    return {
      ...(text ? { description: text } : {}), ...body, ...(values && schema.type !== 'array' ? { enum: values } : {}),
      ...(zero !== undefined && this.version === 'v3' ? { default: zero } : {}), ...(field.isItems ? {} : extensions(schema)),
    }
  }

  /** What stands beside other keys, which in version 3 may not stand beside a $ref. @param free the type of a value of which the schema says nothing */
  private body(schema: Schema, free: string | undefined): Json {
    const wrap = (ref: Json): Json => (this.version === 'v3' ? { allOf: [ref] } : ref)
    if (schema.ref) return wrap(this.ref(schema.ref))
    if (schema.format === 'quantity') return wrap(this.special(QUANTITY))
    if (schema.format === 'int-or-string') return wrap(this.special(INT_OR_STRING))
    if (schema.format === 'date-time') return wrap(this.special(TIME))
    if (schema.format === 'micro-time') return wrap(this.special(MICRO_TIME))
    if (schema.preserveUnknownFields) return wrap(this.special(free ?? RAW_EXTENSION))
    if (schema.type === 'array') return { type: 'array', items: this.inner(schema.items ?? {}, free) }
    if (schema.additionalProperties) return { type: 'object', additionalProperties: this.inner(schema.additionalProperties, free) }
    return { ...(schema.type ? { type: schema.type } : {}), ...(schema.format ? { format: schema.format } : {}) }
  }

  /** An item of a list or a value of a map, which in Go is never absent. */
  private inner(schema: Schema, free: string | undefined): Json {
    const body = this.body(schema, free)
    const zero = body['allOf'] ? (free ? undefined : {}) : zeroOf(schema)
    return zero !== undefined && this.version === 'v3' ? { ...body, default: zero } : body
  }

  /** A custom resource's own document; what every object has is described as it is everywhere. */
  private custom(document: Json): Json {
    const properties = { ...(document['properties'] as Record<string, Json> | undefined) }
    for (const key of ['apiVersion', 'kind']) {
      const description = this.descriptions[`V1ConfigMap/${key}`]
      if (properties[key] && description) properties[key] = { ...properties[key], description }
    }
    return Object.keys(properties).length ? { ...document, properties } : { ...document }
  }
}

/** What a Go value is that nobody has set. */
function zeroOf({ type, format }: Schema): unknown {
  if (format === 'date-time' || format === 'micro-time' || format === 'quantity' || format === 'byte') return undefined
  return type === 'string' ? '' : type === 'integer' || type === 'number' ? 0 : type === 'boolean' ? false : undefined
}

const firstSentence = (text: string | undefined): string | undefined => text && (/^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text)

function extensions(schema: Schema): Json {
  const out: Json = {}
  if (schema.type === 'array') out['x-kubernetes-list-type'] = schema.listType ?? 'atomic'
  if (schema.listMapKeys) out['x-kubernetes-list-map-keys'] = schema.listMapKeys
  if (schema.mapType) out['x-kubernetes-map-type'] = schema.mapType
  if (schema.patchMergeKey) out['x-kubernetes-patch-merge-key'] = schema.patchMergeKey
  if (schema.patchStrategy) out['x-kubernetes-patch-strategy'] = schema.patchStrategy
  if (schema.unions) out['x-kubernetes-unions'] = schema.unions
  return out
}
