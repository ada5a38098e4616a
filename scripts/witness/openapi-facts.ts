/** What an OpenAPI 3 document says, less all sentences, short enough to compare. */

export interface Operation {
  readonly id: string
  readonly action?: string
  /** `apps/v1/Deployment` */
  readonly kind?: string
  readonly tags: readonly string[]
  /** `query dryRun string` */
  readonly parameters: readonly string[]
  /** `application/json io.k8s.api.apps.v1.Deployment` */
  readonly body: readonly string[]
  /** `200: application/json …, application/yaml …` */
  readonly answers: readonly string[]
}
export interface Type {
  readonly kinds: readonly string[]
  readonly required: readonly string[]
  /** Field → `string`, `integer int32`, `[]io.k8s….Container`, `{}string` */
  readonly fields: Readonly<Record<string, string>>
  /** Field → strategy and merge key. */
  readonly patch: Readonly<Record<string, string>>
}
/** By `get /api/v1/…` and by name. */
export interface Facts {
  readonly operations: Readonly<Record<string, Operation>>
  readonly types: Readonly<Record<string, Type>>
}

interface Schema {
  $ref?: string
  allOf?: Schema[]
  items?: Schema
  additionalProperties?: Schema
  type?: string
  format?: string
  required?: string[]
  properties?: Record<string, Schema>
  'x-kubernetes-group-version-kind'?: Gvk[]
  'x-kubernetes-patch-strategy'?: string
  'x-kubernetes-patch-merge-key'?: string
}
interface Gvk { group: string; version: string; kind: string }
interface Parameter { in: string; name: string; schema?: Schema }
type Content = Record<string, { schema?: Schema }>
interface Method {
  operationId: string
  tags: string[]
  'x-kubernetes-action'?: string
  'x-kubernetes-group-version-kind'?: Gvk
  parameters?: Parameter[]
  requestBody?: { content: Content }
  responses: Record<string, { content?: Content }>
}
type Item = { parameters?: Parameter[] } & Partial<Record<string, unknown>>
export interface Document3 { paths: Record<string, Item>; components: { schemas: Record<string, Schema> } }

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']

function shapeOf(schema: Schema = {}): string {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref
  if (ref) return ref.slice('#/components/schemas/'.length)
  if (schema.items) return `[]${shapeOf(schema.items)}`
  if (schema.additionalProperties) return `{}${shapeOf(schema.additionalProperties)}`
  return [schema.type, schema.format].filter(Boolean).join(' ')
}
const gvkOf = ({ group, version, kind }: Gvk): string => [group, version, kind].join('/')
const contentOf = (content: Content = {}): string[] => Object.entries(content).map(([type, { schema }]) => `${type} ${shapeOf(schema)}`).sort()

function operationOf(item: Item, o: Method): Operation {
  const gvk = o['x-kubernetes-group-version-kind']
  const action = o['x-kubernetes-action']
  return {
    id: o.operationId, tags: o.tags, ...(action ? { action } : {}), ...(gvk ? { kind: gvkOf(gvk) } : {}),
    parameters: [...new Set([...(item.parameters ?? []), ...(o.parameters ?? [])].map((p) => `${p.in} ${p.name} ${p.schema?.type}`))].sort(),
    body: contentOf(o.requestBody?.content),
    answers: Object.entries(o.responses).map(([code, r]) => `${code}: ${contentOf(r.content).join(', ')}`).sort(),
  }
}

export function factsOf({ paths, components }: Document3): Facts {
  const operations = Object.entries(paths).flatMap(([path, item]) => METHODS.flatMap((method) => (item[method] ? [[`${method} ${path}`, operationOf(item, item[method] as Method)] as const] : [])))
  const types = Object.entries(components.schemas).map(([name, c]) => {
    const properties = Object.entries(c.properties ?? {})
    return [name, {
      kinds: (c['x-kubernetes-group-version-kind'] ?? []).map(gvkOf).sort(), required: [...(c.required ?? [])].sort(),
      fields: Object.fromEntries(properties.map(([field, p]) => [field, shapeOf(p)])),
      patch: Object.fromEntries(properties.filter(([, p]) => p['x-kubernetes-patch-strategy']).map(([field, p]) => [field, `${p['x-kubernetes-patch-strategy']} ${p['x-kubernetes-patch-merge-key'] ?? ''}`])),
    }] as const
  })
  return { operations: Object.fromEntries(operations), types: Object.fromEntries(types) }
}
