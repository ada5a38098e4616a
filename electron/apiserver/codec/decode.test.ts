import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StatusError } from '../../../shared/errors.ts'
import { checkObject } from '../schema/check.ts'
import { loadSchemas } from '../schema/load.ts'
import { decodeBody, decodePatch, PROTOBUF } from './decode.ts'
import { messageOf } from './protobuf/fields.ts'
import { recorded } from './protobuf/recorded.fixture.ts'
import { tables } from './protobuf/tables/index.ts'

const schemas = loadSchemas(join(import.meta.dirname, '../../../resources'))
const bytes = (text: string) => new TextEncoder().encode(text)
const codeOf = (run: () => unknown): number => {
  try {
    run()
  } catch (error) {
    if (error instanceof StatusError) return error.code
    throw error
  }
  return 0
}

describe('JSON and YAML', () => {
  it.each([
    ['{"a":{"b":1,"b":2},"c":[{"d":1,"d":1}]}', 'application/json', ['duplicate field "a.b"', 'duplicate field "c[0].d"']],
    ['{"a":"x:\\"y:","b":{"a":1}}', 'application/json; charset=utf-8', []],
    ['{"a":1}', undefined, []],
    ['a:\n  b: 1\n  b: 2\n', 'application/yaml', ['line 3: key "b" already set in map']],
    ['a:\n- b: 1\n  b:\n    c: 1\n    c:\n', 'application/yaml', ['line 4: key "b" already set in map', 'line 5: key "c" already set in map']],
    ['{"a":1,\n"a":2}', 'application/yaml', ['line 2: key "a" already set in map']],
  ])('duplicates of %s', (text, type, duplicates) => expect(decodeBody(bytes(text), type).duplicates).toEqual(duplicates))
  it('reads halves of surrogate pairs as Go does', () => expect(decodeBody(bytes('{"\\ud800":["\\ud83d\\ude00","a\\udc00b"]}'), 'application/json').object).toEqual({ '\ufffd': ['\u{1f600}', 'a\ufffdb'] }))
  it('reads YAML as kubectl does', () => {
    const { object } = decodeBody(bytes('a: yes\nb: 0644\nc: 2024-01-01\nd: "1"\ne: 12:30:45\nf: &x {g: 1}\nh: *x\n'), 'application/yaml')
    expect(object).toEqual({ a: true, b: 420, c: '2024-01-01', d: '1', e: '12:30:45', f: { g: 1 }, h: { g: 1 } })
  })
  it.each([
    ['{', 'application/json', 400], ['a: [', 'application/yaml', 400], ['? [a]\n: b\n', 'application/yaml', 400], ['? {a: 1}\n: b\n', 'application/yaml', 400], ['x', 'text/plain', 415], ['k8s', PROTOBUF, 400], ['', 'application/json', 400],
  ])('%s as %s → %i', (text, type, code) => expect(codeOf(() => decodeBody(bytes(text), type))).toBe(code))
  const nested = (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`
  it.each([
    [nested(1000), 'application/json', 0], [nested(1001), 'application/json', 400], [nested(300_000), 'application/json', 400], ['['.repeat(1_500_000), 'application/json', 400], [nested(5000).replace('1', '9007199254740993'), 'application/json', 400],
    [nested(5000), 'application/yaml', 400], [`${'- '.repeat(900)}1`, 'application/yaml', 0], [`${'- '.repeat(3000)}1`, 'application/yaml', 400],
    [`${Array.from({ length: 1200 }, (_, i) => `- &a${i} [*a${i - 1}]`).join('\n').replace('*a-1', '1')}`, 'application/yaml', 400],
  ])('depth %#', (text, type, code) => expect(codeOf(() => decodeBody(bytes(text), type))).toBe(code))
  it.each([['application/apply-patch+yaml', 0], ['application/merge-patch+json', 0], ['application/json', 415]])('patch type %s → %i', (type, code) =>
    expect(codeOf(() => decodePatch(bytes('{}'), type))).toBe(code))
})

describe('protobuf', () => {
  it('has a table behind every reference', () => {
    for (const [table, messages] of Object.entries(tables)) {
      for (const name of Object.keys(messages)) for (const field of messageOf(`${table}.${name}`) ?? []) expect(() => field?.message?.()).not.toThrow()
    }
  })
  const decoded = (name: string) => decodeBody(Buffer.from(recorded[name] as string, 'base64'), PROTOBUF).object as Record<string, unknown>
  it.each([
    ['deployment', 'V1Deployment'], ['configmap', 'V1ConfigMap'], ['secret', 'V1Secret'], ['service', 'V1Service'], ['role', 'V1Role'], ['rolebinding', 'V1RoleBinding'], ['job', 'V1Job'],
    ['cronjob', 'V1CronJob'], ['ingress', 'V1Ingress'], ['quota', 'V1ResourceQuota'], ['pdb', 'V1PodDisruptionBudget'], ['token', 'AuthenticationV1TokenRequest'],
    ['priorityclass', 'V1PriorityClass'], ['review', 'V1SelfSubjectAccessReview'],
  ])('a recorded %s fits its schema', (name, schema) => {
    const { unknown, errors } = checkObject(decoded(name), schema, schemas)
    expect({ unknown, errors }).toEqual({ unknown: [], errors: [] })
  })
  it('reads values', () => {
    expect(decoded('deployment')).toMatchObject({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }] } } },
    })
    expect(decoded('secret')).toMatchObject({ data: { p: 'cQ==' } })
    expect(decoded('pdb')).toMatchObject({ spec: { minAvailable: '50%' } })
    expect(decoded('service')).toMatchObject({ spec: { ports: [{ port: 80, targetPort: 8080 }] } })
    expect(decoded('quota')).toMatchObject({ spec: { hard: { cpu: '1', pods: '2' } } })
    expect(decoded('token')).toMatchObject({ spec: { expirationSeconds: 3600 } })
  })
  const text = (s: string) => [s.length, ...Buffer.from(s)]
  const envelope = (apiVersion: string, kind: string, raw: number[]) => {
    const type = [10, ...text(apiVersion), 18, ...text(kind)]
    return Uint8Array.from([0x6b, 0x38, 0x73, 0, 10, type.length, ...type, 18, raw.length, ...raw])
  }
  const micro = [8, 0x80, 0xe2, 0xcf, 0xaa, 0x06, 16, 0xc0, 0x84, 0x3d]
  const lease = [10, ...text('h'), 26, micro.length, ...micro, 40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]
  it.each([
    ['v1', 'DeleteOptions', [8, 30, 34, ...text('Background'), 18, 5, 10, ...text('abc')], { gracePeriodSeconds: 30, propagationPolicy: 'Background', preconditions: { uid: 'abc' } }],
    ['coordination.k8s.io/v1', 'Lease', [18, lease.length, ...lease], { spec: { holderIdentity: 'h', acquireTime: '2023-11-14T22:13:20.001000Z', leaseTransitions: -1 } }],
  ])('reads %s %s', (apiVersion, kind, raw, expected) => expect(decodeBody(envelope(apiVersion, kind, raw), PROTOBUF).object).toEqual({ apiVersion, kind, ...expected }))
  it('never fails otherwise than with 400 on a body that is cut or bent', () => {
    const whole = Buffer.from(recorded['deployment'] as string, 'base64')
    for (let i = 0; i < whole.length; i++) {
      expect([0, 400]).toContain(codeOf(() => decodeBody(whole.subarray(0, i), PROTOBUF)))
      const bent = Buffer.from(whole)
      bent[i] = 255 - (bent[i] as number)
      expect([0, 400]).toContain(codeOf(() => decodeBody(bent, PROTOBUF)))
    }
  })
})
