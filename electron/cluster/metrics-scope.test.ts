import { expect, test } from 'vitest'
import { checkRange, checkScope } from './metrics-scope.ts'

test.each([
  [{ kind: 'node', name: 'n' }, { kind: 'node', name: 'n' }],
  [{ kind: 'namespace', name: 'x', junk: 1 }, { kind: 'namespace', name: 'x' }],
  [{ kind: 'workload', namespace: 'x', workload: 'Deployment', name: 'web' }, { kind: 'workload', namespace: 'x', workload: 'Deployment', name: 'web' }],
  [{ kind: 'pod', namespace: 'x', name: 'p' }, { kind: 'pod', namespace: 'x', name: 'p' }],
  [{ kind: 'container', namespace: 'x', pod: 'p', name: 'c', spanMs: 1 }, { kind: 'container', namespace: 'x', pod: 'p', name: 'c' }],
])('takes %j', (given, scope) => expect(checkScope(given)).toEqual(scope))
test.each([
  [{ kind: 'disk', name: 'x' }, /kind: Unsupported value: "disk"/], [{ kind: 'node' }, /name: Invalid value/], [{ kind: 'pod', name: 'p' }, /namespace: Invalid value/],
  [{ kind: 'node', name: 'x'.repeat(254) }, /name: Invalid value/],
])('refuses %j', (given, message) => expect(() => checkScope(given)).toThrow(message))
test.each([
  [{}, { spanMs: 3_600_000 }], [{ spanMs: 14 * 86_400_000, to: 5 }, { spanMs: 14 * 86_400_000, to: 5 }],
])('takes the time %j', (given, range) => expect(checkRange(given)).toEqual(range))
test.each([
  [{ spanMs: 15 * 86_400_000 }, /spanMs: Invalid value/], [{ spanMs: 0 }, /spanMs: Invalid value/], [{ spanMs: '1h' }, /spanMs: Invalid value/], [{ to: 'now' }, /to: Invalid value/],
])('refuses the time %j', (given, message) => expect(() => checkRange(given)).toThrow(message))
