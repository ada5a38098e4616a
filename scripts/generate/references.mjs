/**
 * What is said of fields that refer to a type, which @kubernetes/client-node leaves out: from the declarations of kubernetes-types.
 * Its release is an older one; fields that came later stay without.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Type → group → field → sentence, of one version. */
function declarationsOf(root, version) {
  const types = new Map()
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || !readdirSync(join(root, entry.name)).includes(`${version}.d.ts`)) continue
    const text = readFileSync(join(root, entry.name, `${version}.d.ts`), 'utf8')
    for (const [, type, body] of text.matchAll(/^export interface (\w+) \{\n([^]*?)^\}/gm)) {
      const fields = new Map()
      for (const [, comment, field] of body.matchAll(/^ {4}\/\*\*((?:(?!\*\/)[^])*)\*\/\n {4}(?:readonly )?"?([\w$-]+)"?\??: /gm)) fields.set(field, comment.replace(/^\s*\* ?/gm, '').trim())
      if (!types.has(type)) types.set(type, new Map())
      types.get(type).set(entry.name, fields)
    }
  }
  return types
}

/**
 * Adds them to `descriptions`.
 * @param {string} root the folder of kubernetes-types
 */
export function addReferences(root, schemas, descriptions) {
  const versions = new Map()
  for (const [name, { properties }] of Object.entries(schemas)) {
    const [, group, version, type] = /^([A-Z][a-z]+?)??(V\d+)([A-Z].*)$/.exec(name) ?? []
    if (!type) continue
    const key = version.toLowerCase()
    if (!versions.has(key)) versions.set(key, declarationsOf(root, key))
    const found = versions.get(key).get(type)
    // A name that several groups have says which one it is of.
    const fields = found && (group ? found.get(group.toLowerCase()) : found.size === 1 ? [...found.values()][0] : undefined)
    for (const [field, property] of Object.entries(properties ?? {})) {
      // Of a moment it says what the type is.
      const untold = property.format === 'micro-time' || (property.ref && !descriptions[`${name}/${field}`])
      const sentence = untold && fields?.get(field)
      if (sentence) descriptions[`${name}/${field}`] = sentence
    }
  }
}
