/** What is known of constants before an expression runs. Source: cel-go's validators of duration, timestamp and regular-expression literals. */
import type { Expr } from './check.ts'
import { isPattern } from './library-lists.ts'

const SCALARS = new Set(['bool', 'int', 'uint', 'double', 'string', 'bytes'])
/** The type of a scalar; undefined: it may be anything. */
export const scalarOf = (type: string | undefined): string | undefined => (type !== undefined && SCALARS.has(type) ? type : undefined)

const DURATION = /^[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$|^[-+]?0$/
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[-+]\d{2}:\d{2})$/
const CHECKS: Readonly<Record<string, (text: string) => boolean>> = {
  duration: (text) => DURATION.test(text),
  timestamp: (text) => TIMESTAMP.test(text) && !Number.isNaN(Date.parse(text)),
  matches: isPattern,
}

/** A call whose last argument is a text that it can do nothing with. */
export function literalFault(name: string, args: readonly Expr[]): { id: bigint; message: string } | undefined {
  const check = CHECKS[name]
  const last = args.at(-1)
  if (!check || last?.exprKind.case !== 'constExpr') return undefined
  const { case: kind, value } = last.exprKind.value.constantKind
  return kind === 'stringValue' && !check(String(value)) ? { id: last.id, message: `invalid ${name} argument` } : undefined
}
