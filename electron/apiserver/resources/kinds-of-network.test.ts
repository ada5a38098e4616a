import { describe, expect, it } from 'vitest'
import { faults, row, withDefaults } from './testing.ts'

const AT = { creationTimestamp: '2026-01-01T00:55:00Z' }
const service = { service: { name: 'web', port: { number: 80 } } }
const paths = (...list: object[]): object => ({ rules: [{ http: { paths: list } }] })

describe('Ingress', () => {
  it.each<[object, string[]]>([
    [paths({ path: '/', pathType: 'Prefix', backend: service }), []],
    [{ defaultBackend: service }, []],
    [{}, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
    [paths({ path: '/', backend: service }), ['spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified']],
    [paths({ path: 'a', pathType: 'Exact', backend: service }), ['spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path']],
    [paths({ path: '/a/../b', pathType: 'Exact', backend: service }), ["spec.rules[0].http.paths[0].path: Invalid value: \"/a/../b\": must not contain '/../'"]],
    [paths({ path: '/', pathType: 'Prefix', backend: { service: { name: 'web' } } }), ['spec.rules[0].http.paths[0].backend: Required value: port name or number is required']],
    [{ rules: [{ host: '10.0.0.1' }] }, ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address']],
    [{ rules: [{ host: '*.example.com' }] }, []],
  ])('%j', (spec, expected) => expect(faults('Ingress', { spec })).toEqual(expected))
  it('columns', () => {
    const object = withDefaults('Ingress', { metadata: AT, spec: { ingressClassName: 'c', tls: [{}], rules: ['a', 'b', 'c', 'd'].map((host) => ({ host })) }, status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } })
    expect(row('Ingress', object)).toEqual(['x', 'c', 'a,b,c + 1 more...', '127.0.0.1', '80, 443', '5m'])
  })
})

describe('IngressClass', () => {
  it.each<[object, string[]]>([
    [{ controller: 'example.com/ingress' }, []],
    [{ controller: 'ingress' }, ['spec.controller: Invalid value: "ingress": must be a domain-prefixed path (such as "acme.io/foo")']],
    [{ controller: 'a.b/c', parameters: { kind: 'K', name: 'n', scope: 'Namespace' } }, ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"]],
  ])('%j', (spec, expected) => expect(faults('IngressClass', { spec })).toEqual(expected))
})

describe('NetworkPolicy', () => {
  it('says what it is about', () => {
    const types = (spec: object): unknown => (withDefaults('NetworkPolicy', { spec: { podSelector: {}, ...spec } })['spec'] as { policyTypes: string[] }).policyTypes
    expect(types({})).toEqual(['Ingress'])
    expect(types({ egress: [{}] })).toEqual(['Ingress', 'Egress'])
    expect(types({ policyTypes: ['Egress'] })).toEqual(['Egress'])
  })
  it.each<[object, string[]]>([
    [{ ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 80 }, { port: 8000, endPort: 9000 }, { port: 'http' }] }] }, []],
    [{ ingress: [{ from: [{}] }] }, ['spec.ingress[0].from[0]: Required value: must specify a peer']],
    [{ egress: [{ to: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }] }, ['spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer']],
    [{ egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }] }] }, ['spec.egress[0].to[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`']],
    [{ ingress: [{ ports: [{ port: 9, endPort: 8 }] }] }, ['spec.ingress[0].ports[0].endPort: Invalid value: 8: must be greater than or equal to `port`']],
    [{ policyTypes: ['Both'] }, ['spec.policyTypes[0]: Unsupported value: "Both": supported values: "Ingress", "Egress"']],
  ])('%j', (spec, expected) => expect(faults('NetworkPolicy', { spec: { podSelector: {}, ...spec } })).toEqual(expected))
})

describe('HorizontalPodAutoscaler', () => {
  const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 }
  it.each<[object, string[]]>([
    [spec, []],
    [{ ...spec, maxReplicas: 0 }, ['spec.maxReplicas: Invalid value: 0: must be greater than 0', 'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`']],
    [{ ...spec, minReplicas: 0 }, ['spec.minReplicas: Invalid value: 0: must be greater than or equal to 1']],
    [{ ...spec, scaleTargetRef: { kind: 'Deployment' } }, ['spec.scaleTargetRef.name: Required value', 'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group']],
    [{ ...spec, metrics: [{ type: 'Resource' }] }, ['spec.metrics[0].resource: Required value: must populate information for the given metric source']],
    [{ ...spec, scaleTargetRef: { apiVersion: 'v1', kind: 'ReplicationController', name: 'r' } }, []],
    [{ ...spec, scaleTargetRef: { apiVersion: 'a/b/c', kind: 'Deployment', name: 'w' } }, ['spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c']],
    [{ ...spec, metrics: [{ type: 'Odd' }] }, Array.from({ length: 2 }, () => 'spec.metrics[0].type: Unsupported value: "Odd": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"')],
    [{ ...spec, metrics: [{ type: 'Pods', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 1 } } }] }, ['spec.metrics[0].pods: Required value: must populate information for the given metric source']],
    [{ ...spec, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 1 } }, pods: {} }] }, [/* of two, the first is looked at */ 'spec.metrics[0].pods.metric.name: Required value: must specify a metric name', 'spec.metrics[0].pods.target.type: Required value: must specify a metric target type', 'spec.metrics[0].pods.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue', 'spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue', 'spec.metrics[0].pods: Forbidden: must populate the given metric source only']],
    [{ ...spec, behavior: { scaleUp: { tolerance: '-1' } } }, ['spec.behavior.scaleUp.tolerance: Invalid value: "-1": must be greater than or equal to 0']],
    [{ ...spec, behavior: { scaleUp: { policies: [{ type: 'Pods', value: 0, periodSeconds: 1 }] } } }, ['spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero']],
  ])('%j', (body, expected) => expect(faults('HorizontalPodAutoscaler', { spec: body })).toEqual(expected))
  it('columns', () => {
    const object = withDefaults('HorizontalPodAutoscaler', { metadata: AT, spec, status: { currentReplicas: 2, currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12 } } }] } })
    expect(row('HorizontalPodAutoscaler', object)).toEqual(['x', 'Deployment/web', 'cpu: 12%/80%', '1', 3, 2, '5m'])
  })
})
