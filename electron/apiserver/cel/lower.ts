/** What optional values and loops with two variables become before an expression is planned: calls, and loops with one variable. */
import type { Expr } from './check.ts'
import { MARK } from './optional-syntax.ts'

export const TICK = '@tick'
/** Selects a field or an element if it is there. */
export const PART = '@part'

export const make = (id: bigint, exprKind: Expr['exprKind']): Expr => ({ id, exprKind })
const ident = (id: bigint, name: string): Expr => make(id, { case: 'identExpr', value: { name } })
export const call = (id: bigint, name: string, ...args: Expr[]): Expr => make(id, { case: 'callExpr', value: { function: name, args } })
const method = (target: Expr, name: string, ...args: Expr[]): Expr => make(target.id, { case: 'callExpr', value: { target, function: name, args } })
const constant = (id: bigint, kind: string, value: unknown): Expr => make(id, { case: 'constExpr', value: { constantKind: { case: kind, value } } })
const bool = (id: bigint, value: boolean): Expr => constant(id, 'boolValue', value)
export const text = (id: bigint, value: string): Expr => constant(id, 'stringValue', value)
const list = (id: bigint, ...elements: Expr[]): Expr => make(id, { case: 'listExpr', value: { elements, optionalIndices: [] } })
const optional = (id: bigint, name: string, ...args: Expr[]): Expr => method(ident(id, 'optional'), name, ...args)

/** `cel.bind(x, init, result)`: a loop of no turns whose accumulator is x. */
export function bound(id: bigint, name: string, init: Expr, result: Expr): Expr {
  return make(id, { case: 'comprehensionExpr', value: { iterVar: '#unused', accuVar: name, accuInit: init, result, iterRange: list(id), loopCondition: bool(id, false), loopStep: ident(id, name) } })
}

/** What is marked as perhaps absent. */
const marked = (expr: Expr | undefined): Expr | undefined => (expr?.exprKind.case === 'callExpr' && expr.exprKind.value.function === MARK ? expr.exprKind.value.args[0] : undefined)
/** The key of `a[?k]`. */
export const optionalIndex = (args: readonly Expr[]): Expr | undefined => marked(args[1])

/** `[a, ?b]`: the lists of each element, joined. undefined: no element may be absent. */
export function optionalList(id: bigint, elements: readonly Expr[]): Expr | undefined {
  if (!elements.some(marked)) return undefined
  return elements.map((element) => {
    const inner = marked(element)
    return inner ? call(id, '@items', inner) : list(id, element)
  }).reduce((all, each) => call(id, '_+_', all, each))
}
/** `{a: 1, ?b: o}`. undefined: no value may be absent. */
export function optionalMap(id: bigint, entries: readonly { keyKind: { case: 'mapKey'; value: Expr } | { case: 'fieldKey'; value: string }; value: Expr }[]): Expr | undefined {
  if (!entries.some(({ value }) => marked(value))) return undefined
  return call(id, '@map', list(id, ...entries.map(({ keyKind, value }) => {
    const inner = marked(value)
    return list(id, keyKind.case === 'mapKey' ? keyKind.value : text(id, keyKind.value), inner ? call(id, '@items', inner) : list(id, value))
  })))
}

/** What follows is looked at only when it is needed: `or` and `orValue` evaluate their argument where there is no value. */
export function optionalMethod(id: bigint, name: string, target: Expr, args: readonly Expr[]): Expr | undefined {
  const held = `@optional${id}`
  const choose = (some: Expr, otherwise: Expr): Expr => bound(id, held, target, call(id, '_?_:_', method(ident(id, held), 'hasValue'), some, otherwise))
  const value = method(ident(id, held), 'value')
  const [first, second] = args
  if (name === 'orValue' && first && !second) return choose(value, first)
  if (name === 'or' && first && !second) return choose(ident(id, held), first)
  if (first?.exprKind.case !== 'identExpr' || !second || args.length > 2) return undefined
  const made = bound(id, first.exprKind.value.name, value, second)
  if (name === 'optMap') return choose(optional(id, 'of', made), optional(id, 'none'))
  if (name === 'optFlatMap') return choose(made, optional(id, 'none'))
  return undefined
}

/** `range.all(k, v, …)` and its like. undefined: it is none of these. */
export function loopOfTwo(id: bigint, name: string, range: Expr, args: readonly Expr[]): Expr | undefined {
  const [key, item, ...rest] = args
  if (key?.exprKind.case !== 'identExpr' || item?.exprKind.case !== 'identExpr') return undefined
  const [k, v] = [key.exprKind.value.name, item.exprKind.value.name]
  const [ranged, result] = [`@range${id}`, `@result${id}`]
  const accumulated = ident(id, result)
  const body = (of: Expr): Expr => bound(id, v, call(id, '_[_]', ident(id, ranged), ident(id, k)), of)
  const loop = (accuInit: Expr, condition: Expr, loopStep: Expr, answer: Expr): Expr => bound(id, ranged, range, make(id, {
    case: 'comprehensionExpr',
    value: { iterVar: k, accuVar: result, iterRange: call(id, '@keys', ident(id, ranged)), accuInit, loopCondition: call(id, TICK, condition), loopStep, result: answer },
  }))
  const [first, last] = [rest[0], rest.at(-1)]
  if (!first || !last) return undefined
  const filtered = (added: Expr): Expr => {
    const more = call(id, '_+_', accumulated, list(id, added))
    return body(rest.length === 2 ? call(id, '_?_:_', first, more, accumulated) : more)
  }
  if (rest.length === 1) {
    if (name === 'all') return loop(bool(id, true), call(id, '@not_strictly_false', accumulated), call(id, '_&&_', accumulated, body(first)), accumulated)
    if (name === 'exists') return loop(bool(id, false), call(id, '@not_strictly_false', call(id, '!_', accumulated)), call(id, '_||_', accumulated, body(first)), accumulated)
    if (name === 'existsOne' || name === 'exists_one') {
      const one = constant(id, 'int64Value', 1n)
      return loop(constant(id, 'int64Value', 0n), bool(id, true), body(call(id, '_?_:_', first, call(id, '_+_', accumulated, one), accumulated)), call(id, '_==_', accumulated, one))
    }
  }
  if (rest.length > 2) return undefined
  if (name === 'transformList') return loop(list(id), bool(id, true), filtered(last), accumulated)
  if (name === 'transformMap') return loop(list(id), bool(id, true), filtered(list(id, ident(id, k), list(id, last))), call(id, '@map', accumulated))
  if (name === 'transformMapEntry') return loop(list(id), bool(id, true), filtered(last), call(id, '@merge', accumulated))
  return undefined
}
