/**
 * OpenAPI, derived from the kinds: version 3 by group and version, version 2 as a whole. Documents are built at the first
 * request for each, in slices, and kept as bytes. Hashes are those of what a document is made from, so neither the index nor who has the
 * document already needs one.
 */
import { createHash } from 'node:crypto'
import type { KindDefinition } from '../resources/kind.ts'
import type { Descriptions } from '../schema/load.ts'
import type { Schemas } from '../schema.ts'
import { createBreathe, type Breathe } from '../breathe.ts'
import { Components, type Json } from './components.ts'
import type { Writer } from './operations.ts'
import { addKind } from './paths.ts'
import { addResources, rootsOf } from './roots.ts'
import type { Told } from './others.ts'
import { createSecond, members, type Filled } from './second.ts'

export interface Document {
  /** Put together when first read. */
  bytes(): Uint8Array | Promise<Uint8Array>
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
const encode = (value: unknown): Document => {
  const text = JSON.stringify(value)
  const bytes = encoder.encode(text)
  return { bytes: () => bytes, etag: hashOf(text) }
}
/** How one gets in, which nobody but a reader of the document asks. */
const SECURITY = [{ BearerToken: [] }]
const SCHEMES = { BearerToken: { description: 'A bearer token.', in: 'header', name: 'authorization', type: 'apiKey' } }

/** `V1Pod` → `V1PodList`; kinds that name their list otherwise say so. */
function listSchemaOf(kind: KindDefinition, schemas: Schemas): string {
  const own = `${kind.schema}List`
  return schemas[own] ? own : kind.schema.replace(/V\d+.*/, (m) => `${/^V\d+/.exec(m)?.[0]}${kind.listKind ?? `${kind.kind}List`}`)
}

/** Raised when documents of the same kinds look otherwise than before: who kept one asks anew. */
const FORM = 2

interface Parts {
  readonly kinds: readonly KindDefinition[]
  /** By path. */
  readonly groups: ReadonlyMap<string, readonly KindDefinition[]>
  /** What has no kinds, by path. */
  readonly roots: ReturnType<typeof rootsOf>
  index?: { readonly document: Document; readonly told: Told | undefined }
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
  return { kinds, groups, roots: rootsOf([...new Set(kinds.filter((k) => !k.forward && k.group).map((k) => k.group))]) }
}

async function third(fill: () => Filled | Promise<Filled>): Promise<Uint8Array> {
  const breathe = createBreathe()
  const { paths, components } = await fill()
  const head = `{"openapi":"3.0.0","info":${JSON.stringify({ title: TITLE, version: 'v1.36.0' })},"security":${JSON.stringify(SECURITY)},"paths":{`
  return Buffer.concat([
    Buffer.from(head), await members(paths, breathe), Buffer.from('},"components":{"schemas":{'), await members(components, breathe),
    Buffer.from(`},"securitySchemes":${JSON.stringify(SCHEMES)}}}`),
  ])
}

/** Schemas of kinds that came later bear the name of their component, which has dots. */
const isLater = (name: string): boolean => name.includes('.')

/**
 * @param options.kinds answers a new array when the kinds have changed
 * @param options.descriptions called when a document is built; its result is not kept
 * @param options.told what other servers say of theirs
 */
export function createOpenApi(options: { kinds: () => readonly KindDefinition[]; schemas: Schemas; descriptions: () => Descriptions; told?: (() => Told | undefined) | undefined }): OpenApi {
  const { schemas, descriptions, told = () => undefined } = options
  let known: Parts | undefined
  const current = (): Parts => {
    const kinds = options.kinds()
    if (known?.kinds !== kinds) known = partsOf(kinds)
    return known
  }
  let base: string | undefined
  const etagOf = (path: string): string => {
    base ??= hashOf(FORM + JSON.stringify(Object.entries(schemas).filter(([name]) => !isLater(name))))
    const shape = (current().groups.get(path) ?? []).map((k) => [k.kind, k.resource, k.scope, k.schema, k.status ?? false, Boolean(k.scale), k.verbs ?? [], isLater(k.schema) ? schemas[k.schema] : null])
    return hashOf(`${base} ${path} ${JSON.stringify(shape)}`)
  }
  const documents = new Map<string, Document>()

  /** Kinds that came later bring their descriptions along. */
  const fill = async (some: readonly KindDefinition[], version: 'v2' | 'v3', breathe: Breathe, described = true): Promise<Filled> => {
    const writer: Writer = { components: new Components(schemas, described ? descriptions() : {}, version), version }
    const paths: Json = {}
    // The versions of custom resources say nothing of themselves.
    for (const path of new Set(some.filter((k) => !isLater(k.schema)).map((k) => `${k.group}/${k.version}`))) addResources(paths, ...(path.split('/') as [string, string]), writer)
    const { kinds } = current()
    for (const kind of some) {
      addKind(paths, kind, listSchemaOf(kind, schemas), writer)
      await breathe()
    }
    // A kind says what it is also where another refers to it.
    for (const { group, version: of, kind, schema } of kinds) if (writer.components.has(schema)) writer.components.mark(schema, { group, version: of, kind })
    return { paths, components: writer.components.done() }
  }

  const rootOf = (add: ((paths: Json, writer: Writer) => void) | undefined, version: 'v2' | 'v3'): Filled => {
    const writer: Writer = { components: new Components(schemas, descriptions(), version), version }
    const paths: Json = {}
    add?.(paths, writer)
    return { paths, components: writer.components.done() }
  }

  const builtIn = (): { key: string; kinds: readonly KindDefinition[] } => {
    const { groups } = current()
    const kinds = [...groups.values()].flat().filter((k) => !isLater(k.schema))
    return { key: [...new Set(kinds.map(pathOf))].map(etagOf).join(), kinds }
  }
  const second = createSecond(
    { swagger: '2.0', info: { title: TITLE, version: 'v1.36.0' }, securityDefinitions: SCHEMES, security: SECURITY }, builtIn,
    () => current().kinds.filter((k) => !k.forward && isLater(k.schema)), (some, described, breathe) => fill(some, 'v2', breathe, described), () => told()?.parts ?? [],
  )
  /** `form`: the two of version 2 are different documents. */
  const secondTag = (form: string): string => {
    const parts = current()
    parts.tag ??= hashOf([...parts.groups.keys()].sort().map(etagOf).join())
    return hashOf(`${form} ${parts.tag} ${told()?.tag ?? ''}`)
  }

  return {
    v3Index() {
      const parts = current()
      const others = told()
      if (parts.index && parts.index.told === others) return parts.index.document
      const own = Object.fromEntries([...parts.roots.keys(), ...parts.groups.keys()].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${etagOf(path)}` }]))
      const paths: Json = { ...others?.index, ...own }
      const document = encode({ paths: Object.fromEntries(Object.keys(paths).sort().map((path) => [path, paths[path]])) })
      parts.index = { document, told: others }
      return document
    },
    v3(path) {
      const key = path.replace(/^\/?openapi\/v3\//, '').replace(/^\/|\/$/g, '')
      const { groups, roots } = current()
      const some = groups.get(key)
      const root = roots.get(key)
      if (!some && !root) {
        documents.delete(key)
        return undefined
      }
      const etag = etagOf(key)
      let document = documents.get(key)
      if (document?.etag !== etag) {
        let made: Promise<Uint8Array> | undefined
        const mine: Document = {
          etag,
          bytes: () => (made ??= third(() => (some ? fill(some, 'v3', createBreathe()) : rootOf(root, 'v3'))).catch((error: unknown) => {
            if (documents.get(key) === mine) documents.delete(key)
            throw error
          })),
        }
        documents.set(key, (document = mine))
      }
      return document
    },
    v2: () => ({ etag: secondTag('json'), bytes: () => second.json() }),
    v2Protobuf: () => ({ etag: secondTag('protobuf'), bytes: () => second.protobuf() }),
  }
}
