/**
 * x-kubernetes-validations: rules in CEL anywhere in a schema, with `self` and, on an update, `oldSelf` where old and new
 * value can be told to be the same. Source: Kubernetes documentation, "CustomResourceDefinition: validation rules".
 */
import { field, type FieldError } from '../../../shared/errors.ts'
import { CelFault, compileCel, fromCel, optionalInput, toCel, type Program } from '../cel/engine.ts'
import { isRecord, jsonEqual, lookUp } from '../json.ts'
import { fieldPathIn } from './field-path.ts'
import type { Schema, Schemas } from '../schema.ts'
import { step, VALIDATIONS, valueSchema, type JsonSchema, type ValidationRule } from './json-schema.ts'
import { counterpart } from './ratchet.ts'

interface CompiledRule {
  readonly given: ValidationRule
  readonly program: Program
  readonly message: Program | undefined
  readonly transition: boolean
  /** Which of the rules at its place it is. */
  readonly index: number
}
interface Node {
  readonly schema: JsonSchema
  readonly type: Schema | undefined
  readonly rules: readonly CompiledRule[]
  readonly properties: ReadonlyMap<string, Node>
  readonly values: Node | undefined
  readonly items: Node | undefined
}

/** What went wrong with a rule when it was compiled. */
export interface RuleFault {
  readonly path: string
  readonly rule: string
  readonly message: string
}

function compileRule(given: ValidationRule, type: Schema | undefined, schemas: Schemas, path: string, index: number, faults: RuleFault[]): CompiledRule | undefined {
  const variables = { self: type, oldSelf: type }
  const optional = given.optionalOldSelf ? { optional: new Set(['oldSelf']) } : {}
  const compile = (source: string, result: 'bool' | 'string', at: string): Program | undefined => {
    try {
      return compileCel(source, { variables, schemas, result, ...optional })
    } catch (error) {
      if (!(error instanceof CelFault)) throw error
      faults.push({ path: at, rule: source, message: error.message })
      return undefined
    }
  }
  const program = compile(given.rule, 'bool', `${path}.rule`)
  const message = given.messageExpression ? compile(given.messageExpression, 'string', `${path}.messageExpression`) : undefined
  return program && { given, program, message, transition: program.uses('oldSelf'), index }
}

/** undefined: no rule in it or below it. */
export function compileRules(schema: JsonSchema, type: Schema | undefined, schemas: Schemas, faults: RuleFault[] = [], path = ''): Node | undefined {
  const rules = (schema[VALIDATIONS] ?? []).map((rule, i) => compileRule(rule, type, schemas, `${path}.${VALIDATIONS}[${i}]`, i, faults)).filter((r) => r !== undefined)
  const below = (child: JsonSchema | undefined, childType: Schema | undefined, at: string): Node | undefined => child && compileRules(child, childType, schemas, faults, at)
  const properties = new Map<string, Node>()
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const node = below(property, type?.properties?.[key], `${path}.properties[${key}]`)
    if (node) properties.set(key, node)
  }
  const values = below(valueSchema(schema), type?.additionalProperties, `${path}.additionalProperties`)
  const items = below(schema.items, type?.items, `${path}.items`)
  return rules.length || properties.size || values || items ? { schema, type, rules, properties, values, items } : undefined
}

const typeOf = (schema: JsonSchema): string => schema.type ?? ''

function failure(rule: CompiledRule, schema: JsonSchema, path: string, detail: string): FieldError {
  const type = typeOf(schema)
  const below = rule.given.fieldPath ? (fieldPathIn(schema, rule.given.fieldPath) ?? '') : ''
  const at = path ? path + below : below.replace(/^\./, '')
  switch (rule.given.reason) {
    case 'FieldValueForbidden':
      return field.forbidden(at, detail)
    case 'FieldValueRequired':
      return field.required(at, detail)
    case 'FieldValueDuplicate':
      return field.duplicate(at, type)
    default:
      return field.invalid(at, type, detail)
  }
}

export function runRules(node: Node, value: unknown, old: unknown, path: string, schemas: Schemas, errors: FieldError[]): void {
  if (value === null || value === undefined) return
  for (const rule of node.rules) {
    const { given, program, message, transition } = rule
    if (transition && old === undefined && !given.optionalOldSelf) continue
    // Ratcheting: what was wrong before and has not changed is left alone, unless the rule is about the change.
    if (!transition && old !== undefined && jsonEqual(old, value)) continue
    const former = (): ReturnType<typeof toCel> => toCel(old, node.type, schemas)
    const bindings = { self: () => toCel(value, node.type, schemas), oldSelf: given.optionalOldSelf ? () => optionalInput(old === undefined ? undefined : former()) : former }
    const fallback = given.message || `failed rule: ${given.rule.trim()}`
    try {
      if (program.run(bindings)) continue
      let text: unknown
      try {
        text = message ? fromCel(message.run(bindings)) : undefined
      } catch (error) {
        // Where the sentence cannot be made, the plain one is said.
        if (!(error instanceof CelFault)) throw error
      }
      errors.push(failure(rule, node.schema, path, typeof text === 'string' && text.trim() && !text.includes('\n') ? text : fallback))
    } catch (error) {
      if (!(error instanceof CelFault)) throw error
      errors.push(field.invalid(path, typeOf(node.schema), `${error.message} evaluating rule: ${given.message || given.rule.trim()}`))
    }
  }
  if (Array.isArray(value)) {
    const items = node.items
    const before = Array.isArray(old) ? (old as unknown[]) : []
    if (items) value.forEach((item, i) => runRules(items, item, counterpart(node.schema, item, before), `${path}[${i}]`, schemas, errors))
  } else if (isRecord(value)) {
    const before = isRecord(old) ? old : {}
    for (const key in value) {
      const below = node.properties.get(key) ?? (lookUp(node.schema.properties, key) ? undefined : node.values)
      if (below) runRules(below, value[key], before[key], step(path, key), schemas, errors)
    }
  }
}

export interface RuleCost {
  /** Of the expression, below the schema's. */
  readonly path: string
  readonly what: 'rule' | 'messageExpression'
  readonly cost: number
}

/** The estimated cost of all expressions, each multiplied by how often the schema lets it run; messages are made once. */
export function ruleCosts(node: Node | undefined, sizes: (schema: Schema | undefined) => number, times = 1): RuleCost[] {
  if (!node) return []
  const here = node.rules.flatMap((r): RuleCost[] => {
    const at = `.${VALIDATIONS}[${r.index}]`
    return [{ path: `${at}.rule`, what: 'rule', cost: r.program.facts.cost * times }, ...(r.message ? [{ path: `${at}.messageExpression`, what: 'messageExpression' as const, cost: r.message.facts.cost }] : [])]
  })
  const many = times * sizes(node.type)
  return [
    ...here,
    ...[...node.properties].flatMap(([key, child]) => ruleCosts(child, sizes, times).map((c) => ({ ...c, path: `.properties[${key}]${c.path}` }))),
    ...ruleCosts(node.values, sizes, many).map((c) => ({ ...c, path: `.additionalProperties${c.path}` })),
    ...ruleCosts(node.items, sizes, many).map((c) => ({ ...c, path: `.items${c.path}` })),
  ]
}
export type RuleNode = Node
