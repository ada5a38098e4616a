/** Components of an OpenAPI document: each schema as upstream writes it, with the extensions that clients rely on. */
import type { Descriptions } from '../schema/load.ts'
import type { Schema, Schemas } from '../schema.ts'
import { componentName, INT_OR_STRING, PATCH, QUANTITY } from './names.ts'

export type Json = Record<string, unknown>
export interface GroupVersionKind {
  group: string
  version: string
  kind: string
}

const SPECIAL: Readonly<Record<string, { v3: Json; v2: Json }>> = {
  [QUANTITY]: {
    v3: { description: 'A fixed-point number with a unit, such as 100m or 1Gi.', oneOf: [{ type: 'string' }, { type: 'number' }] },
    v2: { description: 'A fixed-point number with a unit, such as 100m or 1Gi.', type: 'string' },
  },
  [INT_OR_STRING]: {
    v3: { description: 'A whole number or a string.', format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
    v2: { description: 'A whole number or a string.', type: 'string', format: 'int-or-string' },
  },
  [PATCH]: { v3: { description: 'A patch, in the form that its content type names.', type: 'object' }, v2: { description: 'A patch, in the form that its content type names.', type: 'object' } },
}

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
    if (!this.out.has(name)) this.out.set(name, { ...SPECIAL[name]?.[this.version] })
    return { $ref: this.prefix + name }
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
      return { ...schema.document[this.version] }
    }
    const properties: Json = {}
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      // client-node says nothing at a field that refers to a type: then the type's first sentence speaks for it.
      properties[key] = this.property(property, this.descriptions[`${name}/${key}`] ?? property.description ?? (property.ref ? firstSentence(this.descriptions[property.ref]) : undefined))
    }
    return {
      ...((this.descriptions[name] ?? schema.description) ? { description: this.descriptions[name] ?? schema.description } : {}),
      type: 'object',
      ...(Object.keys(properties).length ? { properties } : {}),
      ...(schema.required?.length ? { required: schema.required } : {}),
      ...extensions(schema),
    }
  }

  private property(schema: Schema, description: string | undefined): Json {
    return { ...(description ? { description } : {}), ...this.body(schema, true), ...(schema.default !== undefined && this.version === 'v3' ? { default: schema.default } : {}), ...extensions(schema) }
  }

  /** `beside`: other keys stand beside this, which in version 3 may not stand beside a $ref. */
  private body(schema: Schema, beside: boolean): Json {
    const wrap = (ref: Json): Json => (beside && this.version === 'v3' ? { allOf: [ref] } : ref)
    if (schema.ref) return wrap(this.ref(schema.ref))
    if (schema.format === 'quantity') return wrap(this.special(QUANTITY))
    if (schema.format === 'int-or-string') return wrap(this.special(INT_OR_STRING))
    if (schema.preserveUnknownFields) return { type: 'object' }
    if (schema.type === 'array') return { type: 'array', items: this.body(schema.items ?? {}, false) }
    if (schema.additionalProperties) return { type: 'object', additionalProperties: this.body(schema.additionalProperties, false) }
    const format = schema.format === 'micro-time' ? 'date-time' : schema.format
    return { ...(schema.type ? { type: schema.type } : {}), ...(format ? { format } : {}) }
  }
}

const firstSentence = (text: string | undefined): string | undefined => text && (/^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text)

function extensions(schema: Schema): Json {
  const out: Json = {}
  if (schema.type === 'array') out['x-kubernetes-list-type'] = schema.listType ?? 'atomic'
  if (schema.listMapKeys) out['x-kubernetes-list-map-keys'] = schema.listMapKeys
  if (schema.mapType) out['x-kubernetes-map-type'] = schema.mapType
  if (schema.patchMergeKey) out['x-kubernetes-patch-merge-key'] = schema.patchMergeKey
  if (schema.patchStrategy) out['x-kubernetes-patch-strategy'] = schema.patchStrategy
  return out
}
