/** Kinds that Kubernetes does not know bring their own schemas: the server sees them beside the generated ones. */
import type { KindDefinition } from '../resources/kind.ts'
import type { Schema, Schemas } from '../schema.ts'

/** The generated schemas and those that the kinds bring. Throws when a name is taken. */
export function withOwnSchemas(generated: Schemas, kinds: readonly Pick<KindDefinition, 'ownSchemas'>[]): Schemas {
  const all: Record<string, Schema> = { ...generated }
  for (const { ownSchemas } of kinds) {
    for (const [name, schema] of Object.entries(ownSchemas ?? {})) {
      if (Object.hasOwn(all, name)) throw new Error(`two schemas are named ${name}`)
      all[name] = schema
    }
  }
  return all
}
