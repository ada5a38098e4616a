/**
 * OpenAPI, derived from the kinds: version 3 by group and version, version 2 as a whole. Documents are built at the first
 * request for each and kept as bytes. Hashes are those of what a document is made from, so neither the index nor who has the
 * document already needs one.
 */
import { createHash } from 'node:crypto'
import type { KindDefinition } from '../resources/kind.ts'
import type { Descriptions } from '../schema/load.ts'
import type { Schemas } from '../schema.ts'
import { Components, type Json } from './components.ts'
import { addKind, type Writer } from './paths.ts'
import { createSecond } from './second.ts'

export interface Document {
  /** Of version 2: put together when it is read. */
  readonly bytes: Uint8Array
  /** Without quotes. */
  readonly etag: string
}
export interface OpenApi {
  /** `/openapi/v3` */
  v3Index(): Document
  /** @param path as in the index: `api/v1`, `apis/apps/v1`; a leading `/openapi/v3/` is dropped */
  v3(path: string): Document | undefined
  /** `/openapi/v2`, as JSON */
  v2(): Document
  /** The same as protobuf. */
  v2Protobuf(): Document
}

const TITLE = 'Kubernetes'
const encoder = new TextEncoder()
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').toUpperCase()
const encode = (value: unknown, etag?: string): Document => {
  const text = JSON.stringify(value)
  return { bytes: encoder.encode(text), etag: etag ?? hashOf(text) }
}

/** `V1Pod` → `V1PodList`; kinds that name their list otherwise say so. */
function listSchemaOf(kind: KindDefinition, schemas: Schemas): string {
  const own = `${kind.schema}List`
  return schemas[own] ? own : kind.schema.replace(/V\d+.*/, (m) => `${/^V\d+/.exec(m)?.[0]}${kind.listKind ?? `${kind.kind}List`}`)
}

interface Parts {
  readonly kinds: readonly KindDefinition[]
  /** By path. */
  readonly groups: ReadonlyMap<string, readonly KindDefinition[]>
  index?: Document
  /** The hash of all hashes. */
  tag?: string
}

const pathOf = (kind: KindDefinition): string => (kind.group ? `apis/${kind.group}/${kind.version}` : `api/${kind.version}`)

function partsOf(kinds: readonly KindDefinition[]): Parts {
  const groups = new Map<string, KindDefinition[]>()
  for (const kind of kinds) {
    // What others serve, others describe.
    if (kind.forward) continue
    const path = pathOf(kind)
    const known = groups.get(path)
    if (known) known.push(kind)
    else groups.set(path, [kind])
  }
  return { kinds, groups }
}

/** Schemas of kinds that came later bear the name of their component, which has dots. */
const isLater = (name: string): boolean => name.includes('.')

/**
 * @param options.kinds answers a new array when the kinds have changed
 * @param options.descriptions called when a document is built; its result is not kept
 */
export function createOpenApi(options: { kinds: () => readonly KindDefinition[]; schemas: Schemas; descriptions: () => Descriptions }): OpenApi {
  const { schemas, descriptions } = options
  let known: Parts | undefined
  const current = (): Parts => {
    const kinds = options.kinds()
    if (known?.kinds !== kinds) known = partsOf(kinds)
    return known
  }
  let base: string | undefined
  const etagOf = (path: string): string => {
    base ??= hashOf(JSON.stringify(Object.entries(schemas).filter(([name]) => !isLater(name))))
    const shape = (current().groups.get(path) ?? []).map((k) => [k.kind, k.resource, k.scope, k.schema, k.status ?? false, Boolean(k.scale), k.verbs ?? [], isLater(k.schema) ? schemas[k.schema] : null])
    return hashOf(`${base} ${path} ${JSON.stringify(shape)}`)
  }
  const documents = new Map<string, Document>()

  /** Kinds that came later bring their descriptions along. */
  const fill = (some: readonly KindDefinition[], version: 'v2' | 'v3', described = true): { paths: Json; components: Json } => {
    const writer: Writer = { components: new Components(schemas, described ? descriptions() : {}, version), version }
    const paths: Json = {}
    for (const kind of some) addKind(paths, kind, listSchemaOf(kind, schemas), writer)
    return { paths, components: writer.components.done() }
  }

  const builtIn = (): { key: string; kinds: readonly KindDefinition[] } => {
    const { groups } = current()
    const kinds = [...groups.values()].flat().filter((k) => !isLater(k.schema))
    return { key: [...new Set(kinds.map(pathOf))].map(etagOf).join(), kinds }
  }
  const second = createSecond(
    { swagger: '2.0', info: { title: TITLE, version: 'v1.36.0' } }, builtIn,
    () => current().kinds.filter((k) => !k.forward && isLater(k.schema)), (some, described) => fill(some, 'v2', described),
  )
  /** `form`: the two of version 2 are different documents. */
  const secondTag = (form: string): string => {
    const parts = current()
    parts.tag ??= hashOf([...parts.groups.keys()].sort().map(etagOf).join())
    return hashOf(`${form} ${parts.tag}`)
  }

  return {
    v3Index() {
      const parts = current()
      return (parts.index ??= encode({ paths: Object.fromEntries([...parts.groups.keys()].sort().map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${etagOf(path)}` }])) }))
    },
    v3(path) {
      const key = path.replace(/^\/?openapi\/v3\//, '').replace(/^\/|\/$/g, '')
      const some = current().groups.get(key)
      if (!some) {
        documents.delete(key)
        return undefined
      }
      const etag = etagOf(key)
      let document = documents.get(key)
      if (document?.etag !== etag) {
        const { paths, components } = fill(some, 'v3')
        document = encode({ openapi: '3.0.0', info: { title: TITLE, version: 'v1.36.0' }, paths, components: { schemas: components } }, etag)
        documents.set(key, document)
      }
      return document
    },
    v2: () => ({
      etag: secondTag('json'),
      get bytes() {
        return second.json()
      },
    }),
    v2Protobuf: () => ({
      etag: secondTag('protobuf'),
      get bytes() {
        return second.protobuf()
      },
    }),
  }
}
