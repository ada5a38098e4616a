import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkObject } from './check.ts'
import { loadDescriptions, loadSchemas } from './load.ts'
import { canonicalQuantity } from './quantity.ts'
import { base64Fault, canonicalMicroTime, canonicalTime } from './scalars.ts'

const resources = join(import.meta.dirname, '../../../resources')
const schemas = loadSchemas(resources)

describe('generated schemas', () => {
  it.each([
    ['V1PodSpec', 'containers', { type: 'array', listType: 'map', listMapKeys: ['name'], patchMergeKey: 'name' }],
    ['V1ServiceSpec', 'ports', { listMapKeys: ['port', 'protocol'], patchMergeKey: 'port' }],
    ['V1ObjectMeta', 'finalizers', { listType: 'set', patchStrategy: 'merge' }],
    ['V1DeploymentSpec', 'replicas', { type: 'integer', format: 'int32' }],
    ['V1ResourceRequirements', 'limits', { additionalProperties: { type: 'string', format: 'quantity' } }],
    ['V1LeaseSpec', 'renewTime', { type: 'string', format: 'micro-time' }],
    ['V1Secret', 'data', { additionalProperties: { type: 'string', format: 'byte' } }],
    ['CoreV1Event', 'involvedObject', { ref: 'V1ObjectReference' }],
  ])('%s.%s', (type, field, expected) => expect(schemas[type]?.properties?.[field]).toMatchObject(expected))
  it('refers only to types that are there', () => {
    const missing = new Set<string>()
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      const ref = (value as { ref?: unknown }).ref
      if (typeof ref === 'string' && !schemas[ref]) missing.add(ref)
      Object.values(value).forEach(walk)
    }
    walk(schemas)
    expect([...missing]).toEqual([])
  })
  it('has descriptions apart', () => expect(loadDescriptions(resources)['V1PodSpec/containers']).toContain('containers'))
})

describe('checkObject', () => {
  const deployment = (spec: unknown) => checkObject({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec }, 'V1Deployment', schemas)
  it.each([
    [{ template: { spec: { contianers: [] } } }, ['spec.template.spec.contianers']],
    [{ template: { spec: { containers: [{ name: 'a', foo: 1 }] } } }, ['spec.template.spec.containers[0].foo']],
    [{ Replicas: 1 }, ['spec.Replicas']],
  ])('unknown fields of %j', (spec, unknown) => expect(deployment(spec).unknown).toEqual(unknown))
  it.each([
    [{ replicas: '3' }, 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ replicas: 3e9 }, 'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ template: { spec: { containers: {} } } }, 'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container'],
    [{ paused: 1 }, 'json: cannot unmarshal number into Go struct field DeploymentSpec.spec.paused of type bool'],
    [{ selector: 'x' }, 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.selector of type v1.LabelSelector'],
  ])('type errors of %j', (spec, error) => expect(deployment(spec).errors).toEqual([error]))
  it('copies, prunes, drops nulls and normalizes', () => {
    const source = { metadata: { name: 'a', creationTimestamp: null, labels: { a: null } }, spec: { containers: [{ name: 'c', x: 1, resources: { limits: { cpu: 0.5, memory: '1024Mi' } } }] }, junk: {} }
    const frozen = structuredClone(source)
    const { object, unknown } = checkObject(source, 'V1Pod', schemas)
    expect(object).toEqual({ metadata: { name: 'a', labels: { a: '' } }, spec: { containers: [{ name: 'c', resources: { limits: { cpu: '500m', memory: '1Gi' } } }] } })
    expect(unknown).toEqual(['spec.containers[0].x', 'junk'])
    expect(source).toEqual(frozen)
  })
  it('keeps a client key named __proto__ a key', () => {
    const { object } = checkObject({ data: JSON.parse('{"__proto__":"x"}') as unknown }, 'V1ConfigMap', schemas)
    expect(Object.keys((object as unknown as { data: object }).data)).toEqual(['__proto__'])
  })
  it('takes free-form JSON whole, nulls too', () => {
    const { object } = checkObject({ data: { a: [null, { b: null }] }, revision: 1 }, 'V1ControllerRevision', schemas)
    expect(object).toEqual({ data: { a: [null, { b: null }] }, revision: 1 })
  })
  it('reports a bad root', () => expect(checkObject([], 'V1Pod', schemas).errors).toEqual(['json: cannot unmarshal array into Go value of type v1.Pod']))
})

describe('scalars', () => {
  it.each([
    ['1000m', '1'], ['0.5', '500m'], ['1024Mi', '1Gi'], ['1500Mi', '1500Mi'], ['1.5Gi', '1536Mi'], ['100M', '100M'], ['1000M', '1G'], ['0', '0'], ['1e3', '1e3'],
    ['2000', '2k'], ['-5', '-5'], ['0.0000000001', '1n'], ['12.', '12'], ['.5', '500m'], ['1Kx', undefined], ['', undefined], ['x', undefined], ['+1', '1'],
  ])('quantity %s → %s', (text, expected) => expect(canonicalQuantity(text)).toBe(expected))
  it.each([
    ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'], ['2024-01-02T03:04:05.678Z', '2024-01-02T03:04:05Z'], ['2024-01-02T03:04:05+01:00', '2024-01-02T02:04:05Z'], ['yesterday', undefined], ['2024-13-02T03:04:05Z', undefined],
  ])('time %s → %s', (text, expected) => expect(canonicalTime(text)).toBe(expected))
  it('micro time', () => expect(canonicalMicroTime('2024-01-02T03:04:05.1234567Z')).toBe('2024-01-02T03:04:05.123456Z'))
  it.each([['YQ==', -1], ['YWI=', -1], ['', -1], ['YQ=', 2], ['a*bc', 1]])('base64 %s → %i', (text, at) => expect(base64Fault(text)).toBe(at))
})
