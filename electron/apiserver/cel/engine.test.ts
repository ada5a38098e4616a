import { describe, expect, it } from 'vitest'
import type { Schema } from '../schema.ts'
import { compileCel, fromCel, toCel } from './engine.ts'
import { authorizerValue } from './library-authorizer.ts'

const self: Schema = {
  type: 'object',
  properties: {
    replicas: { type: 'integer' }, min: { type: 'integer' }, share: { type: 'number' }, name: { type: 'string', maxLength: 20 }, at: { type: 'string', format: 'date-time' }, namespace: { type: 'string' }, 'a-b': { type: 'string' },
    list: { type: 'array', maxItems: 10, items: { type: 'object', properties: { a: { type: 'integer' } } } }, many: { type: 'array', items: { type: 'string' } }, labels: { type: 'object', additionalProperties: { type: 'string' } }, port: { format: 'int-or-string' },
  },
}
const object = { replicas: 3, min: 1, share: 2, name: 'abc', at: '2026-01-02T03:04:05Z', namespace: 'ns', 'a-b': 'x', list: [{ a: 1 }, { a: 2 }], labels: { app: 'web', 'k8s.io/x': 'y' }, port: 80 }
const compile = (source: string, result: 'bool' | 'any' = 'any') => compileCel(source, { variables: { self, oldSelf: undefined }, schemas: {}, result })
const run = (source: string): unknown => fromCel(compile(source).run({ self: () => toCel(object, self, {}) }))

describe('expressions', () => {
  it.each<[string, unknown]>([
    ['self.min <= self.replicas', true], ['self.share == 2.0', true], ['self.list.all(x, x.a > 0)', true], ['has(self.many)', false], ['self.at < timestamp("2027-01-01T00:00:00Z")', true],
    ['self.namespace', 'ns'], ['self.__namespace__', 'ns'], ['self.a__dash__b', 'x'], ['self.labels["k8s.io/x"]', 'y'], ['self.labels.all(k, size(k) > 1)', true], ['type(self.port) == int', true],
    ['[1, 2, 3].sum()', 6], ['[3, 1].min()', 1], ['["a", "b"].indexOf("b")', 1], ['[1, 2].isSorted()', true], ['self.list.indexOf(self.list[1])', 1], ['"a1b22".findAll("[0-9]+")', ['1', '22']], ['"abc".matches("^a.c$")', true],
    ['quantity("1Gi").isGreaterThan(quantity("1G"))', true], ['quantity("500m").add(quantity("1500m")).asInteger()', 2], ['quantity("1000m") == quantity("1")', true], ['isQuantity("x")', false],
    ['url("https://u@example.com:80/p?a=1&a=2").getHost()', 'example.com:80'], ['url("https://example.com:80/").getPort()', '80'], ['url("/p?a=1").getQuery()', { a: ['1'] }], ['isURL("nope")', false],
    ['ip("10.0.0.1").family()', 4], ['cidr("10.0.0.0/8").containsIP("10.1.2.3")', true], ['cidr("10.0.0.0/8").containsCIDR(cidr("10.1.0.0/16"))', true], ['string(cidr("10.1.2.3/8").masked())', '10.0.0.0/8'], ['ip("::1").isLoopback()', true], ['isIP("1.2.3")', false], ['ip.isCanonical("::0:1")', false],
    ['sets.contains([1, 2], [2])', true], ['math.greatest(1, 5, 3)', 5], ['cel.bind(x, self.replicas, x + x)', 6], ['"%s has %d".format([self.name, self.replicas])', 'abc has 3'], ['"a,b".split(",").join("-")', 'a-b'], ['string(base64.decode("aGk="))', 'hi'],
    ['self.list.filter(x, x.a > 1).map(x, x.a)', [2]], ['self.list.exists_one(x, x.a == 2)', true], ['dyn(self.replicas) == 3.0', true],
  ])('%s', (source, expected) => expect(run(source)).toEqual(expected))
  it.each([
    ['self.nope > 1', "undefined field 'nope'"], ['nope > 1', "undeclared reference to 'nope'"], ['self.name.foo()', "undeclared reference to 'foo'"], ['self.replicas == "x"', "found no matching overload for '_==_' applied to '(int, string)'"],
    ['self.replicas >', 'Syntax error'], ['self.list.all(x, x.b > 0)', "undefined field 'b'"], ['self.replicas', 'must evaluate to bool'], ['self.name.x', 'does not support field selection'],
  ])('%s does not compile', (source, message) => expect(() => compile(source, 'bool')).toThrow(message))
  it.each([['self.many.all(x, true)', 'no such key: many'], ['self.port > "a"', 'no such overload'], ['quantity("x") == quantity("1")', 'quantities must match']])('%s fails', (source, message) => {
    expect(() => run(source)).toThrow(message)
  })
  it('stop when they have looped for too long', () => {
    const source = `[1,2,3,4,5,6,7,8,9,10]${'.map(x, [1,2,3,4,5,6,7,8,9,10])'}.all(x, x.all(y, x.all(z, x.all(u, x.all(v, x.all(w, w > 0))))))`
    expect(() => run(source)).toThrow('cost limit exceeded')
  })
  it.each([['self.list.all(x, x.a > 0)', (n: number) => n < 200], ['self.many.all(x, self.many.all(y, x != y))', (n: number) => n > 1e9]])('the cost of %s is known before', (source, holds) => {
    expect(compile(source).facts.cost).toSatisfy(holds)
  })
  it('ask what the user may do', () => {
    const program = compileCel('authorizer.group("apps").resource("deployments").namespace("x").check("create").allowed() && !authorizer.path("/a").check("get").allowed()', { variables: { authorizer: undefined }, schemas: {}, result: 'bool' })
    const door = { user: { name: 'u', groups: [] }, authorizer: { authorize: (a: { resource: string }) => ({ allowed: a.resource === 'deployments', reason: '' }) } }
    expect(program.run({ authorizer: authorizerValue }, door)).toBe(true)
  })
})
