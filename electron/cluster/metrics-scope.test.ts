import { expect, test } from 'vitest'
import { checkScope } from './metrics-scope.ts'

test.each([
  [{ kind: 'node', name: 'n' }, { kind: 'node', name: 'n' }],
  [{ kind: 'namespace', name: 'x', junk: 1 }, { kind: 'namespace', name: 'x' }],
  [{ kind: 'workload', namespace: 'x', workload: 'Deployment', name: 'web' }, { kind: 'workload', namespace: 'x', workload: 'Deployment', name: 'web' }],
  [{ kind: 'pod', namespace: 'x', name: 'p' }, { kind: 'pod', namespace: 'x', name: 'p' }],
])('takes %j', (given, scope) => expect(checkScope(given)).toEqual(scope))
test.each([
  [{ kind: 'disk', name: 'x' }, /kind: Unsupported value: "disk"/], [{ kind: 'node' }, /name: Invalid value/], [{ kind: 'pod', name: 'p' }, /namespace: Invalid value/],
  [{ kind: 'node', name: 'x'.repeat(254) }, /name: Invalid value/],
])('refuses %j', (given, message) => expect(() => checkScope(given)).toThrow(message))
