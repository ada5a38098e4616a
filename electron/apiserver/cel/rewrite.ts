/** Changes of a parsed expression before it is planned: loops count their turns, and macros that the parser does not know become what they stand for. */
import type { Expr } from './check.ts'
import { bound, call as makeCall, loopOfTwo, make, optionalIndex, optionalList, optionalMap, optionalMethod, PART, text, TICK } from './lower.ts'
import { FIELD } from './optional-syntax.ts'

export { TICK }

/** What the expressions and names of one compilation are known to be. */
interface Scope {
  readonly optional: WeakSet<Expr>
  /** Names that stand for optional values. */
  readonly names: ReadonlySet<string>
}
const without = ({ optional, names }: Scope, ...hidden: string[]): Scope => ({ optional, names: new Set([...names].filter((name) => !hidden.includes(name))) })
const MACROS = new Set(['all', 'exists', 'existsOne', 'exists_one', 'transformList', 'transformMap', 'transformMapEntry', 'optMap', 'optFlatMap'])
const MAKES_OPTIONAL = new Set(['of', 'none', 'ofNonZeroValue'])

/** In place; answers the expression, or what stands in its place. @param optionalNames variables that are optional values */
export const rewrite = (expr: Expr, optionalNames: ReadonlySet<string> = new Set()): Expr => rewriteIn(expr, { optional: new WeakSet(), names: optionalNames })

function rewriteIn(expr: Expr, scope: Scope): Expr {
  const { exprKind, id } = expr
  const inner = (part: Expr): Expr => rewriteIn(part, scope)
  const asOptional = (made: Expr): Expr => {
    scope.optional.add(made)
    return made
  }
  switch (exprKind.case) {
    case 'identExpr':
      return scope.names.has(exprKind.value.name) ? asOptional(expr) : expr
    case 'selectExpr': {
      const select = exprKind.value
      // A field of an opaque value: it is a variable of its own.
      if (select.field === 'requestResource' && select.operand.exprKind.case === 'identExpr' && select.operand.exprKind.value.name === 'authorizer') {
        return make(id, { case: 'identExpr', value: { name: '@requestResource' } })
      }
      select.operand = inner(select.operand)
      const asked = select.field.startsWith(FIELD)
      // Of what may be absent, everything may be absent.
      if (!asked && !scope.optional.has(select.operand)) return expr
      const part = makeCall(id, PART, select.operand, text(id, asked ? select.field.slice(FIELD.length) : select.field))
      return select.testOnly ? make(id, { case: 'callExpr', value: { target: part, function: 'hasValue', args: [] } }) : asOptional(part)
    }
    case 'callExpr':
      return rewriteCall(expr, scope)
    case 'listExpr':
      exprKind.value.elements = exprKind.value.elements.map(inner)
      return optionalList(id, exprKind.value.elements) ?? expr
    case 'structExpr':
      for (const entry of exprKind.value.entries) {
        if (entry.keyKind.case === 'mapKey') entry.keyKind.value = inner(entry.keyKind.value)
        if (entry.value) entry.value = inner(entry.value)
      }
      return optionalMap(id, exprKind.value.entries) ?? expr
    case 'comprehensionExpr': {
      const loop = exprKind.value
      for (const part of ['accuInit', 'iterRange'] as const) loop[part] = inner(loop[part])
      const turn = without(scope, loop.iterVar, loop.accuVar)
      for (const part of ['loopStep', 'result', 'loopCondition'] as const) loop[part] = rewriteIn(loop[part], turn)
      loop.loopCondition = makeCall(id, TICK, loop.loopCondition)
      return expr
    }
    default:
      return expr
  }
}

function rewriteCall(expr: Expr, scope: Scope): Expr {
  const { exprKind, id } = expr
  if (exprKind.case !== 'callExpr') return expr
  const call = exprKind.value
  const named = call.target?.exprKind.case === 'identExpr' ? call.target.exprKind.value.name : undefined
  const { optional } = scope
  const as = (made: Expr, isOptional: boolean): Expr => {
    if (isOptional) optional.add(made)
    return made
  }
  const [name, init, result] = call.args
  if (call.function === 'bind' && named === 'cel' && name?.exprKind.case === 'identExpr' && init && result) {
    const value = rewriteIn(init, scope)
    const { names } = without(scope, name.exprKind.value.name)
    const body = rewriteIn(result, { optional, names: optional.has(value) ? new Set([...names, name.exprKind.value.name]) : names })
    return as(bound(id, name.exprKind.value.name, value, body), optional.has(body))
  }
  if (call.target) call.target = rewriteIn(call.target, scope)
  // The names that a macro gives: what they stand for is not what they were outside of it.
  const given = MACROS.has(call.function) ? call.args.slice(0, -1).flatMap(({ exprKind: kind }) => (kind.case === 'identExpr' ? [kind.value.name] : [])) : []
  const inside = given.length ? without(scope, ...given) : scope
  call.args = call.args.map((arg) => rewriteIn(arg, inside))
  const { target, args } = call
  if (named === 'optional' && MAKES_OPTIONAL.has(call.function)) return as(expr, true)
  if (target && named !== 'optional') {
    const made = optionalMethod(id, call.function, target, args)
    if (made) return as(made, call.function !== 'orValue')
    const loop = loopOfTwo(id, call.function, target, args)
    if (loop) return loop
  }
  const index = call.function === '_[_]' ? optionalIndex(args) : undefined
  if (args[0] && (index || (call.function === '_[_]' && optional.has(args[0])))) return as(makeCall(id, PART, args[0], index ?? (args[1] as Expr)), true)
  // Functions whose answer may be absent.
  if (target && (call.function === 'validate' || (named === 'format' && call.function === 'named'))) return as(expr, true)
  return as(expr, call.function === '_?_:_' && args.slice(1).every((arg) => optional.has(arg)))
}
