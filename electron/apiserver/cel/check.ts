/**
 * What can be known of an expression before it runs: names that do not exist, fields that a schema does not have,
 * comparisons that cannot hold, results of the wrong type, and how much work it can be at most.
 */
import type { Schema, Schemas } from '../schema.ts'
import { maxSize } from './cost.ts'
import { literalFault, scalarOf } from './literals.ts'
import { PART } from './lower.ts'
import { escapeName } from './values.ts'

/** The parser's tree, as far as it is used here (cel.expr.Expr). */
export interface Expr {
  id: bigint
  exprKind:
    | { case: 'constExpr'; value: { constantKind: { case: string; value: unknown } } }
    | { case: 'identExpr'; value: { name: string } }
    | { case: 'selectExpr'; value: { operand: Expr; field: string; testOnly: boolean } }
    | { case: 'callExpr'; value: { target?: Expr; function: string; args: Expr[] } }
    | { case: 'listExpr'; value: { elements: Expr[]; optionalIndices: number[] } }
    | { case: 'structExpr'; value: { messageName: string; entries: { keyKind: { case: 'mapKey'; value: Expr } | { case: 'fieldKey'; value: string }; value: Expr }[] } }
    | { case: 'comprehensionExpr'; value: { iterVar: string; accuVar: string; iterRange: Expr; accuInit: Expr; loopCondition: Expr; loopStep: Expr; result: Expr } }
}

export interface Facts {
  /** At most so many steps, by the sizes that the schema allows; Infinity where it sets no bound. */
  readonly cost: number
  /** What it answers, as far as that is known. */
  readonly type?: Schema | undefined
}
export interface CheckOptions {
  readonly variables: Readonly<Record<string, Schema | undefined>>
  readonly schemas: Schemas
  readonly optional?: ReadonlySet<string>
  readonly result?: 'bool' | 'string' | 'map' | 'list' | 'any'
  isFunction(name: string): boolean
}
interface Fault {
  readonly id: bigint
  readonly message: string
}
/** A type, as far as it is known: a schema, or a scalar's CEL name. undefined: anything. */
type Known = { readonly schema?: Schema; readonly name?: string } | undefined

const BOOLEAN = new Set(['_==_', '_!=_', '_<_', '_<=_', '_>_', '_>=_', '_&&_', '_||_', '!_', '@in', 'startsWith', 'endsWith', 'contains', 'matches', 'isSorted', '@not_strictly_false', 'hasValue'])
const COMPARES = new Set(['_==_', '_!=_', '_<_', '_<=_', '_>_', '_>=_'])
const CONSTANTS: Readonly<Record<string, string>> = { boolValue: 'bool', int64Value: 'int', uint64Value: 'uint', doubleValue: 'double', stringValue: 'string', bytesValue: 'bytes', nullValue: 'null_type' }
/** What a mutation's result is called. */
const RESULTS: Readonly<Record<string, string>> = { map: 'Object', list: 'a list of JSONPatch' }
const NUMBERS = new Set(['int', 'uint', 'double'])
const TYPES = new Set(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type', 'dyn'])
const FORMATS: Readonly<Record<string, string>> = { 'date-time': 'timestamp', 'micro-time': 'timestamp', date: 'timestamp', duration: 'duration', byte: 'bytes' }
/** Functions that look at every character. */
const SCANS = new Set(['matches', 'contains', 'startsWith', 'endsWith', 'find', 'findAll', 'split', 'replace', 'lowerAscii', 'upperAscii', 'indexOf', 'lastIndexOf', '_==_', '_!=_', '@in'])

function nameOf(schema: Schema | undefined): string | undefined {
  switch (schema?.type) {
    case 'string':
      return FORMATS[schema.format ?? ''] ?? 'string'
    case 'integer':
      return 'int'
    case 'number':
      return 'double'
    case 'boolean':
      return 'bool'
    case 'array':
      return 'list'
    case 'object':
      return schema.properties ? 'object' : 'map'
    default:
      return undefined
  }
}
const typeOf = (known: Known): string | undefined => known?.name ?? nameOf(known?.schema)

class Walk {
  readonly faults: Fault[] = []
  readonly used = new Set<string>()
  cost = 0
  readonly #options: CheckOptions
  /** Lists of what goes into a text, whatever its types. */
  readonly #formatted = new WeakSet<Expr>()
  readonly #scopes: Map<string, Known>[] = []
  /** How often what is walked now runs at most. */
  #times = 1

  constructor(options: CheckOptions) {
    this.#options = options
  }

  #deref(schema: Schema | undefined): Schema | undefined {
    return schema?.ref ? this.#options.schemas[schema.ref] : schema
  }
  #known(schema: Schema | undefined): Known {
    const found = this.#deref(schema)
    return found && { schema: found }
  }

  walk(expr: Expr): Known {
    this.cost += this.#times
    const { exprKind, id } = expr
    switch (exprKind.case) {
      case 'constExpr': {
        const name = CONSTANTS[exprKind.value.constantKind.case]
        return name ? { name } : undefined
      }
      case 'identExpr':
        return this.#ident(exprKind.value.name, id)
      case 'selectExpr':
        return this.#select(exprKind.value.operand, exprKind.value.field, id)
      case 'callExpr':
        return this.#call(exprKind.value, id)
      case 'listExpr':
        if (this.#formatted.has(expr)) for (const element of exprKind.value.elements) this.walk(element)
        else this.#alike(exprKind.value.elements.map((element) => [element, this.walk(element)]))
        return { name: 'list' }
      case 'structExpr':
        for (const { keyKind } of exprKind.value.entries) if (keyKind.case === 'mapKey') this.walk(keyKind.value)
        this.#alike(exprKind.value.entries.flatMap(({ value }) => (value ? [[value, this.walk(value)] as const] : [])))
        return { name: 'map' }
      case 'comprehensionExpr':
        return this.#loop(exprKind.value)
      default:
        return undefined
    }
  }

  /** Elements of a list, and values of a map, that are written down are of one type. */
  #alike(parts: readonly (readonly [Expr, Known])[]): void {
    const [first, ...rest] = parts.map(([expr, known]) => ({ id: expr.id, type: scalarOf(typeOf(known)) })).filter(({ type }) => type !== undefined)
    for (const { id, type } of rest) if (type !== first?.type) this.faults.push({ id, message: `expected type '${first?.type}' but found '${type}'` })
  }

  #ident(name: string, id: bigint): Known {
    const scope = this.#scopes.findLast((s) => s.has(name))
    if (scope) return scope.get(name)
    if (name in this.#options.variables) {
      this.used.add(name)
      const known = this.#known(this.#options.variables[name])
      return this.#options.optional?.has(name) ? { ...known, name: 'optional' } : known
    }
    if (!TYPES.has(name)) this.faults.push({ id, message: `undeclared reference to '${name}' (in container '')` })
    return undefined
  }

  #select(operand: Expr, field: string, id: bigint): Known {
    return this.#field(this.walk(operand)?.schema, field, id)
  }

  #field(schema: Schema | undefined, field: string, id: bigint): Known {
    if (!schema) return undefined
    if (schema.properties) {
      for (const [key, property] of Object.entries(schema.properties)) if (key === field || escapeName(key) === field) return this.#known(property)
      if (schema.additionalProperties) return this.#known(schema.additionalProperties)
      if (!schema.preserveUnknownFields) this.faults.push({ id, message: `undefined field '${field}'` })
      return undefined
    }
    if (schema.additionalProperties) return this.#known(schema.additionalProperties)
    if (['string', 'integer', 'number', 'boolean'].includes(schema.type ?? '')) this.faults.push({ id, message: `type '${nameOf(schema)}' does not support field selection` })
    return undefined
  }

  /** `math.greatest`: a name with dots whose first part is no variable. */
  #qualified(call: { target?: Expr; function: string }): string | undefined {
    const target = call.target?.exprKind
    if (target?.case !== 'identExpr' || this.#scopes.some((s) => s.has(target.value.name)) || target.value.name in this.#options.variables) return undefined
    const name = `${target.value.name}.${call.function}`
    return this.#options.isFunction(name) ? name : undefined
  }

  #call(call: { target?: Expr; function: string; args: Expr[] }, id: bigint): Known {
    const qualified = this.#qualified(call)
    const target = call.target && !qualified ? this.walk(call.target) : undefined
    if (call.function === 'format') for (const arg of call.args) this.#formatted.add(arg)
    const args = call.args.map((arg) => this.walk(arg))
    if (!qualified && !this.#options.isFunction(call.function) && !['_&&_', '_||_', '_?_:_', '@not_strictly_false', '_[_]', '@in', '!_', '-_'].includes(call.function)) {
      this.faults.push({ id, message: `undeclared reference to '${call.function}' (in container '')` })
      return undefined
    }
    const literal = literalFault(call.function, call.args)
    if (literal) this.faults.push(literal)
    if (SCANS.has(call.function)) this.cost += this.#times * Math.ceil(Math.max(0, ...[target, ...args].map((k) => (k?.schema?.type === 'string' ? maxSize(k.schema, this.#options.schemas) : 0))) / 10)
    if (COMPARES.has(call.function)) this.#compare(call.function, args, id)
    if (call.function === PART) return { ...this.#part(args[0]?.schema, call.args[1]?.exprKind, id), name: 'optional' }
    if (call.function === '@keys') return this.#keys(args[0]?.schema)
    if (call.function === '@map' || call.function === '@merge') return { name: 'map' }
    if (call.function === '_[_]') return this.#known(args[0]?.schema?.items ?? args[0]?.schema?.additionalProperties)
    if (call.function === '_?_:_') return args[1] && args[2] && typeOf(args[1]) === typeOf(args[2]) ? args[1] : undefined
    if (call.function === '@tick') return args[0]
    if (call.function === 'value' && target?.name === 'optional') return target.schema && { schema: target.schema }
    if (call.function === 'size') return { name: 'int' }
    return BOOLEAN.has(call.function) ? { name: 'bool' } : undefined
  }

  /** What is selected if it is there. */
  #part(schema: Schema | undefined, key: Expr['exprKind'] | undefined, id: bigint): Known {
    const constant = key?.case === 'constExpr' ? key.value.constantKind : undefined
    if (schema?.type !== 'array' && constant?.case === 'stringValue') return this.#field(schema, constant.value as string, id)
    return this.#known(schema?.items ?? schema?.additionalProperties)
  }

  /** The keys of a map, the indices of a list: as many as it has. */
  #keys(schema: Schema | undefined): Known {
    return schema ? { schema: { type: 'array', maxItems: maxSize(schema, this.#options.schemas), items: { type: schema.type === 'array' ? 'integer' : 'string' } } } : { name: 'list' }
  }

  #compare(operator: string, args: readonly Known[], id: bigint): void {
    const [a, b] = args.map(typeOf)
    if (!a || !b || a === b || a === 'null_type' || b === 'null_type' || (NUMBERS.has(a) && NUMBERS.has(b)) || ['object', 'map'].includes(a) === ['object', 'map'].includes(b) && ['object', 'map'].includes(a)) return
    this.faults.push({ id, message: `found no matching overload for '${operator}' applied to '(${a}, ${b})'` })
  }

  #loop(loop: { iterVar: string; accuVar: string; iterRange: Expr; accuInit: Expr; loopCondition: Expr; loopStep: Expr; result: Expr }): Known {
    const range = this.walk(loop.iterRange)
    const accumulator = this.walk(loop.accuInit)
    const { schema } = range ?? {}
    const element = schema?.type === 'array' ? this.#known(schema.items) : schema?.type === 'object' ? ({ name: 'string' } as const) : undefined
    const outer = this.#times
    this.#times *= schema ? maxSize(schema, this.#options.schemas) : loop.iterRange.exprKind.case === 'listExpr' ? loop.iterRange.exprKind.value.elements.length : 1
    this.#scopes.push(new Map<string, Known>([[loop.iterVar, element], [loop.accuVar, undefined]]))
    this.walk(loop.loopCondition)
    const step = this.walk(loop.loopStep)
    this.#times = outer
    this.#scopes.pop()
    this.#scopes.push(new Map<string, Known>([[loop.accuVar, accumulator]]))
    const result = this.walk(loop.result)
    this.#scopes.pop()
    return typeOf(accumulator) === 'bool' ? { name: 'bool' } : typeOf(accumulator) === 'list' ? { name: 'list' } : typeOf(step) === typeOf(result) ? result : undefined
  }
}

const SCALARS: Readonly<Record<string, Schema>> = { int: { type: 'integer' }, double: { type: 'number' }, string: { type: 'string' }, bool: { type: 'boolean' }, list: { type: 'array' }, map: { type: 'object' } }
/** A type as a schema. undefined: it is not known, or has none. */
const schemaOf = (known: Known): Schema | undefined => (known?.name === 'optional' ? undefined : (known?.schema ?? SCALARS[known?.name ?? '']))

export function checkExpression(expr: Expr, options: CheckOptions): { faults: readonly Fault[]; used: ReadonlySet<string>; facts: Facts } {
  const walk = new Walk(options)
  const known = walk.walk(expr)
  const type = typeOf(known)
  const faults = [...walk.faults]
  const wanted = options.result ?? 'any'
  if (!faults.length && wanted !== 'any' && type !== undefined && type !== wanted) faults.push({ id: expr.id, message: `must evaluate to ${RESULTS[wanted] ?? wanted}` })
  return { faults, used: walk.used, facts: { cost: walk.cost, type: schemaOf(known) } }
}
