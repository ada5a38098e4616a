import { describe, expect, it } from 'vitest'
import type { Container, EnvVar, Pod } from '../../shared/api/types.ts'
import { containerEnv, expand, type ConfigSource } from './env.ts'

const source: ConfigSource = {
  configMap: (_n, name) => (name === 'cm' ? { data: { a: '1', b: '2' } } : undefined),
  secret: (_n, name) => (name === 's' ? { data: { p: Buffer.from('geheim').toString('base64') } } : undefined),
}
const facts = { podIP: '10.0.0.1', hostIP: '192.0.2.1', cpuMillis: 4000, memoryBytes: 8 << 20 }
const env = (list: EnvVar[], more: Partial<Container> = {}): Record<string, string> => {
  const container: Container = { name: 'c', env: list, ...more }
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'd', uid: 'u', labels: { app: 'x' } }, spec: { containers: [container], nodeName: 'n' } }
  return Object.fromEntries(containerEnv(pod, container, source, facts))
}
const from = (valueFrom: EnvVar['valueFrom']): EnvVar[] => [{ name: 'X', ...(valueFrom ? { valueFrom } : {}) }]

describe('expand', () => {
  const values = new Map([['A', 'a'], ['B', '']])
  it.each([['$(A)', 'a'], ['$$(A)', '$(A)'], ['x$(A)y$(B)', 'xay'], ['$(NO)', '$(NO)'], ['$A', '$A'], ['100%$', '100%$'], ['$(A', '$(A']])('%s is %s', (text, result) => expect(expand(text, values)).toBe(result))
})

describe('containerEnv', () => {
  it.each<[string, EnvVar['valueFrom'], string]>([
    ['config map key', { configMapKeyRef: { name: 'cm', key: 'a' } }, '1'],
    ['secret key', { secretKeyRef: { name: 's', key: 'p' } }, 'geheim'],
    ['pod name', { fieldRef: { fieldPath: 'metadata.name' } }, 'p'],
    ['label', { fieldRef: { fieldPath: "metadata.labels['app']" } }, 'x'],
    ['pod IP', { fieldRef: { fieldPath: 'status.podIP' } }, '10.0.0.1'],
    ['limit that is not set is the node', { resourceFieldRef: { resource: 'limits.cpu' } }, '4'],
    ['memory in Mi', { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } }, '8'],
  ])('%s', (_n, valueFrom, expected) => expect(env(from(valueFrom))).toEqual({ X: expected }))
  it('takes what an earlier one has, and envFrom first', () => {
    expect(env([{ name: 'a', value: 'own' }, { name: 'Y', value: '$(a)-$(P_b)' }], { envFrom: [{ configMapRef: { name: 'cm' } }, { prefix: 'P_', configMapRef: { name: 'cm' } }] }))
      .toEqual({ a: 'own', b: '2', P_a: '1', P_b: '2', Y: 'own-2' })
  })
  it('leaves out what is optional', () => {
    expect(env(from({ configMapKeyRef: { name: 'cm', key: 'zz', optional: true } }), { envFrom: [{ secretRef: { name: 'no', optional: true } }] })).toEqual({})
  })
  it.each<[EnvVar['valueFrom'], string]>([
    [{ configMapKeyRef: { name: 'no', key: 'a' } }, 'configmap "no" not found'],
    [{ configMapKeyRef: { name: 'cm', key: 'zz' } }, "couldn't find key zz in ConfigMap d/cm"],
    [{ secretKeyRef: { name: 'no', key: 'a' } }, 'secret "no" not found'],
    [{ fieldRef: { fieldPath: 'spec.nope' } }, 'unsupported fieldPath: spec.nope'],
  ])('%j is refused', (valueFrom, message) => expect(() => env(from(valueFrom))).toThrow(message))
})
