/** Paths of fields as a rule of a CustomResourceDefinition names them: `.spec.containers`, `['with-dashes']`. Source: the API's description of ValidationRule.fieldPath. */
import { valueSchema, type JsonSchema } from './json-schema.ts'

const STEP = /\.([A-Za-z_$][\w$]*)|\['((?:[^'\\]|\\.)*)'\]/y

/** The path as errors say it, to be put behind that of the value. undefined: it is none, or leads to what the schema does not have. */
export function fieldPathIn(schema: JsonSchema, text: string): string | undefined {
  let at: JsonSchema | undefined = schema
  let path = ''
  STEP.lastIndex = 0
  for (let from = 0; from < text.length; from = STEP.lastIndex) {
    const match = STEP.exec(text)
    const name = match?.[1] ?? match?.[2]?.replaceAll(/\\(.)/g, '$1')
    if (name === undefined || !at) return undefined
    const property: JsonSchema | undefined = at.properties?.[name]
    path += property ? `.${name}` : `[${name}]`
    // A dot reads a field and no key.
    at = property ?? (match?.[2] === undefined ? undefined : valueSchema(at))
    if (!at) return undefined
  }
  return text ? path : undefined
}
