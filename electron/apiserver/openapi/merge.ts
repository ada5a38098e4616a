/**
 * What other servers say of their kinds, put into version 2's one document: of each its own paths, with the definitions that
 * these need. Pure. Source: Kubernetes documentation, "API aggregation", and kube-openapi's aggregator: what is here already
 * stays, and another definition of the same name gets a new one.
 */
import type { Json } from './components.ts'
import type { Filled } from './second.ts'

const DEFINITION = '#/definitions/'
const PARAMETER = '#/parameters/'
/** Types that every server has from the same library: ours are as good as theirs. */
const SHARED = /^io\.k8s\.apimachinery\./

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy with other references; what `change` answers undefined for stays. */
export function withReferences(value: unknown, change: (reference: string) => string | Json | undefined): unknown {
  if (Array.isArray(value)) return value.map((v) => withReferences(v, change))
  if (!isObject(value)) return value
  const reference = value['$ref']
  const changed = typeof reference === 'string' ? change(reference) : undefined
  if (isObject(changed)) return changed
  const out = Object.fromEntries(Object.entries(value).map(([key, v]) => [key, withReferences(v, change)]))
  return changed === undefined ? out : { ...out, $ref: changed }
}

/** The part of a document that is about paths which begin so. Parameters that the whole document shares are put where they are used. */
export function partOf(document: Json, prefix: string): Filled {
  const [given, all, shared] = ['paths', 'definitions', 'parameters'].map((name) => (isObject(document[name]) ? document[name] : {})) as [Json, Json, Json]
  const inline = (reference: string): Json | undefined => {
    const parameter = reference.startsWith(PARAMETER) ? shared[reference.slice(PARAMETER.length)] : undefined
    return isObject(parameter) ? parameter : undefined
  }
  const paths = Object.fromEntries(Object.entries(given).filter(([path, item]) => path.startsWith(prefix) && isObject(item)).map(([path, item]) => [path, withReferences(item, inline)]))
  const components: Json = {}
  const collect = (value: unknown): void => void withReferences(value, (reference) => {
    const name = reference.startsWith(DEFINITION) ? reference.slice(DEFINITION.length) : ''
    if (!Object.hasOwn(all, name) || Object.hasOwn(components, name)) return undefined
    components[name] = all[name]
    collect(all[name])
    return undefined
  })
  collect(paths)
  return { paths, components }
}

/** @param taken names of definitions that are elsewhere in the document */
export function mergeInto(own: Filled, parts: readonly Filled[], taken: ReadonlySet<string>): Filled {
  const paths: Json = { ...own.paths }
  const components: Json = { ...own.components }
  const isTaken = (name: string): boolean => taken.has(name) || Object.hasOwn(components, name)
  for (const part of parts) {
    const renamed = new Map<string, string>()
    for (const [name, definition] of Object.entries(part.components)) {
      if (!isTaken(name) || (SHARED.test(name) && taken.has(name)) || JSON.stringify(components[name]) === JSON.stringify(definition)) continue
      let n = 2
      while (isTaken(`${name}_v${n}`) || Object.hasOwn(part.components, `${name}_v${n}`)) n++
      renamed.set(name, `${name}_v${n}`)
    }
    const change = (reference: string): string | undefined => {
      const name = reference.startsWith(DEFINITION) ? renamed.get(reference.slice(DEFINITION.length)) : undefined
      return name && DEFINITION + name
    }
    for (const [name, definition] of Object.entries(part.components)) {
      const as = renamed.get(name) ?? name
      if (!isTaken(as)) components[as] = withReferences(definition, change)
    }
    for (const [path, item] of Object.entries(part.paths)) if (!Object.hasOwn(paths, path)) paths[path] = withReferences(item, change)
  }
  return { paths, components }
}
