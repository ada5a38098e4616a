import { describe, expect, it } from 'vitest'
import type { FieldError } from '../../../shared/errors.ts'
import { ruleSchema } from './internal-schema.ts'
import type { JsonSchema, ValidationRule } from './json-schema.ts'
import { formerOf, NEVER } from './ratchet.ts'
import { compileRules, RULES_BUDGET, runRules, type RuleNode } from './rules.ts'

const text: JsonSchema = { type: 'string' }
const rules = (...given: ValidationRule[]): JsonSchema => ({ 'x-kubernetes-validations': given })
function run(schema: JsonSchema, value: object, old?: object, left = RULES_BUDGET): { errors: string[]; warnings: string[] } {
  const errors: FieldError[] = []
  const warnings: string[] = []
  runRules(compileRules(schema, ruleSchema(schema), {}) as RuleNode, value, old, old ? formerOf(old) : NEVER, '', { schemas: {}, errors, warn: (m) => warnings.push(m), left })
  return { errors: errors.map((e) => `${e.field}: ${e.message}`), warnings }
}
const spec = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { spec: schema } })

describe('a rule', () => {
  it.each<[string, JsonSchema, object, string]>([
    ['is named by a key below a map', spec({ type: 'object', additionalProperties: { ...text, ...rules({ rule: 'self != "x"' }) } }), { spec: { k: 'x' } }, 'spec[k]: Invalid value: "string": failed rule: self != "x"'],
    ['with a path below a map', spec({ type: 'object', additionalProperties: text, ...rules({ rule: 'size(self.bar) > 1', fieldPath: '.bar' }) }), { spec: { bar: 'x' } }, 'spec.[bar]: Invalid value: "object": failed rule: size(self.bar) > 1'],
    ['at the root with a path', { type: 'object', properties: { a: text }, ...rules({ rule: 'false', fieldPath: '.a', reason: 'FieldValueRequired', message: ' b  ' }) }, { a: 'x' }, 'a: Required value: b'],
    ['with a message that is too long', spec({ ...text, ...rules({ rule: 'false', messageExpression: 'self', message: 'short' }) }), { spec: 'x'.repeat(5 * 1024 + 1) }, 'spec: Invalid value: "string": short'],
    ['with a message with spaces around it', spec({ ...text, ...rules({ rule: 'false', messageExpression: '"  " + self + " "' }) }), { spec: 'x' }, 'spec: Invalid value: "string": x'],
    ['about what has another type', spec({ type: 'object', properties: { p: { 'x-kubernetes-int-or-string': true } }, ...rules({ rule: 'self.p < 5', message: 'small' }) }), { spec: { p: 'x' } }, `spec: Invalid value: "object": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: small`],
    ['that cannot be told', spec({ type: 'object', additionalProperties: text, ...rules({ rule: 'self.a == "x"' }) }), { spec: {} }, 'spec: Invalid value: "object": no such key: a evaluating rule: self.a == "x"'],
  ])('%s', (_what, schema, value, expected) => expect(run(schema, value)).toEqual({ errors: [expected], warnings: [] }))

  it('that failed before, of what has not changed, is a warning', () => {
    const row: JsonSchema = { type: 'object', properties: { v: { ...text, ...rules({ rule: 'self != "bad"' }) } } }
    const schema = spec({ type: 'object', properties: { list: { type: 'array', items: row }, map: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { v: { ...text, ...rules({ rule: 'self != "bad"' }) } } }, n: { type: 'integer' } } })
    const old = { spec: { list: [{ v: 'bad' }], map: { v: 'bad' }, n: 1 } }
    const same = 'Invalid value: "string": failed rule: self != "bad"'
    expect(run(schema, { spec: { ...old.spec, n: 2 } }, old)).toEqual({ errors: [], warnings: [`spec.list[0].v: ${same}`, `spec.map.v: ${same}`] })
    // Of a list that has changed nobody can tell which element was which.
    expect(run(schema, { spec: { ...old.spec, list: [{ v: 'bad' }, {}] } }, old)).toEqual({ errors: [`spec.list[0].v: ${same}`], warnings: [`spec.map.v: ${same}`] })
    expect(run(schema, old)).toMatchObject({ errors: [expect.any(String), expect.any(String)], warnings: [] })
  })
  it('about a change is never let through', () => expect(run(spec({ ...text, ...rules({ rule: 'self != oldSelf' }) }), { spec: 'x' }, { spec: 'x' })).toEqual({ errors: ['spec: Invalid value: "string": failed rule: self != oldSelf'], warnings: [] }))
  it('is not run when the work is used up', () => {
    const list: JsonSchema = { type: 'array', items: text, ...rules({ rule: 'self.all(x, x != "bad")' }) }
    const schema: JsonSchema = { type: 'object', properties: { a: list, b: list } }
    const spent = 'Invalid value: "array": validation failed due to running out of cost budget, no further validation rules will be run'
    expect(run(schema, { a: ['x', 'y', 'z'], b: ['bad'] }, undefined, 2)).toEqual({ errors: [`a: ${spent}`], warnings: [] })
    expect(run(schema, { a: ['x', 'y', 'z'], b: ['bad'] })).toMatchObject({ errors: ['b: Invalid value: "array": failed rule: self.all(x, x != "bad")'] })
  })
  it('that takes too long ends all', () => {
    const many = Array.from({ length: 400 }, () => 'x')
    const list: JsonSchema = { type: 'array', items: text, ...rules({ rule: 'self.all(x, self.all(y, x == y))', message: 'alike' }) }
    expect(run({ type: 'object', properties: { a: list, b: { ...text, ...rules({ rule: 'false' }) } } }, { a: many, b: 'x' })).toEqual({ errors: [`a: Invalid value: "array": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: alike`], warnings: [] })
  })
})
