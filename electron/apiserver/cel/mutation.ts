/**
 * The objects that mutations build: `Object{spec: Object.spec{replicas: 3}}` and `JSONPatch{op: "add", …}` become maps before
 * the expression is planned. A type's name says where in the object it belongs, and that is checked here.
 * Source: Kubernetes documentation, "Mutating Admission Policy".
 */
import type { Expr } from './check.ts'
import { unescapeName } from './values.ts'

type Struct = Extract<Expr['exprKind'], { case: 'structExpr' }>['value']
export interface MisplacedType {
  readonly id: bigint
  readonly message: string
}

const ROOT = 'Object'
const PATCH = 'JSONPatch'
const PATCH_FIELDS: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value'])
const isObjectType = (name: string): boolean => name === ROOT || name.startsWith(`${ROOT}.`)

function lowerStruct(id: bigint, struct: Struct, place: string | undefined, faults: MisplacedType[]): void {
  const { messageName: name } = struct
  if (name === '') {
    // A map's values stand where no type name reaches.
    for (const entry of struct.entries) lower(entry.value, undefined, faults)
    return
  }
  if (isObjectType(name)) {
    if (place !== undefined && name !== place) faults.push({ id, message: `type mismatch: unexpected type name ${JSON.stringify(name)}, expected ${JSON.stringify(place)}, which matches field name path from root Object type` })
  } else if (name !== PATCH) {
    faults.push({ id, message: `undeclared reference to '${name}' (in container '')` })
    return
  }
  for (const entry of struct.entries) {
    if (entry.keyKind.case !== 'fieldKey') continue
    const field = unescapeName(entry.keyKind.value)
    if (name === PATCH && !PATCH_FIELDS.has(field)) faults.push({ id, message: `undefined field '${field}'` })
    lower(entry.value, name === PATCH ? undefined : `${name}.${field}`, faults)
    entry.keyKind = { case: 'mapKey', value: { id, exprKind: { case: 'constExpr', value: { constantKind: { case: 'stringValue', value: field } } } } }
  }
  struct.messageName = ''
}

/** In place. @param place the type that belongs here; undefined: any */
function lower(expr: Expr | undefined, place: string | undefined, faults: MisplacedType[]): void {
  if (!expr) return
  const { exprKind, id } = expr
  switch (exprKind.case) {
    case 'structExpr':
      lowerStruct(id, exprKind.value, place, faults)
      break
    case 'listExpr':
      // The items of a list have the type of its field.
      for (const element of exprKind.value.elements) lower(element, place, faults)
      break
    case 'callExpr': {
      const { function: name, target, args } = exprKind.value
      lower(target, undefined, faults)
      for (const [i, arg] of args.entries()) lower(arg, name === '_?_:_' && i > 0 ? place : undefined, faults)
      break
    }
    case 'selectExpr':
      lower(exprKind.value.operand, undefined, faults)
      break
    case 'comprehensionExpr': {
      const { accuInit, iterRange, loopStep, loopCondition, result } = exprKind.value
      for (const part of [accuInit, iterRange, loopStep, loopCondition, result]) lower(part, undefined, faults)
      break
    }
    default:
  }
}

/** Changes the expression in place; answers what is wrong with its types. */
export function lowerObjects(expr: Expr): readonly MisplacedType[] {
  const faults: MisplacedType[] = []
  lower(expr, undefined, faults)
  return faults
}
