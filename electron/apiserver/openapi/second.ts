/**
 * Version 2 of OpenAPI is one document of everything. What is built in makes nearly all of it and does not change: it is
 * written once and kept as bytes; what custom resources add is written anew after each change and put behind it.
 */
import type { KindDefinition } from '../resources/kind.ts'
import { createBreathe, type Breathe } from '../breathe.ts'
import type { Json } from './components.ts'
import { mergeInto } from './merge.ts'
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

/** The members of an object, without the braces around them. */
export async function members(object: Json, breathe: Breathe): Promise<Buffer> {
  const out: string[] = []
  for (const [name, value] of Object.entries(object)) {
    out.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`)
    await breathe()
  }
  return Buffer.from(out.join())
}
/** The buffers, with a comma between those that are not empty. */
const joined = (...parts: Buffer[]): Buffer[] => parts.filter((p) => p.length).flatMap((p, i) => (i ? [COMMA, p] : [p]))
const COMMA = Buffer.from(',')
const DEFINITIONS = Buffer.from('},"definitions":{')
const END = Buffer.from('}}')

export interface Second {
  json(): Promise<Uint8Array>
  protobuf(): Promise<Uint8Array>
}

/**
 * @param head `swagger`, `info` and what else stands beside paths and definitions
 * @param fixed what is built in, and a key of what it is made from
 * @param added whatever else is served at the moment
 * @param others what other servers serve
 */
export function createSecond(
  head: Json, fixed: () => { readonly key: string; readonly kinds: readonly KindDefinition[] }, added: () => readonly KindDefinition[],
  fill: (kinds: readonly KindDefinition[], described: boolean, breathe: Breathe) => Promise<Filled>, others: () => readonly Filled[] = () => [],
): Second {
  const begin = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"paths":{`)
  /** Kept for as long as its key holds: those who ask meanwhile wait for the same work. */
  const kept = <T>(make: (kinds: readonly KindDefinition[]) => Promise<T>): (() => Promise<T>) => {
    let known: { readonly key: string; readonly made: Promise<T> } | undefined
    return () => {
      const { key, kinds } = fixed()
      if (known?.key !== key) {
        const mine = { key, made: make(kinds) }
        known = mine
        mine.made.catch(() => {
          if (known === mine) known = undefined
        })
      }
      return known.made
    }
  }
  const piece = kept(async (kinds): Promise<Piece> => {
    const breathe = createBreathe()
    const { paths, components } = await fill(kinds, true, breathe)
    return { paths: await members(paths, breathe), definitions: await members(components, breathe), names: new Set(Object.keys(components)) }
  })
  const packed = kept(async (kinds) => {
    const breathe = createBreathe()
    const { paths, components } = await fill(kinds, true, breathe)
    return { bytes: await encodeOpenApiV2({ ...head, paths, definitions: components }, breathe), names: new Set(Object.keys(components)) as ReadonlySet<string> }
  })
  /** The other kinds, and those of other servers, without the components that are there already. */
  async function rest(names: ReadonlySet<string>, breathe: Breathe): Promise<Filled> {
    const { paths, components } = await fill(added(), false, breathe)
    const own = { paths, components: Object.fromEntries(Object.entries(components).filter(([name]) => !names.has(name))) }
    const parts = others()
    return parts.length ? mergeInto(own, parts, names) : own
  }
  return {
    async json() {
      const known = await piece()
      const breathe = createBreathe()
      const more = await rest(known.names, breathe)
      return Buffer.concat([begin, ...joined(known.paths, await members(more.paths, breathe)), DEFINITIONS, ...joined(known.definitions, await members(more.components, breathe)), END])
    },
    async protobuf() {
      const known = await packed()
      const breathe = createBreathe()
      const more = await rest(known.names, breathe)
      // Messages that follow each other are one: what repeats is appended. Source: Protocol Buffers, "Encoding: last one wins".
      return Buffer.concat([known.bytes, await encodeOpenApiV2({ paths: more.paths, definitions: more.components }, breathe)])
    },
  }
}
