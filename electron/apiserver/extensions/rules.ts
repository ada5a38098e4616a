/**
 * x-kubernetes-validations: rules in CEL anywhere in a schema, with `self` and, on an update, `oldSelf` where old and new
 * value can be told to be the same. Source: Kubernetes documentation, "CustomResourceDefinition: validation rules".
 */
import { field, type FieldError } from '../../../shared/errors.ts'
import { CelFault, compileCel, fromCel, optionalInput, STEP_LIMIT, stepsTaken, toCel, type Bindings, type Program } from '../cel/engine.ts'
import { isRecord, lookUp } from '../json.ts'
import { fieldPathIn } from './field-path.ts'
import type { Schema, Schemas } from '../schema.ts'
import { MAP_TYPE, step, VALIDATIONS, valueSchema, type JsonSchema, type ValidationRule } from './json-schema.ts'
import { counterpart, type Former } from './ratchet.ts'

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
  readonly rule: ValidationRule
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
      faults.push({ path: at, rule: given, message: error.message })
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

/** Source: kube-apiserver's limits of one request, an expression's work being its turns of loops here. */
export const RULES_BUDGET = 10 * STEP_LIMIT
/** Of a message that an expression makes. */
const LONGEST_MESSAGE = 5 * 1024
const SPENT = 'validation failed due to running out of cost budget, no further validation rules will be run'

/** One object's rules. */
export interface RuleRun {
  readonly schemas: Schemas
  readonly errors: FieldError[]
  /** Gets what is let through since it was so before. */
  warn(message: string): void
  /** Turns of loops that are left; negative: no more rules are run. */
  left: number
}

function failure(rule: CompiledRule, schema: JsonSchema, path: string, detail: string): FieldError {
  const type = typeOf(schema)
  const below = rule.given.fieldPath ? (fieldPathIn(schema, rule.given.fieldPath) ?? '') : ''
  // A key below a map that has the rule follows a dot: upstream's way.
  const at = path && below ? `${path}.${below}` : path || below
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

const sayOf = (given: ValidationRule): string => given.message?.trim() || given.rule.trim()

/** What an expression says of a failure. undefined: it has failed itself, or says nothing fit to be read. */
function made(message: Program, bindings: Bindings): string | undefined {
  try {
    const text = fromCel(message.run(bindings))
    const said = typeof text === 'string' ? text.trim() : ''
    return said && !said.includes('\n') && Buffer.byteLength(said) <= LONGEST_MESSAGE ? said : undefined
  } catch (error) {
    // Where the sentence cannot be made, the plain one is said.
    if (error instanceof CelFault) return undefined
    throw error
  }
}

function runRule({ given, program, message }: CompiledRule, node: Node, bindings: Bindings, path: string, run: RuleRun): string | undefined {
  try {
    const held = program.run(bindings) === true
    run.left -= stepsTaken()
    if (run.left < 0) run.errors.push(field.invalid(path, typeOf(node.schema), SPENT))
    if (held || run.left < 0) return undefined
    const text = message && made(message, bindings)
    if (message) run.left -= stepsTaken()
    return text ?? (given.message ? given.message.trim() : `failed rule: ${given.rule.trim()}`)
  } catch (error) {
    if (!(error instanceof CelFault)) throw error
    const said = error.message
    run.left -= stepsTaken()
    let detail = `${said} evaluating rule: ${sayOf(given)}`
    if (said.startsWith('no such overload')) detail = `'${said}': call arguments did not match a supported operator, function or macro signature for rule: ${sayOf(given)}`
    if (said.startsWith('operation cancelled')) {
      detail = `'${said}': no further validation rules will be run due to call cost exceeds limit for rule: ${sayOf(given)}`
      run.left = -1
    }
    run.errors.push(field.invalid(path, typeOf(node.schema), detail))
    return undefined
  }
}

/**
 * Runs the rules of a value and of everything below it.
 * @param old the former value for rules about a change; undefined where there is none or nobody can tell
 * @param former for ratcheting
 */
export function runRules(node: Node, value: unknown, old: unknown, former: Former, path: string, run: RuleRun): void {
  if (value === null || value === undefined) return
  for (const rule of node.rules) {
    const { given, transition } = rule
    if (transition && (old === undefined || old === null) && !given.optionalOldSelf) continue
    if (run.left <= 0) {
      run.errors.push(field.invalid(path, typeOf(node.schema), SPENT))
      run.left = -1
      return
    }
    const before = (): ReturnType<typeof toCel> => toCel(old, node.type, run.schemas)
    const bindings = { self: () => toCel(value, node.type, run.schemas), oldSelf: given.optionalOldSelf ? () => optionalInput(old === undefined || old === null ? undefined : before()) : before }
    const detail = runRule(rule, node, bindings, path, run)
    if (detail !== undefined) {
      const error = failure(rule, node.schema, path, detail)
      // Ratcheting: what was wrong before and has not changed is let through, unless the rule is about the change.
      if (!transition && former.isSame(value)) run.warn(`${error.field || '<nil>'}: ${error.message}`)
      else run.errors.push(error)
    }
    if (run.left < 0) return
  }
  if (Array.isArray(value)) {
    const { items } = node
    const list = Array.isArray(old) ? (old as unknown[]) : []
    if (!items) return
    for (const [i, item] of value.entries()) {
      runRules(items, item, counterpart(node.schema, item, list), former.item(value, item, node.schema), `${path}[${i}]`, run)
      if (run.left < 0) return
    }
  } else if (isRecord(value)) {
    const fields = isRecord(old) && node.schema[MAP_TYPE] !== 'atomic' ? old : {}
    for (const key in value) {
      const property = node.properties.get(key)
      const below = property ?? (lookUp(node.schema.properties, key) ? undefined : node.values)
      if (!below) continue
      runRules(below, value[key], fields[key], former.field(value, key), property ? step(path, key) : `${path}[${key}]`, run)
      if (run.left < 0) return
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
