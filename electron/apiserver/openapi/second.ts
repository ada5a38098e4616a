/**
 * Version 2 of OpenAPI is one document of everything. What is built in makes nearly all of it and does not change: it is
 * written once and kept as bytes; what custom resources add is written anew after each change and put behind it.
 */
import type { KindDefinition } from '../resources/kind.ts'
import type { Json } from './components.ts'
import { encodeOpenApiV2 } from './protobuf.ts'

export interface Filled {
  readonly paths: Json
  readonly components: Json
}
/** The members of `paths` and of `definitions`, without the braces around them. */
interface Piece {
  readonly paths: Buffer
  readonly definitions: Buffer
  readonly names: ReadonlySet<string>
}

const members = (object: Json): Buffer => Buffer.from(JSON.stringify(object).slice(1, -1))
/** The buffers, with a comma between those that are not empty. */
const joined = (...parts: Buffer[]): Buffer[] => parts.filter((p) => p.length).flatMap((p, i) => (i ? [COMMA, p] : [p]))
const COMMA = Buffer.from(',')
const DEFINITIONS = Buffer.from('},"definitions":{')
const END = Buffer.from('}}')

export interface Second {
  json(): Uint8Array
  protobuf(): Uint8Array
}

/**
 * @param head `swagger`, `info`
 * @param fixed what is built in, and a key of what it is made from
 * @param added whatever else is served at the moment
 */
export function createSecond(head: Json, fixed: () => { readonly key: string; readonly kinds: readonly KindDefinition[] }, added: () => readonly KindDefinition[], fill: (kinds: readonly KindDefinition[], described: boolean) => Filled): Second {
  const begin = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"paths":{`)
  let base: { readonly key: string; readonly piece: Piece; protobuf?: Uint8Array } | undefined

  function current(): NonNullable<typeof base> {
    const { key, kinds } = fixed()
    if (base?.key !== key) {
      const { paths, components } = fill(kinds, true)
      base = { key, piece: { paths: members(paths), definitions: members(components), names: new Set(Object.keys(components)) } }
    }
    return base
  }
  /** The other kinds, without the components that are there already. */
  function rest(names: ReadonlySet<string>): Filled {
    const { paths, components } = fill(added(), false)
    return { paths, components: Object.fromEntries(Object.entries(components).filter(([name]) => !names.has(name))) }
  }
  return {
    json() {
      const { piece } = current()
      const more = rest(piece.names)
      return Buffer.concat([begin, ...joined(piece.paths, members(more.paths)), DEFINITIONS, ...joined(piece.definitions, members(more.components)), END])
    },
    protobuf() {
      const known = current()
      if (!known.protobuf) {
        const { paths, components } = fill(fixed().kinds, true)
        known.protobuf = encodeOpenApiV2({ ...head, paths, definitions: components })
      }
      const more = rest(known.piece.names)
      // Messages that follow each other are one: what repeats is appended. Source: Protocol Buffers, "Encoding: last one wins".
      return Buffer.concat([known.protobuf, encodeOpenApiV2({ paths: more.paths, definitions: more.components })])
    },
  }
}
