import { expect, it } from 'vitest'
import { reads } from './users.ts'

const pod = (spec: object): never => ({ spec: { containers: [{}], ...spec } }) as never
it.each([
  ['a volume', pod({ volumes: [{ configMap: { name: 'x' } }] }), true, false],
  ['a projected volume', pod({ volumes: [{ projected: { sources: [{ secret: { name: 'x' } }] } }] }), false, true],
  ['a secret volume', pod({ volumes: [{ secret: { secretName: 'x' } }] }), false, true],
  ['a variable of an init container', pod({ initContainers: [{ env: [{ valueFrom: { configMapKeyRef: { name: 'x' } } }] }] }), true, false],
  ['all variables', pod({ containers: [{ envFrom: [{ secretRef: { name: 'x' } }] }] }), false, true],
  ['a pull secret', pod({ imagePullSecrets: [{ name: 'x' }] }), false, true],
  ['nothing', pod({ volumes: [{ configMap: { name: 'y' } }] }), false, false],
])('%s', (_, p, map, secret) => {
  expect([reads(p, 'ConfigMap', 'x'), reads(p, 'Secret', 'x')]).toEqual([map, secret])
})
