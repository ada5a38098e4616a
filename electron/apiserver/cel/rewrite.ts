/** Changes of a parsed expression before it is planned: loops count their turns, and `cel.bind` becomes what it stands for. */
import type { Expr } from './check.ts'

export const TICK = '@tick'

const make = (id: bigint, exprKind: Expr['exprKind']): Expr => ({ id, exprKind })

/** `cel.bind(x, init, result)`: a loop of no turns whose accumulator is x. */
function bound(id: bigint, name: string, init: Expr, result: Expr): Expr {
  return make(id, {
    case: 'comprehensionExpr',
    value: {
      iterVar: '#unused', accuVar: name, accuInit: init, result,
      iterRange: make(id, { case: 'listExpr', value: { elements: [], optionalIndices: [] } }),
      loopCondition: make(id, { case: 'constExpr', value: { constantKind: { case: 'boolValue', value: false } } }),
      loopStep: make(id, { case: 'identExpr', value: { name } }),
    },
  })
}

/** In place; answers the expression, or what stands in its place. */
export function rewrite(expr: Expr): Expr {
  const { exprKind } = expr
  switch (exprKind.case) {
    case 'selectExpr':
      // A field of an opaque value: it is a variable of its own.
      if (exprKind.value.field === 'requestResource' && exprKind.value.operand.exprKind.case === 'identExpr' && exprKind.value.operand.exprKind.value.name === 'authorizer') {
        return make(expr.id, { case: 'identExpr', value: { name: '@requestResource' } })
      }
      exprKind.value.operand = rewrite(exprKind.value.operand)
      return expr
    case 'callExpr': {
      const call = exprKind.value
      const [name, init, result] = call.args
      if (call.function === 'bind' && call.target?.exprKind.case === 'identExpr' && call.target.exprKind.value.name === 'cel' && name?.exprKind.case === 'identExpr' && init && result) {
        return bound(expr.id, name.exprKind.value.name, rewrite(init), rewrite(result))
      }
      if (call.target) call.target = rewrite(call.target)
      call.args = call.args.map(rewrite)
      return expr
    }
    case 'listExpr':
      exprKind.value.elements = exprKind.value.elements.map(rewrite)
      return expr
    case 'structExpr':
      for (const entry of exprKind.value.entries) {
        if (entry.keyKind.case === 'mapKey') entry.keyKind.value = rewrite(entry.keyKind.value)
        if (entry.value) entry.value = rewrite(entry.value)
      }
      return expr
    case 'comprehensionExpr': {
      const loop = exprKind.value
      for (const part of ['accuInit', 'iterRange', 'loopStep', 'result', 'loopCondition'] as const) loop[part] = rewrite(loop[part])
      loop.loopCondition = make(expr.id, { case: 'callExpr', value: { function: TICK, args: [loop.loopCondition] } })
      return expr
    }
    default:
      return expr
  }
}
