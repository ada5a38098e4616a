import { expect, it } from 'vitest'
import { change, faults, row, updateFaults, withDefaults, type Body } from './testing.ts'

const RC: Body = { spec: { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'web:1' }] } } } }

it('takes its selector and labels from the template', () => {
  const once = withDefaults('ReplicationController', RC)
  expect(once).toMatchObject({ metadata: { labels: { app: 'web' } }, spec: { replicas: 1, selector: { app: 'web' } } })
  expect(withDefaults('ReplicationController', structuredClone(once) as never)).toEqual(once)
  expect(faults('ReplicationController', RC)).toEqual([])
  expect(updateFaults('ReplicationController', change(RC, 'spec/replicas', 4), RC)).toEqual([])
  expect(row('ReplicationController', { ...once, status: { replicas: 1 }, metadata: { name: 'x', creationTimestamp: '2026-01-01T00:55:00Z' } } as never, true)).toEqual(['x', 1, 1, 0, '5m', 'a', 'web:1', 'app=web'])
})
it.each<[string, unknown, string[]]>([
  ['spec', undefined, ['spec: Required value']],
  ['spec/selector', { app: 'other' }, ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`']],
  ['spec/template/metadata', undefined, ['spec.selector: Required value']],
  ['spec/replicas', -1, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
  ['spec/template/spec/restartPolicy', 'Never', ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"']],
])('%s %j is refused', (path, value, expected) => expect(faults('ReplicationController', change(RC, path, value))).toEqual(expected))
