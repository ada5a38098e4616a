/**
 * From the generated classes of @kubernetes/client-node to schemas: their attribute maps (.js) give names, types and
 * formats; their declarations (.d.ts) give what is optional, and the descriptions.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { enums } from './enums.mjs'
import { extras, valueStructs } from './list-keys.mjs'
import { addReferences } from './references.mjs'

/** Types of stable versions; alpha and beta groups are not served. */
const stable = (name) => !/^V\d+(alpha|beta)\d/.test(name) && name !== 'ObjectSerializer' && name !== 'all' && name !== 'VersionInfo'

/**
 * A field's schema from its type in the attribute map.
 * @param {string} type such as `Array<V1Container>`
 * @param {string} format such as `int32`
 */
export function schemaOfType(type, format) {
  const list = /^Array<(.*)>$/.exec(type)
  if (list) return { type: 'array', items: schemaOfType(list[1], format) }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)
  if (map) return { type: 'object', additionalProperties: schemaOfType(map[1], format) }
  switch (type) {
    case 'string':
      return format ? { type: 'string', format } : { type: 'string' }
    case 'boolean':
      return { type: 'boolean' }
    case 'number':
      return format === 'double' ? { type: 'number', format } : { type: 'integer', format: format || 'int64' }
    case 'Date':
      return { type: 'string', format: 'date-time' }
    case 'V1MicroTime':
      return { type: 'string', format: 'micro-time' }
    case 'IntOrString':
      return { format: 'int-or-string' }
    case 'any':
    case 'object':
      return { preserveUnknownFields: true }
    default:
      return { ref: type }
  }
}

const attributes = (js) => {
  const start = js.indexOf('.attributeTypeMap = [')
  if (start < 0) return []
  const open = js.indexOf('[', start)
  return JSON.parse(js.slice(open, js.indexOf('];', open) + 1))
}

const textOf = (comment) => comment.split('\n').map((l) => l.replace(/^\s*\*? ?/, '')).join(' ').replace(/\\(.)/g, '$1').trim()

/** Optional fields and descriptions from a declaration file. Keys are the names in TypeScript, `''` is the class itself. */
function declarations(dts) {
  const optional = new Set()
  const text = new Map()
  const head = /\/\*\*([^]*?)\*\/\s*export declare class/.exec(dts.slice(dts.indexOf('*/') + 2))
  if (head) text.set('', textOf(head[1]))
  for (const m of dts.matchAll(/(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\s*)?^ {4}'([^']+)'(\?)?: /gm)) {
    if (m[3]) optional.add(m[2])
    if (m[1]) text.set(m[2], textOf(m[1]))
  }
  return { optional, text }
}

/**
 * @param {string} models folder of the generated classes
 * @param {string} types folder of kubernetes-types
 * @returns {{ schemas: Record<string, object>, descriptions: Record<string, string> }}
 */
export function buildSchemas(models, types) {
  const schemas = {}
  const descriptions = {}
  const names = readdirSync(models).filter((f) => f.endsWith('.js')).map((f) => f.slice(0, -3)).filter(stable)
  // A type whose name several groups have is there once for each, and once more from an older release, unprefixed.
  const prefixed = new Set(names.map((n) => /^[A-Z][a-z]+(V\d+[A-Z].*)$/.exec(n)?.[1]))
  for (const name of names.filter((n) => !prefixed.has(n)).sort()) {
    const { optional, text } = declarations(readFileSync(join(models, `${name}.d.ts`), 'utf8'))
    const properties = {}
    const required = []
    if (text.get('')) descriptions[name] = text.get('')
    for (const a of attributes(readFileSync(join(models, `${name}.js`), 'utf8'))) {
      properties[a.baseName] = schemaOfType(a.type, a.format)
      if (!optional.has(a.name)) required.push(a.baseName)
      const description = text.get(a.name)
      if (description) descriptions[`${name}/${a.baseName}`] = description
    }
    schemas[name] = { type: 'object', properties, ...(required.length ? { required } : {}) }
  }
  applyExtras(schemas)
  addReferences(types, schemas, descriptions)
  addEnums(schemas, descriptions)
  return { schemas, descriptions }
}

/** With the descriptions, which only OpenAPI reads: `V1PodSpec/restartPolicy#enum` → `Always,Never,OnFailure`. */
function addEnums(schemas, descriptions) {
  for (const [words, ...fields] of enums) {
    for (const field of fields) {
      const [type, name] = field.split('/')
      if (!schemas[type]?.properties[name]) throw new Error(`enums.mjs names what client-node does not have: ${field}`)
      descriptions[`${field}#enum`] = words.join(',')
    }
  }
}

/** Adds what the hand table says; a name it knows and the types do not is a fault of the table. */
function applyExtras(schemas) {
  const faults = []
  for (const [type, fields] of Object.entries(extras)) {
    const schema = schemas[type]
    if (!schema) {
      faults.push(type)
      continue
    }
    for (const [name, more] of Object.entries(fields)) {
      if (name === '') Object.assign(schema, more)
      else if (!schema.properties[name]) faults.push(`${type}.${name}`)
      else if (more.quantity) schema.properties[name] = withQuantity(schema.properties[name])
      else Object.assign(schema.properties[name], more)
    }
  }
  for (const [type, names] of Object.entries(valueStructs)) {
    for (const name of names) {
      const property = schemas[type]?.properties[name]
      if (property?.ref) property.default = {}
      else faults.push(`${type}.${name}`)
    }
  }
  for (const { properties } of Object.values(schemas)) {
    for (const name of ['metadata', 'spec', 'status']) if (properties[name]?.ref) properties[name].default = {}
  }
  if (faults.length) throw new Error(`list-keys.mjs names what client-node does not have: ${faults.join(', ')}`)
}

function withQuantity(schema) {
  const quantity = { type: 'string', format: 'quantity' }
  if (schema.additionalProperties) return { ...schema, additionalProperties: quantity }
  if (schema.type === 'array') return { ...schema, items: quantity }
  return quantity
}
