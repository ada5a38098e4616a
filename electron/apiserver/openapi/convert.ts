/** Version 2 of OpenAPI as version 3, for servers that speak only the former. Pure. Source: the OpenAPI specification, 2.0 and 3.0. */
import type { Json } from './components.ts'
import { isObject, withReferences } from './merge.ts'
import type { Filled } from './second.ts'

const DEFINITION = '#/definitions/'
const JSON_ONLY = ['application/json']
/** Of a parameter that is no body: what says of which type it is, which version 3 keeps apart. */
const OF_TYPE = ['type', 'format', 'items', 'default', 'enum', 'pattern', 'uniqueItems', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'] as const
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch'])

const pick = (from: Json, names: readonly string[]): Json => Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]))
const without = (from: Json, ...names: string[]): Json => Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)))
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])
const types = (value: unknown): string[] => (Array.isArray(value) && value.length ? value.map(String) : JSON_ONLY)
const content = (media: readonly string[], schema: unknown): Json => Object.fromEntries(media.map((type) => [type, { schema }]))

const parameter = (p: Json): Json => ({ ...without(p, ...OF_TYPE, 'collectionFormat'), schema: pick(p, OF_TYPE) })
const isBody = (p: Json): boolean => p['in'] === 'body'

function operation(o: Json, above: readonly Json[]): Json {
  const given = list(o['parameters'])
  const body = [...given, ...above].find(isBody)
  const plain = given.filter((p) => !isBody(p)).map(parameter)
  const responses = isObject(o['responses']) ? o['responses'] : {}
  return {
    ...without(o, 'consumes', 'produces', 'schemes', 'parameters', 'responses'),
    ...(plain.length ? { parameters: plain } : {}),
    ...(body ? { requestBody: { ...pick(body, ['description', 'required']), content: content(types(o['consumes']), body['schema'] ?? {}) } } : {}),
    responses: Object.fromEntries(Object.entries(responses).filter(([, r]) => isObject(r)).map(([code, r]) => {
      const answer = r as Json
      return [code, { ...without(answer, 'schema', 'headers', 'examples'), ...(answer['schema'] === undefined ? {} : { content: content(types(o['produces']), answer['schema']) }) }]
    })),
  }
}

function pathItem(item: Json): Json {
  const above = list(item['parameters'])
  const plain = above.filter((p) => !isBody(p)).map(parameter)
  return {
    ...Object.fromEntries(Object.entries(item).filter(([name]) => name !== 'parameters').map(([name, value]) => [name, METHODS.has(name) && isObject(value) ? operation(value, above) : value])),
    ...(plain.length ? { parameters: plain } : {}),
  }
}

/** The whole document of one group's version. */
export function asThird({ paths, components }: Filled, info: unknown): Json {
  const change = (reference: string): string | undefined => (reference.startsWith(DEFINITION) ? `#/components/schemas/${reference.slice(DEFINITION.length)}` : undefined)
  const items = Object.fromEntries(Object.entries(paths).filter(([, item]) => isObject(item)).map(([path, item]) => [path, pathItem(item as Json)]))
  return { openapi: '3.0.0', info: isObject(info) ? info : { title: '', version: '' }, ...(withReferences({ paths: items, components: { schemas: components } }, change) as Json) }
}
