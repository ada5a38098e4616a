/**
 * Expressions in CEL: parsed and checked once, run often. Loaded at the first expression, since the evaluator is not small.
 * A run is bounded: each turn of a loop counts, and beyond the limit the run fails.
 */
import { celEnv, celFunc, CelScalar, isCelError, isCelList, isCelMap, parse, plan, type CelFunc, type CelInput, type CelResult, type CelValue } from '@bufbuild/cel'
import { strings } from '@bufbuild/cel/ext'
import type { Schema, Schemas } from '../schema.ts'
import { authorizerLibrary, withAuthorizer, type AuthorizerDoor } from './library-authorizer.ts'
import { checkExpression, type Expr, type Facts } from './check.ts'
import { formatLibrary } from './library-formats.ts'
import { functionLibraries, re2 } from './library-lists.ts'
import { semverLibrary } from './library-semver.ts'
import { valueLibraries } from './library-values.ts'
import { optionalInput, optionalLibrary } from './library-optionals.ts'
import { lowerObjects } from './mutation.ts'
import { markOptionals } from './optional-syntax.ts'
import { rewrite, TICK } from './rewrite.ts'
import { registry } from './types.ts'
import { celTypeOf, fromCel, toCel } from './values.ts'

/** Turns of loops that one run may take. */
export const STEP_LIMIT = 100_000

export type ResultType = 'bool' | 'string' | 'map' | 'list' | 'any'

export interface CompileOptions {
  /** The names that the expression may use, with their schema where it is known. */
  readonly variables: Readonly<Record<string, Schema | undefined>>
  readonly schemas: Schemas
  /** What it must answer. Default: anything. */
  readonly result?: ResultType
  /** Those of the variables that are optional values. */
  readonly optional?: ReadonlySet<string>
  /** It may build objects and patches. */
  readonly mutation?: boolean
}
/** A variable's value, made only when the expression uses it. */
export type Bindings = Readonly<Record<string, CelInput | (() => CelInput)>>

export interface Program {
  readonly source: string
  /** Runs it. Throws CelFault. */
  run(bindings: Bindings, authorizer?: AuthorizerDoor): CelValue
  uses(variable: string): boolean
  readonly facts: Facts
}
/** An expression that cannot be compiled, or failed. */
export class CelFault extends Error {}

let steps = 0
/** Turns of loops of the last run. */
export const stepsTaken = (): number => steps
const tick = celFunc(TICK, [CelScalar.DYN], CelScalar.DYN, (condition) => {
  if (++steps > STEP_LIMIT) throw new Error('operation cancelled: actual cost limit exceeded')
  return condition
})
const funcs: CelFunc[] = [...strings, ...functionLibraries, ...valueLibraries, ...semverLibrary, ...formatLibrary, ...authorizerLibrary, ...optionalLibrary, tick]
const env = celEnv({ funcs, registry, re2 })
const isFunction = (name: string): boolean => env.funcs.find(name) !== undefined

/** @throws CelFault with upstream's beginning: `compilation failed: ERROR: <input>:1:5: …` */
export function compileCel(source: string, options: CompileOptions): Program {
  const marked = markOptionals(source)
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(marked.text)
  } catch (error) {
    throw new CelFault(`compilation failed: ERROR: ${error instanceof Error ? error.message : String(error)} (Syntax error)`)
  }
  const given = parsed.expr as unknown as Expr
  const misplaced = options.mutation ? lowerObjects(given) : []
  const expr = rewrite(given, options.optional)
  const checked = checkExpression(expr, { ...options, isFunction })
  const faults = [...misplaced, ...checked.faults]
  if (faults.length) {
    const positions = parsed.sourceInfo?.positions ?? {}
    const lines = faults.map(({ id, message }) => {
      const at = marked.at((positions as Record<string, number>)[String(id)] ?? 0)
      return `ERROR: <input>:1:${at + 1}: ${message}\n | ${source.replaceAll('\n', ' ')}\n | ${'.'.repeat(at)}^`
    })
    throw new CelFault(`compilation failed: ${lines.join('\n')}`)
  }
  const evaluate = plan(env, expr as never) as unknown as (bindings: Record<string, CelInput>) => CelResult
  const used = Object.keys(options.variables).filter((name) => checked.used.has(name))
  return {
    source,
    facts: checked.facts,
    uses: (name) => checked.used.has(name),
    run(bindings, authorizer) {
      const values: Record<string, CelInput> = {}
      for (const name of used) {
        const given = bindings[name]
        if (given !== undefined) values[name] = typeof given === 'function' ? (given as () => CelInput)() : given
      }
      steps = 0
      const result = withAuthorizer(authorizer, () => evaluate(values))
      if (isCelError(result)) throw new CelFault(messageOf(result))
      if (options.result === 'bool' && typeof result !== 'boolean') throw new CelFault('cel expression does not evaluate to bool')
      if (options.result === 'map' && !isCelMap(result)) throw new CelFault('cel expression does not evaluate to Object')
      if (options.result === 'list' && !isCelList(result)) throw new CelFault('cel expression does not evaluate to a list of JSONPatch')
      if (options.result === 'string' && typeof result !== 'string') throw new CelFault('cel expression does not evaluate to string')
      return result
    },
  }
}

/** In cel-go's words. */
const messageOf = (error: Error): string => error.message.replace(/^field not found: (.*)$/, 'no such key: $1').replace(/^found no matching overload for .*$/, 'no such overload')

export { celTypeOf, fromCel, optionalInput, toCel }
