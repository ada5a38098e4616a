/**
 * What a schema of a CustomResourceDefinition must be like: structural, of words that it may use, with defaults that it allows
 * itself and rules that compile and are not too dear.
 */
import { field, type FieldError } from '../../../shared/errors.ts'
import { maxSize } from '../cel/cost.ts'
import { cloneJson } from '../json.ts'
import type { Schema } from '../schema.ts'
import { ruleSchema } from './internal-schema.ts'
import { EMBEDDED, isDefaulted, LIST_TYPE, MAP_TYPE, VALIDATIONS, type JsonSchema, type ValidationRule } from './json-schema.ts'
import { embeddedErrors } from './object-rules.ts'
import { NEVER } from './ratchet.ts'
import { compileRules, ruleCosts, RULES_BUDGET, runRules, type RuleNode } from './rules.ts'
import { checkWords } from './schema-words.ts'
import { prune } from './shape.ts'
import { checkForm } from './structural-form.ts'
import { compileSchema } from './validator.ts'

/** The work that all expressions may be estimated at, and one of them. */
const TOTAL_COST = 100_000_000
const RULE_COST = 10_000_000
/** How many of the dearest expressions are named where they are too dear together. */
const NAMED = 4
/** Go's names of the words that a schema with a status subresource may have at its root, as messages list them. */
const AT_ROOT = ['Description', 'Type', 'Format', 'Title', 'Maximum', 'ExclusiveMaximum', 'Minimum', 'ExclusiveMinimum', 'MaxLength', 'MinLength', 'Pattern', 'MaxItems', 'MinItems', 'UniqueItems', 'MultipleOf', 'Required', 'Items', 'Properties', 'ExternalDocs', 'Example', 'XPreserveUnknownFields', 'XValidations']
const goName = (word: string): string => word.replace(/^x-kubernetes-/, 'x-').split('-').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')

function checkDefaults(schema: JsonSchema, path: string, errors: FieldError[]): void {
  if (isDefaulted(schema)) {
    const value = cloneJson(schema.default)
    const unknown: string[] = []
    const at = `${path}.default`
    prune(value, schema, '', unknown, schema[EMBEDDED])
    if (unknown.length) errors.push(field.invalid(at, schema.default, 'must not have unknown fields'))
    const found = embeddedErrors(schema.default, schema, at, true)
    if (!found.length) compileSchema(schema)(schema.default, at, found)
    const rules = found.length ? undefined : compileRules(schema, ruleSchema(schema, schema[EMBEDDED]), {})
    if (rules) runRules(rules, schema.default, schema.default, NEVER, at, { schemas: {}, errors: found, warn: () => undefined, left: RULES_BUDGET })
    errors.push(...found)
  }
  for (const [key, property] of Object.entries(schema.properties ?? {})) checkDefaults(property, `${path}.properties[${key}]`, errors)
  if (schema.items) checkDefaults(schema.items, `${path}.items`, errors)
}

const tooDear = (what: string, cost: number, limit: number): string => {
  const factor = cost / limit
  const text = factor > 100 ? 'more than 100x' : `${factor < 1.5 ? factor.toFixed(6) : factor.toFixed(1)}x`
  return `${what} exceeds budget by factor of ${text} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`
}

/** Rules that compare with a former value that nobody can tell: elements of lists that are no maps, fields of maps that are one value. @param lost where that begins */
function checkOldSelf(node: RuleNode | undefined, path: string, lost: string | undefined, errors: FieldError[]): void {
  if (!node) return
  for (const { given, transition, index } of node.rules) {
    const at = `${path}.${VALIDATIONS}[${index}]`
    if (transition && lost !== undefined) errors.push(field.invalid(`${at}.rule`, given.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${lost}`))
    if (!transition && given.optionalOldSelf !== undefined) errors.push(field.invalid(`${at}.optionalOldSelf`, given.optionalOldSelf, 'may not be set if oldSelf is not used in rule'))
  }
  const inMap = lost ?? (node.schema[MAP_TYPE] === 'atomic' ? path : undefined)
  for (const [key, child] of node.properties) checkOldSelf(child, `${path}.properties[${key}]`, inMap, errors)
  checkOldSelf(node.values, `${path}.additionalProperties`, lost, errors)
  checkOldSelf(node.items, `${path}.items`, lost ?? (node.schema[LIST_TYPE] === 'map' ? undefined : path), errors)
}

/** A rule as messages show it: Go's names of its fields. */
const shown = ({ rule, message = '', messageExpression = '', reason, fieldPath = '', optionalOldSelf }: ValidationRule): object =>
  ({ Rule: rule, Message: message, MessageExpression: messageExpression, Reason: reason ?? null, FieldPath: fieldPath, OptionalOldSelf: optionalOldSelf ?? null })

function checkRules(schema: JsonSchema, path: string, errors: FieldError[]): void {
  const faults: Parameters<typeof compileRules>[3] = []
  const node = compileRules(schema, ruleSchema(schema), {}, faults)
  for (const { path: at, rule, message } of faults) errors.push(field.invalid(`${path}${at}`, shown(rule), message))
  const size = (type: Schema | undefined): number => (type ? maxSize(type, {}) : 1)
  const costs = ruleCosts(node, size)
  for (const { path: at, what, cost } of costs) if (cost > RULE_COST) errors.push(field.forbidden(`${path}${at}`, tooDear(`estimated ${what} cost`, cost, RULE_COST)))
  const total = costs.reduce((sum, c) => sum + c.cost, 0)
  if (total > TOTAL_COST) {
    for (const { path: at } of costs.toSorted((a, b) => b.cost - a.cost).slice(0, NAMED)) errors.push(field.forbidden(`${path}${at}`, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'))
    errors.push(field.forbidden(path, tooDear('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', total, TOTAL_COST)))
  }
  checkOldSelf(node, path, undefined, errors)
}

/** @param status the version has a status subresource, whose schema is taken out of this one */
export function validateStructure(schema: JsonSchema, path: string, status = false): FieldError[] {
  const errors: FieldError[] = []
  if (status && schema.type !== undefined && schema.type !== 'object') errors.push(field.invalid(`${path}.type`, schema.type, 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'))
  const beside = status ? Object.entries(schema).filter(([name, value]) => value !== undefined && value !== false && !AT_ROOT.includes(goName(name))) : []
  if (beside.length) errors.push(field.invalid(path, Object.fromEntries(beside), `only [${AT_ROOT.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`))
  if (schema.nullable) errors.push(field.forbidden(`${path}.nullable`, 'nullable cannot be true at the root'))
  checkForm(schema, path, errors)
  checkWords(schema, path, errors)
  if (!errors.length && schema.$schema) errors.push(field.invalid(path, '', "OpenAPIV3Schema 'schema' is not supported"))
  // What comes now takes the schema at its word.
  if (!errors.length) checkDefaults(schema, path, errors)
  if (!errors.length) checkRules(schema, path, errors)
  return errors
}
