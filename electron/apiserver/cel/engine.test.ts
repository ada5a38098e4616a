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
    ['semver("1.2.3").major()', 1], ['semver("1.2.3").minor() + semver("1.2.3").patch()', 5], ['isSemver("v1.0")', false], ['isSemver("v1.0", true)', true], ['isSemver("01.2.3")', false], ['isSemver("1.2.3-01")', false], ['isSemver("")', false], ['semver("v01.02", true) == semver("1.2.0")', true],
    ['semver("1.0.0-alpha").isLessThan(semver("1.0.0"))', true], ['semver("1.0.0-alpha.1").isGreaterThan(semver("1.0.0-alpha"))', true], ['semver("1.0.0-2").compareTo(semver("1.0.0-10"))', -1], ['semver("1.0.0-9").isLessThan(semver("1.0.0-a"))', true], ['semver("1.0.0+a") == semver("1.0.0+b")', true], ['semver("10.0.0").compareTo(semver("9.9.9"))', 1],
    ['format.dns1123Label().validate("my-name").hasValue()', false], ['format.dns1123Label().validate("My name").value().size()', 1], ['format.dns1123LabelPrefix().validate("my-name-").hasValue()', false], ['format.named("uuid").hasValue()', true], ['format.named("nope").hasValue()', false], ['format.named("date").value().validate("2026-13-01").orValue(["fine"])', ['invalid date']],
    ['format.uri().validate("/a").hasValue()', false], ['format.uri().validate("a").value()', ['parse "a": invalid URI for request']], ['format.qualifiedName().validate("a.b/C").hasValue()', false], ['format.byte().validate("!")[0].orValue("")', 'invalid base64'], ['strings.quote("a\\n\\"b\\"")', '"a\\n\\"b\\""'],
  ])('%s', (source, expected) => expect(run(source)).toEqual(expected))
  it.each<[string, unknown]>([
    ['self.?name.orValue("none")', 'abc'], ['self.?many.orValue([])', []], ['self.?many.hasValue()', false], ['self.labels.?app.hasValue()', true], ['self.labels[?"k8s.io/x"].orValue("z")', 'y'], ['self.labels[?"no"].orValue("z")', 'z'],
    ['self.list[?1].a.orValue(0)', 2], ['self.list[?7].a.orValue(0)', 0], ['self.?list[0].a.value()', 1], ['self.?many[0].hasValue()', false], ['has(self.?labels.app)', true], ['self.a__dash__b == self.?a__dash__b.value()', true],
    ['optional.of(1).value()', 1], ['optional.none().orValue(2)', 2], ['optional.ofNonZeroValue("").hasValue()', false], ['optional.ofNonZeroValue(3).hasValue()', true], ['optional.of(1) == optional.of(1)', true], ['optional.of(1) == optional.of(2)', false], ['optional.none() == self.?many', true],
    ['self.?many.or(optional.of(["x"])).value()', ['x']], ['self.?name.or(optional.of(1 / 0)).value()', 'abc'], ['self.?name.orValue(string(1 / 0))', 'abc'],
    ['self.?name.optMap(n, n + "!").orValue("")', 'abc!'], ['self.?many.optMap(m, m[0]).hasValue()', false], ['self.?labels.optFlatMap(l, l.?app).value()', 'web'], ['cel.bind(l, self.?labels, l.app.orValue(""))', 'web'], ['cel.bind(l, self.?labels, self.list.all(l, l.a > 0) && [{"a": 1}].all(i, l, l.a == 1))', true], ['cel.bind(l, self.?name, optional.of({"a": 1}).optMap(l, l.a).value())', 1],
    ['[?self.?name, ?self.labels.?no, "z"]', ['abc', 'z']], ['{"a": 1, ?"b": self.labels.?no, ?"c": self.?name}', { a: 1, c: 'abc' }], ['{?"x": true ? self.?name : optional.none()}', { x: 'abc' }],
    ['(true ? self.?name : optional.none()).orValue("")', 'abc'], ['true ? [1][0] : 2', 1], ['".?x" + \'[?\' + r"\\{?"', '.?x[?\\{?'], ['size([?optional.of("[,?")])', 1],
    ['[5, 6].all(i, v, v == i + 5)', true], ['self.labels.exists(k, v, k == "app" && v == "web")', true], ['[1, 1].existsOne(i, v, v == 1)', false], ['[1, 2].exists_one(i, v, v == 2)', true], ['self.list.all(i, x, x.a == i + 1)', true],
    ['["a", "b"].transformList(i, v, string(i) + v)', ['0a', '1b']], ['[1, 2, 3].transformList(i, v, v > 1, v * 2)', [4, 6]], ['{"a": 1, "b": 2}.transformMap(k, v, v + 1)', { a: 2, b: 3 }], ['{"a": 1, "b": 2}.transformMap(k, v, v > 1, k)', { b: 'b' }],
    ['["x", "y"].transformMapEntry(i, v, {v: i})', { x: 0, y: 1 }], ['[[1, 2], [3]].transformList(i, v, v.transformList(j, w, w + i * 10))', [[1, 2], [13]]],
  ])('%s', (source, expected) => expect(run(source)).toEqual(expected))
  it('objects and patches have fields that may be absent', () => {
    const build = (source: string): unknown => fromCel(compileCel(source, { variables: {}, schemas: {}, result: 'map', mutation: true }).run({}))
    expect(build('Object{?metadata: optional.none(), spec: Object.spec{?replicas: optional.of(1), paused: true}}')).toEqual({ spec: { replicas: 1, paused: true } })
  })
  it.each([['optional.none().value()', 'optional.none() dereference'], ['self.many.?x', 'no such key: many'], ['["a", "a"].transformMapEntry(i, v, {v: i})', "insert failed: key 'a' already exists"]])('%s fails', (source, message) => {
    expect(() => run(source)).toThrow(message)
  })
  it('a fault is shown where it is in what was written', () => {
    expect(() => compile('self.?name.hasValue() && self.?nope.hasValue()', 'bool')).toThrow("<input>:1:30: undefined field 'nope'")
    expect(() => compile('self.?name', 'bool')).toThrow('must evaluate to bool')
  })
  it.each([
    ['self.nope > 1', "undefined field 'nope'"], ['nope > 1', "undeclared reference to 'nope'"], ['self.name.foo()', "undeclared reference to 'foo'"], ['self.replicas == "x"', "found no matching overload for '_==_' applied to '(int, string)'"],
    ['self.replicas >', 'Syntax error'], ['self.?', 'Syntax error'], ['self.?[0]', 'Syntax error'], ['self.?name.foo()', "undeclared reference to 'foo'"], ['self.?name', 'must evaluate to bool'], ['self.list.all(x, x.b > 0)', "undefined field 'b'"], ['self.replicas', 'must evaluate to bool'], ['self.name.x', 'does not support field selection'],
    ['duration("1y") > duration("1s")', "<input>:1:10: invalid duration argument"], ['self.at < timestamp("yesterday")', 'invalid timestamp argument'], ['self.name.matches("(")', 'invalid matches argument'], ['1 in [1, "a"]', "expected type 'int' but found 'string'"], ['{"a": 1, "b": "c"}.size() > 0', "expected type 'int' but found 'string'"], ['[self.name, self.replicas].size() > 0', "expected type 'string' but found 'int'"],
  ])('%s does not compile', (source, message) => expect(() => compile(source, 'bool')).toThrow(message))
  it.each([['self.many.all(x, true)', 'no such key: many'], ['self.port > "a"', 'no such overload'], ['quantity("x") == quantity("1")', 'quantities must match']])('%s fails', (source, message) => {
    expect(() => run(source)).toThrow(message)
  })
  it('stop when they have looped for too long', () => {
    const source = `[1,2,3,4,5,6,7,8,9,10]${'.map(x, [1,2,3,4,5,6,7,8,9,10])'}.all(x, x.all(y, x.all(z, x.all(u, x.all(v, x.all(w, w > 0))))))`
    expect(() => run(source)).toThrow('cost limit exceeded')
  })
  it.each([['self.list.all(x, x.a > 0)', (n: number) => n < 200], ['self.many.all(x, self.many.all(y, x != y))', (n: number) => n > 1e9], ['self.many.all(i, x, self.many.all(j, y, x != y))', (n: number) => n > 1e9], ['self.list.all(i, x, x.a > i)', (n: number) => n < 400]])('the cost of %s is known before', (source, holds) => {
    expect(compile(source).facts.cost).toSatisfy(holds)
  })
  it('ask what the user may do', () => {
    const program = compileCel('authorizer.group("apps").resource("deployments").namespace("x").check("create").allowed() && !authorizer.path("/a").check("get").allowed()', { variables: { authorizer: undefined }, schemas: {}, result: 'bool' })
    const door = { user: { name: 'u', groups: [] }, authorizer: { authorize: (a: { resource: string }) => ({ allowed: a.resource === 'deployments', reason: '' }) } }
    expect(program.run({ authorizer: authorizerValue }, door)).toBe(true)
  })
  it.each<[string, unknown]>([
    ['group("").resource("pods").fieldSelector("spec.nodeName=n").labelSelector("a=b").check("list").reason()', 'spec.nodeName=n'], ['serviceAccount("ns", "a").group("").resource("pods").check("get").allowed()', true], ['group("").resource("pods").check("get").errored()', false],
    ['path("  ").check("get").allowed()', 'path must not be empty'], ['group("").resource("").check("get").allowed()', 'resource must not be empty'], ['serviceAccount("ns", "a@b").path("/").check("get").allowed()', 'Invalid service account name'], ['serviceAccount("n.s", "a").path("/").check("get").allowed()', 'Invalid service account namespace'],
  ])('authorizer.%s answers %j', (source, expected) => {
    const program = compileCel(`authorizer.${source}`, { variables: { authorizer: undefined }, schemas: {} })
    const door = { user: { name: 'u', groups: [] }, authorizer: { authorize: (a: { fieldSelector?: string }) => ({ allowed: true, reason: a.fieldSelector ?? '' }) } }
    let answer: unknown
    try {
      answer = fromCel(program.run({ authorizer: authorizerValue }, door))
    } catch (error) {
      answer = (error as Error).message
    }
    expect(answer).toBe(expected)
  })
})
