import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { kinds } from '../resources/index.ts'
import { parseFilter } from './filter.ts'

const kindOf = (name: string, group = ''): (typeof kinds)[number] => {
  const found = kinds.find((k) => k.kind === name && (!group || k.group === group))
  if (!found) throw new Error(`no kind ${name}`)
  return found
}
const select = (kind: (typeof kinds)[number], fieldSelector: string): ReturnType<typeof parseFilter> => parseFilter(kind, new URLSearchParams({ fieldSelector }))
const object = (body: object): KubeObject => ({ apiVersion: 'v1', kind: 'X', ...body, metadata: { name: 'n', namespace: 'ns', ...(body as { metadata?: object }).metadata } })
const fields = (prefix: string, ...names: string[]): string[] => names.map((n) => `${prefix}.${n}`)
const REFERENCE = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

/** Besides metadata.name and metadata.namespace. Source: the field label conversions of each group. */
const SELECTABLE: Readonly<Record<string, string[]>> = {
  'v1/Pod': ['spec.nodeName', 'spec.host', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.podIPs', 'status.nominatedNodeName'],
  'v1/Node': ['spec.unschedulable'], 'v1/ReplicationController': ['status.replicas'], 'v1/Namespace': ['status.phase'], 'v1/Secret': ['type'], 'v1/Service': ['spec.clusterIP', 'spec.type'],
  'v1/Event': [...fields('involvedObject', ...REFERENCE), 'reason', 'reportingComponent', 'source', 'type'],
  'events.k8s.io/v1/Event': [...fields('regarding', ...REFERENCE), 'reason', 'reportingController', 'type'],
  'batch/v1/Job': ['status.successful'], 'certificates.k8s.io/v1/CertificateSigningRequest': ['spec.signerName'],
}
const nameOf = (k: (typeof kinds)[number]): string => [k.group, k.version, k.kind].filter(Boolean).join('/')

describe('the fields of each kind', () => {
  it.each(kinds.map((k) => [nameOf(k), k] as const))('%s', (name, kind) => {
    expect(Object.keys(kind.selectableFields ?? {}).toSorted()).toEqual((SELECTABLE[name] ?? []).toSorted())
    expect(select(kind, 'metadata.name=n').name).toBe('n')
  })
  it('those listed are kinds', () => expect(Object.keys(SELECTABLE).filter((name) => !kinds.some((k) => nameOf(k) === name))).toEqual([]))
})

describe('what a field is compared with', () => {
  it.each<[string, string, object, boolean]>([
    ['Pod', 'spec.nodeName=a', { spec: { nodeName: 'a' } }, true],
    ['Pod', 'spec.host=a', { spec: { nodeName: 'a' } }, true],
    ['Pod', 'spec.nodeName=', { spec: {} }, true],
    ['Pod', 'spec.nodeName!=a', { spec: {} }, true],
    ['Pod', 'spec.hostNetwork=false', { spec: {} }, true],
    ['Pod', 'status.phase==Running,spec.nodeName!=b', { spec: { nodeName: 'a' }, status: { phase: 'Running' } }, true],
    ['Pod', 'status.phase=Running,spec.nodeName!=a', { spec: { nodeName: 'a' }, status: { phase: 'Running' } }, false],
    ['Pod', 'status.podIP=10.0.0.1', { spec: {}, status: { podIP: '10.0.0.1' } }, true],
    ['Pod', 'status.podIPs=10.0.0.1', { spec: {}, status: { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] } }, false],
    ['Node', 'spec.unschedulable=true', { spec: { unschedulable: true } }, true],
    ['Node', 'spec.unschedulable=false', { spec: {} }, true],
    ['Secret', 'type=Opaque', { type: 'Opaque' }, true],
    ['Service', 'spec.type!=NodePort', { spec: { type: 'ClusterIP' } }, true],
    ['Namespace', 'status.phase=Active', { status: { phase: 'Active' } }, true],
    ['Job', 'status.successful=2', { status: { succeeded: 2 } }, true],
    ['ReplicationController', 'status.replicas=0', { status: {} }, true],
    ['ConfigMap', 'metadata.namespace=ns,metadata.name!=n', {}, false],
    ['ConfigMap', 'metadata.namespace!=other', {}, true],
    ['Event', 'involvedObject.kind=Pod,reason=Killing,type=Normal', { involvedObject: { kind: 'Pod' }, reason: 'Killing', type: 'Normal' }, true],
    ['Event', 'source=kubelet', { source: { component: 'kubelet' } }, true],
  ])('%s %s', (kind, selector, body, expected) => expect(select(kindOf(kind), selector).filter?.(object(body))).toBe(expected))
})

describe('a field that cannot be selected by', () => {
  it('of a custom resource', () => {
    const widget = { ...kindOf('Node'), selectableFields: undefined, decode: () => { throw new Error('not asked') } } as unknown as (typeof kinds)[number]
    for (const field of ['spec.x', 'metadata.namespace']) expect(() => select(widget, `${field}=1`)).toThrow(`field label not supported: ${field}`)
  })
  it.each([
    ['Pod', 'status.nonsense', 'field label not supported: status.nonsense'],
    ['Pod', 'constructor', 'field label not supported: constructor'],
    ['Node', 'metadata.namespace', 'field label not supported: metadata.namespace'],
    ['Job', 'spec.x', 'field label "spec.x" not supported for batchv1.Job'],
    ['ConfigMap', 'data.x', '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ['ReplicaSet', 'status.replicas', '"status.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ['PersistentVolume', 'name', '"name" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ])('%s %s', (kind, field, message) => expect(() => select(kindOf(kind), `${field}=1`)).toThrow(expect.objectContaining({ code: 400, message })))
})
